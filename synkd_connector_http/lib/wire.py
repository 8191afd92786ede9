# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One call over HTTP: no hidden retries, and an answer within bounds."""

import zlib
from dataclasses import dataclass
from typing import Any

import requests
import urllib3

from . import problems
from .problems import ApiError
from .session import ForbiddenError

# To connect, and between two bytes.
SECONDS = 60
# Of an answer when it is unpacked.
MOST_BYTES = 32 * 1024 * 1024
PIECE = 64 * 1024
PRIVATE = "a private network"
# What says that a call did what it was to do, and answers with a body.
DONE = (200, 201)
# How the library tells that a connection broke, before and while an answer comes.
BROKEN = (
    requests.ConnectionError,
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.SSLError,
)


@dataclass(frozen=True)
class Reply:
    """A whole answer.

    :param int status: of HTTP.
    :param headers: as a mapping that knows no case.
    :param bytes content: unpacked.
    """

    status: int
    headers: Any
    content: bytes

    @property
    def text(self):
        """Return the body as text.

        :rtype: str
        """
        return self.content.decode("utf-8", "replace")


def send(session, method, url, repeatable=False, most=None, **given):
    """Make one call; a broken connection is tried once more where that is harmless.

    Redirects are not followed: a token must not travel to another address.

    What answers the second write with anything but 200 or 201 says nothing about the
    first: a limit, for one, is looked at before the key is.

    :param bool repeatable: a read, or a write with a key that makes it one.
    :param int most: bytes of an answer; default: MOST_BYTES.
    :raise ApiError: no answer came, or none that tells what became of a write.
    :rtype: Reply
    """
    for again in (repeatable, False):
        try:
            reply = _send_once(session, method, url, most or MOST_BYTES, **given)
        except requests.exceptions.SSLError as error:
            raise ApiError(problems.ADDRESS, "TLS") from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise ApiError(problems.OFFLINE) from error
        except BROKEN as error:
            if again:
                continue
            raise ApiError(problems.OFFLINE) from error
        except ForbiddenError as error:
            raise ApiError(problems.ADDRESS, PRIVATE) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise ApiError(problems.ADDRESS, type(error).__name__) from error
        is_second = repeatable and not again
        if is_second and method != "GET" and reply.status not in DONE:
            raise ApiError(problems.OFFLINE)
        return reply
    raise ApiError(problems.OFFLINE)


def _send_once(session, method, url, most, **given):
    """Make one call, and read its answer piece by piece."""
    given = {"timeout": SECONDS, **given}
    answer = session.request(method, url, allow_redirects=False, stream=True, **given)
    try:
        packing = answer.headers.get("Content-Encoding", "").strip().lower()
        pieces = iter(lambda: answer.raw.read(PIECE, decode_content=False), b"")
        unpacked = _unpack(pieces, packing, most)
        return Reply(answer.status_code, answer.headers, _join(unpacked, most))
    finally:
        answer.close()


def _join(pieces, most):
    """Return pieces as one; so much may arrive and no more.

    :raise ApiError: BOUNDS when there is more.
    """
    found, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise ApiError(problems.BOUNDS, f"{most // 1024} KB")
        found.append(piece)
    return b"".join(found)


def _unpack(pieces, packing, most):
    """Yield unpacked pieces, none much longer than what may arrive in all.

    :raise ApiError: when they are packed in another way, or are not whole.
    """
    if packing in ("", "identity"):
        yield from pieces
        return
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if packing == "gzip" else None
    try:
        for piece in pieces if unpacker else ():
            yield unpacker.decompress(piece, most + 1)
    except zlib.error as error:
        raise ApiError(problems.UNREADABLE) from error
    if not (unpacker and unpacker.eof) or unpacker.unused_data:
        raise ApiError(problems.UNREADABLE)
