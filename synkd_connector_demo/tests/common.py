# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests on demo books share: one company with a demo ledger."""

from odoo.addons.synkd_connector.tests.common import SynkdCommon


class DemoCommon(SynkdCommon):
    """A company of its own with demo books, so that no other data disturbs."""

    connector_code = "demo"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.books = cls.env["synkd.demo.customer"]
        cls.calls = cls.env["synkd.demo.call"]

    def stored(self, ledger=None):
        """Return the customers in the demo books."""
        ledger = ledger or self.ledger
        return self.books.search([("ledger_id", "=", ledger.id)])

    def write_calls(self, ledger=None):
        """Return how many write calls the demo books received."""
        ledger = ledger or self.ledger
        return self.calls.search_count(
            [("ledger_id", "=", ledger.id), ("kind", "=", "write")]
        )
