# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...const import TECHNICAL_FIELDS


class SynkdFieldsMixin(models.AbstractModel):
    """A record some fields of which only machines read."""

    _name = "synkd.fields.mixin"
    _description = "Record With Fields That Only Machines Read"

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Override to offer people nothing to group by that only machines read.

        :rtype: dict
        """
        found = super().fields_get(allfields, attributes)
        for name in TECHNICAL_FIELDS & found.keys():
            if "groupable" in found[name]:
                found[name]["groupable"] = False
        return found
