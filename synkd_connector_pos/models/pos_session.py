# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount


class PosSession(models.Model):
    """A session says, as it closes and later, what of it the books do not get.

    What it owes to the books only the server writes: a cashier may write a session.
    """

    _name = "pos.session"
    _inherit = ["pos.session", "synkd.guard.mixin"]
    _engine_fields = frozenset(("synkd_due", "synkd_cash_difference"))

    synkd_till_text = fields.Char(
        string="Not in the Books", compute="_compute_synkd_till_text"
    )
    synkd_due = fields.Boolean(
        string="To Be Written Down for the Books",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Closed; what it sold without an invoice enters the queue in a moment.",
    )
    synkd_cash_difference = fields.Monetary(
        string="Cash Over or Short",
        readonly=True,
        copy=False,
        help="As counted when it closed.",
    )
    synkd_bank_differences = fields.Json(
        string="Counted Otherwise",
        readonly=True,
        copy=False,
        help="What was counted too much, or too little, of cards and the like, by id of"
        " the payment method.",
    )

    @api.model
    def _load_pos_data_relations(self, model, fields):
        """Override: tills send back each field that they know of, and may not this."""
        relations = super()._load_pos_data_relations(model, fields)
        if model == "pos.order":
            relations.pop("synkd_credit_breach", None)
        return relations

    @api.depends_context("lang")
    def _compute_synkd_till_text(self):
        texts = self._get_synkd_till_texts()
        for session in self:
            session.synkd_till_text = texts.get(session._origin.id)

    def _get_synkd_till_texts(self):
        """Return what to tell about orders without an invoice.

        :return: session's id to sentence; none for a session whose orders all have one,
            or whose company keeps no books here.
        :rtype: dict[int, str]
        """
        companies = self.sudo().company_id
        ledgers = self.env["synkd.ledger"].sudo()
        ledgers = ledgers.union(
            *(company._get_synkd_live_ledger() for company in companies)
        )
        if not ledgers:
            return {}
        domain = Domain.OR(ledger._get_till_domain(companies) for ledger in ledgers)
        groups = (
            self.env["pos.order"]
            .sudo()
            ._read_group(
                domain & Domain("session_id", "in", self._origin.ids),
                ["session_id"],
                ["__count", "amount_total:sum"],
            )
        )
        return {
            session.id: self._synkd_till_text(session.currency_id, count, amount)
            for session, count, amount in groups
        }

    def _synkd_till_text(self, currency, count, amount):
        """Return the sentence for whoever closes a session."""
        return self.env._(
            "Orders without an invoice in this session: %(count)s, %(amount)s. They do"
            " not go to the books by themselves. Invoice those that need an invoice"
            " under Orders, and tell the bookkeeper of the rest, who has to enter them"
            " in the books.",
            count=count,
            amount=format_amount(self.env, amount, currency),
        )

    def _validate_session(
        self,
        balancing_account=False,
        amount_to_balance=0,
        bank_payment_method_diffs=None,
    ):
        """Override to have written down what was sold, once the till is closed.

        Not here, where a cashier waits: that it is to be done is part of the closing.
        """
        difference = self.cash_register_difference if self.config_id.cash_control else 0
        result = super()._validate_session(
            balancing_account, amount_to_balance, bank_payment_method_diffs
        )
        if result is True and self.state == "closed":
            self._set_synkd_due(difference, bank_payment_method_diffs or {})
        return result

    def _set_synkd_due(self, difference, bank_differences):
        """Let what a closed session sold be written down for the books.

        :param float difference: cash over (positive) or short, as counted.
        :param dict bank_differences: the same of cards and the like, by id of the
            payment method.
        """
        if self.config_id.synkd_summary_mode != "none":
            vals = {"synkd_due": True, "synkd_cash_difference": difference}
            booked = self._get_synkd_booked(bank_differences)
            self.sudo().write(vals | {"synkd_bank_differences": booked})
            cron_sudo = self.env.ref("synkd_connector_pos.ir_cron_close").sudo()
            cron_sudo._switch_on()
            cron_sudo._trigger()

    def _get_synkd_booked(self, differences):
        """Return those of some differences that Odoo booked as it closed.

        That of a payment method without payments it does not book, nor that of one
        which identifies customers and has no account of its own for what is on its way.

        :param dict differences: amounts by id of the payment method.
        :rtype: dict[int, float]
        """
        asked = {id_: amount for id_, amount in differences.items() if amount}
        methods = self.env["pos.payment.method"].sudo().browse(asked)
        if not methods:
            return {}
        used = self._get_closed_orders().payment_ids.payment_method_id
        booked = methods.filtered(
            lambda m: m.outstanding_account_id if m.split_transactions else m in used
        )
        return {method.id: asked[method.id] for method in booked}

    def _get_synkd_counted(self):
        """Return what was counted too much (above zero), or too little, by journal."""
        counted = defaultdict(float)
        counted[self.cash_journal_id] += self.synkd_cash_difference
        methods = self.env["pos.payment.method"]
        for method_id, amount in (self.synkd_bank_differences or {}).items():
            counted[methods.browse(int(method_id)).journal_id] += amount
        is_zero = self.currency_id.is_zero
        return {journal: each for journal, each in counted.items() if not is_zero(each)}

    def _set_synkd_written(self):
        """End what ``_set_synkd_due`` began."""
        self.filtered("synkd_due").synkd_due = False

    def get_closing_control_data(self):
        """Override to tell the cashier, who counts the drawer at the moment."""
        data = super().get_closing_control_data()
        text = self._get_synkd_till_texts().get(self.id, False)
        return data | {"synkd_till_text": text}
