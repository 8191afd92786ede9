# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector over HTTP has to pass, beside the core's contract.

A connector's test class inherits ``HttpContract`` before ``SimulatedCommon``.
"""

from odoo.addons.synkd_connector.tests.contract import (
    DAY,
    LOGIN,
    LOST_AFTER,
    LOST_BEFORE,
    MINUTE,
    OFFLINE,
    ConnectorContract,
)

# The contract's faults as the simulator kit calls them.
FAULTS = {
    OFFLINE: "503",
    LOST_BEFORE: "lost_before",
    LOST_AFTER: "lost_after",
    MINUTE: "429_minute",
    DAY: "429_day",
}


class HttpContract(ConnectorContract):
    """The contract for books of customers that a simulator of the kit plays."""

    # Where the customers are written.
    path = "/customers"

    # === HOOKS: to be overridden, beside those of the contract === #

    def spoil(self, code):
        """Let a customer of the books be a record that nobody can read."""
        raise NotImplementedError

    # === HOOKS, as the kit's RestSimulator has them === #

    def books_write_calls(self):
        return self.write_calls()

    def break_next(self, fault):
        self.control.clear_faults()
        if fault == LOGIN:
            self.control.set_options(key="")
        elif fault:
            where = {"method": "POST,PUT", "path": self.path}
            self.control.add_fault(FAULTS[fault], times=None, **where)

    def refuse(self, text):
        self.control.set_options(refuse=text)

    # === BESIDE THE CORE'S CONTRACT === #

    def test_a_login_goes_with_every_call_and_is_in_no_log(self):
        self.create_account("Hope Works")
        self.run_ledger()
        secret = self.ledger.http_client_secret
        self.assertTrue(secret and self.control.log())
        self.assertNotIn(secret, str(self.control.log()))

    def test_a_missing_key_is_named(self):
        self.ledger.http_client_secret = False
        self.assertEqual(self.run_ledger().state, "paused")
        label = self.connector._connector_label
        self.assertIn(f"has no key for {label}", self.ledger.pause_reason)

    def test_a_page_for_people_is_waited_out(self):
        account = self.create_account("Hope Works")
        self.control.add_fault("page", method="POST", times=1)
        self.assertEqual(self.run_ledger().state, "paused")
        self.ledger._set_resumed()
        self.assertEqual(self.run_ledger().state, "done")
        self.assertTrue(self.in_books(account).external_id)

    def test_a_record_that_cannot_be_read_does_not_hide_its_neighbours(self):
        self.books_create("ZED001", "Zed Traders")
        self.books_create("ZED002", "Zed Motors")
        self.spoil("ZED001")
        found, _cursor = self.pull()
        self.assertEqual(set(found), {"ZED002"})

    def test_many_pages_are_read_once_each(self):
        for number in range(205):
            self.books_create(f"Z{number:04}", f"Customer {number}")
        found, cursor = self.pull()
        self.assertEqual(len(found), 205)
        self.assertEqual(self.pull(cursor)[0], {})
