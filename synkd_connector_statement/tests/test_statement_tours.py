# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase, tagged

from .common import StatementCommon

CUSTOMERS = "/odoo/action-account.res_partner_action_customer"


@tagged("post_install", "-at_install")
class TestStatementTours(StatementCommon, HttpCase):
    def test_statements_from_the_list(self):
        self.start_tour(CUSTOMERS, "synkd_statement_list", login=self.clerk.login)
        statement = self.env["synkd.statement"].search([])
        self.assertEqual(statement.partner_id, self.partner)
        self.assertEqual(statement.state, "sent")

    def test_statement_from_the_form(self):
        self.start_tour(
            f"{CUSTOMERS}/{self.partner.id}",
            "synkd_statement_form",
            login=self.clerk.login,
        )
        statement = self.env["synkd.statement"].search([])
        self.assertTrue(statement.consolidated)
