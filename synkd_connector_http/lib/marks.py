# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts as books keep them, and our key behind one of them."""

from dataclasses import replace

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.results import CustomerData

TEXTS = tuple(
    name
    for name, value in CustomerData().as_dict().items()
    if isinstance(value, str) and name not in ("external_id", "credit_limit")
)


def clean(text):
    """Return a text without double blanks or blanks at its ends.

    :rtype: str
    """
    return " ".join(str(text or "").split())


def clean_texts(data, **others):
    """Return a customer as books keep him that trim texts, so that echoes are known.

    :param CustomerData data: as it is here.
    :param others: fields that are kept otherwise.
    :rtype: CustomerData
    """
    texts = {name: clean(getattr(data, name)) for name in TEXTS}
    return replace(data, **texts | others)


def with_key(text, key, length):
    """Return a text that carries a key behind it.

    :param str key: "" for none.
    :param int length: of both together.
    :rtype: str
    """
    if not key:
        return text[:length]
    return f"{text[: length - len(key) - 1]} {key}".strip()


def without_key(text):
    """Return a text as people wrote it, without a key of ours behind it.

    :param str text: of the books; may be None.
    :rtype: str
    """
    text, key = str(text or ""), find_key(text)
    return text[: text.upper().find(key)].rstrip() if key else text
