# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import KIND_CHANNELS, KINDS
from ...lib.alone import each_alone
from ...lib.odd import storable

AMOUNTS = ("total", "tax", "open")
TEXTS = ("number", "reference", "own_key", "customer", "name", "currency")


class SynkdBooksPosting(models.Model):
    """What the books have of one document or payment, as they told it last.

    A copy that reads keep up to date, so that both sides can be compared without a call
    for each document. It is evidence, and never becomes a document here.
    """

    _name = "synkd.books.posting"
    _description = "Posting in the Books"
    _inherit = ["synkd.fields.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"

    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, ondelete="cascade"
    )
    channel = fields.Char(required=True, readonly=True)
    external_id = fields.Char(
        string="Identity in the Books", required=True, readonly=True
    )
    kind = fields.Selection(
        [pair for pair in KINDS if pair[0] != "allocation"],
        required=True,
        readonly=True,
    )
    number = fields.Char(readonly=True)
    reference = fields.Char(readonly=True)
    own_key = fields.Char(readonly=True)
    customer = fields.Char(string="Customer's Identity", readonly=True)
    name = fields.Char(string="Customer There", readonly=True)
    date = fields.Date(readonly=True)
    currency = fields.Char(readonly=True)
    total = fields.Float(digits=0, readonly=True)
    tax = fields.Float(digits=0, readonly=True)
    open = fields.Float(digits=0, readonly=True, help="What nothing settles there yet.")
    gone = fields.Boolean(readonly=True, help="Voided or deleted there.")
    draft = fields.Boolean(readonly=True, help="There, but not posted: a draft.")
    read_number = fields.Integer(readonly=True, help="The whole read that told of it.")

    _external_uniq = models.UniqueIndex(
        "(ledger_id, channel, external_id)", "This posting of the books is known."
    )

    @api.depends("number", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for posting in self:
            name = posting.number or posting.reference or posting.external_id
            posting.display_name = f"{labels.get(posting.kind, '')} {name}".strip()

    @api.model
    def _take(self, run, page):
        """Take one page over; a record that makes no sense is left out, and told.

        :param recordset run: the `synkd.run` that reads.
        :param PostingPage page: as the connector read it.
        :return: how many records could not be read.
        :rtype: int
        """
        before, ledger = run.skipped, run.ledger_id
        newest = {(p.kind, p.external_id): p for p in page.postings}
        each_alone(
            self.env.cr.savepoint,
            tuple(newest.values()),
            lambda some: self._upsert(ledger, some),
            run._leave_out,
        )
        run._note_odd(page.odd)
        return run.skipped - before

    def _upsert(self, ledger, postings):
        """Write down what the books have: one statement.

        Of what is gone they may tell no more than that: what was known is kept.
        """
        names = ["ledger_id", "channel", "external_id", "kind", "date", "gone"]
        names += ["draft", *TEXTS, *AMOUNTS, "read_number"]
        rows = [self._to_row(ledger, posting) for posting in postings]
        kept = [n for n in names if n not in ("ledger_id", "channel", "external_id")]
        changes = SQL(", ").join(
            SQL(
                "%(name)s = CASE WHEN EXCLUDED.gone"
                " THEN COALESCE(EXCLUDED.%(name)s, p.%(name)s)"
                " ELSE EXCLUDED.%(name)s END",
                name=SQL.identifier(name),
            )
            for name in kept
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO synkd_books_posting AS p (%s) VALUES %s
                ON CONFLICT (ledger_id, channel, external_id) DO UPDATE SET %s""",
                SQL(", ").join(SQL.identifier(name) for name in names),
                SQL(", ").join(
                    SQL("%s", tuple(row[name] for name in names)) for row in rows
                ),
                changes,
            )
        )
        self.invalidate_model()

    def _to_row(self, ledger, posting):
        """Return the columns of a posting.

        :raise ValueError: when its date or an amount is none.
        """
        amounts = {
            name: Decimal(value) if (value := getattr(posting, name)) else None
            for name in AMOUNTS
        }
        if not all(amount is None or amount.is_finite() for amount in amounts.values()):
            raise ValueError("an amount that is no number")
        texts = {name: storable(getattr(posting, name)) or None for name in TEXTS}
        return {
            "ledger_id": ledger.id,
            "channel": KIND_CHANNELS[posting.kind],
            "external_id": storable(posting.external_id),
            "kind": posting.kind,
            "date": fields.Date.to_date(posting.date) or None,
            "gone": posting.gone,
            "draft": posting.draft,
            "read_number": ledger.postings_read,
            **texts,
            **amounts,
        }

    @api.model
    def _end_whole(self, ledger):
        """Mark what a whole read did not tell of: it is gone.

        :param recordset ledger: one `synkd.ledger`, whose read has just ended.
        """
        left = [("ledger_id", "=", ledger.id), ("gone", "=", False)]
        left += [("read_number", "<", ledger.postings_read)]
        query = self._search(left)
        self.env.cr.execute(
            SQL(
                "UPDATE synkd_books_posting SET gone = TRUE WHERE id IN %s",
                query.subselect(),
            )
        )
        self.invalidate_model()
