# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract import ConnectorContract

from ..models import synkd_connector_demo
from .common import DemoCommon


class DemoHooks:
    """How the tests of the contract read and break the demo books."""

    def books_customers(self):
        stored = self.stored().sorted("id")
        return [self.connector._to_data(customer) for customer in stored]

    def books_write_calls(self):
        return self.write_calls()

    def break_next(self, fault):
        self.ledger.demo_fault = fault

    def refuse(self, text):
        self.ledger.demo_refuse = text

    def books_edit(self, code, **values):
        self.stored().filtered(lambda c: c.code == code).write(values)

    def books_create(self, code, name):
        self.books.create({"ledger_id": self.ledger.id, "code": code, "name": name})


@tagged("post_install", "-at_install")
class TestConnectorDemo(DemoHooks, ConnectorContract, DemoCommon):
    """The demo connector keeps the contract."""

    def test_every_third_write_call_meets_the_fault(self):
        self.ledger.write({"demo_fault": "lost_before", "demo_fault_every": 3})
        states = []
        for number in range(3):
            self.create_account(f"Customer {number}")
            states.append(self.run_ledger().state)
        self.assertEqual(states, ["done", "done", "paused"])

    def test_a_pull_of_many_pages_reads_each_customer_once(self):
        codes = [f"ZED{number:03}" for number in range(7)]
        for code in codes:
            self.books_create(code, code)
        with patch.object(synkd_connector_demo, "PAGE_SIZE", 3):
            customers, _cursor = self.pull()
            run = self.run_ledger()
        self.assertEqual(sorted(customers), codes)
        self.assertEqual(run.imported, 7)

    def test_the_books_can_be_opened(self):
        action = self.ledger.action_view_books()
        self.assertEqual(action["res_model"], "synkd.demo.customer")
        self.assertEqual(action["domain"], [("ledger_id", "=", self.ledger.id)])

    def test_a_refused_login_fails_the_check_with_a_sentence(self):
        self.ledger.demo_fault = "login"
        self.ledger.action_test_connection()
        run = self.run_ledger()
        self.assertEqual(run.state, "failed")
        self.assert_sentence(self.ledger.check_message)

    def test_a_customer_unknown_to_the_books_is_refused(self):
        (result,) = self.send(self.customer(external_id="D999999"))
        self.assertEqual(result.outcome, "rejected")
        self.assertIn("do not know customer", result.message)


@tagged("post_install", "-at_install")
class TestDemoWithoutKeysAndUniqueCodes(DemoHooks, ConnectorContract, DemoCommon):
    """Books that keep no key of ours, and take a code as often as it comes."""

    def setUp(self):
        super().setUp()
        connector = type(self.env["synkd.connector.demo"])
        original = connector._capabilities
        self.patch(
            connector,
            "_capabilities",
            lambda model, ledger: replace(
                original(model, ledger), own_key_customers="", unique_codes=False
            ),
        )

    def test_two_of_one_code_are_both_offered(self):
        data = self.customer()
        self.books_create(data.code, "Hope of the books")
        self.post(data)
        (found,) = self.ask(data)
        names = [candidate.name for candidate in found.candidates]
        self.assertEqual(names, ["Hope of the books", "Hope Works"])
