# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers: from the neutral record to a contact of the other Odoo, and back."""

from datetime import timedelta
from decimal import Decimal

from odoo.addons.synkd_connector.lib.fingerprint import fingerprint
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, CustomerData, Result
from odoo.addons.synkd_connector_http.lib import dates
from odoo.addons.synkd_connector_http.lib.push import Push

from . import loading

MODEL = "res.partner"
# Their fields by ours, all of them texts.
TEXTS = {
    "code": "ref",
    "name": "name",
    "email": "email",
    "phone": "phone",
    "website": "website",
    "vat": "vat",
    "street": "street",
    "street2": "street2",
    "city": "city",
    "zip": "zip",
}
FIELDS = (*TEXTS, "state", "country", "credit_limit", "archived")
READ = (*TEXTS.values(), "state_id", "country_id", "credit_limit", "active")
READ += ("customer_rank", "supplier_rank", "write_date")
# What changed is dated when its transaction began, and seen when that ends.
BEHIND = timedelta(minutes=1)
# Why a record is not written that is not there: key of ``const.REFUSALS``.
GONE = "gone"


def to_record(data):
    """Return what is sent of a customer, without identities; pure.

    :param CustomerData data: the neutral record.
    :rtype: dict
    """
    record = {theirs: getattr(data, ours) for ours, theirs in TEXTS.items()}
    return {
        **record,
        "website": _site(data.website),
        "country": data.country,
        "state": data.state,
        "credit_limit": data.credit_limit,
        "active": not data.archived,
    }


def _site(text):
    """Return an address of a web site as Odoo shows it, without what it adds."""
    return text.strip().removeprefix("http://").rstrip("/")


def _money(value):
    return f"{Decimal(str(value or 0)):.2f}"


class Reader:
    """Reads contacts; knows the codes of the countries and states that they are in."""

    def __init__(self, client):
        self.client, self.states, self.keys = client, {}, {}

    def prepare(self, records):
        """Read the states of some contacts by one call, if there are any."""
        ids = {record["state_id"][0] for record in records if record.get("state_id")}
        self.states |= self.client.read_ids(
            "res.country.state", ids - set(self.states), ["code"]
        )

    def find_merged(self, records):
        """Read which keys of ours some contacts carry, by one call.

        One that another was merged into carries its key, beside its own.
        """
        ids = {record["id"] for record in records}
        keys = loading.read_keys(self.client, MODEL, ids)
        self.keys |= {id_: sorted(some) for id_, some in keys.items() if some}

    def to_customer(self, record):
        """Return a customer as the books show it.

        :param dict record: of an answer.
        :rtype: CustomerData
        """
        texts = {ours: str(record[theirs] or "") for ours, theirs in TEXTS.items()}
        texts["website"] = _site(texts["website"])
        country, state = record.get("country_id"), record.get("state_id")
        is_supplier = bool(record.get("supplier_rank"))
        return CustomerData(
            external_id=str(record["id"]),
            archived=not record["active"],
            country=self.client.countries.get(country[0], "") if country else "",
            state=self.states.get(state[0], {}).get("code") or "" if state else "",
            credit_limit=_money(record.get("credit_limit")),
            supplier=is_supplier and not record.get("customer_rank"),
            extra={"keys": keys} if (keys := self.keys.get(record["id"])) else {},
            **texts,
        )

    def read_payload(self, record):
        """Return a contact as it would have been sent."""
        return to_record(self.to_customer(record))


def read_page(client, since, page, size):
    """Return customers and suppliers that changed, oldest change first.

    :param datetime since: naive UTC; None: from the beginning.
    :param int page: from 1.
    :rtype: list[dict]
    """
    domain = [("parent_id", "=", False)]
    domain += ["|", ("customer_rank", ">", 0), ("supplier_rank", ">", 0)]
    if since:
        domain.append(("write_date", ">=", since.strftime("%Y-%m-%d %H:%M:%S")))
    found = client.read_records(
        MODEL,
        domain,
        READ,
        order="write_date, id",
        limit=size,
        offset=(page - 1) * size,
    )
    return [{**record, "key": str(record["id"])} for record in found]


