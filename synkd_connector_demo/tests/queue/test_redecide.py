# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from odoo.addons.synkd_connector.models.queue import synkd_transaction_changes

from ..queue_common import QueueCommon


@tagged("post_install", "-at_install")
class TestRedecide(QueueCommon):
    """Whatever a decision hangs on decides what waits again, and only that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.create_partner("Stranger")

    def settle(self):
        """Run what is left for the end of the transaction, as a commit does."""
        self.env.cr.flush()
        self.env.invalidate_all()

    # === LINKS === #

    def test_link_decides_the_documents_of_its_customer(self):
        row = self.row_of(self.post_invoice(self.stranger))
        other = self.row_of(self.post_invoice(self.create_partner("Other")))
        self.stranger.account_customer_id = self.account
        self.assertEqual(row.sync_state, "pending")
        self.assertEqual(row.account_customer_id, self.account)
        self.assertEqual(other.reason, "not_linked")

    def test_link_of_a_parent_decides_its_branches_but_those_with_their_own(self):
        branch = self.create_partner("Branch", parent_id=self.stranger.id)
        desk = self.create_partner("Desk", parent_id=branch.id, is_company=False)
        own = self.create_partner("Own", parent_id=self.stranger.id)
        own.account_customer_id = self.account
        row, mine = self.row_of(self.post_invoice(desk)), self.post_invoice(own)
        account = self.create_account("Stranger")
        self.stranger.account_customer_id = account
        self.assertEqual(row.account_customer_id, account)
        self.assertEqual(self.row_of(mine).account_customer_id, self.account)

    def test_end_of_a_link_takes_what_is_ready_back(self):
        row = self.row_of(self.post_invoice())
        self.assertEqual(row.sync_state, "pending")
        self.partner.customer_link_ids._end()
        self.assertEqual(row.reason, "not_linked")
        self.assertFalse(row.account_customer_id)

    def test_changed_link_keeps_the_place_in_the_queue(self):
        row = self.row_of(self.post_invoice())
        row.queued_at = "2026-01-01"
        account = self.create_account("Second")
        self.partner.account_customer_id = account
        self.assertEqual(row.account_customer_id, account)
        self.assertEqual(str(row.queued_at), "2026-01-01 00:00:00")

    def test_payment_follows_its_invoice(self):
        invoice = self.post_invoice()
        payment = self.row_of(self.pay(invoice))
        account = self.create_account("Second")
        self.partner.account_customer_id = account
        self.assertEqual(self.row_of(invoice).account_customer_id, account)
        self.assertEqual(payment.account_customer_id, account)

    def test_payment_of_another_customer_follows_the_invoice(self):
        invoice = self.post_invoice(self.stranger)
        payment = self.pay(invoice)
        payment.partner_id = self.stranger
        row = self.row_of(payment)
        row.partner_id = self.create_partner("Payer")
        self.assertEqual(row.reason, "not_linked")
        self.stranger.account_customer_id = self.account
        self.assertEqual(row.account_customer_id, self.account)

    def test_move_to_another_parent_decides_again(self):
        branch = self.create_partner("Branch")
        row = self.row_of(self.post_invoice(branch))
        self.assertEqual(row.reason, "not_linked")
        branch.parent_id = self.partner
        self.assertEqual(row.account_customer_id, self.account)

    def test_merged_customers_are_decided_by_the_link_that_stays(self):
        row = self.row_of(self.post_invoice(self.stranger))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.stranger | self.partner).ids, self.partner)
        self.assertEqual(row.partner_id, self.partner)
        self.assertEqual(row.account_customer_id, self.account)

    def test_link_says_how_many_it_touches(self):
        self.post_invoice()
        self.pay(self.post_invoice())
        link = self.partner.customer_link_ids
        self.assertEqual(link._count_waiting(), 3)
        wizard = self.env["synkd.unlink.wizard"].create({"link_ids": link.ids})
        self.assertIn("decided again: 3", wizard.message)

    # === ACCOUNT CUSTOMERS === #

    def test_class_of_an_account_customer_decides_again(self):
        row = self.row_of(self.post_invoice())
        self.account.class_id = self.class_decide
        self.assertEqual(row.reason, "decide")
        self.account.class_id = self.class_generic
        self.assertEqual(row.reason, "payment_required")
        self.assertEqual(row.account_customer_id, self.counter)
        self.account.class_id = False
        self.assertEqual(row.reason, "no_class")

    def test_hold_and_archive_of_a_generic_target_decide_again(self):
        self.account.class_id = self.class_generic
        invoice = self.post_invoice()
        self.pay(invoice)
        row = self.row_of(invoice)
        self.assertEqual(row.sync_state, "pending")
        self.counter.held = True
        self.assertEqual(row.reason, "held")
        self.counter.held = False
        self.assertEqual(row.sync_state, "pending")

    def test_archived_account_customer_decides_again(self):
        row = self.row_of(self.post_invoice())
        self.account.active = False
        self.assertEqual(row.reason, "archived")
        self.account.active = True
        self.assertEqual(row.sync_state, "pending")

    def test_refused_account_customer_stops_its_documents_and_retry_frees_them(self):
        row = self.row_of(self.post_invoice())
        self.account.sudo()._set_attention("Its name is odd.")
        self.settle()
        self.assertEqual(row.reason, "refused_customer")
        self.account.action_retry()
        self.settle()
        self.assertEqual(row.sync_state, "pending")

    def test_refusal_of_what_the_books_have_stops_nothing(self):
        row = self.row_of(self.post_invoice())
        self.account.sudo().external_id = "C1"
        self.account.sudo()._set_attention("Its name is odd.")
        self.settle()
        self.assertEqual(row.sync_state, "pending")

    def test_many_refusals_are_decided_together(self):
        accounts = self.account
        for number in range(3):
            partner = self.create_partner(f"Customer {number}")
            partner.account_customer_id = self.create_account(f"Customer {number}")
            accounts |= partner.account_customer_id
            self.post_invoice(partner)
        self.post_invoice()
        self.settle()
        calls = []
        model = type(self.env["synkd.transaction"])
        real = model._redecide

        def count(rows, domain):
            calls.append(domain)
            return real(rows, domain)

        self.patch(model, "_redecide", count)
        for account in accounts.sudo():
            account._set_attention(f"{account.name} is odd.")
        self.settle()
        self.assertEqual(len(calls), 1)
        rows = self.env["synkd.transaction"].search(
            [("account_customer_id", "in", accounts.ids)]
        )
        self.assertEqual(set(rows.mapped("reason")), {"refused_customer"})
        self.assertEqual(len(rows), 4)

    def test_account_customer_form_says_how_many_a_class_touches(self):
        self.post_invoice()
        self.post_invoice()
        warning = self.account.new(origin=self.account)
        warning.class_id = self.class_decide
        message = warning._onchange_class_warn()["warning"]["message"]
        self.assertIn("2 documents wait", message)
        self.assertIn("Hope Works", message)
        warning.class_id = self.class_account
        self.assertFalse(warning._onchange_class_warn())

    # === CLASSES === #

    def test_posting_of_a_class_decides_again(self):
        row = self.row_of(self.post_invoice())
        self.class_account.posting = "decide"
        self.assertEqual(row.reason, "decide")

    def test_target_of_a_class_decides_again(self):
        self.account.class_id = self.class_generic
        invoice = self.post_invoice()
        self.pay(invoice)
        row = self.row_of(invoice)
        target = self.create_account("Second Counter")
        self.class_generic.generic_account_customer_id = target
        self.assertEqual(row.account_customer_id, target)

    def test_prefix_of_a_class_renumbers_what_waits(self):
        invoice = self.post_invoice()
        self.class_account.invoice_prefix = "ACC-"
        self.assertEqual(self.row_of(invoice).number, f"ACC-{invoice.name}")

    def test_class_form_counts_the_documents_of_its_customers(self):
        self.post_invoice()
        self.assertEqual(self.class_account._count_waiting(), 1)
        self.assertEqual(self.class_generic._count_waiting(), 0)
        with Form(self.class_account) as form:
            form.posting = "decide"
        self.assertEqual(
            self.row_of(
                self.env["account.move"].search(
                    [
                        ("company_id", "=", self.company.id),
                        ("move_type", "=", "out_invoice"),
                    ]
                )
            ).reason,
            "decide",
        )

    # === PERIODS === #

    def test_lock_date_of_the_books_decides_again(self):
        row = self.row_of(self.post_invoice())
        self.close_books("2026-06-30")
        self.assertEqual(row.reason, "closed")
        self.close_books("2026-05-31")
        self.assertEqual(row.sync_state, "pending")

    # === NUMBERS === #

    def test_a_link_costs_the_same_queries_for_one_document_and_for_many(self):
        first, second = self.create_partner("One"), self.create_partner("Many")
        self.post_invoice(first)
        for _number in range(12):
            self.post_invoice(second)
        accounts = [self.create_account("One"), self.create_account("Many")]
        links = self.env["synkd.customer.link"]
        costs = []
        for partner, account in zip(first | second, accounts, strict=True):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            links._link([(partner, account)])
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 2)

    def test_too_many_for_now_are_marked_for_the_next_run(self):
        rows = self.row_of(self.post_invoice(self.stranger))
        rows |= self.row_of(self.post_invoice(self.stranger))
        self.patch(synkd_transaction_changes, "MOST_AT_ONCE", 1)
        self.stranger.account_customer_id = self.account
        self.assertEqual(rows.mapped("stale"), [True, True])
        self.assertEqual(rows.mapped("reason"), ["not_linked", "not_linked"])
        self.env["synkd.transaction"]._decide_stale(self.ledger, 100)
        self.assertEqual(rows.mapped("sync_state"), ["pending", "pending"])
