# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import convert_file

from odoo.addons.synkd_connector_demo.hooks import post_init_hook

from .common import DemoCommon

MESSY = {
    "Mary Contrary": "HIL000001",
    "North West Branch": "biancad",
    "Bothas Networking Inc": "BOT0001",
    "Betties Summer Shop at the Pier": "BET0001",
    "Dancing Shoes": "DAN002",
    "Dance Shoes": "DAN003",
}


@tagged("post_install", "-at_install")
class TestDemoData(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.ref("base.main_company")
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.main.ids)
        )
        post_init_hook(cls.env)
        cls.ledger = cls.main._get_synkd_ledger()
        for name in (
            "demo/res_company_demo.xml",
            "demo/synkd_customer_category_demo.xml",
            "demo/res.partner.csv",
        ):
            convert_file(
                cls.env,
                "synkd_connector_demo",
                name,
                idref={},
                mode="init",
                noupdate=True,
            )
        cls.partners = cls.env["res.partner"].search(
            [("ref", "!=", False), ("customer_rank", ">", 0)]
        )

    def sync(self):
        """Press Sync on the whole list, create what is missing, and run."""
        action = self.partners.browse().action_synkd_sync()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.mode = "create"
        wizard.action_confirm()
        return self.run_ledger(self.ledger)

    def test_the_24_customers_arrive_in_the_books_with_their_codes(self):
        self.assertEqual(len(self.partners), 24)
        run = self.sync()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(set(self.partners.mapped("account_sync_state")), {"synced"})
        stored = {c.code: c for c in self.stored(self.ledger)}
        for partner in self.partners:
            self.assertEqual(partner.account_code, partner.ref)
            self.assertEqual(stored[partner.ref].name, partner.name)
            self.assertEqual(stored[partner.ref].phone, partner.phone or "")
            self.assertEqual(stored[partner.ref].currency, "ZAR")
            self.assertEqual(stored[partner.ref].credit_limit, partner.credit_limit)

    def test_the_customers_lack_nothing_and_branches_are_billed_with_their_group(self):
        self.assertTrue(self.main.synkd_only_complete)
        group = self.env.ref("synkd_connector_demo.customer_tia001_demo")
        everybody = self.partners | group.sub_customer_ids
        self.assertFalse(everybody.filtered("incomplete"))
        self.assertEqual(len(group.sub_customer_ids), 2)
        self.sync()
        for branch in group.sub_customer_ids:
            self.assertEqual(branch.account_customer_id, group.account_customer_id)

    def test_an_agency_gets_one_bill_for_its_six_properties(self):
        for name in ("synkd_demo_setup", "synkd_batch_demo"):
            convert_file(
                self.env,
                "synkd_connector_demo",
                f"demo/{name}.xml",
                idref={},
                mode="init",
                noupdate=True,
            )
        agency = self.env.ref("synkd_connector_demo.customer_agency_demo")
        self.assertEqual(len(agency.sub_customer_ids), 6)
        account = agency.account_customer_id
        rows = self.env["synkd.transaction"].search(
            [("account_customer_id", "=", account.id)]
        )
        self.assertEqual(rows.mapped("sync_state"), ["batch"] * 6, rows[:1].reason_text)
        action = account.class_id.action_bill()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.action_run()
        self.run_ledger(self.ledger)
        bill = rows.batch_id
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)
        self.assertEqual(bill.total, sum(rows.mapped("amount")))
        self.assertEqual(len(bill._get_breakdown()), 6)

    def test_the_odd_rows_arrive_as_they_are(self):
        self.sync()
        stored = {c.name: c for c in self.stored(self.ledger)}
        for name, code in MESSY.items():
            self.assertEqual(stored[name].code, code)
        self.assertEqual(stored["Office Supplies Unlimited"].credit_limit, 75000000)
        self.assertEqual(stored["Mary Contrary"].phone, "083 559 4")
        self.assertEqual(stored["Cash Sales Account"].phone, "000 000 0000")

    def test_customers_at_home_pay_tax_and_those_abroad_do_not(self):
        abroad = self.env.ref("base.us")
        partners = self.env["res.partner"].create(
            [
                {"name": "Nobody Asked Where"},
                {"name": "Yankee", "country_id": abroad.id},
            ]
        )
        product = self.env["product.product"].create({"name": "Mug"})
        product.taxes_id = self.main.account_sale_tax_id
        rates = {
            partner: self.env["account.move"]
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "company_id": self.main.id,
                    "invoice_line_ids": [(0, 0, {"product_id": product.id})],
                }
            )
            .invoice_line_ids.tax_ids.amount
            for partner in self.partners[:2] | partners
        }
        self.assertEqual([*rates.values()], [15.0, 15.0, 15.0, 0.0])

    def test_a_second_sync_writes_nothing(self):
        self.sync()
        before = self.write_calls(self.ledger)
        run = self.sync()
        self.assertEqual(self.write_calls(self.ledger), before)
        self.assertEqual((run.created, run.changed), (0, 0))

    def test_the_customers_share_phones_and_are_matched_by_more_than_that(self):
        vals_list = [
            {
                "name": p.name,
                "code": p.ref,
                "phone": p.phone,
                "ledger_id": self.ledger.id,
            }
            for p in self.partners
        ]
        self.env["synkd.account.customer"].create(vals_list)
        matches = self.env["synkd.match"]
        matches._propose(self.ledger)
        best = matches.search([("ledger_id", "=", self.ledger.id), ("score", ">=", 60)])
        pairs = {(m.account_customer_id.code, m.partner_id.ref) for m in best}
        self.assertEqual(pairs, {(p.ref, p.ref) for p in self.partners})

    def test_the_hook_makes_one_demo_ledger_and_no_second(self):
        domain = [("company_id", "=", self.main.id)]
        ledgers = self.env["synkd.ledger"].with_context(active_test=False)
        before = ledgers.search(domain)
        self.assertTrue(before.filtered("post_accounts"), "a newcomer can press Sync")
        before.active = False
        post_init_hook(self.env)
        self.assertEqual(ledgers.search(domain), before)
