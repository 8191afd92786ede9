# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What our readers count on in Xero's answers."""

from odoo.addons.synkd_connector_http.lib.shapes import Lists, Shape

# The identity of each list that is read.
KEYS = {
    "Contacts": "ContactID",
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Payments": "PaymentID",
    "Overpayments": "OverpaymentID",
    "Prepayments": "PrepaymentID",
    "BankTransactions": "BankTransactionID",
    "ContactGroups": "ContactGroupID",
    "TaxRates": "TaxType",
    "Accounts": "AccountID",
    "Items": "ItemID",
    "Currencies": "Code",
    "Organisations": "",
    "Allocations": "",
}
# By what a person finds a record.
NAMES = (
    *("InvoiceNumber", "CreditNoteNumber", "AccountNumber", "Code", "Name"),
    *("Reference", "TaxType"),
)
SHAPE = Shape(
    texts=frozenset(
        (
            *(key for key in KEYS.values() if key),
            *("ContactNumber", "AccountNumber", "Name", "FirstName", "LastName"),
            *("EmailAddress", "TaxNumber", "DefaultCurrency", "ContactStatus"),
            *("AccountsReceivableTaxType", "MergedToContactID", "CurrencyCode"),
            *("AddressType", "AddressLine1", "AddressLine2", "AddressLine3"),
            *("AddressLine4", "AttentionTo", "City", "Region", "PostalCode"),
            *("Country", "PhoneType", "PhoneNumber", "PhoneAreaCode"),
            *("PhoneCountryCode", "InvoiceNumber", "CreditNoteNumber", "Reference"),
            *("Status", "Type", "Code", "TaxType", "Description", "UpdatedDateUTC"),
            *("Date", "DateString", "BaseCurrency", "Url"),
        )
    ),
    amounts=frozenset(
        (
            *("Total", "TotalTax", "AmountDue", "AmountPaid", "AmountCredited"),
            *("RemainingCredit", "Amount", "BankAmount", "LineAmount", "UnitAmount"),
            *("CurrencyRate", "Outstanding", "Overdue", "EffectiveRate", "Day"),
        )
    ),
    objects=frozenset(
        (
            *("Contact", "Invoice", "CreditNote", "Overpayment", "Prepayment"),
            *("Account", "BankAccount", "BankTransaction", "Balances"),
            *("AccountsReceivable", "PaymentTerms", "Sales", "Bills"),
        )
    ),
    lists=frozenset(
        (
            *("Addresses", "Phones", "ContactPersons", "ContactGroups", "LineItems"),
            *("Payments", "Allocations", "ValidationErrors", "Warnings"),
        )
    ),
)

LISTS = Lists(KEYS, NAMES, SHAPE)
