# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A shop's day and the month's bill, from the till to a simulated Xero over HTTP."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.synkd_connector_xero.tests.test_xero_flow import XeroFlowCommon

from .common import Till


class TillXeroCommon(Till, XeroFlowCommon):
    summary_mode = "session"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.widget
        cls.cash_journal = cls.create_drawer()
        accounts = cls.env["account.account"].search(
            [("company_ids", "=", cls.company.id)]
        )
        by_kind = accounts.grouped("account_type")
        cls.over, cls.short = by_kind["income_other"][0], by_kind["expense"][0]
        cls.cash_journal.profit_account_id = cls.over
        cls.cash_journal.loss_account_id = cls.short
        # The books would add up three cents, and find a tax of one.
        cls.widget.lst_price = 0.03
        cls.create_shop(company_id=cls.company.id)

    def setUp(self):
        super().setUp()
        self.map("bank", "090", self.cash_journal)
        mappings = self.env["synkd.mapping"]
        needed = mappings._ensure(self.ledger, {("tax", "")})
        needed.item_id = self.env["synkd.books.item"].search(
            [("ledger_id", "=", self.ledger.id), ("kind", "=", "tax")]
            + [("code", "=", "NONE")]
        )
        self.map("account", "260", self.over)
        self.map("account", "429", self.short)
        self.open_new_session(0)
        self.walk_in = self.env["res.partner"]

    def sell_plain(self, price, *payments, quantity=1):
        """Sell to nobody in particular, without an invoice."""
        self.widget.lst_price = price
        return self.sell(
            *payments, invoiced=False, customer=self.walk_in, quantity=quantity
        )

    def close_with(self, counted):
        """Count the drawer, close, and return the document of the day."""
        self.pos_session.post_closing_cash_details(counted)
        self.pos_session.close_session_from_ui()
        self.write_down()
        return self.pos_session.order_ids.synkd_summary_id


@tagged("post_install", "-at_install")
class TestTillXero(TillXeroCommon):
    def test_a_day_arrives_to_the_cent_with_its_money(self):
        for _n in range(3):
            self.sell_plain(0.03)
        self.sell_plain(33.33, (self.card, 38.33))
        self.sell_plain(10.0, (self.cash, 20.0), (self.card, 3.0), quantity=2)
        self.sell_plain(10.0, quantity=-1)
        summary = self.close_with(0.09 + 20.0 - 11.5 + 2.0)
        self.assertEqual(summary.cash_difference, 2.0)
        self.run_all()
        (stored,) = self.in_xero("invoices")
        orders = self.pos_session.order_ids
        total = sum(orders.mapped("amount_total")) + 2.0
        self.assertAlmostEqual(float(stored["Total"]), total, 2)
        tax = sum(orders.mapped("amount_tax"))
        self.assertAlmostEqual(float(stored["TotalTax"]), tax, 2)
        self.assertEqual(float(stored["AmountDue"]), 0.0)
        self.assertEqual(stored["InvoiceNumber"], self.pos_session.name)
        lines = sorted((x["AccountCode"], x["LineAmount"]) for x in stored["LineItems"])
        self.assertEqual([code for code, _amount in lines], ["200", "260"])
        money = sorted(float(p["Amount"]) for p in self.in_xero("payments"))
        self.assertEqual(money, [10.59, 41.33])
        self.assertEqual(summary.books_total, summary.total)
        self.assertFalse(self.run_ledger().request_ids, "nothing is sent twice")

    def test_cash_that_is_missing_is_a_line(self):
        self.sell_plain(10.0)
        self.close_with(11.0)
        self.run_all()
        (stored,) = self.in_xero("invoices")
        short = [x for x in stored["LineItems"] if x["AccountCode"] == "429"]
        self.assertEqual([float(x["LineAmount"]) for x in short], [-0.5])
        self.assertEqual(
            (float(stored["Total"]), float(stored["AmountDue"])), (11.0, 0.0)
        )

    def test_a_day_of_returns_is_a_credit_note_with_its_refunds(self):
        self.sell_plain(10.0, quantity=-2)
        self.sell_plain(10.0, (self.card, 11.5))
        self.close_with(-23.0)
        self.run_all()
        self.assertFalse(self.in_xero("invoices"))
        (stored,) = self.in_xero("credit_notes")
        self.assertEqual(
            (float(stored["Total"]), float(stored["TotalTax"])), (11.5, 1.5)
        )
        days = self.env["synkd.takings"].search([("config_id", "=", self.config.id)])
        self.assertEqual((days.sold, days.posted, days.waiting), (-11.5, -11.5, 0.0))
        paid = sum(float(p["Amount"]) for p in self.in_xero("payments"))
        self.assertEqual(float(stored["RemainingCredit"]), 0.0, paid)

    def test_a_day_that_is_voided_is_posted_anew(self):
        self.sell_plain(10.0)
        row = self.close_with(11.5).document_id
        self.run_all()
        row._set_changed("Somebody wants it anew.")
        row.action_void()
        for _n in range(4):
            self.run_ledger()
        self.assertEqual(row.sync_state, "voided", row.reason_text)
        (stored,) = self.in_xero("invoices")
        self.assertEqual(
            (float(stored["Total"]), float(stored["AmountDue"])), (11.5, 0.0)
        )
        money = self.in_xero("payments") + self.in_xero("overpayments")
        self.assertEqual(len(money), 1, "the same money settles the new one")


