# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SynkdCommission(models.Model):
    """What a sales rep gets for one invoice, or gives back for one credit note.

    By the rate that was valid when the document was first posted: a later change of
    the rate, or of the customer, leaves it. It follows the document's amount.
    """

    _name = "synkd.commission"
    _description = "Commission"
    _order = "invoice_date desc, id desc"
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "account.move",
        string="Document",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", string="Sales Rep", required=True, index=True, readonly=True
    )
    rate = fields.Float(
        string="Commission (%)", digits=(5, 2), readonly=True, aggregator="avg"
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="move_id.commercial_partner_id", string="Customer", store=True
    )
    invoice_date = fields.Date(related="move_id.invoice_date", store=True)
    state = fields.Selection(related="move_id.state", store=True)
    payment_state = fields.Selection(related="move_id.payment_state")
    base = fields.Monetary(
        related="move_id.amount_untaxed_signed", string="Without Tax", store=True
    )
    amount = fields.Monetary(string="Commission", compute="_compute_amount", store=True)

    _move_uniq = models.UniqueIndex(
        "(move_id)", "This document has its commission already."
    )

    @api.depends("base", "rate")
    def _compute_amount(self):
        for commission in self:
            commission.amount = commission.base * commission.rate / 100

    @api.model
    def _note(self, moves, fresh):
        """Write down the commission of documents that were just posted.

        It goes to the document's salesperson, by the customer's list of sales reps. A
        credit note gives back at the rate of its invoice. Where nobody has a rate, all
        this costs is the question who has one.

        :param recordset moves: `account.move`
        :param recordset fresh: of them those that were never posted before, which have
            no commission yet.
        """
        kinds = ("out_invoice", "out_refund")
        moves = moves.filtered(lambda m: m.move_type in kinds)
        if not moves:
            return
        before = (moves - fresh) | moves.reversed_entry_id
        known = self.search([("move_id", "in", before.ids)])
        by_move = {commission.move_id: commission for commission in known}
        reps = self.env["synkd.customer.rep"]._filter_reps(moves.invoice_user_id)
        vals_list = []
        for move in moves:
            own = by_move.get(move, self)
            user, rate = self._get_terms(move, by_move, reps)
            if own and own.user_id == user:
                continue
            own.unlink()
            if rate:
                vals = {"move_id": move.id, "user_id": user.id, "rate": rate}
                vals_list.append(vals)
        self.create(vals_list)

    def _get_terms(self, move, by_move, reps):
        """Return who gets the commission of one document, and at which rate.

        :param dict by_move: commission by document, also of what this one takes back.
        :param recordset reps: the `res.users` who have a rate with anybody.
        :rtype: tuple[recordset of `res.users`, float]
        """
        if origin := move.reversed_entry_id:
            commission = by_move.get(origin, self)
            return commission.user_id, commission.rate
        user = move.invoice_user_id & reps
        return user, user and move.partner_id._get_rep(user).commission
