# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        """Override of `account`: invoices go to the contacts who get invoices.

        In place of the customer itself; whom else the template names stays.
        """
        partners = super()._get_default_mail_partner_ids(move, mail_template, mail_lang)
        if not move.is_sale_document(include_receipts=True):
            return partners
        contacts = move.partner_id._get_mail_contacts("mail_invoices")
        return partners - move.partner_id | contacts if contacts else partners
