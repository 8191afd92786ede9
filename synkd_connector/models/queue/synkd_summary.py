# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...const import QUEUE_STATES, SOURCES, WAITING_STATES


class SynkdSummary(models.Model):
    """Sales without an invoice that reach the books as one document, with their money.

    Who makes one writes down what was sold, by product and tax, as Odoo booked it; the
    queue decides, maps, previews and posts it like any other document. It belongs to a
    customer of his own (`partner_id`), or to the shared account customer of a class.
    Nothing in it changes once it was sent: what leaves it afterwards is taken out by
    another one with the signs turned round (`reverses_id`).
    """

    _name = "synkd.summary"
    _description = "Sales Posted Together"
    _order = "date desc, id desc"

    name = fields.Char(string="Number", required=True, readonly=True, index="trigram")
    place = fields.Char(string="Shop", readonly=True)
    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    date = fields.Date(required=True, readonly=True, index=True)
    source = fields.Selection(SOURCES, required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    class_id = fields.Many2one(
        "synkd.customer.class",
        readonly=True,
        index="btree_not_null",
        help="Posted to the generic account customer of this class.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Posted as a document of this customer's own.",
    )
    reverses_id = fields.Many2one(
        "synkd.summary",
        string="Takes Out Of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    open_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Sales that are made before may join it, so it is not sent until then.",
    )
    withdrawn = fields.Boolean(readonly=True, help="Nothing is left in it.")
    total = fields.Monetary(readonly=True)
    tax = fields.Monetary(readonly=True)
    line_ids = fields.One2many("synkd.summary.line", "summary_id", readonly=True)
    money_ids = fields.One2many("synkd.summary.money", "summary_id", readonly=True)
    transaction_ids = fields.One2many("synkd.transaction", "summary_id", readonly=True)
    document_id = fields.Many2one("synkd.transaction", compute="_compute_document")
    sync_state = fields.Selection(
        QUEUE_STATES, string="Books", compute="_compute_document"
    )
    books_total = fields.Monetary(string="In the Books", compute="_compute_document")

    @api.depends(
        "transaction_ids.live",
        "transaction_ids.sync_state",
        "transaction_ids.books_total",
        "transaction_ids.batch_id.transaction_id.sync_state",
    )
    def _compute_document(self):
        for summary in self.sudo():
            documents = summary.transaction_ids.filtered(
                lambda row: row.channel == "documents"
            )
            live = documents.filtered("live")
            document = (live or documents.sorted("id"))[-1:]
            poster = document._get_poster()
            summary.document_id = document
            summary.sync_state = poster.sync_state
            summary.books_total = poster.books_total
            if document != poster and poster.external_id:
                summary.books_total = document.amount

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "%s is part of what was sent, or is to be sent, to the books, and"
                " cannot be deleted. Exclude its row in the transaction queue instead.",
                self[:1].name,
            )
        )

    # === BUSINESS METHODS === #

    def _is_unsent(self):
        """Whether the books have nothing of it, and nothing is on its way.

        :rtype: bool
        """
        rows = self.sudo().transaction_ids.filtered("live")
        return all(
            not row.external_id and row.sync_state in (*WAITING_STATES, "excluded")
            for row in (row._get_poster() for row in rows)
        )

    def _is_sold(self):
        """Whether something is sold in it: money alone makes no document.

        :rtype: bool
        """
        amounts = [*self.line_ids.mapped("net"), *self.line_ids.mapped("tax")]
        return not all(map(self.currency_id.is_zero, amounts))

    def _get_rate_date(self):
        """Return the day whose rate counts: what is taken out is worth what it was.

        :rtype: datetime.date
        """
        return (self.reverses_id or self).date

    def _get_account(self):
        """Return the shared account customer that it is posted to, if it is known.

        :rtype: recordset of `synkd.account.customer`
        """
        return self.sudo().class_id.generic_account_customer_id

    def _get_kind(self):
        """Return the kind of the document: a day of returns is a credit note.

        :rtype: str
        """
        return "credit_note" if self.total < 0 else "invoice"

    def _is_paid(self):
        """Whether its money covers its total.

        :rtype: bool
        """
        money = sum(self.money_ids.mapped("amount"))
        return self.currency_id.compare_amounts(money, self.total) == 0

    def _note_change(self):
        """Let the queue look again at these, after what they hold has changed."""
        rows = self.sudo().transaction_ids.filtered("live")
        rows._note_change()
        documents = self.filtered(lambda s: not s.withdrawn)
        self.env["synkd.enqueuer"]._enqueue_summaries(documents)

    @api.model
    def _order_source_sql(self, order_line):
        """Return where the line of a sales order is from, if not from the till.

        :param SQL order_line: its id.
        :return: one of ``SOURCES``, or NULL.
        :rtype: SQL
        """
        return SQL("NULL::varchar")

    def _choose_walk_in(self, some_class):
        """Post these to a class, as they are of nobody in particular.

        :param recordset some_class: posts to a generic account customer.
        :return: the same summaries.
        """
        self.class_id = some_class
        self.env["synkd.transaction"]._redecide([("summary_id", "in", self.ids)])
        return self

    # === ACTIONS === #

    def action_view_rows(self):
        """Open its rows in the transaction queue.

        :rtype: dict
        """
        rows = self.env["synkd.transaction"].search([("summary_id", "in", self.ids)])
        return rows._view_rows([("id", "in", rows.ids)])


class SynkdSummaryLine(models.Model):
    """What was sold of one product under one tax, signed as it counts for the total."""

    _name = "synkd.summary.line"
    _description = "Line of Sales Posted Together"
    _order = "id"

    summary_id = fields.Many2one(
        "synkd.summary", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="summary_id.company_id")
    currency_id = fields.Many2one(related="summary_id.currency_id")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    account_id = fields.Many2one("account.account", readonly=True, ondelete="restrict")
    name = fields.Char(readonly=True)
    tax_key = fields.Char(readonly=True, help="Ids of the taxes, in order.")
    source = fields.Selection(
        SOURCES, readonly=True, help="Where it is from; empty: as all of the document."
    )
    quantity = fields.Float(readonly=True, digits="Product Unit")
    net = fields.Monetary(readonly=True)
    tax = fields.Monetary(readonly=True)


class SynkdSummaryMoney(models.Model):
    """What came in, or went out, by one way of paying."""

    _name = "synkd.summary.money"
    _description = "Money of Sales Posted Together"
    _order = "id"

    summary_id = fields.Many2one(
        "synkd.summary", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="summary_id.company_id")
    currency_id = fields.Many2one(related="summary_id.currency_id")
    name = fields.Char(string="Paid By", required=True, readonly=True)
    journal_id = fields.Many2one(
        "account.journal", required=True, readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary(readonly=True)

    def _get_kind(self):
        """Return the kind of the row: money that went out is a refund.

        :rtype: str
        """
        return "refund" if self.amount < 0 else "payment"
