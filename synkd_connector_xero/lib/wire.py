# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bytes over HTTP: time-outs, no hidden retries, tolerant reading."""

import json
from decimal import Decimal

import requests
from requests.adapters import HTTPAdapter

from . import problems
from .problems import ApiError

# To connect, and between two bytes.
SECONDS = 60


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

    :param bool repeatable: a read, or a write with a key that makes it one.
    :raise ApiError: no answer came.
    :rtype: requests.Response
    """
    given = {"timeout": SECONDS, **given}
    for again in (repeatable, False):
        try:
            return session.request(method, url, allow_redirects=False, **given)
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
