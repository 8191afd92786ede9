# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SynkdCopyMixin(models.AbstractModel):
    """A record whose copy gets a name of its own: we, or the books, want it once."""

    _name = "synkd.copy.mixin"
    _description = "Record Whose Copy Is Named Otherwise"

    def copy_data(self, default=None):
        """Override to tell the copy from the original."""
        vals_list = super().copy_data(default)
        if "name" in (default or {}):
            return vals_list
        return [
            vals | {"name": self.env._("%s (copy)", record.name)}
            for record, vals in zip(self, vals_list, strict=True)
        ]
