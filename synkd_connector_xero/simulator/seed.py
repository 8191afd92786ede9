# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every organisation has from the start: chart, tax rates, currencies, themes."""

from datetime import datetime, timezone
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

BORN = datetime(2020, 1, 1, tzinfo=timezone.utc)
ORGANISATIONS = [
    {
        "OrganisationID": "5b1c8a5e-6a3f-4a53-9c58-2f0d6e1b7a01",
        "Name": "Kudu Trading (Pty) Ltd",
        "LegalName": "Kudu Trading (Pty) Ltd",
        "ShortCode": "!KuDu1",
        "BaseCurrency": "ZAR",
        "CountryCode": "ZA",
        "_tax": "15",
    },
    {
        "OrganisationID": "9e7d2c44-0b8b-4d0e-8d59-71c5b3f9a602",
        "Name": "Tui Services Limited",
        "LegalName": "Tui Services Limited",
        "ShortCode": "!TuI42",
        "BaseCurrency": "NZD",
        "CountryCode": "NZ",
        "_tax": "15",
    },
]
ORGANISATION = {
    "Version": "GLOBAL",
    "OrganisationType": "COMPANY",
    "OrganisationEntityType": "COMPANY",
    "OrganisationStatus": "ACTIVE",
    "PaysTax": True,
    "IsDemoCompany": False,
    "FinancialYearEndDay": 28,
    "FinancialYearEndMonth": 2,
    "SalesTaxBasis": "ACCRUALS",
    "Timezone": "SOUTHAFRICASTANDARDTIME",
    "Edition": "BUSINESS",
    "Class": "PREMIUM",
    "CreatedDateUTC": BORN,
}
# Code, name, type, class, tax type, system account, payments enabled.
CHART = [
    ("090", "Business Bank Account", "BANK", "ASSET", "NONE", "", False),
    ("091", "Dollar Account", "BANK", "ASSET", "NONE", "", False),
    ("200", "Sales", "REVENUE", "REVENUE", "OUTPUT", "", False),
    ("210", "Service Income", "REVENUE", "REVENUE", "OUTPUT", "", False),
    ("220", "Export Sales", "REVENUE", "REVENUE", "ZERORATEDOUTPUT", "", False),
    ("260", "Other Revenue", "REVENUE", "REVENUE", "OUTPUT", "", False),
    ("270", "Interest Income", "REVENUE", "REVENUE", "EXEMPTOUTPUT", "", False),
    ("299", "Old Sales", "REVENUE", "REVENUE", "OUTPUT", "", False),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", "INPUT", "", False),
    ("404", "Bank Fees", "EXPENSE", "EXPENSE", "INPUT", "", False),
    ("425", "Bad Debts", "EXPENSE", "EXPENSE", "INPUT", "", True),
    ("429", "General Expenses", "EXPENSE", "EXPENSE", "INPUT", "", False),
    ("610", "Accounts Receivable", "CURRENT", "ASSET", "NONE", "DEBTORS", False),
    ("630", "Inventory", "INVENTORY", "ASSET", "NONE", "", False),
    ("800", "Accounts Payable", "CURRLIAB", "LIABILITY", "NONE", "CREDITORS", False),
    ("810", "Customer Deposits", "CURRLIAB", "LIABILITY", "NONE", "", True),
    ("820", "VAT", "CURRLIAB", "LIABILITY", "NONE", "GST", False),
    ("850", "Card Clearing", "CURRLIAB", "LIABILITY", "NONE", "", True),
    ("860", "Rounding", "CURRLIAB", "LIABILITY", "NONE", "ROUNDING", False),
    ("960", "Retained Earnings", "EQUITY", "EQUITY", "NONE", "RETAINEDEARNINGS", False),
]
# Tax type, name, rate; None: the organisation's own. Last: the classes it applies to.
TAXES = [
    ("OUTPUT", "Standard Rate Sales", None, ("Revenue", "Assets", "Liabilities")),
    ("ZERORATEDOUTPUT", "Zero Rated Sales", "0", ("Revenue",)),
    ("EXEMPTOUTPUT", "Exempt Sales", "0", ("Revenue",)),
    ("INPUT", "Standard Rate Purchases", None, ("Expenses", "Assets", "Equity")),
    ("NONE", "No Tax", "0", ("Revenue", "Expenses", "Assets", "Liabilities", "Equity")),
]
CURRENCIES = {
    "ZAR": ("South African Rand", "18.00"),
    "NZD": ("New Zealand Dollar", "1.70"),
    "USD": ("United States Dollar", "1.00"),
    "EUR": ("Euro", "0.90"),
}
ITEMS = [
    ("WIDGET", "Widget", "120.00", "200"),
    ("HOUR", "Labour, one hour", "650.00", "210"),
    # What the demo sells.
    ("COF-1", "Coffee beans, 1 kg", "210.00", "200"),
    ("SER-1", "Service of a coffee machine", "480.00", "210"),
]
TRACKING = {"Region": ("North", "South", "Coast"), "Channel": ("Counter", "Online")}
APPLIES = ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")


