# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.synkd_connector.models.ledger.synkd_ledger_connection import MOST_CALLS

from ..const import DAY_LIMIT, STARTER_DAY_LIMIT


class SynkdLedger(models.Model):
    _inherit = "synkd.ledger"

    xero_document_status = fields.Selection(
        [
            ("DRAFT", "Draft"),
            ("SUBMITTED", "Awaiting Approval"),
            ("AUTHORISED", "Approved"),
        ],
        string="New Documents Are",
        default="AUTHORISED",
        required=True,
        help="What invoices and credit notes are in Xero when they arrive. Xero takes"
        " payments of approved ones only: those of drafts wait under Requires Attention"
        " until somebody approved the invoice there and pressed Retry here.",
    )
    xero_app_remaining = fields.Integer(readonly=True, copy=False, default=-1)

    @property
    def _engine_fields(self):
        """Override to add what only Xero tells."""
        return super()._engine_fields | {"xero_app_remaining"}

    def _set_budget(self, budget):
        """Override: Xero limits all organisations of an app together as well."""
        left = min(budget.shared_remaining, MOST_CALLS)
        if left >= 0 and left != self.xero_app_remaining:
            self.xero_app_remaining = left
        return super()._set_budget(budget)

    def _get_xero_day_limit(self, remaining):
        """Return how many calls a day allows, as far as the answers let us know.

        Xero tells what is left only: more than the free plan's limit means the other
        one; what is left grows when a new day begins.

        :param int remaining: calls that are left today; -1 = unknown.
        :rtype: int
        """
        if remaining < 0:
            return -1
        if remaining > STARTER_DAY_LIMIT:
            return DAY_LIMIT
        is_new_day = remaining > self.day_remaining >= 0
        if self.day_limit < 0 or is_new_day:
            return STARTER_DAY_LIMIT
        return self.day_limit
