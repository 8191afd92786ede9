# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the other Odoo keeps of customers in records of their own.

Terms are found among those that are there; a category is a tag under one of ours; the
delivery address is a contact below the customer, which has an external id of ours; so
are those whom mails go to.
"""

from odoo.addons.synkd_connector.lib.fingerprint import fingerprint

from . import loading, mails

MODEL, TAG = "res.partner", "res.partner.category"
TERM_LINE = "account.payment.term.line"
TERM_READ = ("payment_id", "value", "delay_type", "nb_days", "days_next_month")
# Terms have been as they are since then.
TERM_SERIES = 18
TERM_KINDS = {
    "days_after": "after_invoice",
    "days_after_end_of_month": "after_month_end",
}
ON_THE_DAY, FOLLOWING = "days_end_of_month_on_the", "following_month"
# The tag that categories stand under.
PARENT = "Customer Category"
DELIVERY = "_delivery"
TEXTS = ("street", "street2", "city", "zip")


def to_payload(data):
    """Return what is sent of this of a customer; pure.

    :param CustomerData data: the neutral record.
    :rtype: dict
    """
    address = {name: getattr(data, f"delivery_{name}") for name in TEXTS}
    address["country"], address["state"] = data.delivery_country, data.delivery_state
    return {
        "term": term_text(data.term_kind, data.term_days),
        "category": data.category,
        "delivery": address if any(address.values()) else {},
        **mails.to_payload(data),
    }


# === TERMS === #


def term_text(kind, days):
    """Return terms as one text; "" for none.

    :rtype: str
    """
    return f"{kind} {days}" if kind else ""


def read_terms(client):
    """Return the ids of terms by what they say, by one call.

    :rtype: dict[str, int]
    """
    if client.series < TERM_SERIES:
        return {}
    lines = {}
    active = [("payment_id.active", "=", True)]
    for line in client.read_records(TERM_LINE, active, TERM_READ, order="id desc"):
        lines.setdefault(line["payment_id"][0], []).append(line)
    found = {_name_term(*some): id_ for id_, some in lines.items() if len(some) == 1}
    found.pop("", None)
    return found


def _name_term(line):
    """Return what a term of one line says; "" for what has no word here."""
    day = str(line["days_next_month"] or "")
    if line["value"] != "percent":
        return ""
    if line["delay_type"] == ON_THE_DAY:
        is_day = day.isdigit() and not line["nb_days"]
        return term_text(FOLLOWING, int(day)) if is_day else ""
    return term_text(TERM_KINDS.get(line["delay_type"], ""), line["nb_days"])


# === CATEGORIES === #


def read_tags(client):
    """Return the ids of our tags by their names.

    :rtype: dict[str, int]
    """
    under = [("parent_id.name", "=", PARENT)]
    found = client.read_records(TAG, under, ["name"], order="id desc")
    return {tag["name"]: tag["id"] for tag in found}


def make_tags(client, names):
    """Create tags, each once.

    :return: their ids by name; those that are refused are not among them.
    :rtype: dict[str, int]
    """
    key = "customer_category"
    rows = {key: [[loading.xmlid(key), PARENT]]}
    above, _refused = loading.load(client, TAG, ["id", "name"], rows, loading.ONCE)
    if not above:
        return {}
    rows = {
        name: [[loading.xmlid(f"{key}_{fingerprint(name)}"), name, str(above[key])]]
        for name in names
    }
    columns = ["id", "name", "parent_id/.id"]
    return loading.load(client, TAG, columns, rows, loading.ONCE)[0]


# === DELIVERY ADDRESSES, AND WHOM MAILS GO TO === #


def read_below(client, ids):
    """Return the contacts of ours that some customers have below them, by two calls.

    :return: delivery addresses by customer, and whom mails go to, see ``mails``.
    :rtype: tuple[dict[int, dict], dict[int, dict]]
    """
    domain = [("parent_id", "in", sorted(ids)), ("active", "=", True)]
    domain.append(("type", "in", ("delivery", "contact")))
    names = ["parent_id", "type", "name", "email", *TEXTS, "country_id", "state_id"]
    found = client.read_records(MODEL, domain, names) if ids else []
    keys = loading.read_keys(client, MODEL, {each["id"] for each in found})
    addresses = {
        each["parent_id"][0]: each
        for each in found
        if any(key.endswith(DELIVERY) for key in keys.get(each["id"], ()))
    }
    return addresses, mails.find_known(found, keys)


def write_addresses(client, addresses, bare=()):
    """Create or change delivery addresses, all by one call.

    :param dict addresses: by our key of the customer: id of the customer over there,
        id of the country and of the state, and the address; {} puts it out of use.
    :param bare: keys of the customers without an address of their own. Odoo gives them
        that of their first contact, so this one is made without it first.
    :return: words about those that were refused, by key.
    :rtype: dict[str, str]
    """
    first = ["id", "parent_id/.id", "type"]
    columns = [*first, "active", *TEXTS, "country_id/.id", "state_id/.id"]
    rows = {
        key: [
            [loading.xmlid(f"{key}{DELIVERY}"), str(id_), "delivery"]
            + ["1" if address else "0", *(address.get(name, "") for name in TEXTS)]
            + [str(country), str(state)]
        ]
        for key, (id_, country, state, address) in addresses.items()
    }
    empty = {key: [rows[key][0][: len(first)]] for key in bare if key in rows}
    loading.load(client, MODEL, first, empty, loading.ONCE)
    return loading.load(client, MODEL, columns, rows)[1]
