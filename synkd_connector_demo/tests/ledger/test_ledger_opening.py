# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..queue_common import QueueCommon
from ..tours_common import ToursCommon

DAY = fields.Date.to_date("2026-07-01")
LATER = "2026-07-10"


class OpeningCommon(QueueCommon):
    """A ledger whose documents begin on a day; the invoices of the tests are older."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger.start_date = DAY
        cls.opening_entry = cls.env["synkd.books.item"].search(
            [("ledger_id", "=", cls.ledger.id), ("kind", "=", "account")], limit=1
        )

    def go_live(self, opening="post", before="credit"):
        """Take the guided step; return its action."""
        action = self.ledger.action_go_live()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write(
            {
                "opening_choice": opening,
                "opening_item_id": self.opening_entry.id,
                "before_choice": before,
            }
        )
        return wizard.action_confirm()

    def openings(self):
        """Return the rows of opening documents."""
        return self.env["synkd.transaction"].search(
            [("ledger_id", "=", self.ledger.id), ("opening_date", "!=", False)]
        )

    def owed(self):
        """Return what the customer owes in the demo books."""
        stored = self.stored().filtered(lambda c: c.name == "Hope Works")
        return stored.outstanding


@tagged("post_install", "-at_install")
class TestMoneyFromBefore(OpeningCommon):
    """Money for documents that the books did not get from here is told, and decided."""

    def test_nobody_decided_so_it_waits_and_says_why(self):
        old = self.post_invoice()
        row = self.row_of(self.pay(old, payment_date=LATER))
        self.assertEqual((row.sync_state, row.reason), ("attention", "before"))
        self.assertIn(f"did not get from here: {old.name}", row.reason_text)
        self.assertIn("Go-Live", row.reason_text)
        self.post_all(expect_ready=False)
        self.assertFalse(self.env["synkd.demo.payment"].search([]))

    def test_sent_as_credit_it_says_what_it_settles(self):
        old = self.post_invoice()
        payment = self.pay(old, payment_date=LATER)
        row = self.row_of(payment)
        self.go_live("bookkeeper", "credit")
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.post_all()
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assertIn(f"settles: {old.name}", row.before_text)
        mine = [("ledger_id", "=", self.ledger.id)]
        stored = self.env["synkd.demo.payment"].search(mine)
        self.assertIn(f"Settles {old.name}, which the books did not", stored.reference)
        self.assertIn(old.name, payment.synkd_message)

    def test_left_out_it_says_why(self):
        old = self.post_invoice()
        row = self.row_of(self.pay(old, payment_date=LATER))
        self.go_live("bookkeeper", "exclude")
        self.assertEqual(row.sync_state, "excluded")
        self.assertIn(old.name, row.reason_text)
        self.assertIn("leaves such money to the bookkeeper", row.reason_text)
        later = self.row_of(self.pay(self.post_invoice(), payment_date=LATER))
        self.assertEqual(later.sync_state, "excluded", "decided once")

    def test_money_for_both_is_sent_with_what_is_known(self):
        old = self.post_invoice()
        new = self.post_invoice(invoice_date=LATER)
        row = self.row_of(self.pay(old | new, payment_date=LATER))
        self.assertEqual(row.reason, "before")
        self.go_live("bookkeeper", "exclude")
        self.post_all()
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assertIn(old.name, row.before_text)
        self.assertNotIn(new.name, row.before_text)

    def test_money_for_newer_documents_is_not_asked_about(self):
        new = self.post_invoice(invoice_date=LATER)
        row = self.row_of(self.pay(new, payment_date=LATER))
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.assertFalse(row.before_text)

    def test_money_for_a_draft_is_from_no_other_time(self):
        """Odoo lets a draft be reconciled still: its money is neither left out nor
        asked about, and settles it when it is posted again."""
        self.go_live("bookkeeper", "exclude")
        new = self.post_invoice(invoice_date=LATER)
        row = self.row_of(self.pay(new, payment_date=LATER))
        new.button_draft()
        self.assertTrue(row.move_id.line_ids.matched_debit_ids, "reconciled still")
        row._redecide([("id", "=", row.id)])
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.post_all()
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assertFalse(row.before_text)
        new.action_post()
        self.post_all()
        self.assertEqual(self.owed(), 0)
        allocation = self.env["synkd.demo.allocation"].search([])
        self.assertEqual(allocation.mapped("amount"), [new.amount_total])


@tagged("post_install", "-at_install")
class TestOpening(OpeningCommon):
    """What was open on the first day is shown, and posted once where that is wanted."""

    def items(self):
        """Return what was open: residual by number."""
        found = self.ledger._get_open_items(DAY)
        return {item["number"]: round(item["residual"], 2) for item in found}

    def test_open_items_are_as_of_the_day(self):
        whole, part, paid, late = (self.post_invoice() for _number in range(4))
        self.pay(part, payment_date="2026-06-20", amount=40.0)
        self.pay(paid, payment_date="2026-06-20")
        self.pay(late, payment_date=LATER)
        self.post_invoice(invoice_date=LATER)
        total = whole.amount_total
        expected = {whole.name: total, part.name: total - 40, late.name: total}
        self.assertEqual(self.items(), expected)

    def test_credit_is_open_too(self):
        note = self.post_invoice(move_type="out_refund")
        overpaid = self.post_invoice()
        payment = self.pay(overpaid, payment_date="2026-06-20", amount=150.0)
        entry = payment.move_id
        expected = {
            note.name: -note.amount_total,
            entry.name: overpaid.amount_total - 150,
        }
        self.assertEqual(self.items(), expected)

    def test_the_step_shows_customers_and_currencies(self):
        self.env.ref("base.EUR").active = True
        self.post_invoice()
        self.post_invoice()
        self.post_invoice(currency_id=self.env.ref("base.EUR").id)
        action = self.ledger.action_go_live()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("Items: 3; customers: 1", wizard.summary)
        self.assertIn("€", wizard.summary)
        self.assertEqual(self.shown(wizard), [("Hope Works", 1), ("Hope Works", 2)])
        wizard.with_user(self.env.user).start_date = "2026-06-01"
        self.assertIn("Nothing was open", wizard.summary)
        self.assertFalse(self.shown(wizard))

    def shown(self, wizard):
        """Return customers and counts as a client reads them."""
        customer = {"fields": {"display_name": {}}}
        lines = {"fields": {"partner_id": customer, "count": {}}}
        wizard.env.flush_all()
        wizard.invalidate_recordset()
        (told,) = wizard.web_read({"line_ids": lines})
        return sorted(
            (line["partner_id"]["display_name"], line["count"])
            for line in told["line_ids"]
        )

    def test_opening_documents_reach_the_books_once(self):
        part = self.post_invoice()
        self.pay(part, payment_date="2026-06-20", amount=40.0)
        note = self.post_invoice(move_type="out_refund", lines=[{"price_unit": 10.0}])
        self.go_live()
        rows = self.openings()
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows.mapped("sync_state"), ["pending"] * 2)
        self.post_all()
        whys = rows.mapped("reason_text")
        self.assertEqual(rows.mapped("sync_state"), ["synced"] * 2, whys)
        row = self.row_of(part)
        self.assertAlmostEqual(row.books_total, part.amount_total - 40)
        self.assertEqual(row.books_tax, 0)
        self.assertIn("Opening balance on", row.reference)
        stored = self.stored_documents(row)
        self.assertIn("Opening balance on", stored.line_ids.description)
        self.assertIn("Opening balance on", stored.reference)
        self.assertAlmostEqual(self.owed(), part.amount_total - 40 - note.amount_total)
        self.go_live()
        self.assertEqual(self.openings(), rows, "a second press does nothing")
        self.run_ledger()
        self.assertFalse(self.run_ledger().write_calls)

    def test_who_pressed_with_an_older_view_queues_nothing(self):
        self.post_invoice()
        seen = self.ledger._get_open_items(DAY)
        self.go_live()
        rows = self.openings()
        self.assertEqual(len(rows), 1)
        with patch.object(type(self.ledger), "_get_open_items", return_value=seen):
            self.assertEqual(self.ledger._post_openings(), 0)
        self.assertEqual(self.openings(), rows, "the database knows each once")

    def test_what_a_person_took_out_stays_out(self):
        invoice = self.post_invoice()
        self.go_live()
        self.openings()._set_excluded("The bookkeeper has it")
        self.go_live()
        self.assertEqual(self.row_of(invoice).sync_state, "excluded")
        self.assertEqual(len(self.openings()), 1)

    def test_a_foreign_currency_keeps_its_rate(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-06-01",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.5,
            }
        )
        invoice = self.post_invoice(currency_id=euro.id)
        self.pay(invoice, payment_date="2026-06-20", amount=40.0)
        self.go_live()
        row = self.row_of(invoice)
        self.assertEqual(row.currency_id, euro)
        self.assertAlmostEqual(row.amount, invoice.amount_total - 40)
        self.assertAlmostEqual(row.amount_company, 2 * row.amount)
        entry = self.env["synkd.books.item"].create(
            {
                "ledger_id": self.ledger.id,
                "kind": "currency",
                "external_id": "eur",
                "code": "EUR",
                "name": "Euro",
            }
        )
        mapping = self.env["synkd.mapping"]
        wanted = {("currency", str(euro.id))}
        mapping._ensure(self.ledger, wanted).item_id = entry
        self.assertEqual(row._to_data().rate, "0.5")
        there = {"ledger_id": self.ledger.id, "kind": "currency"}
        self.env["synkd.demo.item"].create(there | {"code": "EUR", "name": "Euro"})
        self.post_all()
        self.assertEqual(row.sync_state, "synced", row.reason_text)

    def test_another_total_afterwards_is_a_change(self):
        invoice = self.post_invoice()
        self.go_live()
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 300.0
        invoice.action_post()
        self.assertEqual((row.sync_state, row.reason), ("attention", "changed"))

    def test_the_first_day_stays_once_opening_documents_are_there(self):
        self.post_invoice()
        self.go_live()
        action = self.ledger.action_go_live()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.start_date = "2026-08-01"
        with self.assertRaisesRegex(UserError, "Keep that day"):
            wizard.action_confirm()

    def test_only_managers_go_live(self):
        user = self.create_user("live_user", "synkd_connector.group_user")
        with self.assertRaises(AccessError):
            self.ledger.with_user(user).action_go_live()

    def test_the_bookkeeper_enters_it_so_nothing_is_queued(self):
        self.post_invoice()
        self.go_live("bookkeeper")
        self.assertFalse(self.openings())

    def test_money_that_comes_later_settles_opening_documents(self):
        part = self.post_invoice()
        self.pay(part, payment_date="2026-06-20", amount=40.0)
        row = self.row_of(self.pay(part, payment_date=LATER))
        self.assertEqual(row.reason, "before")
        self.go_live()
        self.post_all()
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assertFalse(row.before_text)
        self.assertEqual(self.owed(), 0)
        self.assertEqual(self.stored_documents(self.row_of(part)).outstanding, 0)

    def test_credit_from_before_settles_later_documents(self):
        overpaid = self.post_invoice()
        payment = self.pay(overpaid, payment_date="2026-06-20", amount=150.0)
        credit = 150 - overpaid.amount_total
        self.go_live()
        self.post_all()
        self.assertAlmostEqual(self.owed(), -credit)
        new = self.post_invoice(invoice_date=LATER)
        lines = (payment.move_id | new).line_ids.filtered(
            lambda l: (
                l.account_id.account_type == "asset_receivable" and not l.reconciled
            )
        )
        lines.reconcile()
        self.post_all()
        self.assertAlmostEqual(self.owed(), new.amount_total - credit)
        stored = self.stored_documents(self.row_of(new))
        self.assertAlmostEqual(stored.outstanding, new.amount_total - credit)

    def test_what_was_settled_before_is_not_settled_again(self):
        invoice = self.post_invoice()
        note = self.post_invoice(move_type="out_refund", lines=[{"price_unit": 150.0}])
        receivable = (invoice | note).line_ids.filtered(
            lambda l: l.account_id.account_type == "asset_receivable"
        )
        receivable.reconcile()
        left = note.amount_total - invoice.amount_total
        new = self.post_invoice(invoice_date=LATER)
        self.go_live()
        self.assertEqual(self.openings().move_id, note)
        lines = (note | new).line_ids.filtered(
            lambda l: (
                l.account_id.account_type == "asset_receivable" and not l.reconciled
            )
        )
        lines.reconcile()
        self.post_all()
        self.assertAlmostEqual(self.owed(), new.amount_total - left)

    def test_entries_of_several_customers_are_left_to_the_bookkeeper(self):
        receivable = self.partner.property_account_receivable_id
        income = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )
        both = self.partner | self.create_partner("Second")
        lines = [
            {"account_id": receivable.id, "partner_id": p.id, "debit": 10.0}
            for p in both
        ]
        lines.append({"account_id": income.id, "credit": 20.0})
        entry = self.env["account.move"].create(
            {"date": "2026-06-15", "line_ids": [Command.create(l) for l in lines]}
        )
        entry.action_post()
        self.go_live()
        self.assertFalse(self.openings())
        action = self.ledger.action_go_live()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn(entry.name, wizard.summary)

    def test_what_is_missing_is_said(self):
        self.post_invoice()
        self.opening_entry = self.opening_entry.browse()
        with self.assertRaisesRegex(UserError, "Opening Balances"):
            self.go_live()

    def test_queries_do_not_grow_with_the_number(self):
        def queries(number):
            for _each in range(number):
                self.post_invoice()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            count = self.ledger._post_openings()
            self.env.flush_all()
            self.assertEqual(count, number)
            return self.cr.sql_log_count - before

        self.ledger.write(
            {"opening_choice": "post", "opening_item_id": self.opening_entry.id}
        )
        queries(2)
        few = queries(5)
        self.assertLessEqual(queries(40), few + 2)


@tagged("post_install", "-at_install")
class TestGoLiveTour(OpeningCommon, ToursCommon):
    def test_a_manager_sees_what_was_open_and_posts_it(self):
        groups = "account.group_account_invoice,synkd_connector.group_manager"
        self.create_user("boss", groups)
        self.post_invoice()
        self.post_invoice()
        url = f"/odoo/ledgers/{self.ledger.id}"
        self.start(url, "synkd_manager_go_live", "boss")
        self.assertEqual(self.openings().mapped("sync_state"), ["pending"] * 2)
        self.assertEqual(self.ledger.opening_choice, "post")
