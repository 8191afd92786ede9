# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PosConfig(models.Model):
    _inherit = "pos.config"

    synkd_summary_mode = fields.Selection(
        [
            ("session", "One document for each session"),
            ("day", "One document for each day"),
            ("order", "Each sale by itself"),
            ("none", "Not at all: they are entered in the books by hand"),
        ],
        string="Sales Without an Invoice",
        required=True,
        default="session",
        help="How sales without an invoice reach the books when the till is closed.",
    )
    walk_in_class_id = fields.Many2one(
        "synkd.customer.class",
        string="Walk-In Class",
        domain="[('posting', '=', 'generic')]",
        check_company=True,
        ondelete="restrict",
        help="Sales without a customer are posted to the generic account customer of"
        " this class.",
    )

    def write(self, vals):
        """Override to let summaries go that waited for a walk-in class."""
        result = super().write(vals)
        if vals.get("walk_in_class_id"):
            for config in self:
                config._set_waiting_class()
        return result

    def _set_waiting_class(self):
        """Give the walk-in class to summaries of this shop that have none."""
        waiting = self._find_waiting()
        waiting.class_id = self.walk_in_class_id
        rows = [("summary_id", "in", waiting.ids)]
        self.env["synkd.transaction"]._redecide(rows)

    def _find_waiting(self):
        """Return the summaries of this shop that wait for its walk-in class."""
        mine = [("session_id.config_id", "=", self.id), ("class_id", "=", False)]
        mine += [("partner_id", "=", False), ("withdrawn", "=", False)]
        found = self.env["synkd.summary"].sudo().search(mine)
        return found.filtered(lambda summary: summary._is_unsent())
