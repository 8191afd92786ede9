# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Xero accepts of a contact."""

import re

from .errors import Invalid

LENGTHS = {
    **dict.fromkeys(("Name", "FirstName", "LastName", "EmailAddress"), 255),
    **dict.fromkeys(("ContactNumber", "AccountNumber"), 50),
    **dict.fromkeys(("CompanyNumber", "TaxNumber"), 50),
}
CHOICES = {
    "TaxNumberType": ("SSN", "EIN", "ITIN", "ATIN"),
    "SalesDefaultLineAmountType": ("INCLUSIVE", "EXCLUSIVE", "NONE"),
    "PurchasesDefaultLineAmountType": ("INCLUSIVE", "EXCLUSIVE", "NONE"),
    "ContactStatus": ("ACTIVE", "ARCHIVED", "GDPRREQUEST"),
}
LISTS = (
    *("Addresses", "Phones", "ContactPersons"),
    *("SalesTrackingCategories", "PurchasesTrackingCategories"),
)
# All that a write may set; what else it carries is ignored, as Xero does.
WRITABLE = (
    *LENGTHS,
    *CHOICES,
    *LISTS,
    *("PaymentTerms", "DefaultCurrency", "XeroNetworkKey", "BrandingTheme"),
    *("AccountsReceivableTaxType", "AccountsPayableTaxType"),
    *("SalesDefaultAccountCode", "PurchasesDefaultAccountCode"),
)
ADDRESS_TYPES = ("POBOX", "STREET")
ADDRESS = {
    **{f"AddressLine{line}": 500 for line in (1, 2, 3, 4)},
    **dict.fromkeys(("City", "Region", "AttentionTo"), 255),
    **dict.fromkeys(("PostalCode", "Country"), 50),
}
PHONE_TYPES = ("DDI", "DEFAULT", "FAX", "MOBILE", "OFFICE")
PHONE = {"PhoneNumber": 50, "PhoneAreaCode": 10, "PhoneCountryCode": 20}
TERMS = (
    *("DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH"),
    *("OFCURRENTMONTH", "OFFOLLOWINGMONTH"),
)
MAX_PERSONS = 5
EMAIL = re.compile(
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
)


def check(tenant, element):
    """Refuse what no contact may have, whatever other contacts there are.

    :raises Invalid: with every rule that is broken.
    """
    problems = [*_texts(element, LENGTHS), *_name(element), *_email(element)]
    problems += _choices(element) + _defaults(tenant, element) + _terms(element)
    if len(element.get("ContactPersons", ())) > MAX_PERSONS:
        problems.append("A contact can have at most 5 contact persons")
    for person in element.get("ContactPersons", ()):
        problems += _email(person)
    if "BankAccountDetails" in element:
        problems.append("BankAccountDetails needs the permission BankAccountAdmin")
    nested = list(_nested(element))
    if problems or nested:
        error = Invalid(*problems, *[text for _place, text in nested])
        error.nested = [place for place, _text in nested]
        raise error


def _texts(element, lengths):
    for name, most in lengths.items():
        value = element.get(name, "")
        if not isinstance(value, str):
            yield f"{name} must be a text"
        elif len(value) > most:
            yield f"The value of {name} must be {most} characters or less"


def _name(element):
    name = element.get("Name")
    if not isinstance(name, str):
        return []
    if not name:
        return ["The contact name is required"]
    if re.search("[<>]", name):
        return ["The contact name cannot contain the characters < or >"]
    if name != " ".join(name.split(" ")).strip() or "  " in name:
        return ["The contact name cannot contain double, leading or trailing spaces"]
    return []


def _email(element):
    email = element.get("EmailAddress")
    wrong = email and isinstance(email, str) and not EMAIL.match(email)
    return ["Email address must be valid."] if wrong else []


def _choices(element):
    return [
        f"{name} {element[name]!r} is not one of {', '.join(known)}"
        for name, known in CHOICES.items()
        if element.get(name) and element[name] not in known
    ]


def _defaults(tenant, element):
    problems = []
    for name in ("AccountsReceivableTaxType", "AccountsPayableTaxType"):
        if element.get(name) and element[name] not in tenant.tax_rates:
            problems.append(f"The TaxType code '{element[name]}' does not exist")
    currency = element.get("DefaultCurrency")
    if currency and currency not in tenant.currencies:
        problems.append(f"Organisation is not subscribed to currency {currency}")
    codes = {account["Code"] for account in tenant.accounts.values()}
    for name in ("SalesDefaultAccountCode", "PurchasesDefaultAccountCode"):
        if element.get(name) and element[name] not in codes:
            problems.append(f"Account code '{element[name]}' is not a valid code")
    return problems + _tracking(tenant, element)


def _tracking(tenant, element):
    known = {
        (category["Name"], option["Name"])
        for category in tenant.tracking.values()
        for option in category["Options"]
    }
    asked = [
        (each.get("TrackingCategoryName"), each.get("TrackingOptionName"))
        for name in LISTS[3:]
        for each in element.get(name, ())
    ]
    return [
        f"Tracking {a} / {b} does not exist" for a, b in asked if (a, b) not in known
    ]


def _terms(element):
    problems = []
    for side, terms in (element.get("PaymentTerms") or {}).items():
        if not terms:
            continue
        if terms.get("Type") not in TERMS:
            problems.append(f"The payment term type of {side} is not valid")
        day = terms.get("Day")
        if isinstance(day, (str, bool, float)) or day is None or not 0 <= day <= 31:
            problems.append(f"The payment term day of {side} must be from 0 to 31")
    return problems


def _nested(element):
    for index, address in enumerate(element.get("Addresses", ())):
        for text in _address(address):
            yield ("Addresses", index), text
    for index, phone in enumerate(element.get("Phones", ())):
        for text in (*_texts(phone, PHONE), *_kind(phone, "PhoneType", PHONE_TYPES)):
            yield ("Phones", index), text


def _address(address):
    yield from _texts(address, ADDRESS)
    yield from _kind(address, "AddressType", ADDRESS_TYPES)
    country = str(address.get("Country") or "")
    if not all(each.isalpha() or each == " " for each in country):
        yield "Address Country may only contain letters"


def _kind(element, name, known):
    if element.get(name) not in known:
        yield f"{name} {element.get(name)!r} is not one of {', '.join(known)}"
