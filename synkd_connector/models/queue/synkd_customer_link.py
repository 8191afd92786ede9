# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class SynkdCustomerLink(models.Model):
    """What becomes of waiting documents when a link is made or ends."""

    _inherit = "synkd.customer.link"

    def _count_waiting(self):
        """Return how many waiting documents use these links.

        :rtype: int
        """
        return self.env["synkd.transaction"]._count_waiting(self._waiting_domain())

    def _decide_again(self):
        """Override: decide the waiting documents again that use, or used, these."""
        if self:
            self.env["synkd.transaction"]._redecide(self._waiting_domain())

    def _waiting_domain(self):
        """Return which documents use these links: one condition for each ledger.

        :rtype: Domain
        """
        return Domain.OR(
            self._documents_of(links.partner_id, ledger)
            for ledger, links in self.sudo().grouped("ledger_id").items()
        )

    @api.model
    def _documents_of(self, partners, ledger):
        """Return which documents use the links of some customers in one ledger.

        :rtype: Domain
        """
        ids = SQL("SELECT unnest(%s::int[])", partners.ids)
        below = SQL("(%s)", self._below_sql(ids, ledger))
        return Domain("ledger_id", "=", ledger.id) & Domain("partner_id", "in", below)
