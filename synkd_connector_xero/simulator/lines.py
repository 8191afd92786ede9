# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lines of a document: what they may say, and what they come to."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from .errors import Invalid
from .state import new_id
from .wire import CENT, cents

ZERO, HUNDRED = Decimal(0), Decimal(100)
AMOUNT_TYPES = ("Exclusive", "Inclusive", "NoTax")
CLASSES = {
    "ASSET": "Assets",
    "EQUITY": "Equity",
    "EXPENSE": "Expenses",
    "LIABILITY": "Liabilities",
    "REVENUE": "Revenue",
}
MAX_TRACKING = 2


@dataclass
class Rules:
    """What holds for the lines of one document."""

    amount_types: str
    digits: int = 2
    discounts: bool = False
    approved: bool = False
    # Overpayments stand on the receivables account, where nothing else may.
    system_accounts: bool = False


def amount(value, name):
    """Return a number of a request as Decimal.

    :raises Invalid: when it is none.
    """
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise Invalid(f"{name} must be a number") from None
    if isinstance(value, bool) or not found.is_finite():
        raise Invalid(f"{name} must be a number")
    return found


def read(tenant, elements, rules, kept=()):
    """Return the lines that a request asks for, with their amounts.

    Lines without a known LineItemID are new, and lines that are not sent are gone.

    :param kept: the lines that the document has.
    :raises Invalid: when a line breaks a rule.
    """
    if not isinstance(elements, list) or not elements:
        raise Invalid("One or more line items must be specified")
    known = {line["LineItemID"] for line in kept}
    return [_line(tenant, element or {}, rules, known) for element in elements]


def _line(tenant, element, rules, known):
    sent = {key: each for key, each in element.items() if each is not None}
    sent = {**_item_defaults(tenant, sent.get("ItemCode")), **sent}
    key = sent.get("LineItemID")
    line = {"LineItemID": key if key in known else new_id()}
    line.update({k: sent[k] for k in ("Description", "ItemCode") if sent.get(k)})
    if len(line.get("Description", "")) > 4000:
        raise Invalid("The description of a line must be 4000 characters or less")
    if _is_text(sent):
        return _only_text(line)
    if rules.approved and not line.get("Description"):
        raise Invalid("Description must be specified")
    account = _account(tenant, sent, rules)
    line.update(_amounts(sent, rules))
    line.update(_tax(tenant, sent, rules, account, line["LineAmount"]))
    line["Tracking"] = _tracking(tenant, sent.get("Tracking") or ())
    if account:
        line.update(AccountCode=account["Code"], AccountID=account["AccountID"])
    return line


def _is_text(sent):
    """Return whether a line has neither an account nor an amount."""
    if sent.get("AccountCode") or sent.get("AccountID"):
        return False
    return not any(amount(sent.get(n, 0), n) for n in ("UnitAmount", "LineAmount"))


def _only_text(line):
    if not line.get("Description"):
        raise Invalid("Description must be specified")
    zero = {"LineAmount": ZERO, "TaxAmount": ZERO, "Tracking": []}
    return {**line, **zero, "UnitAmount": ZERO, "Quantity": ZERO}


def _item_defaults(tenant, code):
    if not code:
        return {}
    for item in tenant.items.values():
        if item["Code"] == code:
            sales = item["SalesDetails"]
            return {
                "Description": item["Description"],
                "UnitAmount": sales["UnitPrice"],
                "AccountCode": sales["AccountCode"],
                "TaxType": sales["TaxType"],
            }
    raise Invalid(f"Item code '{code}' is not valid")


def _account(tenant, sent, rules):
    code, key = sent.get("AccountCode"), sent.get("AccountID")
    if not code and not key:
        if rules.approved:
            raise Invalid("Account code must be specified")
        return None
    for account in tenant.accounts.values():
        if account["Code"] == code or account["AccountID"] == key:
            usable = account["Status"] == "ACTIVE" and account["Type"] != "BANK"
            if usable and (rules.system_accounts or "SystemAccount" not in account):
                return account
    raise Invalid(
        f"Account code '{code or key}' is not a valid code for this document."
    )


