# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError, NotSupportedError
from odoo.addons.synkd_connector.lib.results import Batch, Capabilities

from .test_engine import EngineCase

SMALL = {
    "customer_batch": 1,
    "code_length": 6,
    "pull": False,
    "balances": False,
    "lists": (),
    "fields": (),
}


@tagged("post_install", "-at_install")
class TestConnector(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.base = cls.env["synkd.connector"]

    def cannot(self, *names):
        """Let the demo connector do some things no more than the contract itself."""
        for name in names:
            self.patch_connector(name, getattr(type(self.base), name))

    def shrink(self):
        """Let the demo books be as small as the smallest system."""
        self.patch_capabilities(**SMALL)
        self.cannot("_pull_customers", "_pull_balances")

    def reads(self):
        """Return how often the books were read."""
        domain = [("ledger_id", "=", self.ledger.id), ("kind", "=", "read")]
        return self.calls.search_count(domain)

    # === what is not overridden ===

    def test_the_contract_refuses_what_a_connector_leaves_out(self):
        self.patch(type(self.base), "_connector_label", "Tiny Books 2")
        batch = Batch("key", ())
        for name, args, what in (
            ("_check", [self.ledger], "Testing the connection"),
            ("_customer_payload", [self.ledger, None], "Sending customers"),
            ("_push_customers", [self.ledger, batch], "Sending customers"),
            (
                "_reconcile",
                [self.ledger, batch],
                "Asking what became of a request",
            ),
            ("_pull_customers", [self.ledger, {}], "Reading customers"),
            ("_pull_balances", [self.ledger, {}], "Reading balances"),
            ("_get_books_action", [self.ledger], "Opening the books from Odoo"),
        ):
            with self.subTest(method=name):
                with self.assertRaises(NotSupportedError) as caught:
                    getattr(self.base, name)(*args)
                self.assertEqual(
                    caught.exception.message,
                    f"{what} is not supported by Tiny Books 2.",
                )

    def test_a_connector_that_says_nothing_can_do_nothing(self):
        self.assertEqual(self.base._capabilities(self.ledger), Capabilities())

    def test_a_connector_that_is_not_installed_cannot_be_chosen(self):
        company = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=company.id, connector=False)
        with self.assertRaisesRegex(ValidationError, "no connector nonsense here"):
            ledger.connector = "nonsense"
        with self.assertRaisesRegex(ValidationError, "Choose one of the list"):
            self.create_ledger(active=False, connector="nonsense")

    def test_a_ledger_without_connector_can_do_what_every_system_can(self):
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id, connector=False)
        self.assertEqual(ledger._get_capabilities(), Capabilities())
        with self.assertRaisesRegex(MisconfiguredError, "has no connector. Choose"):
            ledger._get_connector()

    def test_every_installed_connector_names_its_system(self):
        for code, label in self.env["synkd.ledger"]._selection_connector():
            with self.subTest(connector=code):
                self.assertTrue(label.strip("? "))

    # === the engine and a small system ===

    def test_each_customer_goes_in_a_call_of_its_own(self):
        self.shrink()
        accounts = self.create_accounts(3)
        run = self.run_ledger()
        self.assertEqual((run.state, run.created), ("done", 3), run.message)
        self.assertEqual(self.sent_sizes(), [1, 1, 1])
        self.assertEqual(set(accounts.mapped("sync_state")), {"synced"})
        self.assertEqual(self.requests().mapped("member_count"), [1, 1, 1])

    def test_books_that_cannot_be_read_are_not_asked(self):
        self.shrink()
        self.books.create(
            {"ledger_id": self.ledger.id, "code": "ZED001", "name": "Zed Traders"}
        )
        account = self.create_account("Hope Works")
        run = self.run_ledger()
        # One: which books these are.
        self.assertEqual((run.state, run.read_calls, self.reads()), ("done", 1, 1))
        self.assertEqual(run.imported, 0)
        self.assertEqual((account.outstanding, self.ledger.pull_cursor), (0, False))

    def test_codes_are_as_short_as_the_books_want_them(self):
        self.shrink()
        self.company.synkd_code_prefix = "CAPE-"
        accounts = self.create_accounts(2)
        self.assertEqual(accounts.mapped("code"), ["CAC001", "CAC002"])
        message = "has 7 characters.*takes 6"
        with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
            accounts[0].code = "CAPE001"
        self.assertEqual(self.run_ledger().created, 2)
        self.assertEqual(set(self.stored().mapped("code")), {"CAC001", "CAC002"})

    def test_a_refused_one_does_not_hold_the_next_calls_up(self):
        self.shrink()
        accounts = self.create_accounts(3)
        accounts[0].name = "Bad Apple"
        self.ledger.write({"demo_fault": "batch", "demo_refuse": "Bad Apple"})
        run = self.run_ledger()
        self.assertEqual(
            accounts.mapped("sync_state"), ["attention", "synced", "synced"]
        )
        self.assertEqual((run.refused, run.created), (1, 2))
        self.assertEqual(self.sent_sizes(), [1, 1, 1], "nothing is split any further")

    def test_a_lost_answer_is_cleared_up_without_reading_lists(self):
        self.shrink()
        accounts = self.create_accounts(2)
        self.ledger.demo_fault = "lost_after"
        self.run_ledger()
        self.ledger.demo_fault = False
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual(set(accounts.mapped("sync_state")), {"synced"})
        self.assertEqual(self.sent_sizes(), [1, 1])
        self.assertEqual(len(self.stored()), 2)

    def test_changes_over_there_are_no_conflict_where_they_cannot_be_read(self):
        self.shrink()
        account = self.create_account("Hope Works")
        self.run_ledger()
        self.stored().name = "Changed Over There"
        account.name = "Changed Here"
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(self.stored().name, "Changed Here")

    # === a system that lacks what is asked of it ===

    def test_books_that_take_no_customers_pause_the_ledger_with_a_sentence(self):
        self.cannot("_customer_payload")
        account = self.create_account("Hope Works")
        run = self.run_ledger()
        self.assertEqual((run.state, self.ledger.state), ("paused", "person"))
        self.assertEqual(
            self.ledger.pause_reason,
            "Sending customers is not supported by Demo books (in this database).",
        )
        self.assertEqual((account.sync_state, self.write_calls()), ("pending", 0))
        with self.assertRaisesRegex(UserError, "Sending customers is not supported"):
            account._get_payload()

    def test_what_cannot_be_asked_about_is_never_sent_again_blindly(self):
        account = self.create_account("Hope Works")
        self.ledger.demo_fault = "lost_after"
        self.run_ledger()
        self.ledger.demo_fault = False
        original = self.connector._reconcile
        self.cannot("_reconcile")
        for _round in range(3):
            self.ledger._set_resumed()
            self.run_ledger()
            self.assertEqual(self.ledger.state, "person")
        self.assertEqual((account.sync_state, self.write_calls()), ("sending", 1))
        self.patch_connector("_reconcile", original)
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual((account.sync_state, self.write_calls()), ("synced", 1))

    def test_a_system_without_balances_keeps_what_was_known(self):
        self.create_account("Hope Works")
        self.run_ledger()
        self.stored().outstanding = 99.5
        self.run_ledger()
        account = self.env["synkd.account.customer"].search(
            [("name", "=", "Hope Works")]
        )
        self.assertEqual(Decimal(f"{account.outstanding:.2f}"), Decimal("99.50"))
        self.shrink()
        self.stored().outstanding = 0
        self.run_ledger()
        self.assertEqual(account.outstanding, 99.5)
