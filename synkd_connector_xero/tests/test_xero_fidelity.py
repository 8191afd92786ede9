# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odd documents, and what the simulated Xero has of them, over real HTTP."""

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract_flow import cents
from odoo.addons.synkd_connector.tests.fidelity import Fidelity

from .test_xero_flow import XeroFlowCommon


class XeroFidelity(Fidelity, XeroFlowCommon):
    """The hooks, for Xero."""

    def setUp(self):
        super().setUp()
        self.control.set_limits(minute=100000, day=1000000)
        self.addCleanup(self.control.set_limits, minute=60, day=5000)
        self.income = self.journal.default_account_id
        self.set_up_fidelity()

    def goods(self):
        return self.widget

    def begin_chunk(self):
        """Let Xero forget the documents: nothing takes it back with ours."""
        world = self.xero.world
        with world.lock:
            tenant = world.tenants[self.tenant]
            tenant.invoices.clear()
            tenant.credit_notes.clear()
        # The token that an example renewed and its rollback brought back is worth
        # nothing any more after an hour.
        self.connect()

    def books_amounts(self):
        return {
            record[key]: (cents(record["Total"]), cents(record["TotalTax"]))
            for table, key in (
                ("invoices", "InvoiceID"),
                ("credit_notes", "CreditNoteID"),
            )
            for record in self.in_xero(table)
        }

    def map_item(self, kind, key, like):
        mappings = self.env["synkd.mapping"]
        known = mappings._ensure(self.ledger, {(kind, like)})
        mappings._ensure(self.ledger, {(kind, key)}).item_id = known.item_id


@tagged("post_install", "-at_install")
class TestXeroFidelity(XeroFidelity):
    def test_odd_documents_arrive_to_the_cent_or_are_shown(self):
        outcomes = self.explore_documents(40)
        self.assertGreater(outcomes["to the cent"], 0.3 * sum(outcomes.values()))
