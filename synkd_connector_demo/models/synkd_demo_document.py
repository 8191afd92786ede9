# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.prices import cut
from odoo.addons.synkd_connector.lib.results import OK, REJECTED, Result

from .synkd_demo_posting import VOIDED, Lookup, exact

PREFIX = {"invoice": "BI", "credit_note": "BC", "id": "DOC"}
LINE_TEXTS = ("description", "item", "account", "tax_code")
LINE_NUMBERS = ("quantity", "price", "discount", "net", "tax")


class SynkdDemoDocument(models.Model):
    """An invoice or credit note in the demo books.

    Only the demo connector writes here, in transactions of its own.
    """

    _name = "synkd.demo.document"
    _description = "Document in the Demo Books"
    _inherit = ["synkd.demo.posting"]
    _order = "date desc, id desc"

    kind = fields.Selection(
        [("invoice", "Invoice"), ("credit_note", "Credit Note")], required=True
    )
    due_date = fields.Date()
    number_once = fields.Boolean(
        default=True, help="No other one that is not void may have its number."
    )
    tax_included = fields.Boolean(string="Prices Include Tax")
    total = fields.Monetary(help="Of the lines, as the books add them up.")
    tax = fields.Monetary()
    outstanding = fields.Monetary(help="What nothing settles yet.")
    status = fields.Selection(
        [("open", "Open"), ("settled", "Settled"), (VOIDED, "Void")], default="open"
    )
    line_ids = fields.One2many("synkd.demo.line", "document_id")
    settled_by_ids = fields.One2many("synkd.demo.allocation", "document_id")
    credited_ids = fields.One2many("synkd.demo.allocation", "credit_id")

    _identity_uniq = models.UniqueIndex(
        "(ledger_id, external_id)", "The demo books have this document already."
    )
    _number_uniq = models.UniqueIndex(
        "(ledger_id, kind, sent_number) WHERE status != 'void' AND number_once",
        "The demo books have a document of this number.",
    )
    _key_uniq = models.UniqueIndex(
        "(ledger_id, sender_key) WHERE status != 'void' AND sender_key IS NOT NULL",
        "The demo books have a document with this key.",
    )

    # === TAKING A BATCH === #

    @api.model
    def _take(self, ledger, members, cent=False):
        """Post, change or void each member, or refuse it alone.

        :param tuple members: ``Member``.
        :param bool cent: the books' totals differ by a cent.
        :rtype: tuple[Result]
        """
        lookup = Lookup(self.env, ledger, members)
        sent = self._find_sent(ledger, members)
        refused, fresh, known, voids = [], [], [], []
        for member in members:
            payload = member.payload
            stored = sent.get(member.external_id)
            problem = self._find_problem(lookup, sent, member, stored)
            if problem:
                refused.append(Result(member.res_id, REJECTED, message=problem))
            elif payload["operation"] == VOID:
                voids.append((member, stored))
                self._forget(sent, stored)
            else:
                (known if stored else fresh).append((member, stored))
                self._remember(sent, member, stored or True)
        self._void([stored for _member, stored in voids])
        owners = self.browse([stored.id for _m, stored in known]).customer_id
        pairs = self._post(lookup, fresh, known, cent)
        self.browse([d.id for _m, d in pairs + voids])._update_open(owners)
        return (*refused, *(d._as_result(m.res_id) for m, d in pairs + voids))

    def _remember(self, sent, member, document):
        """Note that a number and a key are in use from now on."""
        sent["key", member.own_key] = document
        sent["no", member.payload["kind"], member.payload["number"]] = document

    def _forget(self, sent, document):
        """Note that a voided document's number and name may be used again."""
        sent.pop(("key", document.sender_key), None)
        sent.pop(("no", document.kind, document.sent_number), None)

    def _void(self, documents):
        """Void documents; the balances follow in ``_update_open``."""
        self.browse([document.id for document in documents]).write({"status": VOIDED})
        self.flush_model(["status"])  # their numbers are free before others take them

    def _post(self, lookup, fresh, known, cent):
        """Write documents and their lines.

        :return: members and their documents.
        :rtype: list[tuple]
        """
        for member, stored in known:
            stored.write(self._to_vals(lookup, member, cent))
        self.browse([stored.id for _member, stored in known]).line_ids.unlink()
        vals_list = [self._to_vals(lookup, member, cent) for member, _none in fresh]
        self._number(lookup.ledger, vals_list, PREFIX)
        pairs = known + [
            (member, document)
            for (member, _none), document in zip(
                fresh, self.create(vals_list), strict=True
            )
        ]
        self.env["synkd.demo.line"].create(
            [
                document._to_line_vals(sequence, line)
                for member, document in pairs
                for sequence, line in enumerate(member.payload["lines"])
            ]
        )
        return pairs

    def _to_vals(self, lookup, member, cent):
        """Return the values of a document for a member."""
        payload = member.payload
        net, tax = self._add_up(payload)
        currency = lookup.currencies[payload["currency"]]
        total = net + tax + (Decimal(str(currency.rounding)) if cent else 0)
        return self._as_vals(lookup, member) | {
            "kind": payload["kind"],
            "number_once": lookup.capable.unique_numbers,
            "due_date": payload["due_date"] or payload["date"],
            "tax_included": payload["tax_included"],
            "total": float(total),
            "tax": float(tax),
            "outstanding": float(total),
        }

    def _to_line_vals(self, sequence, line):
        """Return the values of a line, as it was sent."""
        vals = {name: line[name] for name in LINE_TEXTS}
        vals |= {name: float(line[name] or 0) for name in LINE_NUMBERS}
        return vals | {
            "document_id": self.id,
            "currency_id": self.currency_id.id,
            "sequence": sequence,
        }

    def _add_up(self, payload):
        """Return net and tax of the lines, exactly.

        :rtype: tuple[Decimal, Decimal]
        """
        net = sum((Decimal(line["net"]) for line in payload["lines"]), Decimal())
        tax = sum((Decimal(line["tax"]) for line in payload["lines"]), Decimal())
        return net, tax

    def _as_result(self, res_id):
        """Return the document as the answer about a member.

        :rtype: Result
        """
        return Result(
            res_id,
            OK,
            self.external_id,
            number=self.number,
            date=fields.Date.to_string(self.date),
            total=str(exact(self.total, self.currency_id)),
            tax=str(exact(self.tax, self.currency_id)),
        )

    def _as_posting(self):
        """Override: with its tax, and what is open."""
        return replace(
            super()._as_posting(),
            tax=str(exact(self.tax, self.currency_id)),
            open=str(exact(self.outstanding, self.currency_id)),
        )

    def _allocation_identity(self):
        """Return the identity of what a credit note settles.

        :rtype: str
        """
        self.ensure_one()
        return self.external_id.replace(PREFIX["id"], "ALC")

    def _get_worth(self):
        """Override: the total."""
        return self.total

    # === RULES === #

    def _find_problem(self, lookup, sent, member, stored):
        """Return why the books refuse a member, or None."""
        payload = member.payload
        is_void = payload["operation"] == VOID
        if not stored and (member.external_id or is_void):
            return lookup._find_unknown(payload, member.external_id)
        if is_void:
            return self._find_void_problem(lookup, payload, stored)
        return (
            lookup._find_problem(payload)
            or (stored and stored._find_change_problem(lookup, payload))
            or self._find_twin_problem(lookup, sent, member, stored)
            or self._find_line_problem(lookup, payload)
            or self._find_total_problem(lookup, payload)
        )

    def _find_void_problem(self, lookup, payload, stored):
        """Return why a document cannot be voided, or None; once more is fine."""
        if stored.status == VOIDED:
            return None
        if stored._is_settled():
            return self.env._(
                "Payments or credit notes settle %s in the books, so it cannot be"
                " voided. Take back the payments first.",
                lookup._label(payload),
            )
        date = fields.Date.to_string(stored.date)
        return lookup._find_refusal(payload) or lookup._find_date_problem(
            date, lookup._label(payload)
        )

    def _find_change_problem(self, lookup, payload):
        """Return why a document of the books cannot be written over, or None."""
        self.ensure_one()
        if self.status == VOIDED:
            return self.env._(
                "The books have voided %(document)s (%(number)s). Post it anew.",
                document=lookup._label(payload),
                number=self.number,
            )
        if self._is_settled():
            return self.env._(
                "Payments or credit notes settle %(document)s (%(number)s) in the books"
                " already, so it cannot be changed. Take back the payments first.",
                document=lookup._label(payload),
                number=self.number,
            )
        return None

    def _is_settled(self):
        """Whether something settles the document, or it settles something."""
        self.ensure_one()
        return self.currency_id.compare_amounts(self.total, self.outstanding) != 0

    def _find_twin_problem(self, lookup, sent, member, stored):
        """Return why a document would be in the books twice, or None."""
        payload, keys = member.payload, []
        if lookup.capable.unique_numbers:
            keys.append(("no", payload["kind"], payload["number"]))
        if member.own_key:
            keys.append(("key", member.own_key))
        for key in keys:
            twin = sent.get(key)
            if twin is True:
                return self.env._(
                    "Another document that was sent at the same moment has the number"
                    " of %s too. Give one of them another number in Odoo, or exclude it"
                    " if it is a copy.",
                    lookup._label(payload),
                )
            if twin and twin != stored and twin.status != VOIDED:
                return self.env._(
                    "The books have %(document)s already, as %(number)s over"
                    " %(theirs)s; this one is over %(ours)s. Void the one in the books,"
                    " or give this one another number.",
                    document=lookup._label(payload),
                    number=twin.number,
                    theirs=exact(twin.total, twin.currency_id),
                    ours=payload["total"],
                )
        return None

    def _find_line_problem(self, lookup, payload):
        """Return which line the books cannot post, or None."""
        for line in payload["lines"]:
            if problem := self._find_keeping_problem(lookup, payload, line):
                return problem
            if not line["item"] and not line["account"]:
                return self.env._(
                    "Line %(line)s of %(document)s names neither an item nor an account"
                    " of the books. Map its product or its account.",
                    line=line["description"],
                    document=lookup._label(payload),
                )
            if Decimal(line["tax"]) and not line["tax_code"]:
                return self.env._(
                    "Line %(line)s of %(document)s has tax, but names no tax of the"
                    " books. Map its tax.",
                    line=line["description"],
                    document=lookup._label(payload),
                )
        return None

    def _find_keeping_problem(self, lookup, payload, line):
        """Return what the books cannot keep of a line, or None."""
        capable = lookup.capable
        words = {"line": line["description"][:60], "document": lookup._label(payload)}
        if len(line["description"]) > capable.description_length:
            return self.env._(
                "Line %(line)s of %(document)s has more than the %(most)s characters"
                " that the books keep. Shorten it.",
                most=capable.description_length,
                **words,
            )
        digits = capable.digits
        kept = (digits.quantity, digits.price, digits.discount)
        sent = (line["quantity"], line["price"], line["discount"])
        if any(
            Decimal(each) != cut(Decimal(each), places)
            for each, places in zip(sent, kept, strict=True)
        ):
            return self.env._(
                "Line %(line)s of %(document)s has more decimals than the books keep."
                " Round them.",
                **words,
            )
        return None

    def _find_total_problem(self, lookup, payload):
        """Return why the amounts of a document cannot be, or None."""
        net, tax = self._add_up(payload)
        total = Decimal(payload["total"])
        if not payload["lines"]:
            return self.env._(
                "The books take no document without lines: %s.", lookup._label(payload)
            )
        if total != net + tax or Decimal(payload["tax"]) != tax:
            return self.env._(
                "The lines of %(document)s add up to %(sum)s with %(sum_tax)s tax, but"
                " it says %(total)s with %(tax)s tax. Correct the lines.",
                document=lookup._label(payload),
                sum=net + tax,
                sum_tax=tax,
                total=payload["total"],
                tax=payload["tax"],
            )
        if total < 0:
            return self.env._(
                "The total of %s is below zero. Post it as the opposite document.",
                lookup._label(payload),
            )
        return None

    # === BALANCES === #

    def _update_open(self, customers=()):
        """Let what is open follow the allocations, here and at the customers.

        :param recordset customers: others whose balance changed.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE synkd_demo_document d
                   SET outstanding = o.amount,
                       status = CASE WHEN d.status = 'void' THEN d.status
                                     WHEN o.amount = 0 THEN 'settled'
                                     ELSE 'open' END
                  FROM (
                    SELECT d.id,
                           CASE WHEN d.status = 'void' THEN 0 ELSE d.total
                             - COALESCE((SELECT SUM(a.amount)
                                           FROM synkd_demo_allocation a
                                          WHERE a.document_id = d.id), 0)
                             - COALESCE((SELECT SUM(a.source_amount)
                                           FROM synkd_demo_allocation a
                                          WHERE a.credit_id = d.id), 0)
                           END AS amount
                      FROM synkd_demo_document d
                     WHERE d.id = ANY(%s)
                  ) o
                 WHERE o.id = d.id
                """,
                list(self.ids),
            )
        )
        self.env.invalidate_all()
        customers = customers or self.env["synkd.demo.customer"]
        (customers | self.customer_id)._update_balances()


class SynkdDemoLine(models.Model):
    """A line of a document in the demo books."""

    _name = "synkd.demo.line"
    _description = "Document Line in the Demo Books"
    _order = "document_id, sequence, id"
    _rec_name = "description"

    document_id = fields.Many2one(
        "synkd.demo.document", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True)
    sequence = fields.Integer()
    description = fields.Char()
    item = fields.Char()
    account = fields.Char()
    tax_code = fields.Char(string="Tax")
    quantity = fields.Float(digits=0)
    price = fields.Float(digits=0)
    discount = fields.Float(string="Discount %", digits=0)
    net = fields.Monetary()
    tax = fields.Monetary(string="Tax Amount")
