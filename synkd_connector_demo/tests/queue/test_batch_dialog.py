# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Batch billing as people meet it: the dialog, the print, the mail, the tab."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..tours_common import ToursCommon
from .test_batch import JUNE, BatchCommon

CLERK = "batch_clerk"
RIGHTS = "base.group_user,base.group_partner_manager,account.group_account_invoice"


class DialogCommon(BatchCommon):
    """A clerk at the dialog."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user(CLERK, f"{RIGHTS},synkd_connector.group_user")

    def open(self, user=None, **values):
        """Open the dialog, as a user."""
        rows = self.env["synkd.transaction"].with_user(user or self.clerk)
        action = rows.with_company(self.company).action_bill()
        wizard = rows.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"date": JUNE} | values)
        return wizard


@tagged("post_install", "-at_install")
class TestBatchDialog(DialogCommon):
    def test_it_shows_what_is_billed_and_what_is_left_out(self):
        first, _second = self.post_two()
        self.post_invoice(self.flat, invoice_date="2026-07-02")
        held = self.post_invoice(self.flat)
        self.row_of(held).action_hold("Waits")
        invalid = self.product.copy({"name": "Odd"})
        invalid.product_tmpl_id.synkd_product_class_id = False
        self.post_invoice(self.flat, [{"product_id": invalid.id}])
        line = self.open().line_ids
        self.assertEqual(line.account_customer_id, self.account)
        self.assertEqual((line.count, line.total), (2, 345.0))
        self.assertEqual(
            line.left_out, "1 dated later, 1 held back, 1 requiring attention"
        )
        shown = self.env["synkd.transaction"].search(
            line.action_view_documents()["domain"]
        )
        self.assertEqual(len(shown), 5)
        self.assertIn(self.row_of(first), shown)

    def test_another_day_shows_other_documents(self):
        self.post_two()
        self.post_invoice(self.flat, invoice_date="2026-07-02")
        wizard = self.open()
        with Form(wizard) as form:
            form.date = date(2026, 7, 31)
        self.assertEqual(wizard.line_ids.count, 3)
        with Form(wizard) as form:
            form.date = date(2026, 5, 31)
        self.assertFalse(wizard.has_bills)

    def test_run_opens_the_bills(self):
        self.post_two()
        action = self.open().action_run()
        (bill,) = self.env["synkd.batch"].search(action["domain"])
        self.assertEqual(bill.total, 345.0)
        self.assertEqual(bill.create_uid, self.clerk)

    def test_nothing_to_bill_says_what_to_do(self):
        with self.assertRaisesRegex(UserError, "later day"):
            self.open().action_run()

    def test_no_class_says_what_to_do(self):
        self.gathered.batch_billing = False
        with self.assertRaisesRegex(UserError, "Tick Batch Billing"):
            self.open()

    def test_a_class_opens_it_for_itself(self):
        other = self.gathered.copy({"name": "Others"})
        action = other.action_bill()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.class_ids, other)

    def test_other_companies_are_not_billed(self):
        self.post_two()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.clerk.company_ids |= other
        wizard = self.open()
        elsewhere = wizard.with_context(allowed_company_ids=other.ids)
        with self.assertRaises(UserError):
            elsewhere.action_run()

    def test_readers_may_not(self):
        reader = self.create_user("batch_reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.open(reader)

    def test_a_client_cannot_fill_in_lines(self):
        wizard = self.open()
        for vals in ({"line_ids": [(0, 0, {"count": 1})]},):
            with self.assertRaises(AccessError):
                wizard.write(vals)

    def test_the_tab_counts_what_waits(self):
        self.post_two()
        tabs = self.env["synkd.transaction"].with_user(self.clerk).get_queue_tabs()
        (tab,) = [tab for tab in tabs if tab["path"] == "batch-billing"]
        self.assertEqual((tab["name"], tab["count"]), ("Batch Billing", 2))

    def test_the_daily_mail_tells_what_waits(self):
        self.post_two()
        (line,) = self.ledger._get_summary()
        self.assertEqual((line["label"], line["count"]), ("Batch Billing", 2))
        self.assertTrue(line["url"].endswith("/odoo/batch-billing"))


@tagged("post_install", "-at_install")
class TestBatchPrint(DialogCommon):
    def html(self, bill):
        """Return the print of a bill."""
        report = "synkd_connector.report_batch"
        html = self.env["ir.actions.report"]._render_qweb_html(report, bill.ids)[0]
        return html.decode()

    def test_the_breakdown_per_property(self):
        first, _second = self.post_two()
        note = self.post_invoice(self.house, move_type="out_refund")
        bill = self.bill()
        groups = bill._get_breakdown()
        self.assertEqual([g["name"] for g in groups], ["12 Beach Road", "Flat 7"])
        self.assertEqual([g["total"] for g in groups], [115.0, 115.0])
        self.assertEqual(
            [row["number"] for row in groups[0]["rows"]], [first.name, note.name]
        )
        self.assertEqual(bill._get_tax(), 30.0)
        html = self.html(bill)
        for text in (bill.name, "12 Beach Road", first.name, "115.00", "230.00"):
            self.assertIn(text, html)
        self.assertIn("Combined Bill", html)

    def test_a_credit_note_is_called_so(self):
        self.post_invoice(self.flat, move_type="out_refund")
        self.assertIn("Combined Credit Note", self.html(self.bill()))

    def test_it_is_mailed_to_who_gets_invoices(self):
        self.account.email = "books@agency.example"
        self.post_two()
        bill = self.bill()
        self.assertEqual(bill._get_mail_to(), "books@agency.example")
        self.env["res.partner"].create(
            {
                "name": "Bookkeeper",
                "parent_id": bill._get_billed_to().id,
                "email": "bills@agency.example",
                "mail_invoices": True,
            }
        )
        self.assertIn("bills@agency.example", bill._get_mail_to())
        template = self.env.ref("synkd_connector.synkd_batch_mail_template")
        mail = self.env["mail.mail"].browse(template.send_mail(bill.id))
        self.assertIn("bills@agency.example", mail.email_to)
        self.assertIn(bill.name, mail.subject)
        self.assertTrue(mail.attachment_ids)

    def test_the_button_opens_the_composer(self):
        self.post_two()
        action = self.bill().action_send()
        self.assertEqual(action["res_model"], "mail.compose.message")
        composer = Form(
            self.env["mail.compose.message"].with_context(**action["context"])
        )
        self.assertIn("BILL/", composer.subject)


@tagged("post_install", "-at_install")
class TestBatchCost(BatchCommon):
    def count(self, number):
        """Return how many queries it takes to bill so many documents of a customer."""
        for _n in range(number):
            self.post_invoice(self.flat)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.bill()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_members(self):
        self.count(2)
        few, many = self.count(2), self.count(20)
        # Who the user is may have to be asked anew, which has nothing to do with them.
        self.assertLessEqual(many, few + 3)

    def bill_many(self, number, day=JUNE):
        """Bill so many customers; return queries, and what the bills are called."""
        for n in range(number):
            account = self.account.copy({"name": f"Agency {n}", "code": False})
            partner = self.create_partner(f"Flat {n}")
            self.env["synkd.customer.link"]._link([(partner, account)])
            self.post_invoice(partner)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        names = self.bill(day).mapped("name")
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, names

    def test_queries_do_not_grow_with_the_bills(self):
        self.bill_many(1)
        (few, _names), (many, names) = self.bill_many(1), self.bill_many(12)
        self.assertLessEqual(many, few + 2)
        numbers = [int(name.rpartition("/")[2]) for name in names]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 12)))

    def test_the_year_in_the_number_is_that_of_the_bill(self):
        _queries, (name,) = self.bill_many(1, date(2027, 12, 31))
        self.assertTrue(name.startswith("BILL/2027/"))

    def test_a_sequence_without_gaps_or_by_year_counts_as_odoo_does(self):
        sequence = self.env.ref("synkd_connector.synkd_batch_sequence")
        sequence.write({"implementation": "no_gap", "number_next": 70})
        _queries, names = self.bill_many(2)
        self.assertEqual(names, ["BILL/2026/00070", "BILL/2026/00071"])
        sequence.write({"implementation": "standard", "use_date_range": True})
        _queries, names = self.bill_many(2)
        self.assertEqual(names, ["BILL/2026/00001", "BILL/2026/00002"])
        own = sequence.copy({"company_id": self.company.id, "prefix": "OWN-"})
        own.use_date_range = False
        _queries, (name,) = self.bill_many(1)
        self.assertTrue(name.startswith("OWN-"), "a company's own comes first")

    def test_lists_do_not_ask_for_each_bill(self):
        costs = []
        for number in (1, 8):
            for _n in range(number):
                self.post_invoice(self.flat)
                self.bill()
            bills = self.env["synkd.batch"].search([])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            bills.read(["name", "total", "member_count", "date_due", "sync_state"])
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 1)


@tagged("post_install", "-at_install")
class TestBatchTours(DialogCommon, ToursCommon):
    def test_a_clerk_bills_an_agency_and_takes_it_back(self):
        self.post_two()
        self.start("/odoo/batch-billing", "synkd_batch_run", CLERK)
        bill = self.env["synkd.batch"].search([("class_id", "=", self.gathered.id)])
        self.assertEqual(bill.sync_state, "excluded")
        rows = self.env["synkd.transaction"].search([("sync_state", "=", "batch")])
        self.assertEqual(len(rows), 2)

    def test_a_clerk_takes_one_out(self):
        first, second = self.post_two()
        self.start("/odoo/batch-billing", "synkd_batch_alone", CLERK)
        self.assertEqual(self.state_of(first, second), ["pending", "batch"])
