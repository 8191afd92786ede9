# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sync, as users know it: it asks, then all customers of a site are in a file."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PastelCommon, PastelHooks


@tagged("post_install", "-at_install")
class TestPastelSync(PastelHooks, PastelCommon):
    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"]
        for number in range(24):
            name = f"{'ABCDEFGH'[number % 8]}lpha {number:02}"
            self.partners |= self.create_partner(name, company_id=self.company.id)

    def open(self, partners):
        """Press Sync for customers; return the dialog."""
        action = partners.with_user(self.manager).action_synkd_sync()
        self.assertEqual(action["target"], "new")
        return partners.env[action["res_model"]].browse(action["res_id"])

    def sync(self, partners, **values):
        """Press Sync for customers, and confirm; return the dialog."""
        wizard = self.open(partners).with_user(self.manager)
        wizard.write({"mode": "create"} | values)
        wizard.action_confirm()
        return wizard

    def handed(self):
        self.env.invalidate_all()
        domain = [("ledger_id", "=", self.ledger.id), ("state", "=", "handed")]
        return self.env["synkd.request"].search(domain, order="id")

    def test_24_customers_are_in_one_file_with_codes_of_six_places(self):
        wizard = self.sync(self.partners)
        self.assertIn(self.ledger, wizard.ledger_id)
        self.run_ledger()
        (request,) = self.handed()
        [file] = request.sudo().file_ids
        self.import_files([type("F", (), {"name": file.name, "content": file.raw})])
        accounts = self.partners.mapped("account_customer_id")
        codes = set(accounts.mapped("code"))
        self.assertEqual(len(codes), 24)
        self.assertTrue(all(len(code) == 6 for code in codes))
        self.assertLessEqual(codes, set(self.pastel.customers))
        self.assertEqual(self.pastel.errors, [])
        whole = self.pastel.export_customers()
        others = whole.replace(accounts[0].own_key.encode(), b"SK" + b"A" * 16)
        results, (odd,) = request._read_report(others)
        self.assertEqual(len(results), request.member_count - 1)
        self.assertIn("the list of another company", odd.reason)
        results, odd = request._read_report(whole)
        self.assertEqual((len(results), odd), (request.member_count, []))
        request.with_user(self.manager)._say(results, "customers.csv")
        self.assertEqual(set(accounts.mapped("sync_state")), {"synced"})

    def test_it_asks_before_it_writes(self):
        wizard = self.open(self.partners)
        arch = " ".join(wizard.get_view(view_type="form")["arch"].split())
        self.assertIn("This action will write data to the accounting system.", arch)
        self.assertIn("Are you sure", arch)
        self.run_ledger()
        self.assertFalse(self.partners.mapped("account_customer_id"))
        for file in self.handed().sudo().file_ids:
            self.assertNotIn(b"lpha ", file.raw)

    def test_only_the_customers_that_were_chosen_are_meant(self):
        mine = self.partners[:5]
        self.sync(mine)
        self.run_ledger()
        self.assertEqual(len(mine.mapped("account_customer_id")), 5)
        self.assertFalse((self.partners - mine).mapped("account_customer_id"))

    def test_only_the_customers_of_a_site_are_in_the_file(self):
        site = self.env["res.company"].create(
            {"name": "Harbour", "parent_id": self.company.id}
        )
        self.manager.company_ids |= site
        self.manager.group_ids += self.env.ref("base.group_multi_company")
        mine = self.partners[:5]
        mine.company_id = site
        both = self.partners.with_context(allowed_company_ids=(self.company | site).ids)
        self.sync(both, site_id=site.id)
        self.run_ledger()
        accounts = mine.with_company(site).mapped("account_customer_id")
        (request,) = self.handed()
        in_file = set(request.line_ids.mapped("res_id"))
        self.assertEqual(len(accounts), 5)
        self.assertLessEqual(set(accounts.ids), in_file)
        others = self.partners - mine
        self.assertFalse(others.mapped("account_customer_id"))
        (file,) = request.sudo().file_ids
        for partner in self.partners:
            is_there = partner.name.encode() in file.raw
            self.assertEqual(is_there, partner in mine, partner.name)

    def test_a_second_company_has_books_and_codes_of_its_own(self):
        other = self.env["res.company"].create(
            {"name": "Second", "currency_id": self.company.currency_id.id}
        )
        other.synkd_code_prefix = "S"
        ledger = self.env["synkd.ledger"].create(
            {
                "name": "Second books",
                "company_id": other.id,
                "connector": "pastel",
                "pastel_company": "SECOND",
                "pastel_year_start": "2026-03-01",
                "post_accounts": True,
            }
        )
        accounts = self.env["synkd.account.customer"]
        classes = self.env["synkd.customer.class"].search(
            [("company_id", "=", other.id), ("posting", "=", "account")]
        )
        account = accounts.create(
            {"name": "Alpha 00", "ledger_id": ledger.id, "class_id": classes.id}
        )
        self.assertEqual(account.code, "SAL001")
        self.run_ledger(ledger)
        names = account.file_request_id.file_names
        self.assertTrue(names.endswith("-SECOND.csv"), names)
        self.assertFalse(self.handed())

    def test_a_clerk_without_books_cannot(self):
        stranger = self.create_user("stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.partners.with_user(stranger).action_synkd_sync()
