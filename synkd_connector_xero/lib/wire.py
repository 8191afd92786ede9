# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bytes over HTTP: time-outs, no hidden retries, tolerant reading."""

import json
from decimal import Decimal, InvalidOperation

import requests
from requests.adapters import HTTPAdapter

from . import problems
from .problems import ApiError

# To connect, and between two bytes.
SECONDS = 60
# What payloads keep as exact texts, and Xero's contract wants as numbers.
NUMBERS = frozenset(
    ("Quantity", "UnitAmount", "LineAmount", "TaxAmount", "DiscountRate")
    + ("DiscountAmount", "Amount", "BankAmount", "CurrencyRate")
)


def open_session():
    """Return a session that never sends anything again by itself.

    The library's own retries count PUT as harmless, and would create records twice.
    """
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=0))
    return session


def send(session, method, url, repeatable=False, **given):
    """Make one call; a broken connection is tried once more where that is harmless.

    Redirects are not followed: a token must not travel to another address.

    What answers the second write with anything but 200 says nothing about the first:
    a limit, for one, is looked at before the key is.

    :param bool repeatable: a read, or a write with a key that makes it one.
    :raise ApiError: no answer came, or none that tells what became of a write.
    :rtype: requests.Response
    """
    given = {"timeout": SECONDS, **given}
    for again in (repeatable, False):
        try:
            answer = session.request(method, url, allow_redirects=False, **given)
            is_second = repeatable and not again
            if is_second and method != "GET" and answer.status_code != 200:
                raise ApiError(problems.OFFLINE)
            return answer
        except requests.exceptions.SSLError as error:
            raise ApiError(problems.ADDRESS, "TLS") from error
        except requests.Timeout as error:
            raise ApiError(problems.OFFLINE) from error
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            if not again:
                break
        except requests.RequestException as error:
            raise ApiError(problems.ADDRESS, type(error).__name__) from error
    raise ApiError(problems.OFFLINE)


def write_json(body):
    """Return a body as bytes; amounts become numbers of the same digits.

    :param body: dict or list; amounts in it are texts or numbers.
    :rtype: bytes
    """
    return json.dumps(_with_numbers(body), ensure_ascii=False).encode()


def _with_numbers(value, name=""):
    if isinstance(value, dict):
        return {key: _with_numbers(each, key) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_numbers(each, name) for each in value]
    if isinstance(value, Decimal) or name in NUMBERS and isinstance(value, str):
        return _to_number(value)
    return value


def _to_number(value):
    """Return a number that is written with the same digits, or else the text."""
    try:
        exact = Decimal(value)
        number = int(exact) if exact == exact.to_integral_value() else float(exact)
    except (InvalidOperation, OverflowError, ValueError):
        return str(value)
    return number if Decimal(repr(number)) == exact else str(value)


def read_json(response):
    """Return the body of an answer; amounts become Decimal.

    :raise ApiError: when it is no JSON, such as half an answer.
    """
    try:
        return json.loads(response.content, parse_float=Decimal)
    except ValueError as error:
        raise ApiError(problems.UNREADABLE) from error


def read_dict(response):
    """Return the body of an answer if it is an object; {} otherwise.

    :rtype: dict
    """
    try:
        body = read_json(response)
    except ApiError:
        return {}
    return body if isinstance(body, dict) else {}
