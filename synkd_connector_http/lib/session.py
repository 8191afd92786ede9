# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connections that end: only to where they may go, and within a time of their own."""

import http.client
import io
import os
import time

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import LocationValueError

from . import address

# For a whole answer, from its first byte to its last: who drips ends here as well.
ANSWER_SECONDS = 120
# The only proxy that is used; that of the environment is meant for other programs.
PROXY_OPTION = "SYNKD_PROXY"
# A company's own certificates, as other programs on the machine know them.
BUNDLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


# A header that travels in the address: what is secret in it stands in no exception and
# in no log of the libraries, which tell addresses and know no more than this program.
SECRET_QUERY = "X-Synkd-Secret-Query"


class ForbiddenError(LocationValueError):
    """A name stood for a machine that may not be talked to.

    Of this kind since the library passes it on as it is.
    """


class _Hurried(io.RawIOBase):
    """Reads from a socket until the time is up.

    The time-out of a socket counts from byte to byte; this one counts in all.
    """

    def __init__(self, sock):
        super().__init__()
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._idle = sock.gettimeout() or ANSWER_SECONDS
        self._end = time.monotonic() + ANSWER_SECONDS

    def readable(self):
        """Override: it is for reading."""
        return True

    def readinto(self, buffer):
        """Override: wait for bytes as long as there is time.

        :raise TimeoutError: when there is none left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(min(left, self._idle))
        return self._raw.readinto(buffer)

    def close(self):
        """Override: let the socket go."""
        self._raw.close()
        return super().close()


class _Response(http.client.HTTPResponse):
    """An answer whose head and body together have to come in time."""

    def __init__(self, sock, *args, **kwargs):
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_Hurried(sock))


class _Checked:
    """A connection that looks whom it has reached before it says anything.

    Before TLS begins, too: the socket is made first.
    """

    response_class = _Response

    def request(self, method, url, body=None, headers=None, **options):
        """Override: put into the address what nobody else is to see there."""
        given = dict(headers or {})
        if secret := given.pop(SECRET_QUERY, None):
            url = f"{url}{'&' if '?' in url else '?'}{secret}"
        return super().request(method, url, body=body, headers=given, **options)

    def _new_conn(self):
        sock = super()._new_conn()
        if not (self.proxy or address.is_reachable(sock.getpeername()[0])):
            sock.close()
            raise ForbiddenError("this machine may not be talked to")
        return sock


class _Http(_Checked, HTTPConnection):
    pass


class _Https(_Checked, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    """Takes our connections, also through a proxy."""

    def init_poolmanager(self, *args, **kwargs):
        """Override to use connections that end."""
        result = super().init_poolmanager(*args, **kwargs)
        self._use_ours(self.poolmanager)
        return result

    def proxy_manager_for(self, *args, **kwargs):
        """Override to use connections that end."""
        return self._use_ours(super().proxy_manager_for(*args, **kwargs))

    def _use_ours(self, manager):
        manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        return manager


def open_session():
    """Return a session that does what it is told and nothing else.

    It sends nothing again by itself, since the library counts PUT as harmless and would
    create records twice; and it takes neither a login (.netrc) nor a proxy from its
    surroundings.

    :rtype: requests.Session
    """
    session = requests.Session()
    session.trust_env = False
    # The one packing that is undone within bounds.
    session.headers["Accept-Encoding"] = "gzip"
    if proxy := os.environ.get(PROXY_OPTION):
        session.proxies = {"http": proxy, "https": proxy}
    bundles = (os.environ.get(name) for name in BUNDLES)
    session.verify = next(filter(None, bundles), True)
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Adapter(max_retries=0))
    return session