def fill(tenant):
    """Give a new organisation all of the above."""
    tenant.organisation = {**ORGANISATION, **tenant.organisation}
    for table in (_accounts, _taxes, _currencies, _items, _themes, _tracking):
        table(tenant)


def _id(tenant, *parts):
    return str(uuid5(NAMESPACE_URL, "/".join((tenant.id, *parts))))


def _accounts(tenant):
    for code, name, kind, group, tax, system, payable in CHART:
        account = {
            "AccountID": _id(tenant, "account", code),
            "Code": code,
            "Name": name,
            "Status": "ARCHIVED" if code == "299" else "ACTIVE",
            "Type": kind,
            "Class": group,
            "TaxType": tax,
            "EnablePaymentsToAccount": payable,
            "ShowInExpenseClaims": False,
            "ReportingCode": "",
            "HasAttachments": False,
            "UpdatedDateUTC": BORN,
            "AddToWatchlist": False,
        }
        if system:
            account["SystemAccount"] = system
        if kind == "BANK":
            account["BankAccountType"] = "BANK"
            account["BankAccountNumber"] = f"0101230{code}000"
            account["CurrencyCode"] = "USD" if code == "091" else tenant.currency
        tenant.accounts[account["AccountID"]] = account


def _taxes(tenant):
    for code, name, rate, applies in TAXES:
        rate = Decimal(rate or tenant.organisation["_tax"])
        component = {
            "Name": "Tax",
            "Rate": rate,
            "IsCompound": False,
            "IsNonRecoverable": False,
        }
        tenant.tax_rates[code] = {
            "Name": name,
            "TaxType": code,
            "ReportTaxType": code,
            **{f"CanApplyTo{each}": each in applies for each in APPLIES},
            "DisplayTaxRate": rate,
            "EffectiveRate": rate,
            "Status": "ACTIVE",
            "TaxComponents": [component] if rate else [],
        }


def _currencies(tenant):
    for code in dict.fromkeys((tenant.currency, "USD", "EUR")):
        name, _rate = CURRENCIES[code]
        tenant.currencies[code] = {"Code": code, "Description": name}


def day_rate(base, currency):
    """Return how many units of `currency` one unit of `base` buys, six places."""
    rate = Decimal(CURRENCIES[currency][1]) / Decimal(CURRENCIES[base][1])
    return rate.quantize(Decimal("0.000001"))


def _items(tenant):
    for code, name, price, account in ITEMS:
        sales = {"UnitPrice": Decimal(price), "AccountCode": account}
        tenant.items[_id(tenant, "item", code)] = {
            "ItemID": _id(tenant, "item", code),
            "Code": code,
            "Name": name,
            "Description": name,
            "IsSold": True,
            "IsPurchased": False,
            "IsTrackedAsInventory": False,
            "SalesDetails": {**sales, "TaxType": "OUTPUT"},
            "PurchaseDetails": {},
            "UpdatedDateUTC": BORN,
        }


def _themes(tenant):
    for order, name in enumerate(("Standard", "Export")):
        tenant.themes[_id(tenant, "theme", name)] = {
            "BrandingThemeID": _id(tenant, "theme", name),
            "Name": name,
            "SortOrder": order,
            "CreatedDateUTC": BORN,
        }


def _tracking(tenant):
    for name, options in TRACKING.items():
        tenant.tracking[_id(tenant, "tracking", name)] = {
            "TrackingCategoryID": _id(tenant, "tracking", name),
            "Name": name,
            "Status": "ACTIVE",
            "Options": [
                {
                    "TrackingOptionID": _id(tenant, "tracking", name, option),
                    "Name": option,
                    "Status": "ACTIVE",
                }
                for option in options
            ],
        }
