# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
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

    def _validate_session(self, *args, **kwargs):
        """Override to have written down what was sold, once the till is closed.

        Not here, where a cashier waits: that it is to be done is part of the closing.
        """
        difference = self.cash_register_difference if self.config_id.cash_control else 0
        result = super()._validate_session(*args, **kwargs)
        if result is True and self.state == "closed":
            self._set_synkd_due(difference)
        return result

    def _set_synkd_due(self, difference):
        """Let what a closed session sold be written down for the books.

        :param float difference: cash over (positive) or short, as counted.
        """
        if self.config_id.synkd_summary_mode != "none":
            self.sudo().write({"synkd_due": True, "synkd_cash_difference": difference})
            cron_sudo = self.env.ref("synkd_connector_pos.ir_cron_close").sudo()
            cron_sudo._switch_on()
            cron_sudo._trigger()

    def _set_synkd_written(self):
        """End what ``_set_synkd_due`` began."""
        self.filtered("synkd_due").synkd_due = False

    def get_closing_control_data(self):
        """Override to tell the cashier, who counts the drawer at the moment."""
        data = super().get_closing_control_data()
        text = self._get_synkd_till_texts().get(self.id, False)
        return data | {"synkd_till_text": text}
