# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    synkd_code_prefix = fields.Char(
        string="Customer Code Prefix",
        help="Put before the generated codes of this company's account customers,"
        " so that the companies of a group never share a code.",
    )

    def _get_synkd_ledger(self):
        """Return the live ledger of this company, or of the company it is a branch of.

        :rtype: recordset of `synkd.ledger`
        """
        self.ensure_one()
        ledgers = self.env["synkd.ledger"].sudo()
        chain = self.sudo().parent_ids
        found = ledgers.search([("company_id", "in", chain.ids)])
        return found.sorted(lambda l: chain.ids.index(l.company_id.id))[-1:]
