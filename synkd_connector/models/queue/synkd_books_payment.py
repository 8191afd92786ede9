# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class SynkdBooksPayment(models.Model):
    """A payment of one of our documents that somebody made in the books.

    Read from the books and shown, never made into a payment here: who receives money in
    the books and who receives it in Odoo are different people.
    """

    _name = "synkd.books.payment"
    _description = "Payment Made in the Books"
    _inherit = ["synkd.fields.mixin"]
    _order = "date desc, id desc"
    _rec_name = "reference"

    transaction_id = fields.Many2one(
        "synkd.transaction",
        string="Document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    external_id = fields.Char(
        string="Identity in the Books", required=True, readonly=True
    )
    money = fields.Char(
        readonly=True,
        help="Identity of the money that it is a part of; empty when that is this.",
    )
    date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="transaction_id.currency_id")
    reference = fields.Char(readonly=True)
    account = fields.Char(string="Account in the Books", readonly=True)
    partner_id = fields.Many2one(related="transaction_id.partner_id")
    account_customer_id = fields.Many2one(related="transaction_id.account_customer_id")
    move_id = fields.Many2one(related="transaction_id.move_id")

    _external_uniq = models.Constraint(
        "unique(ledger_id, external_id)",
        "This payment of the books is known already.",
    )

    @api.depends("reference", "date")
    def _compute_display_name(self):
        for payment in self:
            day = fields.Date.to_string(payment.date) or ""
            payment.display_name = payment.reference or day or payment.external_id

    @api.model
    def _take(self, ledger, payments):
        """Take payments over that the books tell of, as far as they are not ours.

        A constant number of statements. Payments of documents that are not known here
        are left out.

        :param recordset ledger: one `synkd.ledger`.
        :param tuple payments: ``BooksPayment``.
        """
        if not payments:
            return
        ours = self._find_ours(ledger, payments)
        gone = [p.external_id for p in payments if p.removed]
        kept = {
            p.external_id: p
            for p in payments
            if not p.removed and p.external_id not in ours
        }
        known = [("ledger_id", "=", ledger.id)]
        self.sudo().search([*known, ("external_id", "in", gone)]).unlink()
        self._upsert(ledger, list(kept.values()))

    @api.model
    def _forget(self, posting):
        """Forget what was told of money that is ours after all.

        :param recordset posting: the `synkd.books.posting` of that money.
        """
        names, told = ("external_id", "money"), posting.external_id
        mine = Domain.OR(Domain(name, "=", told) for name in names)
        self.search(mine & Domain("ledger_id", "=", posting.ledger_id.id)).unlink()

    def _find_ours(self, ledger, payments):
        """Return the ids of those payments that our rows made: one query.

        Known by the ids that were kept. Of rows from before parts were kept only the
        number is known, which their payments have as reference.

        :rtype: set[str]
        """
        self.env["synkd.transaction"].flush_model()
        told = SQL(", ").join(
            SQL("(%s, %s, %s)", p.external_id, p.reference or None, p.money or None)
            for p in payments
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM (VALUES %(told)s) p(id, reference, money)
                    WHERE EXISTS (SELECT 1 FROM synkd_transaction t
                                   WHERE t.ledger_id = %(ledger)s AND t.live
                                     AND t.channel = 'payments'
                                     AND t.external_id IN (p.id, p.money))
                       OR EXISTS (SELECT 1 FROM synkd_transaction t
                                   WHERE t.ledger_id = %(ledger)s
                                     AND t.books_parts IS NOT NULL
                                     AND t.books_parts @> jsonb_build_array(
                                             jsonb_build_object('id', p.id)))
                       OR EXISTS (SELECT 1 FROM synkd_transaction t
                                   WHERE t.ledger_id = %(ledger)s
                                     AND t.channel = 'payments'
                                     AND t.books_parts IS NULL
                                     AND t.number = p.reference)""",
                told=told,
                ledger=ledger.id,
            )
        )
        return {external_id for (external_id,) in rows}

    def _upsert(self, ledger, payments):
        """Write payments down that settle documents which are known here."""
        if not payments:
            return
        self.flush_model()
        self.env["synkd.transaction"].flush_model(["external_id"])
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s::date, %s::numeric, %s, %s)",
                payment.external_id,
                payment.document,
                payment.reference or None,
                payment.date or None,
                payment.amount,
                payment.account or None,
                payment.money or None,
            )
            for payment in payments
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO synkd_books_payment (transaction_id, ledger_id, company_id,
                       external_id, reference, date, amount, account, money,
                       create_uid, create_date, write_uid, write_date)
                SELECT t.id, t.ledger_id, %s, p.external_id, p.reference, p.date,
                       p.amount, p.account, p.money, %s, now() AT TIME ZONE 'UTC',
                       %s, now() AT TIME ZONE 'UTC'
                  FROM (VALUES %s) AS p
                       (external_id, document, reference, date, amount, account, money)
                  JOIN synkd_transaction t ON t.ledger_id = %s
                   AND t.external_id = p.document AND t.channel = 'documents'
                ON CONFLICT (ledger_id, external_id) DO UPDATE
                   SET reference = EXCLUDED.reference, date = EXCLUDED.date,
                       amount = EXCLUDED.amount, account = EXCLUDED.account,
                       money = EXCLUDED.money,
                       transaction_id = EXCLUDED.transaction_id
                """,
                ledger.company_id.id,
                self.env.uid,
                self.env.uid,
                rows,
                ledger.id,
            )
        )
        self.invalidate_model()
        self.env["synkd.transaction"].invalidate_model(["books_payment_ids"])
