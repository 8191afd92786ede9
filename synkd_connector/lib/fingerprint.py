# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fingerprints: how the engine knows that a payload was sent before."""

import hashlib
import json


def fingerprint(payload):
    """Hash a payload so that equal content gives an equal value.

    :param payload: anything that JSON can express; the order of keys is irrelevant.
    :return: 40 hexadecimal digits.
    :rtype: str
    """
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
