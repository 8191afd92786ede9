# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments with entries of their own, for books that do not bring that along."""

from odoo import Command


def create_outstanding(case):
    """Return a new account of money that is on its way to the bank.

    :param case: a test with ``company``.
    """
    return case.env["account.account"].create(
        {
            "name": "Outstanding",
            "code": "111999",
            "account_type": "asset_current",
            "reconcile": True,
            "company_ids": [Command.set(case.company.ids)],
        }
    )


def pay_through(case, account):
    """Let payments of a test have entries over an account; without one, none."""
    methods = case.bank.inbound_payment_method_line_ids
    methods |= case.bank.outbound_payment_method_line_ids
    methods.payment_account_id = account


class Entries:
    """A company whose payments are entries, which settle documents at once."""

    def keep_entries(self):
        """Let payments have entries of their own."""
        pay_through(self, create_outstanding(self))

    def open_lines(self, *moves):
        """Return the receivable lines of documents."""
        lines = self.env["account.move.line"]
        for move in moves:
            lines |= move.line_ids
        return lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
