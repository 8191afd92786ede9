# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contacts: from the neutral record to Xero's and back."""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.results import CustomerData
from odoo.addons.synkd_connector_http.lib.marks import clean, clean_texts
from odoo.addons.synkd_connector_http.lib.places import country_text

# Fields of the neutral record that Xero gives back.
FIELDS = (
    *("code", "name", "contact_name", "email", "phone", "vat"),
    *("street", "street2", "city", "zip", "state", "country"),
    *("delivery_street", "delivery_street2", "delivery_city"),
    *("delivery_zip", "delivery_state", "delivery_country"),
    *("currency", "term_kind", "term_days", "archived", "extra"),
)
# Xero calls the address on invoices POBOX, and the one for goods STREET.
ADDRESSES = {"POBOX": "", "STREET": "delivery_"}
TERMS = {
    "after_invoice": "DAYSAFTERBILLDATE",
    "after_month_end": "DAYSAFTERBILLMONTH",
    "current_month": "OFCURRENTMONTH",
    "following_month": "OFFOLLOWINGMONTH",
}
KINDS = {value: key for key, value in TERMS.items()}
PERSONS = 5
LENGTHS = {
    "Name": 255,
    "AccountNumber": 50,
    "FirstName": 255,
    "LastName": 255,
    "EmailAddress": 255,
    "TaxNumber": 50,
    "AddressLine1": 500,
    "AddressLine2": 500,
    "City": 255,
    "Region": 255,
    "PostalCode": 50,
    "PhoneNumber": 50,
}


# === TEXTS === #


def clean_name(text):
    """Return a name as Xero takes it: also without < and >.

    :rtype: str
    """
    return clean(str(text or "").replace("<", " ").replace(">", " "))


def normalise(data):
    """Return a record as Xero keeps it, so that an echo is known as one.

    :param CustomerData data: as it is here.
    :rtype: CustomerData
    """
    return clean_texts(data, name=clean_name(data.name))


def split_name(text):
    """Return first and last name of a person.

    :rtype: tuple[str, str]
    """
    first, _blank, last = clean(text).partition(" ")
    return first, last


def join_name(record):
    """Return the whole name of a contact's or a person's record.

    :rtype: str
    """
    return clean(f"{record.get('FirstName') or ''} {record.get('LastName') or ''}")


# === HERE TO XERO === #


def to_contact(data):
    """Return the whole contact that Xero should have, but for our key.

    :param CustomerData data: normalised.
    :rtype: dict
    """
    first, last = split_name(data.contact_name)
    contact = {
        "AccountNumber": data.code,
        "ContactStatus": "ARCHIVED" if data.archived else "ACTIVE",
        "Name": data.name,
        "FirstName": first,
        "LastName": last,
        "EmailAddress": data.email,
        "TaxNumber": data.vat,
        "DefaultCurrency": data.currency,
        "AccountsReceivableTaxType": data.extra.get("tax_type", ""),
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": data.phone}],
        "Addresses": [_to_address(data, kind) for kind in ADDRESSES],
        "ContactPersons": [_to_person(p) for p in data.extra.get("persons", ())],
        "ContactGroups": [{"Name": data.category}] if data.category else [],
    }
    if data.term_kind:
        sales = {"Day": data.term_days, "Type": TERMS[data.term_kind]}
        contact["PaymentTerms"] = {"Sales": sales}
    return contact


def _to_address(data, kind):
    values = data.as_dict()
    prefix = ADDRESSES[kind]
    return {
        "AddressType": kind,
        "AddressLine1": values[f"{prefix}street"],
        "AddressLine2": values[f"{prefix}street2"],
        "City": values[f"{prefix}city"],
        "Region": values[f"{prefix}state_name"],
        "PostalCode": values[f"{prefix}zip"],
        "Country": country_text(values[f"{prefix}country_name"]),
    }


def _to_person(person):
    first, last = split_name(person["name"])
    return {
        "FirstName": first,
        "LastName": last,
        "EmailAddress": person["email"],
        "IncludeInEmails": person["emails"],
    }