def stamp_of(record):
    """Return when a contact changed, and what it is since.

    Odoo tells the second only: what is changed twice in one second, by us and then by a
    person there, is known by what it says.

    :rtype: str
    """
    said = {name: value for name, value in record.items() if name != "write_date"}
    return f"{record['write_date']} {fingerprint(said)[:16]}"


def read_stamp(stamp):
    """Return the moment in a stamp; None when there is none.

    :rtype: datetime.datetime
    """
    return dates.read_moment(str(stamp).rpartition(" ")[0])


class CustomerPush(Push):
    """Sends one batch: new ones by one call, known ones by another."""

    def _prepare(self):
        """Override: find the states and countries that are named."""
        payloads = [member.payload for member in self.batch.members]
        self.countries = {}
        if any(payload["country"] for payload in payloads):
            known = self.client.countries
            self.countries = {code: id_ for id_, code in known.items()}
        codes = {p["state"] for p in payloads if p["state"]}
        domain = [("code", "in", sorted(codes))]
        names = ["code", "country_id"]
        found = codes and self.client.read_records("res.country.state", domain, names)
        self.states = {
            (each["country_id"][0], each["code"]): each["id"] for each in found or ()
        }

    def _send(self):
        """Override: one call for each way of writing, and one more for each refusal."""
        fresh, known = self._split()
        names = ["id", "is_company", "customer_rank"]
        begin = lambda m: [loading.xmlid(m.own_key), "1", "1"]
        self._load(fresh, names, begin, loading.ONCE)
        self._load(known, [".id"], lambda m: [m.external_id], None)

    def _load(self, members, names, begin, context):
        """Write some members, and note what became of them.

        :param callable begin: returns the first columns of a member.
        """
        if not members:
            return
        by_key = {member.res_id: member for member in members}
        names = [*names, *self._columns()]
        rows = {
            key: [[*begin(member), *self._row(member.payload)]]
            for key, member in by_key.items()
        }
        ids, refused = loading.load(self.client, MODEL, names, rows, context)
        self.has_written = True
        for key, id_ in ids.items():
            self._accept(by_key[key], str(id_))
        self._note_refused([by_key[key] for key in refused], refused)

    def _note_refused(self, members, words):
        """Tell of those that were refused, unless they are there after all.

        That is so when an earlier call, whose answer nobody got, ended meanwhile.
        """
        there = loading.find_members(self.client, MODEL, members, ["name"])
        for member in members:
            if member.external_id:
                reason = "" if member.res_id in there else GONE
                self._refuse(member, words[member.res_id], reason)
            elif member.res_id not in there:
                self._refuse(member, words[member.res_id])

    def _columns(self):
        names = [*TEXTS.values(), "country_id/.id", "state_id/.id", "credit_limit"]
        names.append("active")
        return names + (["use_partner_credit_limit"] if self._has_switch() else [])

    def _has_switch(self):
        """Whether a limit has to be switched on for a customer: from Odoo 16 on."""
        return self.client.series >= 16

    def _row(self, payload):
        country = self.countries.get(payload["country"], "")
        state = self.states.get((country, payload["state"]), "")
        limit = payload["credit_limit"]
        row = [payload[name] for name in TEXTS.values()]
        row += [str(country), str(state), limit, "1" if payload["active"] else "0"]
        return row + (["1" if Decimal(limit) else "0"] if self._has_switch() else [])


def find_outcomes(client, members):
    """Return what became of customers whose answer is unknown.

    :rtype: tuple[Result]
    """
    found = loading.find_members(client, MODEL, members, READ)
    reader = Reader(client)
    reader.prepare(found.values())
    results = []
    for member in members:
        record = found.get(member.res_id)
        is_as_sent = record and reader.read_payload(record) == member.payload
        # One that was deleted over there is told with the customers that changed.
        external_id = str(record["id"]) if record else member.external_id
        outcome = OK if is_as_sent else NOT_FOUND
        results.append(Result(member.res_id, outcome, external_id))
    return tuple(results)
