# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What has to be sent so that a contact of Xero becomes what it should be.

Xero keeps what is left out, and replaces lists that are sent. So only what differs is
sent, and with a list all that others put into it.
"""

from . import contacts
from .contacts import find_kind, read_address, read_person, read_phone, read_terms

PLAIN = (
    *("AccountNumber", "Name", "EmailAddress", "TaxNumber"),
    "AccountsReceivableTaxType",
)


def to_create(contact, base_currency):
    """Return a new contact without what is empty.

    :param dict contact: from contacts.to_contact.
    :rtype: dict
    """
    fresh = {name: value for name, value in contact.items() if value}
    fresh.pop("ContactGroups", None)
    fresh["Phones"] = [p for p in contact["Phones"] if p["PhoneNumber"]]
    fresh["Addresses"] = [a for a in contact["Addresses"] if _is_filled(a)]
    if fresh.get("ContactStatus") == "ACTIVE":
        del fresh["ContactStatus"]
    if fresh.get("DefaultCurrency") == base_currency:
        del fresh["DefaultCurrency"]
    return {name: value for name, value in fresh.items() if value}


def _is_filled(address):
    return any(value for name, value in address.items() if name != "AddressType")


def to_update(contact, current, places, base_currency):
    """Return what differs, {} when Xero has it all; contact groups apart.

    :param dict contact: what Xero should have, from contacts.to_contact.
    :param dict current: what Xero has.
    :rtype: dict
    """
    if _is_archived(contact) and _is_archived(current):
        return {}
    changed = {
        name: contact[name]
        for name in PLAIN
        if contacts.clean(current.get(name)) != contact[name]
    }
    if contact.get("ContactNumber") and not current.get("ContactNumber"):
        changed["ContactNumber"] = contact["ContactNumber"]
    if _is_archived(contact) != _is_archived(current):
        changed["ContactStatus"] = contact["ContactStatus"]
    if contacts.join_name(contact) != contacts.join_name(current):
        changed |= {name: contact[name] for name in ("FirstName", "LastName")}
    if (current.get("DefaultCurrency") or base_currency) != contact["DefaultCurrency"]:
        changed["DefaultCurrency"] = contact["DefaultCurrency"]
    changed |= _phones(contact, current) | _addresses(contact, current, places)
    return changed | _persons(contact, current) | _terms(contact, current)


def _is_archived(contact):
    return contact.get("ContactStatus") not in ("ACTIVE", None, "")


def _phones(contact, current):
    """Return our number among those of other types that Xero has."""
    ours = contact["Phones"][0]
    if read_phone(ours) == read_phone(find_kind(current, "Phones", "DEFAULT")):
        return {}
    others = [
        _plain(phone)
        for phone in current.get("Phones") or ()
        if phone.get("PhoneType") != "DEFAULT" and read_phone(phone)
    ]
    blank = {"PhoneAreaCode": "", "PhoneCountryCode": ""}
    return {"Phones": [ours | blank, *others]}


def _addresses(contact, current, places):
    """Return both addresses when one of them differs."""
    pairs = [
        (ours, find_kind(current, "Addresses", ours["AddressType"]))
        for ours in contact["Addresses"]
    ]
    merged = [_address(ours, theirs, places) for ours, theirs in pairs]
    if all(new is theirs for new, (_ours, theirs) in zip(merged, pairs, strict=True)):
        return {}
    return {"Addresses": [_plain(address) for address in merged if address]}


def _address(ours, theirs, places):
    """Return their address when it says the same, else ours, in their words where
    these mean the same or nothing that is known here."""
    wanted, found = read_address(ours, places), read_address(theirs, places)
    if wanted == found:
        return theirs
    kept = {"AddressLine3": "", "AddressLine4": ""}
    if theirs.get("AttentionTo"):
        kept["AttentionTo"] = theirs["AttentionTo"]
    if theirs.get("Country") and wanted["country"] == found["country"]:
        kept["Country"] = theirs["Country"]
        if theirs.get("Region") and wanted["state"] == found["state"]:
            kept["Region"] = theirs["Region"]
    return ours | kept


def _persons(contact, current):
    """Return our persons when they differ: the list is ours as a whole."""
    ours = [read_person(person) for person in contact["ContactPersons"]]
    theirs = [read_person(person) for person in current.get("ContactPersons") or ()]
    return {} if ours == theirs else {"ContactPersons": contact["ContactPersons"]}


def _terms(contact, current):
    """Return our terms for sales beside theirs for bills; none never erase theirs."""
    if read_terms(contact) in (("", 0), read_terms(current)):
        return {}
    terms = dict(contact["PaymentTerms"])
    if bills := (current.get("PaymentTerms") or {}).get("Bills"):
        terms["Bills"] = _plain(bills)
    return {"PaymentTerms": terms}


def _plain(record):
    """Return a record of an answer without what only answers have."""
    return {name: value for name, value in record.items() if name != "ValidationErrors"}


# === CONTACT GROUPS === #


def group_names(contact):
    """Return the names of the groups that a contact is in.

    :rtype: set[str]
    """
    return {group.get("Name") for group in contact.get("ContactGroups") or ()}


def groups_to_join(contact, current):
    """Return the names of the groups that a contact has to join.

    :rtype: set[str]
    """
    if _is_archived(contact):
        return set()
    return group_names(contact) - group_names(current)


def groups_to_leave(contact, current, ours):
    """Return the ids of the groups that a contact has to leave.

    :param set ours: names of the groups that belong to our classes; the bookkeeper's
        own groups are not touched.
    :rtype: list[str]
    """
    return [
        group["ContactGroupID"]
        for group in current.get("ContactGroups") or ()
        if group.get("Name") in ours - group_names(contact)
        and group.get("ContactGroupID")
    ]
