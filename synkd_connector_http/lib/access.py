# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How one kind of books is reached, and which books a login reaches."""

from dataclasses import dataclass

# A person logs in with a browser; the app does by itself; a key that never changes.
WEB, APP, KEY = "web", "app", "key"


@dataclass(frozen=True)
class Access:
    """What a ledger has to know of a system to reach its books.

    :param str api_url: where it usually is; an administrator may name another address.
        "": he has to.
    :param tuple logins: of WEB, APP and KEY, those that it knows; the usual one first.
    :param str identity_url: where tokens are asked for, without a path.
    :param str token_path: of the token endpoint.
    :param str login_url: where a person logs in, without a path.
    :param str authorize_path: of the login page.
    :param tuple scopes: what is asked for.
    :param bool tenants: a login may reach several books, of which one is chosen.
    :param str signature: name of the header that webhooks are signed in; "": none come.
    :param bool ports: its addresses may name a port.
    :param int unused_days: so long a login works that nobody uses; 0: for ever.
    """

    api_url: str = ""
    logins: tuple = (KEY,)
    identity_url: str = ""
    token_path: str = "/token"
    login_url: str = ""
    authorize_path: str = "/authorize"
    scopes: tuple = ()
    tenants: bool = False
    signature: str = ""
    ports: bool = False
    unused_days: int = 0


@dataclass(frozen=True)
class Tenant:
    """One set of books that a login reaches.

    :param str key: its identity, with which calls name it.
    :param str name: as people know it.
    :param str connection: what is removed when the ledger is disconnected; "": nothing.
    """

    key: str
    name: str = ""
    connection: str = ""


@dataclass(frozen=True)
class Event:
    """What a webhook tells: that something changed in some books.

    :param str tenant: identity of the books.
    :param str key: the same when it is told again.
    :param str category: what kind of record, for people.
    """

    tenant: str
    key: str
    category: str = ""
