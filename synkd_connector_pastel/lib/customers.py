# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers as Pastel imports them: with headings, or as its SDK takes them."""

from decimal import Decimal

from .shape import (
    ADDRESS,
    ENCODING,
    PHONE,
    SALES,
    Misfit,
    Texts,
    customer_code,
    show_amount,
    write_rows,
)

POSTAL = tuple(f"PostAddress0{number}" for number in range(1, 6))
DELIVERY = tuple(f"DelAddress0{number}" for number in range(1, 6))
KEY = "UserDefined01"
# Not a field of Pastel: it says which file this is, also when it comes back by mistake.
BATCH = "OdooFile"
# Pastel's own names, in the order of the file with headings.
HEADINGS = (
    *("CustomerCode", "CustomerDesc", *POSTAL),
    *("Telephone", "Contact", "Email", *DELIVERY),
    *("ExemptRef", "SalesmanCode", "Blocked", "OpenItem", "CreditLimit", KEY),
)
TAX_REFERENCE = 16
SDK_FIELDS = 42
# What the SDK's text has at its places, counted from 1; {} is one of ours.
SDK = {
    1: "{CustomerCode}",
    2: "{CustomerDesc}",
    **{3 + n: f"{{{name}}}" for n, name in enumerate(POSTAL)},
    8: "{Telephone}",
    10: "{Contact}",
    11: "N",
    12: "0",
    14: "{SalesmanCode}",
    **{15 + n: f"{{{name}}}" for n, name in enumerate(DELIVERY)},
    20: "{Blocked}",
    21: "0",
    22: "N",
    24: "{OpenItem}",
    25: "0",
    26: "0",
    27: "0",
    28: "{CreditLimit}",
    29: f"{{{KEY}}}",
    34: "M",
    38: "{Email}",
    41: "{ExemptRef}",
}


def to_customer(data, settings):
    """Return a customer by the names of Pastel's fields.

    :param CustomerData data: the neutral record.
    :param Settings settings: of the company.
    :rtype: dict
    :raise Misfit: when it does not fit.
    """
    texts = Texts()
    code = customer_code(data.code)
    if data.external_id and data.external_id != code:
        raise Misfit("moved", code=code, known=data.external_id)
    name = texts.plain(data.name)
    if not name:
        raise Misfit("name")
    fields = {
        "CustomerCode": code,
        "CustomerDesc": name,
        **zip_lines(POSTAL, address(data, "", texts)),
        "Telephone": texts.phone(data.phone),
        "Contact": texts.cut(data.contact_name, PHONE),
        "Email": texts.plain(data.email),
        **zip_lines(DELIVERY, address(data, "delivery_", texts)),
        "ExemptRef": texts.cut(data.vat, TAX_REFERENCE),
        "SalesmanCode": settings.sales_code[:SALES],
        "Blocked": "Y" if data.held else "N",
        "OpenItem": "Y",
        "CreditLimit": show_amount(Decimal(data.credit_limit), settings),
    }
    return {"fields": fields, "changed": texts.changed}


def zip_lines(names, lines):
    """Return the lines of an address by the names of their fields."""
    return dict(zip(names, lines, strict=True))


def address(data, prefix, texts):
    """Return the five lines of an address, each at its place.

    :rtype: list[str]
    """
    part = {
        name: getattr(data, prefix + name)
        for name in ("street", "street2", "city", "state_name", "country_name", "zip")
    }
    area = ", ".join(filter(None, (part["state_name"], part["country_name"])))
    lines = (part["street"], part["street2"], part["city"], area, part["zip"])
    return [texts.cut(line, ADDRESS) for line in lines]


def write_headed(members, number):
    """Return customers as a file with headings.

    :param members: ``Member``.
    :param int number: of the batch.
    :rtype: bytes
    """
    rows = ([*_own(member).values(), f"{number:06}"] for member in members)
    return write_rows([(*HEADINGS, BATCH), *rows])


def write_sdk(members, _number):
    """Return customers as texts of the SDK's ImportCustomer, each in a line.

    :param members: ``Member``.
    :rtype: bytes
    """
    lines = ("|".join(sdk_fields(_own(member))) + "\r\n" for member in members)
    return "".join(lines).encode(ENCODING)


def sdk_fields(fields):
    """Return the 42 fields of the SDK for a customer.

    :param dict fields: by the names of Pastel.
    :rtype: list[str]
    """
    # These break the SDK's text.
    safe = {name: text.translate({38: "+", 39: " "}) for name, text in fields.items()}
    safe["CustomerCode"] = safe["CustomerCode"].ljust(6)
    return [SDK.get(n, "").format_map(safe) for n in range(1, SDK_FIELDS + 1)]


def _own(member):
    """Return the fields of a member, our key among them."""
    return {
        name: member.payload["fields"].get(name, member.own_key) for name in HEADINGS
    }
