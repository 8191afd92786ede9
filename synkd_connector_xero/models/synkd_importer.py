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

    def _follow_merges(self, run, merged):
        """Let account customers follow the contacts that theirs were merged into.

        :param dict merged: id of the contact that stays, by the one that went.
        """
        ids = [*merged, *merged.values()]
        domain = [("ledger_id", "=", run.ledger_id.id), ("external_id", "in", ids)]
        known = {a.external_id: a for a in self._accounts().search(domain)}
        for gone, stays in merged.items():
            loser = known.get(gone)
            # One that is being sent waits for its answer; it is refused as merged.
            if not loser or loser.sync_state == "sending":
                continue
            if stays in known:
                self._join(run, loser, known[stays])
            else:
                known[stays] = loser
                self._rename(run, loser, stays)

    def _rename(self, run, account, stays):
        """Let an account customer be the contact that stays; its data comes as well."""
        account.external_id = stays
        # It was refused when it was sent as the one that went.
        account._set_pending(from_states=("attention",))
        account.message_post(
            body=self.env._(
                "In the books this customer was merged into another one; from now on"
                " it is that one."
            )
        )
        run._count("imported")

    def _join(self, run, loser, winner):
        """Let those who were billed as one customer be billed as another."""
        partners = loser.link_ids.filtered("active").partner_id
        links_sudo = self.env["synkd.customer.link"].sudo()
        links_sudo._link([(partner, winner) for partner in partners])
        loser._set_synced({"active": False})
        message = self.env._(
            "%(gone)s was merged into %(stays)s in the books. Who was billed as the"
            " first one is billed as the second one now.",
            gone=loser.display_name,
            stays=winner.display_name,
        )
        loser.message_post(body=message)
        winner.message_post(body=message)
        run._count("imported")
