# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from decimal import Decimal

from odoo import fields, models

from ...lib.documents import ACCOUNT, BANK, CURRENCY, ITEM, TAX, VOID
from ...lib.fingerprint import fingerprint
from ...lib.results import NOT_FOUND, Result

# What a payload says about itself, or that may change without another content.
ASIDE = ("operation", "reference_id", "customer_code", "allocations")
VOIDED = "void"


def exact(value, currency):
    """Return an amount of the books without what floats add to it.

    :rtype: Decimal
    """
    return Decimal(f"{value:.{currency.decimal_places}f}")


class Desk:
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
        payloads = [member.payload for member in members]
        self.customers = self._read(
            "synkd.demo.customer", "number", {p["customer"] for p in payloads}
        )
        self.documents = self._read(
            "synkd.demo.document", "external_id", self._named_documents(members)
        )
        names = {p["currency"] for p in payloads if "currency" in p}
        self.codes = env["synkd.demo.entry"]._get_codes(
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
    reference_id = fields.Char(
        string="Sender's Identity",
        copy=False,
        index=True,
        help="How the sender calls this record.",
    )
    customer_id = fields.Many2one("synkd.demo.customer", required=True, index=True)
    date = fields.Date(required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    rate = fields.Float(
        digits=0,
        default=1,
        help="Units of this currency for one of the company's.",
    )
    content = fields.Char(help="Fingerprint of what was sent.")

    def _as_vals(self, desk, payload):
        """Return the values that a payload gives any posting.

        :param Desk desk: what was looked up for the batch.
        :rtype: dict
        """
        return {
            "sent_number": payload["number"],
            "reference": payload["reference"],
            "reference_id": payload["reference_id"],
            "customer_id": desk.customers[payload["customer"]].id,
            "date": payload["date"],
            "currency_id": desk.currencies[payload["currency"]].id,
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

        :return: records by identity, by the sender's name, and by kind and number.
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
                ("reference_id", "in", [p["reference_id"] for p in payloads]),
                ("sent_number", "in", [p["number"] for p in payloads]),
            ]
        ).sorted(lambda record: (record.status != VOIDED, record.id))
        by_key = {record.external_id: record for record in found}
        for record in found:
            by_key["ref", record.reference_id] = record
            by_key["no", record.kind, record.sent_number] = record
        return by_key

    # === WHAT BECAME OF A BATCH === #

    def _find_out(self, ledger, members):
        """Say of each member whether the books hold what it carried.

        :rtype: tuple[Result]
        """
        sent = self._find_sent(ledger, members)
        return tuple(self._compare(sent, member) for member in members)

    def _compare(self, sent, member):
        """Say whether the books hold what a member carried.

        Another document that only has its number is not the member's.
        """
        payload = member.payload
        stored = sent.get(member.external_id) or sent.get(
            ("ref", payload["reference_id"])
        )
        twin = sent.get(("no", payload["kind"], payload["number"]))
        if not stored and twin and twin._is_number_unique():
            stored = twin if twin.content == self._fingerprint(payload) else None
        if not stored:
            return Result(member.res_id, NOT_FOUND)
        is_void, is_wanted_void = stored.status == VOIDED, payload["operation"] == VOID
        if is_void and is_wanted_void:
            return stored._as_result(member.res_id)
        if is_void:
            return Result(member.res_id, NOT_FOUND)
        if not is_wanted_void and stored._is_held(payload):
            return stored._as_result(member.res_id)
        return Result(member.res_id, NOT_FOUND, stored.external_id)

    def _is_number_unique(self):
        """Whether the sender's number tells which posting is meant."""
        return False

    def _is_held(self, payload):
        """Whether the books hold what a payload says."""
        self.ensure_one()
        return self.content == self._fingerprint(payload)
