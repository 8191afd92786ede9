# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount


class PosSession(models.Model):
    """A session says, as it closes and later, what of it the books do not get."""

    _inherit = "pos.session"

    synkd_till_text = fields.Char(
        string="Not in the Books", compute="_compute_synkd_till_text"
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
        """Override to queue what was sold without an invoice, as the till closes."""
        difference = self.cash_register_difference if self.config_id.cash_control else 0
        result = super()._validate_session(*args, **kwargs)
        if result is True and self.state == "closed":
            self.env["synkd.till.closing"]._close(self, difference)
        return result

    def get_closing_control_data(self):
        """Override to tell the cashier, who counts the drawer at the moment."""
        data = super().get_closing_control_data()
        text = self._get_synkd_till_texts().get(self.id, False)
        return data | {"synkd_till_text": text}