@tagged("post_install", "-at_install")
class TestBillXero(TillXeroCommon):
    """Properties of an agency, and a sale of the shop, on one bill."""

    def setUp(self):
        super().setUp()
        self.gathered = self.class_account.copy(
            {"name": "Agencies", "batch_billing": True, "batch_period": "hand"}
        )
        self.account.class_id = self.gathered
        self.house, self.flat = (
            self.create_partner(name) for name in ("12 Beach Road", "Flat 7")
        )
        pairs = [(self.house, self.account), (self.flat, self.account)]
        self.env["synkd.customer.link"]._link(pairs)
        self.first = self.create_invoice(partner_id=self.house.id)
        self.second = self.create_invoice(10.0, partner_id=self.flat.id)
        self.widget.lst_price = 10.0
        self.sell(invoiced=False, customer=self.house)
        self.close_with(11.5)

    def bill(self):
        """Press Bill Now, and let it be sent with the money of its members."""
        up_to = fields.Date.today() + timedelta(days=1)
        bill = self.env["synkd.biller"]._bill(self.gathered, self.company, up_to)
        for _n in range(3):
            self.run_ledger()
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)
        return bill

    def figures(self):
        """Return total, tax and what is owed of the one invoice in Xero."""
        (stored,) = self.in_xero("invoices")
        names = ("Total", "TotalTax", "AmountDue")
        return stored, *(float(stored[name]) for name in names)

    def test_one_bill_that_payments_of_members_settle(self):
        self.bill()
        stored, total, tax, due = self.figures()
        owed = self.first.amount_total + self.second.amount_total
        self.assertAlmostEqual(total, owed + 11.5, 2)
        booked = self.first.amount_tax + self.second.amount_tax + 1.5
        self.assertAlmostEqual(tax, booked, 2)
        self.assertAlmostEqual(due, owed, 2)
        texts = [line["Description"] for line in stored["LineItems"]]
        for word in (self.first.name, "12 Beach Road", self.second.name, "Flat 7"):
            self.assertTrue(any(word in text for text in texts), word)
        self.pay(self.first)
        self.run_ledger()
        self.assertAlmostEqual(self.figures()[3], self.second.amount_total, 2)
        self.pay(self.second)
        self.run_ledger()
        self.assertEqual(self.figures()[3], 0.0)

    def test_a_bill_is_undone_and_made_anew(self):
        self.pay(self.first)
        bill = self.bill()
        bill.action_undo()
        for _n in range(3):
            self.run_ledger()
        self.assertEqual(bill.sync_state, "voided", bill.reason_text)
        self.assertFalse(self.in_xero("invoices"))
        self.assertFalse(self.in_xero("payments"), "its money waits with it")
        self.bill()
        _stored, total, _tax, due = self.figures()
        owed = self.first.amount_total + self.second.amount_total + 11.5
        self.assertAlmostEqual(total, owed, 2)
        self.assertAlmostEqual(due, self.second.amount_total, 2)
