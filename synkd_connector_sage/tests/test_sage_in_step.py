# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector_http.tests.contract_in_step import InStepContract

from .test_sage_flow import SERVICES, SageFlowCommon


@tagged("post_install", "-at_install")
class TestSageInStep(InStepContract, SageFlowCommon):
    """24 customers in step with Sage while it fails."""

    # What the network and Sage do on a bad day.
    faults = (
        *("lost_before", "lost_after", "429_minute", "500", "500_after", "truncated"),
        *("503", "wrong_json"),
    )
    methods, path = "POST", "/api"

    def books_totals(self):
        return [
            (each["DocumentNumber"], float(each["Total"]), float(each["Tax"]))
            for kind in SERVICES
            for each in self.records(kind)
        ]

    def books_owed(self, account):
        stored = self.record("Customer", ID=int(account.external_id))
        return float(stored["Balance"])
