# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers: from the neutral record to a contact of the other Odoo, and back."""

from datetime import timedelta
from decimal import Decimal

from odoo.addons.synkd_connector.lib.fingerprint import fingerprint
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, CustomerData, Result
from odoo.addons.synkd_connector_http.lib import dates
from odoo.addons.synkd_connector_http.lib.push import Push

from . import beside, loading, mails

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
# What is compared after a lost answer as well.
READ_ALL = (*READ, "category_id", "property_payment_term_id")
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
        **beside.to_payload(data),
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
        self.terms, self.tags, self.addresses, self.mails = None, {}, {}, {}

    def prepare(self, records):
        """Read the states of some contacts by one call, if there are any."""
        records = [*records, *self.addresses.values()]
        ids = {record["state_id"][0] for record in records if record.get("state_id")}
        self.states |= self.client.read_ids(
            "res.country.state", ids - set(self.states), ["code"]
        )

    def read_beside(self, records):
        """Read what some contacts have beside them; ``prepare`` comes after it."""
        if self.terms is None:
            terms = beside.read_terms(self.client)
            self.terms = {id_: text for text, id_ in terms.items()}
            self.tags = {i: name for name, i in beside.read_tags(self.client).items()}
        ids = {record["id"] for record in records}
        addresses, below = beside.read_below(self.client, ids)
        self.addresses |= addresses
        self.mails |= below

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
        is_supplier = bool(record.get("supplier_rank"))
        places = self._read_places(record)
        if address := self.addresses.get(record["id"]):
            there = {name: str(address[name] or "") for name in beside.TEXTS}
            there |= self._read_places(address)
            places |= {f"delivery_{name}": value for name, value in there.items()}
        return CustomerData(
            external_id=str(record["id"]),
            archived=not record["active"],
            **places,
            credit_limit=_money(record.get("credit_limit")),
            supplier=is_supplier and not record.get("customer_rank"),
            extra={"keys": keys} if (keys := self.keys.get(record["id"])) else {},
            **texts,
        )

    def _read_places(self, record):
        """Return the codes of the country and state of a contact."""
        country, state = record.get("country_id"), record.get("state_id")
        return {
            "country": self.client.countries.get(country[0], "") if country else "",
            "state": self.states.get(state[0], {}).get("code") or "" if state else "",
        }

    def is_as_sent(self, record, payload):
        """Whether a contact is what was sent, with what it has beside it.

        Terms that the other Odoo does not have were not sent.

        :rtype: bool
        """
        there = to_record(self.to_customer(record))
        tags = [self.tags[id_] for id_ in record["category_id"] if id_ in self.tags]
        there["category"] = tags[0] if tags else ""
        term = record["property_payment_term_id"]
        there["term"] = self.terms.get(term[0], "") if term else ""
        if payload["term"] not in self.terms.values():
            there["term"] = payload["term"]
        if pairs := mails.to_pairs(self.mails.get(record["id"], {})):
            there["mails"] = pairs
        return there == payload


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
    return [
        {**record, "key": str(record["id"]), "stamp": stamp_of(record)}
        for record in found
    ]


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
        places = [*payloads, *(p["delivery"] for p in payloads if p["delivery"])]
        if any(place["country"] for place in places):
            known = self.client.countries
            self.countries = {code: id_ for id_, code in known.items()}
        codes = {place["state"] for place in places if place["state"]}
        domain = [("code", "in", sorted(codes))]
        names = ["code", "country_id"]
        found = codes and self.client.read_records("res.country.state", domain, names)
        self.states = {
            (each["country_id"][0], each["code"]): each["id"] for each in found or ()
        }
        wanted = {payload["term"] for payload in payloads} - {""}
        self.terms = beside.read_terms(self.client) if wanted else {}
        self._find_tags({payload["category"] for payload in payloads} - {""})

    def _find_tags(self, names):
        """Find our tags, and which tags known members have beside them."""
        ids = {int(m.external_id) for m in self.batch.members if m.external_id}
        self.tags = beside.read_tags(self.client) if names or ids else {}
        self.new_tags, self.kept = names - self.tags.keys(), {}
        if ids and (self.tags or names):
            ours = set(self.tags.values())
            found = self.client.read_ids(MODEL, ids, ["category_id"])
            self.kept = {i: {*r["category_id"]} - ours for i, r in found.items()}

    def _send(self):
        """Override: one call for each way of writing, and one more for each refusal."""
        if self.new_tags:
            self.tags |= beside.make_tags(self.client, sorted(self.new_tags))
        fresh, known = self._split()
        names = ["id", "is_company", "customer_rank"]
        begin = lambda m: [loading.xmlid(m.own_key), "1", "1"]
        self._load_all(fresh, names, begin, loading.ONCE)
        self._load_all(known, [".id"], lambda m: [m.external_id], None)
        self._write_below(fresh, known)

    def _load_all(self, members, *way):
        """Write some members: those whose terms are there, and the others without."""
        for with_term in (True, False):
            some = [m for m in members if self._has_term(m) == with_term]
            self._load(some, with_term, *way)

    def _has_term(self, member):
        return member.payload["term"] in self.terms

    def _write_below(self, fresh, known):
        """Write what those who were taken have below them, by a call for each kind.

        Who may have something there is not told before: when an answer is lost, they
        are asked about, and sent again.
        """
        fresh = [m for m in fresh if m.payload["delivery"] or m.payload.get("mails")]
        taken = [
            (member, self.results.pop(member.res_id))
            for member in (*fresh, *known)
            if self._is_taken(member)
        ]
        had = {int(result.external_id) for m, result in taken if m.external_id}
        addresses, below = beside.read_below(self.client, had)
        refused = self._write_addresses(taken, addresses)
        refused |= self._write_mails(taken, below)
        for member, result in taken:
            if member.own_key in refused:
                self._refuse(member, refused[member.own_key])
            else:
                self.results[member.res_id] = result

    def _is_taken(self, member):
        result = self.results.get(member.res_id)
        return bool(result) and result.outcome == OK

    def _write_addresses(self, taken, had):
        """Write delivery addresses; return words about the refused, by our key.

        :param list taken: pairs of member and result.
        :param dict had: addresses that are there, by customer.
        :rtype: dict[str, str]
        """
        addresses, bare = {}, []
        for member, result in taken:
            address, id_ = member.payload["delivery"], int(result.external_id)
            if address or id_ in had:
                places = self._find_places(address) if address else ("", "")
                addresses[member.own_key] = (id_, *places, address)
                bare += [member.own_key] if _has_no_address(member) else []
        return beside.write_addresses(self.client, addresses, bare)

    def _write_mails(self, taken, known):
        """Write whom mails go to; return words about the refused, by our key.

        :param list taken: pairs of member and result.
        :param dict known: who is there, by customer.
        :rtype: dict[str, str]
        """
        wanted = {
            member.own_key: (int(result.external_id), member.payload.get("mails", ()))
            for member, result in taken
        }
        return mails.write(self.client, wanted, known)

    def _find_places(self, values):
        """Return the ids of the country and state of an address; "" for none."""
        country = self.countries.get(values["country"], "")
        return country, self.states.get((country, values["state"]), "")

    def _load(self, members, with_term, names, begin, context):
        """Write some members, and note what became of them.

        :param bool with_term: with their terms.
        :param callable begin: returns the first columns of a member.
        """
        if not members:
            return
        by_key = {member.res_id: member for member in members}
        names = [*names, *self._columns()]
        names += ["property_payment_term_id/.id"] if with_term else []
        rows = {}
        for key, member in by_key.items():
            rows[key] = [[*begin(member), *self._row(member)]]
            if with_term:
                rows[key][0].append(str(self.terms[member.payload["term"]]))
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
        names += ["category_id/.id"] if self.tags else []
        return names + (["use_partner_credit_limit"] if self._has_switch() else [])

    def _has_switch(self):
        """Whether a limit has to be switched on for a customer: from Odoo 16 on."""
        return self.client.series >= 16

    def _row(self, member):
        payload = member.payload
        country, state = self._find_places(payload)
        limit = payload["credit_limit"]
        row = [payload[name] for name in TEXTS.values()]
        row += [str(country), str(state), limit, "1" if payload["active"] else "0"]
        row += [self._name_tags(member)] if self.tags else []
        return row + (["1" if Decimal(limit) else "0"] if self._has_switch() else [])

    def _name_tags(self, member):
        """Return the ids of the tags that a customer is to have: theirs, and ours."""
        ids = set(self.kept.get(int(member.external_id or 0), ()))
        ids |= {self.tags.get(member.payload["category"])} - {None}
        return ",".join(map(str, sorted(ids)))


def _has_no_address(member):
    """Whether the payload of a customer has no address of its own."""
    names = (*beside.TEXTS, "country", "state")
    return not any(member.payload[name] for name in names)


def find_outcomes(client, members):
    """Return what became of customers whose answer is unknown.

    :rtype: tuple[Result]
    """
    found = loading.find_members(client, MODEL, members, READ_ALL)
    reader = Reader(client)
    reader.read_beside(found.values())
    reader.prepare(found.values())
    results = []
    for member in members:
        record = found.get(member.res_id)
        is_as_sent = record and reader.is_as_sent(record, member.payload)
        # One that was deleted over there is told with the customers that changed.
        external_id = str(record["id"]) if record else member.external_id
        outcome = OK if is_as_sent else NOT_FOUND
        results.append(Result(member.res_id, outcome, external_id))
    return tuple(results)
