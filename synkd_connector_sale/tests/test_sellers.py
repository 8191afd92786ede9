# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.common_documents import DocumentsCommon

OWN = "sales_team.group_sale_salesman"
ALL = "sales_team.group_sale_salesman_all_leads"
MONEY = ("credit_owed", "credit_limit_used")


@tagged("post_install", "-at_install")
class TestSellers(DocumentsCommon):
    """What sales people see, who have no rights to the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.create_user("seller", OWN)
        cls.leader = cls.create_user("leader", ALL)
        cls.clerk = cls.create_user("clerk", "account.group_account_invoice")
        cls.mine = cls.create_partner("Mine", user_id=cls.seller.id)
        cls.branch = cls.create_partner("Mine North", parent_id=cls.mine.id)
        cls.foreign = cls.create_partner("Foreign", user_id=cls.leader.id)
        cls.all_three = cls.mine | cls.branch | cls.foreign
        for partner in cls.all_three:
            partner.credit_limit = 50
            line = (0, 0, {"name": "Work", "price_unit": 80, "tax_ids": []})
            cls.create_invoice(line, partner_id=partner.id)

    def money(self, partner, user):
        """Return what a user reads of what a customer owes and may owe."""
        (values,) = partner.with_user(user).read([*MONEY, "credit_visible"])
        return values["credit_visible"], *(values[name] for name in MONEY)

    def test_a_seller_sees_what_his_own_customers_owe(self):
        self.assertEqual(self.money(self.mine, self.seller), (True, 160, 50))
        self.assertEqual(self.money(self.branch, self.seller), (True, 160, 50))
        self.assertEqual(self.money(self.foreign, self.seller), (False, 0, 0))

    def test_a_rep_of_the_customer_sees_it_too(self):
        self.foreign.rep_ids = [(0, 0, {"user_id": self.seller.id})]
        self.assertEqual(self.money(self.foreign, self.seller), (True, 80, 50))

    def test_who_sells_to_all_sees_all(self):
        for user in (self.leader, self.clerk):
            for partner, owed in ((self.mine, 160), (self.foreign, 80)):
                with self.subTest(user=user.login, partner=partner.name):
                    self.assertEqual(self.money(partner, user), (True, owed, 50))

    def test_the_sentence_tells_nobody_elses_money(self):
        seen = self.mine.with_user(self.seller).credit_notice
        self.assertIn("160.00", seen)
        self.assertFalse(self.foreign.with_user(self.seller).credit_notice)
        self.foreign.sudo()._set_customer_status("hold", "x", hold_reason="Cheque")
        self.env.invalidate_all()
        notice = self.foreign.with_user(self.seller).credit_notice
        self.assertIn("Cheque", notice, "the status is for everybody")
        self.assertNotIn("80.00", notice)

    def test_he_sees_status_terms_balance_and_limit_and_no_more(self):
        mine = self.mine.with_user(self.seller)
        self.assertEqual(mine.customer_status, "active")
        mine.read(["property_payment_term_id", "customer_status", *MONEY])
        for name in (
            *("credit_exposure", "credit_open_sales", "credit_overdue"),
            *("sales_limit_used", "account_outstanding", "account_overdue"),
            *("account_customer_id", "own_credit_limit", "overdue_since"),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                mine.read([name])

    def test_his_form_has_the_tab_and_not_what_is_for_others(self):
        form = self.env.ref("base.view_partner_form")
        arch = self.mine.with_user(self.seller).get_view(form.id, "form")["arch"]
        for text in ('name="credit_owed"', 'name="credit_limit_used"'):
            self.assertIn(text, arch)
        for text in ("customer_status_ids", "credit_exposure", "own_credit_limit"):
            self.assertNotIn(f'name="{text}"', arch)
        arch = self.mine.with_user(self.clerk).get_view(form.id, "form")["arch"]
        self.assertIn('name="customer_status_ids"', arch)

    def test_many_customers_cost_as_many_queries_as_two(self):
        vals = [{"name": f"Many {n}", "user_id": self.seller.id} for n in range(60)]
        many = self.env["res.partner"].create(vals)
        accounts = self.env["synkd.account.customer"].create(
            [{"name": p.name, "ledger_id": self.ledger.id} for p in many]
        )
        self.env["synkd.customer.link"]._link(zip(many, accounts, strict=True))
        counts = []
        for some in (many, many[:2], many, many[:2]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.seller).read(list(MONEY))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[3])

    def printed(self, name, partners, user):
        """Return a report about customers as a page."""
        reports = self.env["ir.actions.report"].with_user(user)
        return reports._render_qweb_html(f"synkd_connector.{name}", partners.ids)[0]

    def test_the_printed_record_tells_what_the_screen_does(self):
        self.mine.write({"tracking_number": "T-77", "contact_name": "Ann Bell"})
        self.branch.sub_account_code = "S-9"
        account = self.create_account("Mine")
        self.mine.account_customer_id = account
        for user, owed, code in (
            (self.seller, b"160.00", None),
            (self.clerk, b"160.00", account.code.encode()),
        ):
            with self.subTest(user=user.login):
                page = self.printed("report_customer_record", self.mine, user)
                for text in (b"T-77", b"Ann Bell", b"S-9", b"Mine North", owed):
                    self.assertIn(text, page)
                self.assertEqual(account.code.encode() in page, bool(code))
        page = self.printed("report_customer_record", self.foreign, self.seller)
        self.assertNotIn(b"customer_money", page)

    def test_the_printed_list_has_a_line_for_each_customer(self):
        self.foreign.sudo()._set_customer_status("hold", "x", hold_reason="Cheque")
        page = self.printed("report_customer_list", self.all_three, self.seller)
        for text in (b"Mine North", b"Foreign", b"On Hold"):
            self.assertIn(text, page)
