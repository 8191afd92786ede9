# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.customers.test_credit_ways import (
    CreditCommon,
    CreditWays,
)

WORKSHOP = "base.group_user,stock.group_stock_user"


@tagged("post_install", "-at_install")
class TestJobWays(CreditWays, CreditCommon):
    """Every way in which a service job is taken on."""

    weights = {
        "hold": 2,
        "overdue": 1,
        "limit": 2,
        "blocked": 3,
        "new": 3,
        "site": 3,
        "archived": 3,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls.create_user("ways-mechanic", WORKSHOP)
        cls.product.taxes_id = False

    def make(self, partner):
        """Return a new job with one part at 100."""
        part = {
            "product_id": self.product.id,
            "product_uom_qty": 1,
            "repair_line_type": "add",
        }
        return self.env["repair.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "move_ids": [Command.create(part)],
            }
        )

    def ways(self, repair):
        """Return how a job is taken on."""
        other = self.make(self.partner).with_user(self.worker)
        return {
            "form": repair.action_validate,
            "start": repair.action_repair_start,
            "rpc": lambda: repair.write({"state": "confirmed"}),
            "rpc of many": lambda: (repair + other).write({"state": "under_repair"}),
            "import": lambda: self.load(repair),
        }

    def load(self, repair):
        """Import a file that says that the job is taken on."""
        told = repair.load([".id", "state"], [[str(repair.id), "Confirmed"]])
        if told["messages"]:
            raise UserError(told["messages"][0]["message"])

    def is_done(self, repair):
        """Whether it is taken on."""
        return repair.state in ("confirmed", "under_repair")


@tagged("post_install", "-at_install")
class TestJobHidden(CreditCommon):
    """Customers whose class is not shown in Service, by whatever way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls.create_user("hidden-mechanic", WORKSHOP)
        cls.hidden = cls.create_partner("Never Served")
        account = cls.account.copy({"name": "Never Served", "code": False})
        account.class_id = cls.class_account.copy(
            {"name": "Not Served", "show_service": False}
        )
        cls.env["synkd.customer.link"]._link([(cls.hidden, account)])
        cls.jobs = cls.env["repair.order"].with_user(cls.worker)

    def test_a_new_job_is_refused(self):
        with self.assertRaisesRegex(UserError, "Never Served gets no service jobs"):
            self.jobs.create({"partner_id": self.hidden.id})

    def test_an_imported_one_too(self):
        told = self.jobs.load(["partner_id/.id"], [[str(self.hidden.id)]])
        self.assertIn("gets no service jobs", told["messages"][0]["message"])

    def test_a_job_is_not_handed_to_one(self):
        job = self.jobs.create({"partner_id": self.partner.id})
        with self.assertRaisesRegex(UserError, "not shown in Service"):
            job.partner_id = self.hidden

    def test_what_was_taken_on_before_goes_on(self):
        job = self.jobs.create({"partner_id": self.partner.id})
        self.account.class_id.show_service = False
        job.action_validate()
        job.action_repair_start()
        self.assertEqual(job.state, "under_repair")

    def test_nobody_in_particular_is_served(self):
        self.assertTrue(self.jobs.create({"company_id": self.company.id}))
