# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.documents import (
    ACCOUNT,
    BANK,
    CURRENCY,
    ITEM,
    TAX,
    VOID,
)
from odoo.addons.synkd_connector.lib.fingerprint import fingerprint
from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.results import (
    ALTERED,
    CANDIDATES,
    NOT_FOUND,
    BooksPosting,
    BooksRecord,
    Result,
)

# What a payload says about itself, or that may change without another content.
ASIDE = ("operation", "customer_code", "allocations")
VOIDED = "void"


def exact(value, currency):
    """Return an amount of the books without what floats add to it.

    :rtype: Decimal
    """
    return Decimal(f"{value:.{currency.decimal_places}f}")


class Lookup:
    """What the books look up to judge one batch: read at once, then kept in mind.

    Its balances follow what the members before settled.
    """

    def __init__(self, env, ledger, members):
        """Read what the members name.

        :param Environment env: of the books' own transaction.
        :param recordset ledger: one `synkd.ledger`.
        :param tuple members: ``Member``.
        """
        self.env = env
        self.ledger = ledger
        self.capable = ledger._get_capabilities()
        payloads = [member.payload for member in members]
        self.customers = self._read(
            "synkd.demo.customer", "number", {p["customer"] for p in payloads}
        )
        self.documents = self._read(
            "synkd.demo.document", "external_id", self._named_documents(members)
        )
        names = {p["currency"] for p in payloads if "currency" in p}
        self.codes = env["synkd.demo.item"]._get_codes(
            ledger,
            {pair for p in payloads for pair in self._named_codes(p)},
        )
        self.currencies = {
            currency.name: currency
            for currency in env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "in", sorted(names))])
        }
        self.left = defaultdict(Decimal)
        for document in self.documents.values():
            self.left[document.id] = exact(document.outstanding, document.currency_id)

    def _read(self, model, field, keys):
        """Return records of the ledger by one of their fields."""
        found = self.env[model].search(
            [("ledger_id", "=", self.ledger.id), (field, "in", sorted(keys - {""}))]
        )
        return {record[field]: record for record in found}

    def _named_documents(self, members):
        """Return the identities of all documents that the members are about."""
        named = {member.external_id for member in members if member.external_id}
        for member in members:
            payload = member.payload
            named.add(payload.get("document", ""))
            named |= {a["document"] for a in payload.get("allocations", ())}
        return named

    def _named_codes(self, payload):
        """Return the kinds and codes of the books' lists that a payload names.

        :rtype: set[tuple[str, str]]
        """
        pairs = {(CURRENCY, payload.get("currency", ""))}
        for line in payload.get("lines", ()):
            pairs |= {
                (TAX, line["tax_code"]),
                (ACCOUNT, line["account"]),
                (ITEM, line["item"]),
            }
        for difference in payload.get("differences", ()):
            pairs.add((ACCOUNT, difference["account"]))
        if "account" in payload:
            pairs.add((BANK, payload["account"]))
        return {(kind, code) for kind, code in pairs if code}

    def _label(self, payload):
        """Return how messages call a member: invoice INV/1.

        :rtype: str
        """
        word = {
            "invoice": self.env._("invoice"),
            "credit_note": self.env._("credit note"),
            "payment": self.env._("payment"),
            "refund": self.env._("refund"),
        }.get(payload.get("kind"), self.env._("credit note"))
        return f"{word} {payload['number']}"

    def _find_refusal(self, payload):
        """Return the books' words when the simulated refusal meets a member.

        :rtype: str | None
        """
        text = (self.ledger.demo_refuse or "").lower()
        customer = self.customers.get(payload["customer"])
        name = customer.name if customer else ""
        known = (name, payload["number"], payload.get("reference", ""))
        if not text or not any(text in word.lower() for word in known):
            return None
        return self.env._(
            "The demo books refuse %(document)s of customer %(customer)s. Correct it,"
            " then press Retry.",
            document=self._label(payload),
            customer=name or payload.get("customer_code") or payload["customer"],
        )

    def _find_problem(self, payload, dated=True):
        """Return why the books do not take a member of any kind.

        :param bool dated: its date has to be in an open period.
        :rtype: str | None
        """
        return (
            self._find_refusal(payload)
            or self._find_customer_problem(payload)
            or self._find_code_problem(payload)
            or (
                dated and self._find_date_problem(payload["date"], self._label(payload))
            )
            or None
        )

    def _find_customer_problem(self, payload):
        customer = self.customers.get(payload["customer"])
        if not customer:
            return self.env._(
                "The books do not know the customer %(customer)s of %(document)s. Sync"
                " the account customer, or post to another one.",
                customer=payload.get("customer_code") or payload["customer"],
                document=self._label(payload),
            )
        if customer.archived:
            return self.env._(
                "Customer %(customer)s is archived in the books: restore it there, or"
                " post %(document)s to another one.",
                customer=customer.name,
                document=self._label(payload),
            )
        return None

    def _find_code_problem(self, payload):
        unknown = self._named_codes(payload) - self.codes
        if "currency" in payload and payload["currency"] not in self.currencies:
            unknown.add((CURRENCY, payload["currency"]))
        if not unknown:
            return None
        words = {
            TAX: self.env._("tax"),
            ACCOUNT: self.env._("account"),
            ITEM: self.env._("item"),
            BANK: self.env._("bank account"),
            CURRENCY: self.env._("currency"),
        }
        return self.env._(
            "The books do not know %(codes)s, which %(document)s needs. Add it in the"
            " books, or map it to what they have.",
            codes=", ".join(f"{words[kind]} {code}" for kind, code in sorted(unknown)),
            document=self._label(payload),
        )

    def _find_date_problem(self, date, label):
        """Return why the books do not take a date.

        :param str date: ISO 8601.
        :rtype: str | None
        """
        closed = fields.Date.to_string(self.ledger.demo_lock_date) or ""
        if not date:
            return self.env._("The books need a date for %s.", label)
        if date > closed:
            return None
        return self.env._(
            "The books are closed until %(closed)s, so they do not take %(document)s of"
            " %(date)s. Post it with a later date, or open the period in the books.",
            closed=closed,
            document=label,
            date=date,
        )

    def _find_unknown(self, payload, external_id):
        """Return the books' words about a record that they do not have.

        :rtype: str
        """
        return self.env._(
            "The books do not know %(document)s (%(identity)s) any more. Post it anew.",
            document=self._label(payload),
            identity=external_id or "?",
        )


