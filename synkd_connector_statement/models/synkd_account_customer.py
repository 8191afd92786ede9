# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import models


class SynkdAccountCustomer(models.Model):
    _inherit = "synkd.account.customer"

    def _get_statement_balances(self):
        """Return what these owe in the books, as it stands on a statement.

        Left out is what is not read from the books, and an account that customers of
        several families share: nobody is told what others owe.

        :return: by id: name, currency, outstanding, overdue, read_at.
        :rtype: dict[int, dict]
        """
        shared = self._get_shared()
        return {
            account.id: {
                "name": account.display_name,
                "currency": account.currency_id,
                "outstanding": account.outstanding,
                "overdue": account.overdue,
                "read_at": account.balances_read_at,
            }
            for account in self - shared
            if account.external_id and account.balances_read_at
        }

    def _get_shared(self):
        """Return those that bill customers who have nothing to do with each other."""
        accounts_sudo = self.sudo().with_context(active_test=False)
        heads = defaultdict(set)
        for link in accounts_sudo.link_ids.filtered("active"):
            heads[link.account_customer_id].add(link.partner_id._get_head().id)
        shared_sudo = accounts_sudo.filtered(
            lambda account: account.generic_class_ids or len(heads[account]) > 1
        )
        return shared_sudo.with_env(self.env)
