# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import ormcache


class SynkdLedger(models.Model):
    _inherit = "synkd.ledger"

    down_payment_class_id = fields.Many2one(
        "synkd.product.class",
        string="Down Payments Posted As",
        check_company=True,
        tracking=True,
        ondelete="restrict",
        help="Product class of down payments of sales orders, and of their deduction on"
        " the final invoice. Empty: somebody chooses for each of them.",
    )

    def write(self, vals):
        """Override to decide again what waits when down payments get a class."""
        result = super().write(vals)
        if "down_payment_class_id" in vals:
            invalid = [("reason", "=", "invalid_lines")]
            ready = [("sync_state", "in", ("pending", "held"))]
            self.env["synkd.line.rule"]._rules_changed(self, ["|", *invalid, *ready])
        return result

    @ormcache("self.id")
    def _get_down_payment_class_id(self):
        """Return the id of the class of down payments, from the cache."""
        return self.sudo().down_payment_class_id.id