class SynkdDemoPosting(models.AbstractModel):
    """What documents and payments of the demo books have in common."""

    _name = "synkd.demo.posting"
    _description = "Posting in the Demo Books"
    _rec_name = "number"
    _rec_names_search = ["number", "sent_number", "reference"]

    ledger_id = fields.Many2one("synkd.ledger", required=True, index=True)
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    external_id = fields.Char(required=True, copy=False, help="Identity over there.")
    number = fields.Char(required=True, copy=False, help="The books' own number.")
    sent_number = fields.Char(
        string="Sender's Number", required=True, help="How the sender numbers it."
    )
    reference = fields.Char(help="The customer's reference.")
    sender_key = fields.Char(
        string="Sender's Key",
        copy=False,
        index=True,
        help="By this the sender knows the record, whatever else is changed here.",
    )
    customer_id = fields.Many2one("synkd.demo.customer", required=True, index=True)
    date = fields.Date(required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    sub_account = fields.Char(
        string="Sub-Account", help="Part of the customer's account."
    )
    rate = fields.Float(
        digits=0,
        default=1,
        help="Units of this currency for one of the company's.",
    )
    content = fields.Char(help="Fingerprint of what was sent.")

    def _as_vals(self, lookup, member):
        """Return the values that a member gives any posting.

        :param Lookup lookup: what was looked up for the batch.
        :rtype: dict
        """
        payload = member.payload
        key = {"sender_key": member.own_key} if member.own_key else {}
        return key | {
            "sent_number": payload["number"],
            "reference": " ".join(
                filter(None, [payload["reference"], payload.get("remark")])
            ),
            "sub_account": payload.get("sub_account", ""),
            "customer_id": lookup.customers[payload["customer"]].id,
            "date": payload["date"],
            "currency_id": lookup.currencies[payload["currency"]].id,
            "rate": float(payload["rate"] or 1) or 1,
            "content": self._fingerprint(payload),
        }

    def _number(self, ledger, vals_list, prefix):
        """Give new postings their identity and the books' own number.

        :param dict prefix: of the own number, by kind.
        """
        customers = self.env["synkd.demo.customer"]
        owners = [{"ledger_id": ledger.id}] if vals_list else []
        numbers = customers._next_changes(owners, len(vals_list))
        for vals, number in zip(vals_list, numbers, strict=True):
            vals["ledger_id"] = ledger.id
            vals["number"] = f"{prefix[vals['kind']]}{number:06}"
            vals["external_id"] = f"{prefix['id']}{number:06}"

    def _fingerprint(self, payload):
        """Return what tells one content from another; allocations are not in it.

        :rtype: str
        """
        return fingerprint({k: v for k, v in payload.items() if k not in ASIDE})

    def _find_sent(self, ledger, members):
        """Return what the books have of the members: voided first, the live ones win.

        :return: records by identity, by the sender's key, and by kind and number.
        :rtype: dict
        """
        payloads = [member.payload for member in members]
        identities = {m.external_id for m in members if m.external_id}
        found = self.search(
            [
                ("ledger_id", "=", ledger.id),
                "|",
                "|",
                ("external_id", "in", sorted(identities)),
                ("sender_key", "in", [m.own_key for m in members if m.own_key]),
                ("sent_number", "in", [p["number"] for p in payloads]),
            ]
        ).sorted(lambda record: (record.status != VOIDED, record.id))
        by_key = {record.external_id: record for record in found}
        for record in found:
            by_key["key", record.sender_key] = record
            by_key["no", record.kind, record.sent_number] = record
        return by_key

    # === WHAT IS THERE === #

    @api.model
    def _find_page(self, ledger, after, since, size):
        """Return the next postings behind one, by their ids.

        :param int after: id of the last one that was read.
        :param datetime.date since: first day of those that are asked for, or None.
        """
        mine = [("ledger_id", "=", ledger.id), ("id", ">", after)]
        dated = [("date", ">=", since)] if since else []
        return self.search([*mine, *dated], order="id", limit=size)

    def _as_posting(self):
        """Return this as readers are told of it.

        :rtype: BooksPosting
        """
        return BooksPosting(
            self.external_id,
            self.kind,
            number=self.number,
            reference=self.sent_number,
            own_key=find_key(self.sender_key),
            customer=self.customer_id.number,
            name=self.customer_id.name,
            date=fields.Date.to_string(self.date),
            currency=self.currency_id.name,
            total=str(exact(self._get_worth(), self.currency_id)),
            gone=self.status == VOIDED,
        )

    # === WHAT BECAME OF A BATCH === #

    def _find_out(self, ledger, members):
        """Say of each member whether the books hold what it carried.

        :rtype: tuple[Result]
        """
        sent = self._find_sent(ledger, members)
        return tuple(self._compare(ledger, sent, member) for member in members)

    def _compare(self, ledger, sent, member):
        """Say whether the books hold what a member carried: by key, then by identity.

        Another document that only has its number or its content is not the member's.
        """
        payload = member.payload
        stored = member.own_key and sent.get(("key", member.own_key))
        stored = stored or sent.get(member.external_id)
        if not stored:
            return self._ask_about(ledger, member)
        if payload["operation"] == VOID:
            if stored.status == VOIDED:
                return stored._as_result(member.res_id)
            return Result(member.res_id, NOT_FOUND, stored.external_id)
        if changes := stored._find_changes(payload):
            found = stored._as_result(member.res_id)
            message = stored._altered_message(payload, changes)
            return replace(found, outcome=ALTERED, message=message)
        if stored._is_held(payload):
            return stored._as_result(member.res_id)
        return Result(member.res_id, NOT_FOUND, stored.external_id)

    def _ask_about(self, ledger, member):
        """Say that the books do not have a member, or what may be it.

        That is of its customer, has its number or its date and amount, and carries no
        key of anybody: the key may have been removed, or never been sent.
        """
        payload = member.payload
        alike = self.search(
            [
                ("ledger_id", "=", ledger.id),
                ("kind", "=", payload["kind"]),
                ("status", "!=", VOIDED),
                ("customer_id.number", "=", payload["customer"]),
                "|",
                ("sent_number", "=", payload["number"]),
                ("date", "=", payload["date"]),
            ]
        ).filtered(
            lambda r: (
                not find_key(r.sender_key)
                and (r.sent_number == payload["number"] or r._is_worth(payload))
            )
        )
        if not alike:
            return Result(member.res_id, NOT_FOUND)
        records = tuple(record._as_candidate() for record in alike)
        return Result(member.res_id, CANDIDATES, candidates=records)

    def _as_candidate(self):
        """Return this posting as a person tells it from others.

        :rtype: BooksRecord
        """
        return BooksRecord(
            self.external_id,
            self.sent_number,
            fields.Date.to_string(self.date),
            str(exact(self._get_worth(), self.currency_id)),
            self.customer_id.name,
        )

    def _get_worth(self):
        """Return the amount by which people know this posting."""
        raise NotImplementedError

    def _is_worth(self, payload):
        """Whether this has the amount of a payload."""
        worth = payload.get("total", payload.get("amount"))
        same = payload["currency"] == self.currency_id.name
        return same and exact(self._get_worth(), self.currency_id) == Decimal(worth)

    def _find_changes(self, payload):
        """Return what somebody changed here since a payload was taken.

        What differs because another payload was taken before is no change of his.

        :return: our value and theirs, by what people call it.
        :rtype: dict[str, tuple[str, str]]
        """
        if self.content != self._fingerprint(payload):
            return {}
        if self.status == VOIDED:
            return {self.env._("state"): (self.env._("posted"), self.env._("void"))}
        date = fields.Date.to_string(self.date)
        customer = self.customer_id.number
        pairs = {
            self.env._("number"): (payload["number"], self.sent_number),
            self.env._("date"): (payload["date"], date),
            self.env._("customer"): (payload["customer"], customer),
        }
        changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        # The total of a document is told, and compared by whoever asked.
        if "amount" in payload and not self._is_worth(payload):
            theirs = str(exact(self._get_worth(), self.currency_id))
            changes[self.env._("amount")] = (payload["amount"], theirs)
        return changes

    def _altered_message(self, payload, changes):
        """Return the sentence about ours that somebody changed here."""
        said = ", ".join(
            f"{name} {ours} → {theirs}" for name, (ours, theirs) in changes.items()
        )
        return self.env._(
            "%(number)s got into the books (as %(theirs)s), and somebody changed it"
            " there since: %(changes)s. Leave it as it is there, or void it there so"
            " that it is posted anew.",
            number=payload["number"],
            theirs=self.number,
            changes=said,
        )

    def _is_held(self, payload):
        """Whether the books hold what a payload says."""
        self.ensure_one()
        return self.content == self._fingerprint(payload)