def find_problem(contact):
    """Return the first thing that Xero would not take, or None.

    :param dict contact: from ``to_contact``.
    :return: what is wrong ("name", "length", "email", "persons"), the field, its
        value and what it may be.
    :rtype: tuple
    """
    if not contact["Name"]:
        return "name", "Name", "", 0
    for record in _records(contact):
        for name, length in LENGTHS.items():
            if len(record.get(name) or "") > length:
                return "length", name, record[name], length
        email = record.get("EmailAddress") or ""
        if not email.isascii():
            return "email", "EmailAddress", email, 0
    if len(contact["ContactPersons"]) > PERSONS:
        return "persons", "ContactPersons", "", PERSONS
    return None


def _records(contact):
    return [
        contact,
        *contact["Addresses"],
        *contact["Phones"],
        *contact["ContactPersons"],
    ]


# === XERO TO HERE === #


def from_contact(contact, places, base_currency):
    """Return the neutral record of a contact.

    :param Places places: knows all countries.
    :param str base_currency: of the organisation; its contacts often name none.
    :rtype: CustomerData
    """
    values = {}
    for kind, prefix in ADDRESSES.items():
        address = read_address(find_kind(contact, "Addresses", kind), places)
        values |= {f"{prefix}{name}": value for name, value in address.items()}
    kind, days = read_terms(contact)
    phone = read_phone(find_kind(contact, "Phones", "DEFAULT"))
    return CustomerData(
        external_id=contact.get("ContactID") or "",
        code=clean(contact.get("AccountNumber")),
        name=clean(contact.get("Name")),
        contact_name=join_name(contact),
        email=clean(contact.get("EmailAddress")),
        phone=phone,
        vat=clean(contact.get("TaxNumber")),
        currency=clean(contact.get("DefaultCurrency")) or base_currency,
        term_kind=kind,
        term_days=days,
        archived=contact.get("ContactStatus") not in ("ACTIVE", None, ""),
        supplier=is_supplier_only(contact),
        extra=read_extra(contact),
        **values,
    )


def is_supplier_only(contact):
    """Whether a contact is a supplier and no customer.

    :rtype: bool
    """
    is_customer = contact.get("IsCustomer") is True
    return contact.get("IsSupplier") is True and not is_customer


def read_extra(contact):
    """Return what only Xero keeps of a customer, see ``CustomerData.extra``.

    :rtype: dict
    """
    extra = {
        "tax_type": clean(contact.get("AccountsReceivableTaxType")),
        "persons": [read_person(p) for p in contact.get("ContactPersons") or ()],
    }
    if merged := contact.get("MergedToContactID"):
        extra["merged_into"] = merged
    return extra


def read_person(person):
    """Return a contact person.

    :rtype: dict
    """
    return {
        "name": join_name(person),
        "email": clean(person.get("EmailAddress")),
        "emails": str(person.get("IncludeInEmails")).lower() == "true",
    }


def find_kind(contact, list_name, kind):
    """Return the address or phone of a type; {} when there is none.

    :param str list_name: Addresses or Phones.
    :rtype: dict
    """
    field = "AddressType" if list_name == "Addresses" else "PhoneType"
    for record in contact.get(list_name) or ():
        if record.get(field) == kind:
            return record
    return {}


def read_address(address, places):
    """Return an address by the names of the neutral record.

    :rtype: dict
    """
    country = places.country_code(address.get("Country"))
    more = (clean(address.get(f"AddressLine{line}")) for line in (2, 3, 4))
    return {
        "street": clean(address.get("AddressLine1")),
        "street2": ", ".join(filter(None, more)),
        "city": clean(address.get("City")),
        "zip": clean(address.get("PostalCode")),
        "state": places.state_code(country, address.get("Region")),
        "country": country,
    }


def read_phone(phone):
    """Return a phone number as one text.

    :rtype: str
    """
    names = ("PhoneCountryCode", "PhoneAreaCode", "PhoneNumber")
    return clean(" ".join(str(phone.get(name) or "") for name in names))


def read_terms(contact):
    """Return kind and days of the terms for sales; ("", 0) for none.

    :rtype: tuple[str, int]
    """
    sales = (contact.get("PaymentTerms") or {}).get("Sales") or {}
    kind = KINDS.get(sales.get("Type"), "")
    return (kind, int(Decimal(str(sales.get("Day") or 0)))) if kind else ("", 0)
