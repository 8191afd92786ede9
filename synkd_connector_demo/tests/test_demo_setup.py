# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import convert_file

from odoo.addons.synkd_connector_demo.hooks import post_init_hook

from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestDemoSetup(DemoCommon):
    def test_demo_books_are_ready_to_take_documents(self):
        company = self.env["res.company"].create({"name": "Fresh"})
        self.env.user.company_ids |= company
        self.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        ledger = self.create_ledger(company_id=company.id, name="Fresh books")
        self.env["product.product"].create(
            {"name": "Service of a mower", "default_code": "AAA-1"}
        )
        setup = self.env["synkd.demo.setup"]
        setup._make_ready(ledger)
        setup._make_ready(ledger)
        setup._make_ready(ledger.browse())
        category = self.env.ref("product.product_category_goods")
        made = category.with_company(company).synkd_product_class_id
        self.assertEqual(made.posting, "department")
        self.assertEqual(made.item_id.ledger_id, ledger)
        self.assertNotEqual(made.item_id, made.shop_item_id)
        self.assertEqual(made.service_item_id.name, "Service")
        taxes = self.env["synkd.mapping"].search(
            [("ledger_id", "=", ledger.id), ("kind", "=", "tax")]
        )
        self.assertIn("", taxes.mapped("key"))
        self.assertEqual(
            self.env["synkd.mapping"]
            .search([("ledger_id", "=", ledger.id)])
            .mapped("is_mapped"),
            [True]
            * self.env["synkd.mapping"].search_count([("ledger_id", "=", ledger.id)]),
        )

    def test_the_demo_file_makes_the_main_company_ready(self):
        self.env.ref("base.main_company")
        post_init_hook(self.env)
        for _time in range(2):
            convert_file(
                self.env,
                "synkd_connector_demo",
                "demo/synkd_demo_setup.xml",
                idref={},
                mode="init",
                noupdate=True,
            )
        company = self.env.ref("base.main_company")
        ledger = company._get_synkd_ledger()
        self.assertTrue(ledger.lists_pulled_at)
        category = self.env.ref("product.product_category_goods")
        self.assertTrue(category.with_company(company).synkd_product_class_id)
