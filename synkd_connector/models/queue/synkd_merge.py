# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import UNDER_WAY_STATES, WAITING_STATES
from .synkd_agreement import ARCHIVED


class SynkdMerge(models.Model):
    """What the queue says to a merge of customers."""

    _inherit = "synkd.merge"

    @api.model
    def _check_not_under_way(self, partners):
        """Override: a document that is being sent keeps its customer."""
        rows = self.env["synkd.transaction"].sudo()
        mine = [("partner_id", "in", partners.ids)]
        row = rows.search([*mine, ("sync_state", "=", "sending")], limit=1)
        if row:
            raise UserError(
                self.env._(
                    "%(document)s of %(customer)s is being sent to the books. Wait"
                    " until the run has ended, then merge.",
                    document=row.number,
                    customer=row.partner_id.display_name,
                )
            )

    def _move_rows(self, kept, others):
        """Override to write down what the books do not have yet."""
        rows = self.env["synkd.transaction"].with_context(active_test=False)
        unsent = [("partner_id", "in", others.ids), ("external_id", "=", False)]
        self._note("unsent", rows.search(unsent).ids)
        return super()._move_rows(kept, others)

    def _get_fixed_ids(self):
        """Override: what was sent since under the customer that stayed, is his."""
        sent = Domain("external_id", "!=", False)
        sent |= Domain("sync_state", "in", UNDER_WAY_STATES)
        rows = self.env["synkd.transaction"].with_context(active_test=False)
        rows = rows.search(Domain("id", "in", self.moved["unsent"]) & sent)
        moves = rows.move_id | rows.payment_id.move_id
        return {
            "synkd.transaction": set(rows.ids),
            "account.move": set(moves.ids),
            "account.move.line": set(moves.line_ids.ids),
            "account.payment": set(rows.payment_id.ids),
        }

    def _merge_accounts(self):
        """Override: what the last agreement says of customers gone there is dealt with.

        :return: what it returned before.
        """
        merged = super()._merge_accounts()
        lines = self.env["synkd.agreement.line"].sudo()
        mine = Domain("account_customer_id", "in", self.account_ids.ids)
        mine &= Domain("verdict", "=", ARCHIVED) & Domain("state", "=", "open")
        found = lines.search(mine).filtered("agreement_id.is_last")
        found._set_mended(
            self.env._("Merged into %s.", self.kept_account_id.display_name)
        )
        return merged

    @api.model
    def _get_unsettled(self, accounts):
        """Override: with documents in the books whose money is still to come."""
        rows = self.env["synkd.transaction"].sudo()
        states = ("not_paid", "partial", "in_payment")
        unpaid = Domain("external_id", "!=", False)
        unpaid &= Domain("move_id.payment_state", "in", states)
        # Money for a document that is in the books, and is not there itself yet.
        money = Domain("channel", "=", "payments") & Domain("blocker_id", "=", False)
        money &= Domain("sync_state", "in", WAITING_STATES)
        mine = Domain("account_customer_id", "in", accounts.ids)
        mine &= Domain("live", "=", True)
        found = rows.search(mine & (unpaid | money))
        return super()._get_unsettled(accounts) | found.account_customer_id
