# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

PLACES = ("pos", "service", "web")


class ResPartner(models.Model):
    """Where a customer is offered: the class of his account customer says it.

    Who has no account customer yet is offered everywhere.
    """

    _inherit = "res.partner"

    shown_pos = fields.Boolean(
        string="Shown in Point of Sale",
        compute="_compute_shown",
        search="_search_shown_pos",
    )
    shown_service = fields.Boolean(
        compute="_compute_shown", search="_search_shown_service"
    )
    shown_web = fields.Boolean(
        string="Shown on Web", compute="_compute_shown", search="_search_shown_web"
    )

    @api.depends_context("company")
    def _compute_shown(self):
        saved = self.with_context(active_test=False)._origin.filtered("id")
        for place in PLACES:
            hidden = self.browse()
            if domain := self._get_hidden_domain(place):
                hidden = saved.search(domain & Domain("id", "in", saved.ids))
            for partner in self:
                partner[f"shown_{place}"] = partner._origin not in hidden

    @api.model
    def _search_shown_pos(self, operator, value):
        return self._search_shown("pos", operator, value)

    @api.model
    def _search_shown_service(self, operator, value):
        return self._search_shown("service", operator, value)

    @api.model
    def _search_shown_web(self, operator, value):
        return self._search_shown("web", operator, value)

    def _search_shown(self, place, operator, value):
        """Return the domain of those who are shown in a place, or are not.

        :param str place: of ``PLACES``.
        """
        if operator != "in":
            return NotImplemented
        hidden = self._get_hidden_domain(place) or Domain.FALSE
        wanted = set(value)
        if wanted == {True}:
            return ~hidden
        return hidden if True not in wanted else Domain.TRUE

    @api.model
    def _get_hidden_domain(self, place):
        """Return the domain of the customers whose class does not show them there.

        :param str place: of ``PLACES``.
        :return: None when each class shows its customers.
        :rtype: Domain or None
        """
        ledger = self.env.company._get_synkd_live_ledger()
        classes = self.env["synkd.customer.class"].sudo()
        hiding = classes.with_context(active_test=False).search(
            [(f"show_{place}", "=", False), ("company_id", "=", ledger.company_id.id)]
        )
        if not hiding:
            return None
        accounts = self.env["synkd.account.customer"].sudo()
        theirs = [("class_id", "in", hiding.ids), ("ledger_id", "=", ledger.id)]
        query = accounts.with_context(active_test=False)._search(theirs).subselect()
        links = self.env["synkd.customer.link"].sudo()
        return Domain("id", "in", links._partners_sql(query, ledger))
