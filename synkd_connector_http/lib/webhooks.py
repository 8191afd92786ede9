# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks: who signed them, and what they may say."""

import base64
import hashlib
import hmac
import json

# Some hundred bytes for each event are common.
LARGEST_BODY = 2_000_000


def sign(body, key):
    """Return the signature of a body: HMAC with SHA-256, in Base64.

    :param bytes body: exactly as it travels.
    :param str key: the secret that both sides have.
    :rtype: str
    """
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def is_signed(body, key, given):
    """Whether a signature is that of a key; nothing is signed by no key.

    :param bytes body: exactly as it arrived.
    :param str given: the signature that came with it, whatever that is.
    :rtype: bool
    """
    wanted = sign(body, key).encode()
    return hmac.compare_digest(wanted, given.encode(errors="replace")) and bool(key)


def read_records(body, name):
    """Return the records of a list in a body; [] where it has none.

    :param bytes body: whatever arrived.
    :param str name: of the list.
    :rtype: list[dict]
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return []
    found = told.get(name) if isinstance(told, dict) else None
    found = found if isinstance(found, list) else ()
    return [record for record in found if isinstance(record, dict)]


def digest(*values):
    """Return a short text that stands for some values.

    :rtype: str
    """
    return hashlib.sha256("|".join(values).encode()).hexdigest()[:40]
