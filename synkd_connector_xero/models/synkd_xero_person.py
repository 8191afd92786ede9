# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.synkd_connector.lib import emails

from ..lib import contacts


class SynkdXeroPerson(models.Model):
    """A contact person of an account customer: Xero keeps up to five."""

    _name = "synkd.xero.person"
    _description = "Contact Person"
    _order = "sequence, id"

    account_customer_id = fields.Many2one(
        "synkd.account.customer", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    email = fields.Char()
    include_in_emails = fields.Boolean(
        string="Gets Invoices", help="Xero e-mails documents to this person as well."
    )

    @api.constrains("account_customer_id")
    def _check_count(self):
        for account in self.account_customer_id:
            if len(account.xero_person_ids) > contacts.PERSONS:
                raise ValidationError(
                    self.env._(
                        "%(account)s has more contact persons than the %(limit)s that"
                        " Xero takes. Remove some.",
                        account=account.display_name,
                        limit=contacts.PERSONS,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override to send the changed list."""
        persons = super().create(vals_list)
        persons.account_customer_id._queue()
        return persons

    def write(self, vals):
        """Override to send the changed list."""
        result = super().write(vals)
        self.account_customer_id._queue()
        return result

    def unlink(self):
        """Override to send the changed list."""
        accounts = self.account_customer_id
        result = super().unlink()
        accounts._queue()
        return result

    def _to_extra(self):
        """Return these persons as the contract carries them.

        :rtype: list[dict]
        """
        return [
            {
                "name": contacts.clean(person.name),
                "email": emails.first(person.email),
                "emails": person.include_in_emails,
            }
            for person in self
        ]
