# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SynkdImporter(models.AbstractModel):
    _inherit = "synkd.importer"

    def _take_customers(self, run, customers):
        """Override to follow contacts that were merged in the other Odoo.

        There the external ids of the one that went are given to the one that stays: who
        carries the key of an account customer is that one now.
        """
        stays = {
            key: data.external_id
            for data in customers
            for key in data.extra.get("keys", ())
        }
        domain = [("ledger_id", "=", run.ledger_id.id), ("active", "=", True)]
        domain.append(("own_key", "in", list(stays)))
        accounts = self._accounts().search(domain) if stays else ()
        merged = {
            account.external_id: stays[account.own_key]
            for account in accounts
            if account.external_id not in (False, stays[account.own_key])
        }
        if merged:
            self._follow_merges(run, merged)
        return super()._take_customers(run, customers)
