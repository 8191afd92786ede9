# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# Values that say where the documents of a class are posted, and as what.
POSTING_FIELDS = frozenset(("posting", "generic_account_customer_id", "invoice_prefix"))


class SynkdCustomerClass(models.Model):
    """What becomes of waiting documents when their class changes."""

    _inherit = "synkd.customer.class"

    @api.onchange("posting")
    def _onchange_posting_warn(self):
        """Say how many waiting documents a change of the posting touches."""
        count = self._origin.account_customer_count
        if not count or self._origin.posting == self.posting:
            return None
        return {
            "warning": {
                "title": self.env._("This changes how documents are posted"),
                "message": self.env._(
                    "%(count)s account customers are of class %(name)s. Their waiting"
                    " documents (%(waiting)s) will be decided again when you save.",
                    count=count,
                    name=self._origin.name,
                    waiting=self._origin._count_waiting(),
                ),
            }
        }

    def _count_waiting(self):
        """Return how many documents wait whose account customers are of this class.

        :rtype: int
        """
        domain = [("class_id", "in", self.ids)]
        return self.env["synkd.transaction"]._count_waiting(domain)

    def write(self, vals):
        """Override to decide the documents again that wait in these classes."""
        result = super().write(vals)
        if POSTING_FIELDS & vals.keys():
            domain = [("class_id", "in", self.ids)]
            self.env["synkd.transaction"]._redecide(domain)
        return result