def _amounts(sent, rules):
    quantity = amount(sent.get("Quantity", 1), "Quantity")
    quantity = quantity.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    step = CENT if rules.digits == 2 else Decimal("0.0001")
    if "UnitAmount" in sent:
        unit = amount(sent["UnitAmount"], "UnitAmount")
    else:
        unit = amount(sent["LineAmount"], "LineAmount") / (quantity or 1)
    unit = unit.quantize(step, ROUND_HALF_UP)
    found = {"Quantity": quantity, "UnitAmount": unit}
    total = quantity * unit - _discount(sent, rules, quantity * unit, found)
    found["LineAmount"] = cents(total)
    if "LineAmount" in sent:
        asked = cents(amount(sent["LineAmount"], "LineAmount"))
        if asked != found["LineAmount"]:
            raise Invalid(
                f"The line total {asked} does not match the expected line total "
                f"{found['LineAmount']}"
            )
    return found


def _discount(sent, rules, total, found):
    """Return what is taken off a line, and note it in `found`."""
    rate = cents(amount(sent.get("DiscountRate", 0), "DiscountRate"))
    fixed = amount(sent.get("DiscountAmount", 0), "DiscountAmount")
    if not rate and not fixed:
        return ZERO
    if not rules.discounts:
        raise Invalid("Discounts are only supported on ACCREC invoices and quotes")
    if not 0 <= rate <= HUNDRED:
        raise Invalid("DiscountRate must be from 0 to 100")
    if rate:
        found["DiscountRate"] = rate
        return total * rate / HUNDRED
    found["DiscountAmount"] = fixed
    return fixed


def _tax(tenant, sent, rules, account, line_amount):
    if rules.amount_types == "NoTax":
        return {"TaxType": "NONE", "TaxAmount": ZERO}
    code = sent.get("TaxType") or (account["TaxType"] if account else "NONE")
    rate = tenant.tax_rates.get(code)
    if not rate or rate["Status"] != "ACTIVE":
        raise Invalid(
            f"The TaxType code '{code}' does not exist or cannot be used for this "
            "type of transaction."
        )
    if account and not rate[f"CanApplyTo{CLASSES[account['Class']]}"]:
        raise Invalid(
            f"The TaxType code '{code}' cannot be used with account code "
            f"'{account['Code']}'."
        )
    if "TaxAmount" in sent:
        tax = cents(amount(sent["TaxAmount"], "TaxAmount"))
    else:
        tax = _tax_of(line_amount, rate["EffectiveRate"], rules.amount_types)
    return {"TaxType": code, "TaxAmount": tax}


def _tax_of(line_amount, rate, amount_types):
    """Return the tax of one line, rounded on its own as Xero does."""
    base = HUNDRED + rate if amount_types == "Inclusive" else HUNDRED
    return cents(line_amount * rate / base)


def _tracking(tenant, asked):
    if len(asked) > MAX_TRACKING:
        raise Invalid("A line item can have at most 2 tracking categories")
    return [_tracked(tenant, each) for each in asked]


def _tracked(tenant, asked):
    for category in tenant.tracking.values():
        for option in category["Options"]:
            found = {
                "Name": category["Name"],
                "Option": option["Name"],
                "TrackingCategoryID": category["TrackingCategoryID"],
                "TrackingOptionID": option["TrackingOptionID"],
            }
            if asked and all(found.get(k) == v for k, v in asked.items() if v):
                return found
    raise Invalid("The tracking category or option does not exist")


def totals(lines, amount_types):
    """Return SubTotal, TotalTax and Total of lines.

    :raises Invalid: for a negative total.
    """
    amounts = sum((line["LineAmount"] for line in lines), ZERO)
    tax = sum((line["TaxAmount"] for line in lines), ZERO)
    inclusive = amount_types == "Inclusive"
    total = amounts if inclusive else amounts + tax
    if total < 0:
        raise Invalid("The total of a document cannot be negative")
    return {"SubTotal": total - tax, "TotalTax": tax, "Total": total}


def discount_of(lines):
    """Return what all discounts of lines come to."""
    return sum(
        (
            cents(line["Quantity"] * line["UnitAmount"]) - line["LineAmount"]
            for line in lines
            if "DiscountRate" in line or "DiscountAmount" in line
        ),
        ZERO,
    )


def shown(line, digits):
    """Return a line as it is sent: UnitAmount with as many digits as were asked for."""
    step = CENT if digits == 2 else Decimal("0.0001")
    return {**line, "UnitAmount": line["UnitAmount"].quantize(step, ROUND_HALF_UP)}
