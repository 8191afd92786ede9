# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdImporter(models.AbstractModel):
    _inherit = "synkd.importer"

    def _prepare_vals(self, data, lookup, pulled):
        """Override to take over what only Xero keeps."""
        vals = super()._prepare_vals(data, lookup, pulled)
        if "tax_type" not in data.extra:
            return vals
        persons = [
            fields.Command.create(
                {
                    "name": person["name"] or person["email"],
                    "email": person["email"],
                    "include_in_emails": person["emails"],
                }
            )
            for person in data.extra["persons"]
            if person["name"] or person["email"]
        ]
        return vals | {
            "xero_tax_type": data.extra["tax_type"],
            "xero_person_ids": [fields.Command.clear(), *persons],
        }

    def _take_customers(self, run, customers):
        """Override to follow customers that were merged over there."""
        merged = {
            data.external_id: data.extra["merged_into"]
            for data in customers
            if data.extra.get("merged_into")
        }
        if merged:
            self._follow_merges(run, merged)
            customers = [d for d in customers if d.external_id not in merged]
        return super()._take_customers(run, customers)
