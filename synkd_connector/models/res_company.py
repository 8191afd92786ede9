# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models, tools
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    synkd_code_prefix = fields.Char(
        string="Customer Code Prefix",
        help="Put before the generated codes of this company's account customers,"
        " so that the companies of a group never share a code.",
    )

    synkd_customer_approval = fields.Boolean(
        string="Approve New Customers",
        help="New customers can be quoted to, but get orders and invoices only when a"
        " credit manager has approved them.",
    )
    synkd_overdue_check = fields.Boolean(
        string="Refuse Overdue Customers",
        help="Invoices and sales on account are refused to customers with overdue"
        " debts: by the books where these tell balances, else by Odoo's invoices."
        " Without it only those count that are marked as overdue by hand.",
    )
    synkd_overdue_days = fields.Integer(
        string="Days of Grace",
        help="So many days after it was due an invoice of Odoo counts as overdue.",
    )

    synkd_only_complete = fields.Boolean(
        string="Only Complete Customers Are Linked",
        default=True,
        help="A customer without contact, currency, sales rep, category or terms is not"
        " linked to an account customer of its own. Walk-ins need nothing.",
    )
    synkd_tracking_automatic = fields.Boolean(
        string="Number Customers",
        help="New customers get a Tracking # at once. Without: the button Generate.",
    )
    synkd_tracking_sequence_id = fields.Many2one(
        "ir.sequence",
        string="Pattern of Tracking #",
        domain="[('company_id', 'in', (id, False))]",
        help="Any sequence: prefix, suffix, length. Empty: one is made when the first"
        " number is wanted.",
    )

    def _get_tracking_sequence(self):
        """Return the sequence of this company's tracking numbers; make it if need be.

        :rtype: recordset of `ir.sequence`
        """
        self.ensure_one()
        if not self.synkd_tracking_sequence_id:
            self.synkd_tracking_sequence_id = self.env["ir.sequence"].create(
                {
                    "name": self.env._("Tracking # of customers of %s", self.name),
                    "company_id": self.id,
                    "prefix": "T",
                    "padding": 6,
                }
            )
        return self.synkd_tracking_sequence_id

    def _get_synkd_ledger(self):
        """Return the live ledger of this company, or of the company it is a branch of.

        :rtype: recordset of `synkd.ledger`
        """
        self.ensure_one()
        ledgers = self.env["synkd.ledger"].sudo()
        chain = self.sudo().parent_ids
        found = ledgers.search([("company_id", "in", chain.ids)])
        return found.sorted(lambda l: chain.ids.index(l.company_id.id))[-1:]

    def _get_synkd_live_ledger(self):
        """Return the same from the cache, since each posting asks.

        :rtype: recordset of `synkd.ledger`
        """
        return self.env["synkd.ledger"].sudo().browse(self._get_synkd_ledger_id())

    @tools.ormcache("self.id")
    def _get_synkd_ledger_id(self):
        """Return the id of the live ledger, or an empty tuple."""
        return self._get_synkd_ledger().id or ()

    def write(self, vals):
        """Override to forget whose books are whose when the tree of sites changes."""
        result = super().write(vals)
        if "parent_id" in vals:
            self.env.registry.clear_cache()
        return result

    def _no_synkd_ledger_error(self):
        """Return the error for a company that has no books, or none in use."""
        chain = self.sudo().parent_ids
        ledgers = self.env["synkd.ledger"].sudo().with_context(active_test=False)
        if archived := ledgers.search([("company_id", "in", chain.ids)], limit=1):
            return UserError(
                self.env._(
                    "Ledger %s is archived, so its customers can neither be created"
                    " nor synchronised. Ask an administrator to restore it under"
                    " Invoicing > Books > Ledgers.",
                    archived.name,
                )
            )
        return UserError(
            self.env._(
                "Company %s has no ledger, so it can have no account customers. Ask an"
                " administrator to create one under Invoicing > Books > Ledgers.",
                self.name,
            )
        )
