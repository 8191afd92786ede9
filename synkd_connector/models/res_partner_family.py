# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """Main customers and their sub-customers."""

    _inherit = "res.partner"

    def _get_line(self):
        """Yield this customer and those above it, the nearest first.

        :rtype: Iterator[recordset of `res.partner`]
        """
        seen, partner = set(), self
        while partner and partner.id not in seen:
            yield partner
            seen.add(partner.id)
            partner = partner.parent_id

    def _get_inherited(self, name):
        """Return a value of this customer, else of the nearest above that has one.

        :param str name: of a field.
        """
        for partner in self._get_line():
            if value := partner[name]:
                return value
        return self[name]
