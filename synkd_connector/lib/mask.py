# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hides personal data in what is kept for looking at."""

# Names of payload fields, in any connector's spelling, that tell about a person.
PERSONAL = ("email", "phone", "mobile", "vat", "taxnumber", "contact", "person")
SHOWN = 2


def mask(payload):
    """Return a payload in which personal texts are replaced by stars.

    The first characters stay, so that a person can still tell one from another.

    :param payload: dict, list or plain value; not changed.
    """
    if isinstance(payload, dict):
        return {key: _mask_field(key, value) for key, value in payload.items()}
    if isinstance(payload, list | tuple):
        return [mask(value) for value in payload]
    return payload


def _mask_field(key, value):
    """Return the value of one field, starred when it tells about a person."""
    plain = key.replace("_", "").lower()
    if isinstance(value, str) and any(word in plain for word in PERSONAL):
        return value[:SHOWN] + "*" * len(value[SHOWN:])
    return mask(value)
