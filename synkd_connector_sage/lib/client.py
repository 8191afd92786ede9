# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The interface of Sage Accounting South Africa: calls, login and errors."""

import base64
from urllib.parse import quote

from odoo.addons.synkd_connector_http.lib import dates, problems
from odoo.addons.synkd_connector_http.lib.access import Tenant
from odoo.addons.synkd_connector_http.lib.address import part
from odoo.addons.synkd_connector_http.lib.client import HttpClient
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.session import SECRET_QUERY

from . import shape

API_PATH = "/api/2.0.0"
# So many records a page has at most, whatever is asked for.
PAGE_SIZE = 100
# Who calls too fast is shut out for an hour, and longer if he asks meanwhile.
BLOCKED_SECONDS = 3600
PAUSED_SECONDS = 300
# What payloads keep as exact texts, and Sage wants as numbers.
NUMBERS = frozenset(
    ("CreditLimit", "Quantity", "UnitPriceExclusive", "UnitPriceInclusive", "Total")
    + ("DiscountPercentage", "Customer_ExchangeRate")
)
# What statuses mean; nothing was written at any of them.
STATUSES = {
    401: problems.LOGIN,
    402: problems.UNPAID,
    403: problems.KEY,
    404: problems.NOT_FOUND,
    405: problems.SCOPE,
}
# What tells one service's records from another's: the company itself has no company.
COMPANY = "Company"


class SageClient(HttpClient):
    """Talks to one company.

    The login goes with every call (Basic), and the key stands in the address, where it
    is put so late that no exception and no log of a library shows it. A refused login
    is not tried again: twenty of them lock the user out for a day. Nothing makes a
    write repeatable: what became of one that got no answer is looked up.
    """

    lists = shape.LISTS
    numbers = NUMBERS
    rest = 1.0

    def __init__(self, base_url, get_token, user, password, company="", session=None):
        """Prepare calls.

        :param str base_url: address without a path.
        :param callable get_token: returns the key of the interface, a GUID.
        :param str user: e-mail address that logs in to Sage.
        :param str password: of that user.
        :param str company: ID of the company; "" for calls that find it out.
        """
        super().__init__(base_url, get_token, session)
        self.user, self.password = user, password
        self.tenant_id = company

    # === CALLS === #

    def page(self, service, skip=0, params=None):
        """Read one page of a service's records, in the order of their IDs.

        :param str service: such as Customer.
        :param int skip: how many records come before it.
        :return: those that can be read, their number with the others, and how many
            there are in all.
        :rtype: tuple[list, int, int]
        """
        asked = {"$orderby": "ID", "$skip": skip, "$top": PAGE_SIZE, **(params or {})}
        body = self._call("GET", self._url(f"/{service}/Get"), params=self._of(asked))
        found = body.get("Results") if isinstance(body, dict) else None
        if not isinstance(found, list):
            raise ApiError(problems.UNREADABLE)
        total = body.get("TotalResults")
        total = total if isinstance(total, int) else skip + len(found)
        records = self._readable({service: [_with_text_id(each) for each in found]})
        return records[service], len(found), total

    def one(self, service, id_):
        """Read one record; None where this company has none.

        :rtype: dict
        """
        body = self.find(f"/{service}/Get/{part(id_)}", self._of())
        if not body:
            return None
        found = self._readable({service: [_with_text_id(body)]})[service]
        return found[0] if found else None

    def store(self, service, record, params=None):
        """Create a record, or change the one whose ID it has.

        :return: the record as Sage has it now.
        :rtype: dict
        :raise ApiError: UNREADABLE when the answer does not tell what was written.
        """
        path = f"/{service}/Save"
        found = _with_text_id(self.save("POST", path, record, params=self._of(params)))
        if self.lists.shape.find_oddity(found, "ID"):
            raise ApiError(problems.UNREADABLE)
        return found

    def calculate(self, service, record):
        """Let a document be worked out; nothing is kept.

        :return: the document as Sage would have it.
        :rtype: dict
        :raise ApiError: UNREADABLE when the answer does not tell what it comes to.
        """
        path = f"/{service}/Calculate"
        found = self.save("POST", path, record, params=self._of())
        if found.get("Total") is None or self.lists.shape.find_oddity(found, ""):
            raise ApiError(problems.UNREADABLE)
        return found

    def remove(self, service, id_):
        """Delete a record; what is gone already counts as deleted."""
        self._check_read()
        try:
            url = self._url(f"/{service}/Delete/{part(id_)}")
            self._call("DELETE", url, params=self._of())
        except ApiError as error:
            if error.problem != problems.NOT_FOUND:
                raise

    def read_tenants(self):
        """Override: the companies that the login may see."""
        companies, _count, _total = self.page(COMPANY)
        return [Tenant(each["ID"], str(each.get("Name") or "")) for each in companies]

    def _of(self, params=None):
        """Return parameters of a call that is about this company."""
        company = {"companyid": self.tenant_id} if self.tenant_id else {}
        return {**(params or {}), **company}

    def _url(self, path):
        """Override: all is below one path."""
        return f"{self.base_url}{API_PATH}{path}"

    # === HOOKS === #

    def _headers(self):
        """Override: calls without a kind of content are refused, reads too."""
        return {**super()._headers(), "Content-Type": "application/json"}

    def _auth(self, token):
        """Override: user and password, and the key in the address."""
        return _Basic(_encode(self.user, self.password), token)

    def _secrets(self):
        """Override: the key in every way that it is written, password and both."""
        key = (self.get_token("") or "").strip("{}")
        found = (key, key.lower(), key.upper(), self.password)
        both = _encode(self.user, self.password)
        return sorted(filter(None, {*found, both}), key=len, reverse=True)

    def _is_hopeless(self, reply):
        """Override: nothing is gained by a second try, and the user may be lost."""
        return True

    def _to_error(self, reply):
        """Override: what Sage's statuses mean."""
        status, now = reply.status, dates.utc_now()
        told = dates.read_retry_after(reply.headers.get("Retry-After"), now) or 0
        if status == 429:
            return ApiError(problems.MINUTE, "", max(told, BLOCKED_SECONDS))
        if status == 503:
            return ApiError(problems.PAUSED, "", told or PAUSED_SECONDS)
        if status == 202:
            # Taken, but nobody knows what became of it.
            return ApiError(problems.UNREADABLE)
        if status in STATUSES:
            return ApiError(STATUSES[status], self._words(reply) or str(status))
        return super()._to_error(reply)


def _with_text_id(record):
    """Return a record whose identity is a text, as identities are here.

    What is not there yet has a zero for it.
    """
    if not isinstance(record, dict) or type(record.get("ID")) is not int:
        return record
    return {**record, "ID": str(record["ID"] or "")}


def _encode(user, password):
    return base64.b64encode(f"{user}:{password}".encode()).decode()


class _Basic:
    """Puts user, password and key on a call; given as ``auth``: nothing replaces it."""

    def __init__(self, both, key):
        self._both, self._key = both, key

    def __call__(self, request):
        request.headers["Authorization"] = f"Basic {self._both}"
        braced = "{" + self._key.strip("{}") + "}"
        request.headers[SECRET_QUERY] = f"apikey={quote(braced)}"
        return request
