# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writing customers, and finding what was written."""

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.results import (
    CANDIDATES,
    NOT_FOUND,
    OK,
    BooksRecord,
    Result,
)
from odoo.addons.synkd_connector_http.lib.marks import clean
from odoo.addons.synkd_connector_http.lib.problems import NOT_FOUND as GONE
from odoo.addons.synkd_connector_http.lib.problems import REFUSED, ApiError
from odoo.addons.synkd_connector_http.lib.push import OneByOne

from . import customers, reading

SERVICE = "Customer"
CATEGORIES = "CustomerCategory"
# Why a customer was not sent, beside Sage's own words; the sentences are in const.py.
UNKNOWN = "unknown"
NO_CURRENCY = "no_currency"


def read_currencies(client):
    """Return the currencies of the company: codes by identity.

    :rtype: dict[str, str]
    """
    found = reading.read_all(client, "Currency")
    return {each["ID"]: clean(each.get("Code")).upper() for each in found}


class CustomerPush(OneByOne):
    """Sends one batch of customers, each by a call of its own.

    A known one is read first: Sage keeps what is saved and nothing else, so what the
    bookkeeper wrote into other fields is given back.
    """

    def __init__(self, client, batch, say, base_currency):
        """Prepare.

        :param str base_currency: of the company.
        """
        super().__init__(client, batch, say)
        self.base_currency = base_currency

    def _prepare(self):
        """Override: read what is known, and what words stand for."""
        _fresh, known = self._split()
        self._current = {m.external_id: self._read(m) for m in known}
        payloads = [member.payload for member in self.batch.members]
        self._currencies, self._categories = {}, {}
        if any(payload[customers.CURRENCY] for payload in payloads) or known:
            self._currencies = read_currencies(self.client)
        if any(payload[customers.CATEGORY] for payload in payloads):
            found = reading.read_all(self.client, CATEGORIES)
            self._categories = {_plain(e.get("Description")): e["ID"] for e in found}

    def _read(self, member):
        return self.client.one(SERVICE, member.external_id)

    def _save(self, member):
        """Override: save the whole record, unless nothing differs."""
        current = {}
        if member.external_id:
            current = self._current[member.external_id]
            if not current:
                raise ApiError(GONE)
            if self._is_as_sent(member, current):
                return member.external_id
        category, currency = self._category(member), self._currency(member, current)
        record = customers.to_record(member, current, category, currency)
        return self.client.store(SERVICE, record)["ID"]

    def _is_as_sent(self, member, current):
        """Whether Sage has a customer as it is sent, with our key on it."""
        if find_key(current.get(customers.MARK)) != member.own_key:
            return False
        return not customers.find_differences(
            member.payload, current, self._currencies, self.base_currency
        )

    def _category(self, member):
        """Return the identity of a member's category; made when it is missing."""
        name = member.payload[customers.CATEGORY]
        if not name:
            return None
        if _plain(name) not in self._categories:
            made = self.client.store(CATEGORIES, {"Description": name})
            self._categories[_plain(name)] = made["ID"]
        return int(self._categories[_plain(name)])

    def _currency(self, member, current):
        """Return the identity of a member's currency.

        The company's own is left as Sage has it: with its identity, or without one.

        :raise ApiError: REFUSED, when Sage has none of this code.
        """
        code = member.payload[customers.CURRENCY]
        wanted, shown = code or self.base_currency, str(current.get("CurrencyId") or "")
        found = [id_ for id_, known in self._currencies.items() if known == wanted]
        if not code:
            return int(shown) if shown in found else None
        if not found:
            raise ApiError(REFUSED, NO_CURRENCY)
        return int(found[0])

    def _refuse(self, member, words, reason=""):
        """Override: what we refuse ourselves has sentences of its own."""
        if words == NO_CURRENCY:
            words, reason = member.payload[customers.CURRENCY], NO_CURRENCY
        elif member.external_id and not self._current.get(member.external_id):
            reason = UNKNOWN
        return super()._refuse(member, words, reason)


def _plain(text):
    return clean(text).casefold()


def find_outcomes(client, batch, say, base_currency):
    """Find out what Sage has of some members whose answer is unknown.

    They are known by the ID that was kept, or by our key. What has neither, but the
    name of one, only a person can tell.

    :param Batch batch: as it was sent.
    :param callable say: makes a sentence of a member.
    :param str base_currency: of the company.
    :rtype: tuple[Result]
    """
    recent = []
    if not all(member.external_id for member in batch.members):
        recent = reading.read_recent(client, SERVICE, reading.since_of(batch))
    by_key = {find_key(each.get(customers.MARK)): each for each in recent}
    currencies = read_currencies(client)
    results = []
    for member in batch.members:
        current = by_key.get(member.own_key) if member.own_key else None
        if member.external_id:
            current = client.one(SERVICE, member.external_id)
        if current:
            lacks = customers.find_differences(
                member.payload, current, currencies, base_currency
            )
            outcome = NOT_FOUND if lacks else OK
            results.append(Result(member.res_id, outcome, current["ID"]))
        elif member.external_id:
            results.append(Result(member.res_id, NOT_FOUND, member.external_id))
        else:
            results.append(_of_lost(member, recent, say))
    return tuple(results)


def _of_lost(member, recent, say):
    """Return what became of a new customer that does not have our key."""
    name = _plain(member.payload["Name"])
    like = tuple(
        BooksRecord(each["ID"], customers.read_code(each), name=str(each.get("Name")))
        for each in recent
        if not find_key(each.get(customers.MARK)) and _plain(each.get("Name")) == name
    )
    if not like:
        return Result(member.res_id, NOT_FOUND)
    return Result(member.res_id, CANDIDATES, message=say(member), candidates=like)
