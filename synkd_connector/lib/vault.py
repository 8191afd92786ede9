# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets at rest: sealed with a key that a dump of the table does not hold."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


class VaultError(Exception):
    """A sealed text was sealed with another secret, or was tampered with."""


def _fernet(secret):
    hkdf = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"synkd.vault")
    return Fernet(base64.urlsafe_b64encode(hkdf.derive(secret.encode())))


def seal(secret, text):
    """Return a text encrypted and signed.

    :param str secret: what the key is derived from.
    :param str text: any text.
    :rtype: str
    """
    return _fernet(secret).encrypt(text.encode()).decode()


def unseal(secret, sealed):
    """Return the text that was sealed.

    :raise VaultError: when another secret sealed it, or nobody did.
    :rtype: str
    """
    try:
        return _fernet(secret).decrypt((sealed or "").encode()).decode()
    except InvalidToken as error:
        raise VaultError("This was sealed with another secret.") from error
