# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments with entries of their own, for books that do not bring that along."""

from odoo import Command


class Entries:
    """A company whose payments are entries, which settle documents at once."""

    def keep_entries(self):
        """Let payments have entries of their own."""
        account = self.env["account.account"].create(
            {
                "name": "Outstanding",
                "code": "111999",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        methods = self.bank.inbound_payment_method_line_ids
        methods |= self.bank.outbound_payment_method_line_ids
        methods.payment_account_id = account

    def open_lines(self, *moves):
        """Return the receivable lines of documents."""
        lines = self.env["account.move.line"]
        for move in moves:
            lines |= move.line_ids
        return lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
