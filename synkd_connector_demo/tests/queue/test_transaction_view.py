# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from ..queue_common import QueueCommon


@tagged("post_install", "-at_install")
class TestTransactionView(QueueCommon):
    """What the screens show of the queue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.create_partner("Stranger")
        cls.rows = cls.env["synkd.transaction"]

    def refuse(self, row, message="Amount is wrong"):
        """Let the books refuse a row, as the engine does."""
        row._set_sending()
        row._set_attention(message)
        return row

    # === HELPER FIELDS === #

    def test_reason_groups_tell_the_books_from_decisions(self):
        decision = self.row_of(self.post_invoice(self.stranger))
        books = self.refuse(self.row_of(self.post_invoice()))
        ready = self.row_of(self.post_invoice())
        self.assertEqual(decision.reason_group, "decision")
        self.assertEqual(books.reason_group, "books")
        self.assertFalse(ready.reason_group)
        for row in decision, books:
            found = self.rows.search([("reason_group", "=", row.reason_group)])
            self.assertEqual(found & (decision | books | ready), row)
        both = self.rows.search([("reason_group", "in", ("decision", "books"))])
        self.assertEqual(both & (decision | books | ready), decision | books)
        none = self.rows.search([("reason_group", "=", False)])
        self.assertEqual(none & (decision | books | ready), ready)

    def test_changed_after_posting_is_a_group_of_its_own(self):
        row = self.row_of(self.post_invoice())
        row.sudo().write({"external_id": "x", "sync_state": "synced"})
        row._set_changed("It was edited.")
        self.assertEqual(row.reason_group, "changed")
        self.assertIn(row, self.rows.search([("reason_group", "=", "changed")]))
        self.assertNotIn(row, self.rows.search([("reason_group", "=", "books")]))

    def test_age_counts_the_days_in_the_queue(self):
        row = self.row_of(self.post_invoice())
        self.assertEqual(row.age, 0)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE synkd_transaction SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=9), row.id),
        )
        self.env.invalidate_all()
        self.assertEqual(row.age, 9)
        row._set_excluded("Not ours")
        self.assertEqual(row.age, 0, "what is excluded waits no more")
        self.assertFalse(row.waiting_since)

    def test_what_changed_after_posting_waits_since_then(self):
        row = self.row_of(self.post_invoice())
        long_ago = fields.Datetime.now() - timedelta(days=90)
        row.sudo().write(
            {
                "external_id": "x",
                "sync_state": "synced",
                "posted_at": long_ago,
                "queued_at": long_ago,
            }
        )
        row._set_changed("It was edited.")
        self.assertEqual(row.age, 0)

    def test_their_total_has_the_sign_of_ours(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        rows = self.row_of(invoice) | self.row_of(payment)
        self.assertFalse(any(rows.mapped("books_signed")), "the books have nothing")
        self.post_all()
        for row, sign in zip(rows, (1, -1), strict=True):
            self.assertEqual(row.books_signed, sign * row.books_total)
            self.assertEqual(row.books_signed, row.amount_company)
        arch = self.env.ref("synkd_connector.synkd_transaction_view_list_posted").arch
        self.assertIn("books_signed", arch)
        self.assertNotIn("books_total", arch)

    # === TABS === #

    def counts(self, user=None):
        """Return the counts of the tabs by their path."""
        rows = self.rows.with_user(user or self.env.user)
        tabs = rows.with_company(self.company).get_queue_tabs()
        return {tab["path"]: tab["count"] for tab in tabs}

    def test_tabs_count_what_they_show(self):
        self.post_invoice(self.stranger)
        ready = self.row_of(self.post_invoice()) | self.row_of(self.post_invoice())
        ready[0]._set_held("Wait for the cheque")
        self.assertEqual(
            self.counts(),
            {
                "requires-attention": 1,
                "ready-to-post": 2,
                "posted-to-books": 0,
                "transaction-queue": None,
            },
        )

    def test_each_tab_opens_the_list_that_it_counts(self):
        self.post_invoice(self.stranger)
        self.post_invoice()
        for tab in self.rows.get_queue_tabs():
            action = self.env.ref(tab["action"])
            self.assertEqual(action.path, tab["path"])
            if tab["count"] is not None:
                domain = safe_eval(action.domain)
                self.assertEqual(self.rows.search_count(domain), tab["count"])

    def test_readers_have_one_tab(self):
        reader = self.create_user("queue_reader", "account.group_account_readonly")
        self.assertEqual(self.counts(reader), {"posted-to-books": 0})

    def notices(self):
        """Return what stands above each list, by its address."""
        tabs = self.rows.get_queue_tabs()
        return {tab["path"]: tab["notices"] for tab in tabs if tab["notices"]}

    def test_ready_to_post_says_why_nothing_goes(self):
        self.assertEqual(self.notices(), {})
        self.ledger.post_accounts = False
        (sentence,) = self.notices()["ready-to-post"]
        self.assertIn(f"Post Accounts is off for {self.ledger.name}", sentence)
        self.ledger.post_accounts = True
        self.ledger.demo_fault = "day"
        self.post_invoice()
        self.post_all()
        (sentence,) = self.notices()["ready-to-post"]
        self.assertIn("goes on by itself at ", sentence)
        self.assertIn("allow no more calls until tomorrow", sentence)
        self.ledger._set_resumed()
        self.ledger.demo_fault = "login"
        self.post_all()
        (sentence,) = self.notices()["ready-to-post"]
        self.assertTrue(sentence.startswith(f"{self.ledger.name} is paused. The demo"))

    def test_tabs_cost_seven_queries(self):
        self.post_invoice()
        self.rows.get_queue_tabs()
        self.env.flush_all()
        with self.assertQueryCount(7):
            self.rows.get_queue_tabs()

    # === BADGES ON DOCUMENTS === #

    def test_an_invoice_shows_where_it_stands(self):
        draft = self.create_invoice()
        self.assertFalse(draft.synkd_state)
        waiting = self.post_invoice(self.stranger)
        ready = self.post_invoice()
        self.assertEqual(waiting.synkd_state, "attention")
        self.assertEqual(ready.synkd_state, "pending")
        moves = draft | waiting | ready
        for state, expected in (
            ("attention", waiting),
            ("pending", ready),
            (False, draft),
            ("synced", draft.browse()),
        ):
            found = self.env["account.move"].search(
                [("synkd_state", "=", state), ("id", "in", moves.ids)]
            )
            self.assertEqual(found, expected, state)
        either = [("synkd_state", "in", ("attention", False)), ("id", "in", moves.ids)]
        self.assertEqual(self.env["account.move"].search(either), waiting | draft)

    def test_what_was_voided_is_shown_until_it_is_queued_again(self):
        invoice = self.post_invoice()
        row = self.row_of(invoice)
        row.sudo().write({"sync_state": "voided", "live": False, "external_id": "x"})
        self.env.flush_all()
        self.assertEqual(invoice.synkd_state, "voided")
        domain = [("synkd_state", "=", "voided"), ("id", "=", invoice.id)]
        self.assertEqual(self.env["account.move"].search(domain), invoice)
        self.env["synkd.enqueuer"]._enqueue_moves(invoice)
        self.env.invalidate_all()
        self.assertEqual(invoice.synkd_state, "pending")
        self.assertFalse(self.env["account.move"].search(domain))

    def test_an_invoice_taken_back_before_it_was_sent_shows_nothing(self):
        invoice = self.post_invoice()
        invoice.button_draft()
        self.assertFalse(invoice.synkd_state)

    def test_a_payment_shows_where_it_stands(self):
        payment = self.pay(self.post_invoice())
        self.assertEqual(payment.synkd_state, "pending")
        found = self.env["account.payment"].search(
            [("synkd_state", "=", "pending"), ("id", "=", payment.id)]
        )
        self.assertEqual(found, payment)
        self.assertFalse(payment.synkd_message)
        stray = self.pay(self.post_invoice(self.stranger))
        self.assertIn("no account customer", stray.synkd_message)

    def test_badges_of_many_invoices_cost_no_more_queries(self):
        invoices = self.env["account.move"].union(
            *(self.post_invoice() for _number in range(6))
        )
        self.env.invalidate_all()
        invoices[:1].mapped("synkd_state")
        counts = []
        for some in invoices[:2], invoices:
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("synkd_state")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # === BANNERS AND BUTTONS === #

    def test_the_banner_says_why_and_opens_the_row(self):
        invoice = self.post_invoice(self.stranger)
        (alert,) = invoice._get_synkd_alerts().values()
        self.assertEqual(alert["level"], "warning")
        self.assertIn("Stranger has no account customer", alert["message"])
        self.assertEqual(alert["action"]["res_id"], self.row_of(invoice).id)
        self.assertIn(alert, invoice._get_alerts().values())
        self.assertFalse(self.post_invoice()._get_synkd_alerts())

    def test_the_banner_of_a_new_document_that_is_dated_too_early(self):
        self.ledger.start_date = fields.Date.today()
        early = self.post_invoice(invoice_date="2026-06-15")
        alert = early._get_alerts()["synkd_too_early"]
        self.assertEqual(alert["level"], "info")
        self.assertIn("dated 06/15/2026, but only documents from", alert["message"])
        due = self.post_invoice(invoice_date=self.ledger.start_date)
        draft = self.create_invoice()
        self.ledger.start_date = fields.Date.add(fields.Date.today(), days=1)
        old = self.post_invoice()
        for other in due, draft, old:
            self.assertNotIn("synkd_too_early", other._get_alerts())
        self.ledger.start_date = "2026-06-01"
        early.button_draft()
        early.action_post()
        self.assertNotIn("synkd_too_early", early._get_alerts())
        self.assertEqual(self.row_of(early).sync_state, "pending", "as the banner says")

    def test_the_banner_of_a_refusal_is_red(self):
        invoice = self.post_invoice()
        self.refuse(self.row_of(invoice))
        (alert,) = invoice._get_synkd_alerts().values()
        self.assertEqual(alert["level"], "danger")
        self.assertIn("Amount is wrong", alert["message"])

    def test_the_button_of_a_document_opens_its_row(self):
        invoice = self.post_invoice()
        action = invoice.action_view_synkd_transactions()
        self.assertEqual(action["res_model"], "synkd.transaction")
        self.assertEqual(action["res_id"], self.row_of(invoice).id)

    def test_a_document_that_is_not_queued_says_so(self):
        with self.assertRaisesRegex(UserError, "is not in the books yet"):
            self.create_invoice().action_view_synkd_transactions()

    def test_a_customer_counts_the_documents_of_its_branches(self):
        branch = self.create_partner("Branch", parent_id=self.partner.id)
        rows = self.row_of(self.post_invoice()) | self.row_of(self.post_invoice(branch))
        self.assertEqual(self.partner.transaction_waiting_count, 2)
        self.assertEqual(branch.transaction_waiting_count, 1)
        action = self.partner.action_view_waiting_transactions()
        self.assertEqual(self.rows.search(action["domain"]), rows)
        self.assertEqual(self.stranger.transaction_waiting_count, 0)

    def test_an_account_customer_counts_its_documents(self):
        row = self.row_of(self.post_invoice())
        self.assertEqual(self.account.transaction_waiting_count, 1)
        action = self.account.action_view_waiting_transactions()
        self.assertEqual(self.rows.search(action["domain"]), row)
        row._set_excluded("Not ours")
        self.account.invalidate_recordset()
        self.assertEqual(self.account.transaction_waiting_count, 0)

    def test_a_ledger_opens_what_waits(self):
        waiting = self.row_of(self.post_invoice(self.stranger))
        ready = self.row_of(self.post_invoice())
        action = self.ledger.action_view_transaction_attention()
        self.assertEqual(self.rows.search(action["domain"]), waiting)
        action = self.ledger.action_view_transaction_ready()
        self.assertEqual(self.rows.search(action["domain"]), ready)

    def test_a_run_leads_to_the_documents_that_it_left(self):
        invoice = self.post_invoice()
        self.ledger.demo_refuse = invoice.name
        self.post_all()
        row = self.row_of(invoice)
        self.assertEqual(row.reason, "refused")
        run = self.env["synkd.run"].search(
            [("ledger_id", "=", self.ledger.id)], limit=1
        )
        action = run.action_view_attention()
        self.assertEqual(action["res_model"], "synkd.transaction")
        self.assertEqual(self.rows.search(action["domain"]), row)
        row.action_retry()
        action = run.action_view_attention()
        self.assertEqual(action["res_model"], "synkd.account.customer")

    def test_the_reason_dialog_tells_what_it_leaves_out(self):
        posted = self.row_of(self.post_invoice())
        self.post_all()
        waiting = self.row_of(self.post_invoice(self.stranger))
        ready = self.row_of(self.post_invoice())
        action = (posted | waiting).action_exclude()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn(f"{waiting.display_name}: never posted", wizard.message)
        self.assertIn("Of those selected 1 are left as they are", wizard.message)
        wizard.note = "Not ours"
        wizard.action_confirm()
        states = (posted | waiting).mapped("sync_state")
        self.assertEqual(states, ["synced", "excluded"])
        action = ready.action_hold()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertNotIn("left as they are", wizard.message)

    def test_buttons_that_do_nothing_say_so(self):
        waiting = self.row_of(self.post_invoice(self.stranger))
        with self.assertRaisesRegex(UserError, "was not refused by the books"):
            waiting.action_retry()
        with self.assertRaisesRegex(UserError, "cannot be released"):
            waiting.action_release()
        self.assertEqual(waiting.sync_state, "attention")

    # === SPEED === #

    def test_each_tab_reads_its_own_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_sort = off")
        for tab, index in (
            ("attention", "synkd_transaction_attention_idx"),
            ("ready", "synkd_transaction_ready_idx"),
            ("posted", "synkd_transaction_posted_idx"),
        ):
            action = self.env.ref(f"synkd_connector.synkd_transaction_action_{tab}")
            arch = action.view_id.arch
            order = arch.split('default_order="')[1].split('"')[0]
            domain = safe_eval(action.domain)
            query = self.rows._search(domain, order=order, limit=80)
            plan = self.env.execute_query(self.explained(query))
            self.assertIn(index, "\n".join(line for (line,) in plan))

    def explained(self, query):
        """Return the statement that asks how a query is executed."""
        return SQL("EXPLAIN %s", query.select())
