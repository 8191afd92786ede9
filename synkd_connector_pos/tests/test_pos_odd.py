# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_pos_customers import CustomersCommon


@tagged("post_install", "-at_install")
class TestPosOdd(CustomersCommon):
    """What goes wrong between a till and the server reaches the books once."""

    summary_mode = "session"

    def data(self, customer=None, method=None):
        """Return an order for one glue as a till sends it."""
        method = method or self.cash
        return self.create_ui_order_data(
            [(self.product, 1)],
            customer=customer,
            payments=[(method, 115.0)],
        )

    def send(self, data):
        """Let a till send an order."""
        found = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        return self.env["pos.order"].browse(found[0]["id"])

    def summaries(self):
        """Return the documents of the session."""
        mine = [("session_id", "=", self.pos_session.id)]
        return self.env["synkd.summary"].search(mine, order="id")

    def rows(self, summaries):
        """Return the documents in the queue."""
        found = self.env["synkd.transaction"].search(
            [("summary_id", "in", summaries.ids)]
        )
        return found.filtered(lambda row: row.kind in ("invoice", "credit_note"))

    def test_an_order_that_is_sent_twice_counts_once(self):
        data = self.data()
        first, again = self.send(data), self.send(data)
        self.assertEqual(first, again)
        self.close()
        (row,) = self.rows(self.summaries())
        self.assertEqual(row.amount, 115.0)
        self.send(data)
        self.assertEqual(self.rows(self.summaries()), row, "after the closing neither")
        self.assertEqual(row.amount, 115.0)

    def test_an_order_that_arrives_after_the_closing_is_in_the_next_session(self):
        late, other = self.data(), self.data()
        self.send(other)
        closed = self.pos_session
        self.close()
        (before,) = self.rows(self.summaries())
        with self.assertRaisesRegex(UserError, "No open session"), self.cr.savepoint():
            self.send(late)  # the till keeps it
        self.open_new_session(closed.cash_register_balance_end_real)
        order = self.send(late)
        self.assertEqual(order.session_id, self.pos_session)
        self.pos_session.post_closing_cash_details(230.0)
        self.pos_session.close_session_from_ui()
        self.write_down()
        (row,) = self.rows(self.summaries())
        self.assertEqual((row.amount, before.amount), (115.0, 115.0))
        self.send(late)
        self.write_down()
        self.assertEqual((row.amount, before.amount), (115.0, 115.0))

    def test_an_invoiced_order_that_is_sent_twice_counts_once(self):
        self.link()
        data = self.data(self.partner) | {"to_invoice": True}
        order = self.send(data)
        self.assertEqual(self.send(data), order)
        self.close()
        self.assertFalse(self.summaries())
        self.assertEqual(self.queue(), [("invoice", 115.0), ("payment", 115.0)])

    def test_a_customer_who_was_archived_while_the_till_was_offline(self):
        self.link(self.new, self.counter)
        data = self.data(self.new) | {"synkd_offline": True}
        self.new.active = False
        order = self.send(data)
        self.assertEqual((order.partner_id, order.state), (self.new, "paid"))
        self.assertIn("inactive", order.synkd_credit_breach)
        self.close()
        (row,) = self.rows(self.summaries())
        self.assertEqual(row.account_customer_id, self.counter)

    def test_a_customer_who_was_deleted_while_the_till_was_offline(self):
        data = self.data(self.new) | {"synkd_offline": True}
        self.new.unlink()
        order = self.send(data)
        self.assertEqual(order.state, "paid", "the goods and the money are gone")
        self.assertFalse(order.partner_id)
        self.close()
        (row,) = self.rows(self.summaries())
        self.assertEqual((row.amount, row.account_customer_id), (115.0, self.counter))

    def test_who_owed_it_was_deleted_while_the_till_was_offline(self):
        data = self.data(self.new, self.later) | {"synkd_offline": True}
        self.new.unlink()
        order = self.send(data)
        self.link()
        with self.assertRaisesRegex(UserError, "does not contain a customer"):
            self.close()
        order.partner_id = self.partner
        self.close()
        (row,) = self.rows(self.summaries())
        self.assertEqual((row.partner_id, row.account_customer_id), self.owner())

    def owner(self):
        """Return Hope Works, and what it is billed as."""
        return self.partner, self.account

    def test_a_class_that_changed_between_sale_and_closing_counts_as_it_is_then(self):
        self.link(self.new, self.counter)
        self.send(self.data(self.new))
        self.links._link([(self.new, self.account)])
        self.close()
        (row,) = self.rows(self.summaries())
        self.assertEqual(row.partner_id, self.new)
        self.assertEqual(row.account_customer_id, self.account)

    def test_a_class_that_let_us_decide_by_the_closing_waits_for_a_person(self):
        self.link()
        self.send(self.data(self.partner))
        self.account.class_id = self.class_decide
        self.close()
        (row,) = self.rows(self.summaries())
        self.assertEqual((row.sync_state, row.reason), ("attention", "decide"))
        self.account.class_id = self.class_account
        self.assertEqual(row.sync_state, "pending")

    def test_a_method_whose_journal_is_not_mapped_waits_and_says_which(self):
        journal = self.bank.copy({"code": "VOU"})
        journal.name = "Vouchers"
        voucher = self.create_method("Voucher", journal)
        self.config.current_session_id.close_session_from_ui()
        self.config.payment_method_ids |= voucher
        self.open_new_session(0)
        self.send(self.data(method=voucher))
        self.close()
        money = self.env["synkd.transaction"].search(
            [("summary_id", "in", self.summaries().ids), ("kind", "=", "payment")]
        )
        self.assertEqual((money.sync_state, money.reason), ("attention", "unmapped"))
        self.assertIn("Vouchers", money.reason_text)

    def test_nothing_is_kept_of_an_answer_that_is_refused(self):
        before = self.links.search_count([])
        with self.assertRaises(UserError):
            self.config.with_user(self.cashier).action_synkd_answer(self.new.id)
        self.assertEqual(self.links.search_count([]), before)
