# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whom mails of a customer go to: contacts below it, each with an external id of ours.

A contact is called after what is mailed to it. The customer's first address is its own
and no contact; what a bookkeeper adds below a customer has no key of ours, and stays.
"""

from odoo.addons.synkd_connector.lib.fingerprint import fingerprint

from . import loading

MODEL = "res.partner"
MARK = "_mail_"
COLUMNS = ("id", "parent_id/.id", "type", "name", "email", "active")


def to_payload(data):
    """Return what is sent of this of a customer; {} when there is nothing; pure.

    So a customer without them is what was sent before they were.

    :param CustomerData data: the neutral record.
    :rtype: dict
    """
    named = {
        each.address: _name(each)
        for each in data.emails
        if each.purposes or each.address != data.email
    }
    return {"mails": [[each, named[each]] for each in sorted(named)]} if named else {}


def _name(email):
    """Return what a contact is called: what is mailed there, else the address."""
    return ", ".join(email.purposes).capitalize() or email.address


def key_of(own_key, address):
    """Return the external id of a contact, by which it is there once.

    :rtype: str
    """
    return f"{own_key}{MARK}{fingerprint(address.lower())[:16]}"


def write(client, wanted, known):
    """Create and change contacts, and archive those that are not wanted, by one call.

    :param dict wanted: by our key of the customer: its id over there, and the mails of
        its payload.
    :param dict known: of ``find_known``.
    :return: words about those that were refused, by our key of the customer.
    :rtype: dict[str, str]
    """
    rows, owners = {}, {}
    for own_key, (id_, pairs) in wanted.items():
        there = known.get(id_, {})
        keys = {key_of(own_key, address): [address, name] for address, name in pairs}
        changed = {key: pair for key, pair in keys.items() if there.get(key) != pair}
        gone = {key: pair for key, pair in there.items() if key not in keys}
        for some, active in ((changed, "1"), (gone, "0")):
            for key, (address, name) in some.items():
                owners[key] = own_key
                head = [loading.xmlid(key), str(id_), "contact"]
                rows[key] = [[*head, name, address, active]]
    refused = loading.load(client, MODEL, list(COLUMNS), rows)[1]
    return {owners[key]: words for key, words in refused.items()}


def find_known(contacts, keys):
    """Return which of our contacts are below customers: address and name by key.

    :param contacts: records of the other Odoo.
    :param dict keys: of ours that they carry, by id.
    :rtype: dict[int, dict[str, list]]
    """
    found = {}
    for each in contacts:
        for key in keys.get(each["id"], ()):
            if MARK in key:
                below = found.setdefault(each["parent_id"][0], {})
                below[key] = [each["email"] or "", each["name"] or ""]
    return found


def to_pairs(below):
    """Return what is below a customer as its payload has it.

    :param dict below: of one customer, of ``find_known``.
    :rtype: list[list[str]]
    """
    return sorted(below.values())
