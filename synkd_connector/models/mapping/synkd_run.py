# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdRun(models.Model):
    """A run that people ask for the lists of the books."""

    _inherit = "synkd.run"

    content = fields.Selection(
        selection_add=[("lists", "Lists of the Books")], ondelete={"lists": "cascade"}
    )

    def _has_part(self, part):
        """Override: who asks for the lists gets them, and what hangs on them.

        :rtype: bool
        """
        return super()._has_part(part) and (self.content != "lists" or part == "lists")

    def _describe(self, left):
        """Override: who asks for the lists is told about them.

        :rtype: str
        """
        if self.content == "lists":
            return self.ledger_id._describe_lists()
        return super()._describe(left)
