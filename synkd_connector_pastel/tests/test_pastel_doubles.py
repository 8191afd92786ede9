# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A file that somebody imports a second time is found by the next list of Pastel."""

import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_pastel_money import PastelMoneyCase


@tagged("post_install", "-at_install")
class TestPastelDoubles(PastelMoneyCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.create_invoice()
        self.invoices = self.bring_one()

    def bring_one(self):
        """Import the one file that waits, and say so; return it."""
        self.run_ledger()
        (request,) = self.handed()
        files = [(f.name, f.raw) for f in request.sudo().file_ids]
        for name, content in files:
            self.pastel.import_file(name, content)
        request._say_all("ok")
        return files

    def hand_in(self):
        """Upload the list of transactions; return what is said."""
        wizards = self.env["synkd.report.wizard"].with_user(self.manager)
        action = wizards._open(self.ledger.with_user(self.manager))
        wizard = wizards.browse(action["res_id"])
        wizard.report = base64.b64encode(self.pastel.export_transactions())
        wizard.action_read()
        self.assertFalse(wizard.told_count)
        with self.assertRaisesRegex(UserError, "nothing is known to be imported"):
            wizard.action_confirm()
        return wizard.said

    def import_again(self, files):
        for name, content in files:
            self.pastel.import_file(name, content)

    def test_a_list_without_doubles_says_that_no_file_waits(self):
        with self.assertRaisesRegex(UserError, "No file of ledger"):
            self.hand_in()

    def test_documents_are_found_though_no_file_waits(self):
        self.import_again(self.invoices)
        said = self.hand_in()
        self.assertIn("No file of ledger", said)
        self.assertIn(
            f"{self.invoice.name}: it is there more than once, as IN100001, IN100002",
            said,
        )

    def test_money_is_found_under_its_own_number(self):
        payment = self.pay(self.invoice)
        cashbook = self.bring_one()
        with self.assertRaisesRegex(UserError, "No file of ledger"):
            self.hand_in()
        self.import_again(cashbook)
        name = f"{payment.name}: it is there 2 times"
        self.assertIn(name, self.hand_in())
        self.import_again(cashbook)
        self.assertIn("it is there 3 times", self.hand_in())

    def test_what_is_doubled_while_it_waits_is_named_once_and_not_another_company(self):
        invoice = self.create_invoice()
        self.run_ledger()
        files = [(f.name, f.raw) for f in self.handed().sudo().file_ids]
        self.import_again(files * 2)
        first, count, *odd = self.hand_in().splitlines()
        self.assertNotIn("another company", first)
        self.assertIn("0 of 1 are there, each once", count)
        self.assertEqual(len(odd), 1)
        numbers = "as IN100002, IN100003"
        self.assertIn(f"{invoice.name}: it is there more than once, {numbers}", odd[0])

    def test_they_are_found_while_only_customers_wait(self):
        self.import_again(self.invoices)
        self.create_account("Late Comer")
        self.run_ledger()
        self.assertEqual(self.handed().mapped("channel"), ["customers"])
        said = self.hand_in()
        self.assertIn("Nothing in it is confirmed before somebody looked", said)
        self.assertIn("it is there more than once", said)
