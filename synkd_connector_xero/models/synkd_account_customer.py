# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, fields, models

from ..const import CONNECTOR
from ..lib import contacts

# What the books keep beside the fields of the core. Persons queue by themselves.
XERO_FIELDS = frozenset(("xero_tax_type", "class_id"))


class SynkdAccountCustomer(models.Model):
    _inherit = "synkd.account.customer"

    connector = fields.Selection(related="ledger_id.connector")
    xero_tax_type = fields.Char(
        string="Tax Type in Xero",
        help="Code of the tax rate that Xero proposes on this customer's invoices, such"
        " as OUTPUT. Empty: the one of the account.",
    )
    xero_person_ids = fields.One2many(
        "synkd.xero.person", "account_customer_id", string="Contact Persons"
    )

    @property
    def _synced_fields(self):
        """Override to add what Xero keeps beside the core's fields."""
        synced = super()._synced_fields
        is_xero = CONNECTOR in self.ledger_id.mapped("connector")
        return synced | XERO_FIELDS if is_xero else synced

    def _to_data(self, lookup=None):
        """Override to add what only Xero keeps, and to write texts as Xero does."""
        data = super()._to_data(lookup)
        if self.ledger_id.connector != CONNECTOR:
            return data
        extra = {
            "tax_type": contacts.clean(self.xero_tax_type),
            "persons": self.xero_person_ids._to_extra(),
        }
        group = self.class_id.xero_contact_group or ""
        return contacts.normalise(replace(data, category=group, extra=extra))

    @api.model
    def _prepare_from_partner(self, partner, customer_class=None):
        """Override to take over the customer's contacts as contact persons."""
        vals = super()._prepare_from_partner(partner, customer_class)
        if self.env.company._get_synkd_live_ledger().connector != CONNECTOR:
            return vals
        people = partner.sudo().child_ids.filtered(
            lambda c: not c.is_company and c.name and c.type in ("contact", "invoice")
        )
        vals["xero_person_ids"] = [
            fields.Command.create(
                {
                    "name": person.name,
                    "email": person.email,
                    "include_in_emails": person.type == "invoice",
                }
            )
            for person in people[: contacts.PERSONS]
        ]
        return vals
