# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

USERS = "point_of_sale.group_pos_user"


class ResPartner(models.Model):
    """Which customers a till offers, and what it is told of them."""

    _inherit = "res.partner"

    synkd_card = fields.Json(
        string="At the Till", compute="_compute_synkd_card", groups=USERS
    )

    @api.depends_context("company", "lang", "tz")
    def _compute_synkd_card(self):
        cards = self.env["synkd.till.card"]._get(self.env.company, self._origin.ids)
        for partner in self:
            partner.synkd_card = cards.get(partner._origin.id) or {}

    # === WHAT A TILL LOADS === #

    @api.model
    def _load_pos_data_fields(self, config):
        """Override to load the card: one field, one statement."""
        return super()._load_pos_data_fields(config) + ["synkd_card"]

    @api.model
    def _load_pos_self_data_fields(self, config):
        """Override of `pos_self_order`, where that is installed: not the card.

        Who orders there without a login may name anybody as the customer.
        """
        found = super()._load_pos_self_data_fields(config)
        return [name for name in found if name != "synkd_card"]

    @api.model
    def _load_pos_data_domain(self, data, config):
        """Override to leave out whom their class hides, unless an order names them."""
        domain = super()._load_pos_data_domain(data, config)
        hidden = self.with_company(config.company_id)._get_hidden_domain("pos")
        if hidden is None:
            return domain
        named = {order["partner_id"] for order in data["pos.order"]} - {False}
        return list(Domain(domain) & (~hidden | Domain("id", "in", named)))

    @api.model
    def _server_date_to_domain(self, domain):
        """Override: what a till has already is read again when its card changed."""
        since = self.env.context.get("pos_last_server_date")
        limited = super()._server_date_to_domain(domain)
        if not since or limited == domain:
            return limited
        query = self.env["synkd.till.card"]._changed_sql(self.env.company, since)
        return Domain(domain) & Domain("id", "in", query)

    def _unrelevant_records(self, config):
        """Override to let tills forget whom their class hides by now."""
        gone = super()._unrelevant_records(config)
        hidden = self.with_company(config.company_id)._get_hidden_domain("pos")
        if hidden is not None:
            gone += self.search(hidden & Domain("id", "in", self.ids)).ids
        return gone

    @api.model
    def get_new_partner(self, config_id, domain, offset):
        """Override to search by Ext Acc # too, and to find nobody who is hidden.

        :param list domain: as a till makes it of what is typed; [] for the next ones.
        """
        shop = self.with_company(self.env["pos.config"].browse(config_id).company_id)
        if domain:
            typed = [leaf[2] for leaf in domain if leaf[0] == "name" and len(leaf) > 2]
            wanted = Domain(domain)
            for text in typed:
                wanted |= shop._get_code_domain(str(text).strip("%"))
            domain = list(wanted & Domain("shown_pos", "=", True))
        found = super(ResPartner, shop).get_new_partner(config_id, domain, offset)
        found["res.partner"] = [
            values
            for values in found["res.partner"]
            if not (values["synkd_card"] or {}).get("hidden")
        ]
        return found

    def _get_code_domain(self, text):
        """Return the domain of customers by a part of their Ext Acc #.

        Cashiers have no rights to the books: they find, and read nothing there.

        :rtype: Domain
        """
        ledger = self.env.company._get_synkd_live_ledger()
        accounts_sudo = self.env["synkd.account.customer"].sudo()
        theirs = [("code", "ilike", text), ("ledger_id", "=", ledger.id)]
        query = accounts_sudo._search(theirs).subselect()
        links = self.env["synkd.customer.link"].sudo()
        return Domain("id", "in", links._partners_sql(query, ledger))
