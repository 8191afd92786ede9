# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets at rest: sealed with a key that a dump of the table does not hold."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
# What was sealed for one place begins with it; older texts were for any place.
BOUND = "v2:"
# A secret that somebody chose has as many characters, and as many different ones.
SHORTEST = 32
FEWEST = 12


class VaultError(Exception):
    """A sealed text was sealed with another secret, elsewhere, or tampered with."""


def _fernet(secret, place):
    info = f"synkd.vault:{BOUND}{place}" if place else "synkd.vault"
    hkdf = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info.encode())
    return Fernet(base64.urlsafe_b64encode(hkdf.derive(secret.encode())))


def is_weak(secret):
    """Whether a secret that somebody chose can be guessed.

    :rtype: bool
    """
    return len(secret) < SHORTEST or len(set(secret)) < FEWEST


def seal(secret, text, place):
    """Return a text encrypted and signed, to be opened in one place only.

    :param str secret: what the key is derived from.
    :param str text: any text.
    :param str place: identity of the database.
    :rtype: str
    """
    return BOUND + _fernet(secret, place).encrypt(text.encode()).decode()


def unseal(secret, sealed, place):
    """Return the text that was sealed here.

    :param str place: identity of the database; "" opens what older versions sealed.
    :raise VaultError: when another secret or place sealed it, or nobody did.
    :rtype: str
    """
    prefix = BOUND if place else ""
    if not (sealed or "").startswith(prefix):
        raise VaultError("This was not sealed for this place.")
    try:
        inner = sealed.removeprefix(prefix).encode()
        return _fernet(secret, place).decrypt(inner).decode()
    except InvalidToken as error:
        raise VaultError("This was sealed with another secret.") from error
