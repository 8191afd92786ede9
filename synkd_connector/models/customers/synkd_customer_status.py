# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

CUSTOMER_STATUSES = [
    ("new", "New"),
    ("to_approve", "To Approve"),
    ("active", "Active"),
    ("hold", "On Hold"),
    ("inactive", "Inactive"),
]


class SynkdCustomerStatus(models.Model):
    """The history of a customer's status: who moved it, when, and why."""

    _name = "synkd.customer.status"
    _description = "Change of a Customer's Status"
    _order = "at desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    from_status = fields.Selection(CUSTOMER_STATUSES, string="From", readonly=True)
    to_status = fields.Selection(
        CUSTOMER_STATUSES, string="To", required=True, readonly=True
    )
    at = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    comment = fields.Char(readonly=True)
    release_expected_at = fields.Datetime(string="Release Expected", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "The history of a customer's status cannot be deleted. Change the"
                " status of the customer instead."
            )
        )
