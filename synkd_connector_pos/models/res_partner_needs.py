# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_list

from odoo.addons.synkd_connector.lib.emails import split

TILL = "synkd_till"


class ResPartner(models.Model):
    """What is typed at a till is complete, as far as the customer's class needs it.

    Odoo's form in the terminal names the till in its context; it is asked as the form
    is saved, so that the cashier still has the customer before him.
    """

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to refuse what is typed incompletely at a till.

        :raise UserError: names what is missing.
        """
        partners = super().create(vals_list)
        partners._check_synkd_till()
        return partners

    def write(self, vals):
        """Override to refuse what is typed incompletely at a till.

        :raise UserError: names what is missing.
        """
        result = super().write(vals)
        self._check_synkd_till()
        return result

    def _check_synkd_till(self):
        """Ask of customers what their class needs, if a till makes or changes them."""
        till_id = self.env.context.get(TILL)
        if not isinstance(till_id, int) or not till_id:
            return
        till_sudo = self.env["pos.config"].sudo().browse(till_id).exists()
        for partner in self.with_company(till_sudo.company_id or self.env.company):
            if partner.is_company or not partner.parent_id:
                partner._check_synkd_needs(
                    partner.sudo().customer_class_id
                    or partner.sudo()._get_account_class(
                        till_sudo.new_customer_class_id
                    )
                )

    def _check_synkd_needs(self, customer_class):
        """Refuse a customer who lacks what a class needs.

        :param recordset customer_class: a `synkd.customer.class`, or none.
        :raise UserError: names what is missing, and where to fill it in.
        """
        self.ensure_one()
        class_sudo = customer_class.sudo()
        if lacks := self._get_synkd_lacks(class_sudo):
            raise UserError(
                self.env._(
                    "%(customer)s lacks what customers of class %(class)s need:"
                    " %(missing)s. Fill it in on the customer.",
                    customer=self.display_name or self.env._("The customer"),
                    missing=format_list(self.env, lacks),
                    **{"class": class_sudo.name},
                )
            )

    def _get_synkd_lacks(self, class_sudo):
        """Return what this customer lacks, as people call it.

        :rtype: list[str]
        """
        address = self.browse(self.address_get(["invoice"])["invoice"])
        country = address.country_id
        emails = split(self.email)
        checks = (
            (class_sudo.need_names, *self._get_synkd_name_check()),
            (class_sudo.need_address, address.street, self.env._("Street")),
            (class_sudo.need_address, address.city, self.env._("City")),
            (
                class_sudo.need_address and country.zip_required,
                address.zip,
                self.env._("ZIP"),
            ),
            (
                class_sudo.need_address and country.state_required,
                address.state_id,
                self.env._("State"),
            ),
            (class_sudo.need_address, country, self.env._("Country")),
            (
                class_sudo.need_email,
                emails and all(map(email_normalize, emails)),
                self.env._("an e-mail address that can be right"),
            ),
        )
        return [label for needed, value, label in checks if needed and not value]

    def _get_synkd_name_check(self):
        """Return whether the names are there, and what to call them.

        :rtype: tuple[bool, str]
        """
        if self.is_company:
            return bool(self.sudo().contact_name), self.env._("Contact Person")
        return len((self.name or "").split()) > 1, self.env._("First and Last Name")
