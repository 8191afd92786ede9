# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract import LOST_AFTER as CONTRACT_LOST
from odoo.addons.synkd_connector.tests.contract_agreement import Comparing
from odoo.addons.synkd_connector.tests.contract_flow import cents
from odoo.addons.synkd_connector.tests.contract_identity import IdentityContract
from odoo.addons.synkd_connector_http.tests.flow import FlowCommon

from .common import SecondOdooCommon, SecondOdooHooks
from .fault_proxy import LOST_AFTER


class OdooFlowCommon(FlowCommon, SecondOdooHooks, SecondOdooCommon):
    """A company that sells, with its books in the second Odoo."""

    books_names = {"tax": "tax", "account": "account", "bank": "bank"}
    own_currency = "base.USD"
    codes_there = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.env["account.account"].search(
            [("company_ids", "=", cls.company.id), ("account_type", "=", "expense")],
            limit=1,
        )

    def books_code(self, name):
        """Override: codes are those of the lists of the second Odoo."""
        if not self.codes_there:
            self.pull_lists()
        return self.codes_there[name]

    def setUp(self):
        super().setUp()
        self.map("account", "difference", self.expense)

    def run_void(self):
        """Run, and void what people are asked about."""
        self.run_ledger()
        rows = self.env["synkd.transaction"].search([("live", "=", True)])
        rows.filtered(lambda row: row.sync_state == "attention").void()
        self.run_ledger()

    def there(self, kind="out_invoice"):
        """Return total, tax and what is open of what is posted there."""
        rows = self.remote.sql(
            "SELECT amount_total, amount_tax, amount_residual FROM account_move"
            f" WHERE move_type = '{kind}' AND state = 'posted' ORDER BY id"
        )
        return [tuple(map(Decimal, row)) for row in rows]

    def assert_same(self, *moves):
        """Fail unless invoices are there as they are here."""
        ours = [
            tuple(
                cents(amount)
                for amount in (move.amount_total, move.amount_tax, move.amount_residual)
            )
            for move in moves
        ]
        self.assertEqual(sorted(self.there(moves[0].move_type)), sorted(ours))


@tagged("post_install", "-at_install")
class TestOdooFlow(Comparing, OdooFlowCommon):
    """From documents here to the second Odoo, through the engine."""

    def test_an_invoice_and_its_credit_note_arrive_to_the_cent(self):
        invoice = self.create_invoice()
        credit = invoice._reverse_moves([{"invoice_date": invoice.date}])
        credit.action_post()
        self.run_all()
        self.assert_same(invoice)
        self.assert_same(credit)
        self.assertEqual(self.there()[0][2], 0, "one settles the other")

    def test_a_payment_of_two_invoices_and_more_arrives_to_the_cent(self):
        one, two = self.create_invoice(), self.create_invoice(10.0)
        self.pay(one | two, amount=200.0)
        self.run_all()
        self.assert_same(one, two)
        owed = self.remote.sql("SELECT sum(amount) FROM account_payment")
        self.assertEqual(Decimal(owed[0][0]), 200)

    def test_a_part_payment_leaves_the_rest_open(self):
        invoice = self.create_invoice()
        self.pay(invoice, amount=14.99)
        self.run_all()
        self.assert_same(invoice)
        owed = cents(invoice.amount_total - 14.99)
        self.assertEqual(self.there()[0][2], owed)

    def test_a_refund_pays_a_credit_note_out(self):
        credit = self.create_invoice(move_type="out_refund")
        self.pay(credit)
        self.run_all()
        self.assert_same(credit)
        self.assertEqual(self.there("out_refund")[0][2], 0)
        paid = self.remote.sql("SELECT payment_type, amount FROM account_payment")
        told = [(way, Decimal(amount)) for way, amount in paid]
        self.assertEqual(told, [("outbound", cents(credit.amount_total))])

    def test_a_write_off_settles_without_money(self):
        invoice = self.create_invoice()
        values = {
            "amount": invoice.amount_total - 1,
            "payment_difference_handling": "reconcile",
            "writeoff_account_id": self.expense.id,
        }
        self.pay(invoice, **values)
        self.run_all()
        self.assert_same(invoice)
        self.assertEqual(self.there()[0][2], 0)

    def test_a_difference_whose_payment_is_gone_there_is_told_and_voided(self):
        """A bookkeeper cancels the payment, or deletes it; its difference stays."""
        take_back = (("action_draft", "action_cancel"), ("action_draft", "unlink"))
        for number, methods in enumerate(take_back):
            invoice = self.create_invoice()
            half = cents(invoice.amount_total) / 2
            values = {"payment_difference_handling": "reconcile"}
            values |= {"amount": half, "writeoff_account_id": self.expense.id}
            self.pay(invoice, **values)
            self.run_all()
            last = "SELECT max(id) FROM account_payment"
            ids = [int(id_) for (id_,) in self.remote.sql(last)]
            for method in methods:
                self.remote.ask("account.payment", method, ids)
            line = self.compare().line_ids.filtered(lambda li: li.state == "open")
            told = [(li.kind, li.verdict, li.books_total) for li in line]
            self.assertIn(("payment", "differs", 0), told)
            line = line.filtered(lambda li: li.kind == "payment")
            self.assertTrue(line.may_resolve)
            self.assertFalse(line.may_post_anew)
            line.action_resolve()
            line.transaction_id.action_void()
            self.run_ledger()
            self.run_ledger()
            self.assertEqual(self.count_posted(), (number + 1, number + 1))
            self.assertEqual({left for *_rest, left in self.there()}, {0})
            self.assertFalse(self.compare().difference_count)

    def count_posted(self):
        """Return how many payments count there, and how many other entries."""
        ((paid, entries),) = self.remote.sql(
            "SELECT count(*) FILTER (WHERE origin_payment_id IS NOT NULL),"
            " count(*) FILTER (WHERE origin_payment_id IS NULL)"
            " FROM account_move WHERE move_type = 'entry' AND state = 'posted'"
        )
        return int(paid), int(entries)

    def test_a_credit_note_that_is_deleted_lets_go_of_its_invoice_and_is_voided(self):
        invoice = self.credit_and_delete()
        self.assertEqual(self.there("out_refund"), [])
        self.assertEqual(self.there()[0][2], cents(invoice.amount_total))

    def test_what_is_cancelled_here_is_voided_there(self):
        invoice = self.create_invoice()
        self.run_all()
        invoice.button_draft()
        invoice.button_cancel()
        self.run_void()
        self.assertEqual(self.there(), [])

    def test_prices_with_tax_and_odd_quantities_come_to_the_same(self):
        included = self.tax.copy(
            {"name": "VAT 15 in it", "price_include_override": "tax_included"}
        )
        self.map("tax", "tax", included)
        lines = [
            {"quantity": 0.333, "price_unit": 19.99, "tax_ids": included},
            {"quantity": 7, "price_unit": 3.33, "discount": 12.5, "tax_ids": included},
            {"quantity": 11, "price_unit": 0.07, "discount": 33, "tax_ids": self.tax},
            {"quantity": 3, "price_unit": 1.005, "tax_ids": self.tax},
        ]
        commands = [
            Command.create(
                {
                    **line,
                    "product_id": self.widget.id,
                    "tax_ids": [Command.set(line["tax_ids"].ids)],
                }
            )
            for line in lines
        ]
        invoices = [
            self.create_invoice(invoice_line_ids=some)
            for some in (commands, commands[:2], commands[2:], commands * 3)
        ]
        self.run_all()
        self.assert_same(*invoices)

    def test_one_that_cannot_be_posted_stops_no_other(self):
        good, bad = self.create_invoice(10.0), self.create_invoice(20.0)
        last = self.create_invoice(30.0)
        self.remote.refuse("account_move", "invoice_origin", bad.name)
        self.run_ledger()
        rows = self.env["synkd.transaction"].search([("live", "=", True)])
        states = {row.move_id: row.sync_state for row in rows}
        self.assertEqual(states[bad], "attention")
        self.assertEqual({states[good], states[last]}, {"synced"})
        self.assert_same(good, last)

    def create_and_post(self):
        """Post an invoice, which is then cancelled here; return its row."""
        invoice = self.create_invoice()
        row = self.run_all()
        invoice.button_draft()
        invoice.button_cancel()
        return row

    def assert_reversed(self, row):
        """Fail unless what is there settles itself, once, and both sides agree."""
        self.assertEqual(row.sync_state, "voided", row.reason_text)
        (one,), (other,) = self.there(), self.there("out_refund")
        self.assertEqual(one, other)
        self.assertEqual(one[2], 0)
        agreement = self.compare()
        self.assertFalse(agreement.difference_count, agreement.line_ids.mapped("why"))
        lines = self.env["synkd.request.line"].search([("res_id", "=", row.id)])
        self.assertIn("takes it back there", lines.sorted("id")[-1].message)

    def test_what_lies_in_a_closed_period_is_voided_by_its_opposite(self):
        row = self.create_and_post()
        self.remote.ask("res.company", "write", [1], {"sale_lock_date": "2026-03-31"})
        self.run_void()
        self.assert_reversed(row)

    def test_what_is_sealed_is_voided_by_its_opposite_whatever_answer_is_lost(self):
        seal = "UPDATE account_journal SET restrict_mode_hash_table = {}"
        self.remote.sql(seal.format("type = 'sale'"))
        self.addCleanup(self.remote.sql, seal.format("FALSE"))
        row = self.create_and_post()
        lost = ["load", "action_post"]

        def matches(_model, method):
            return bool(lost) and method == lost[0] and lost.pop(0)

        self.proxy.break_calls(LOST_AFTER, matches)
        self.run_void()
        for _run in range(4):
            self.go_on()
        self.assertFalse(lost, "each answer was lost")
        self.assert_reversed(row)

    def test_a_reversal_that_is_cancelled_there_is_told_and_never_asked_for_ever(self):
        """The answer is lost, and the bookkeeper is faster than the next run."""
        row = self.create_and_post()
        self.remote.ask("res.company", "write", [1], {"sale_lock_date": "2026-03-31"})
        self.proxy.break_calls(LOST_AFTER, lambda _m, method: method == "action_post")
        self.run_void()
        self.proxy.break_calls(None)
        refunds = [("move_type", "=", "out_refund")]
        ids = self.remote.ask("account.move", "search", refunds)
        self.assertEqual(len(ids), 1)
        self.remote.ask("account.move", "button_cancel", ids)
        for _run in range(2):
            self.go_on()
        self.assertEqual(row.sync_state, "attention", row.reason_text)
        self.assertIn("Post RINV/", row.sync_message)
        self.assertEqual(len(self.there()), 1, "it counts there, and so it is told")
        open_ = [("state", "not in", ("done", "void"))]
        self.assertFalse(self.env["synkd.request"].search(open_))
        line = self.compare().line_ids.filtered(lambda each: each.kind == "invoice")
        self.assertEqual(line.books_amount, line.transaction_id.books_total)
        self.remote.ask("account.move", "button_draft", ids)
        row.action_retry()
        self.go_on()
        self.assertIn("Post RINV/", row.sync_message, "a draft does not count")
        self.remote.ask("account.move", "action_post", ids)
        row.action_retry()
        self.go_on()
        self.assert_reversed(row)

    def test_money_that_is_sealed_there_is_refused_in_words_and_stays_whole(self):
        """By a closed period, and by its journal; its difference stays with it."""
        hard = "UPDATE res_company SET hard_lock_date = {}"
        seal = "UPDATE account_move SET inalterable_hash = {} WHERE id IN (SELECT"
        seal += " move_id FROM account_payment)"
        self.addCleanup(self.remote.sql, hard.format("NULL"))
        for statement, told in ((hard, "'2026-03-31'"), (seal, "'abc'")):
            invoice = self.create_invoice()
            cheap = {"payment_difference_handling": "reconcile"}
            cheap |= {"writeoff_account_id": self.expense.id, "amount": 100}
            money = self.pay(invoice, **cheap)
            self.run_all()
            before = self.books_here()
            self.remote.sql(statement.format(told))
            money.action_draft()
            money.action_cancel()
            self.run_void()
            rows = self.env["synkd.transaction"].search([("live", "=", True)])
            row = rows.filtered(lambda each: each.sync_state == "attention")
            self.assertEqual(len(row), 1)
            self.assertIn("nobody can cancel it", row.sync_message)
            self.assertIn("Nothing was changed there", row.sync_message)
            self.assertEqual(self.books_here(), before)
            self.remote.sql(statement.format("NULL"))
            row.action_retry()
            self.run_ledger()
            self.assertEqual(row.sync_state, "voided", "it is free again")
            self.assertNotEqual(self.books_here(), before)

    def books_here(self):
        """Return all that settles, and the states of all money, over there."""
        return self.remote.sql(
            "SELECT id, amount, debit_move_id FROM account_partial_reconcile"
        ) + self.remote.sql(
            "SELECT m.id, m.state, p.state FROM account_move m"
            " LEFT JOIN account_payment p ON p.move_id = m.id ORDER BY m.id"
        )

    def go_on(self):
        """Run again, as if the time had come for whatever waits."""
        self.ledger._set_resumed()
        for model in ("transaction", "request"):
            found = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
            found.sudo().write({"retry_at": False})
        self.run_ledger()

    def test_calls_do_not_grow_with_documents(self):
        self.create_invoice(1.0)
        self.run_all()
        self.proxy.calls.clear()
        self.create_invoice(2.0)
        self.run_ledger()
        one = len(self.proxy.writes())
        self.proxy.calls.clear()
        for number in range(5):
            self.create_invoice(3.0 + number)
        self.run_ledger()
        self.assertEqual(len(self.proxy.writes()), one)
        self.assertEqual(one, 2, "created by one call, posted by another")


@tagged("post_install", "-at_install")
class TestOdooFlowByXml(OdooFlowCommon):
    """The same by XML-RPC, as Odoo before 19 speaks."""

    speaks_json = False

    def test_documents_and_money_arrive_and_are_voided(self):
        one, two = self.create_invoice(), self.create_invoice(10.0)
        payment = self.pay(one | two, amount=120.0)
        self.run_all()
        self.assert_same(one, two)
        payment.action_draft()
        payment.action_cancel()
        self.run_void()
        self.assert_same(one, two)
        self.assertEqual({left for *_rest, left in self.there()} & {0}, set())

    def test_an_edit_in_the_second_of_our_own_write_is_taken_over(self):
        self.account.phone = "+1 555 0100"
        self.run_ledger()
        self.run_ledger()
        (account,) = [int(self.account.external_id)]
        moment = f"SELECT write_date FROM res_partner WHERE id = {account}"
        ((seen,),) = self.remote.sql(moment)
        self.remote.ask("res.partner", "write", [account], {"city": "Durban"})
        self.remote.sql(
            f"UPDATE res_partner SET write_date = '{seen}' WHERE id = {account}"
        )
        self.run_ledger()
        self.assertEqual(self.account.city, "Durban")
        self.assertEqual(self.account.phone, "+1 555 0100")

    def test_customers_are_changed_and_read_back(self):
        self.account.phone = "+1 555 0100"
        self.run_ledger()
        self.assertEqual(
            self.remote.sql("SELECT phone FROM res_partner ORDER BY id DESC LIMIT 1"),
            [["+1 555 0100"]],
        )
        found = [int(self.account.external_id)]
        self.remote.ask("res.partner", "write", found, {"city": "Durban"})
        self.run_ledger()
        self.assertEqual(self.account.city, "Durban")


@tagged("post_install", "-at_install")
class TestOdooIdentity(IdentityContract, OdooFlowCommon):
    """The second Odoo has each document once, whatever numbers and answers do.

    The worst of faults, and a kind for each way of sending: each call takes its time.
    """

    faults = (CONTRACT_LOST,)
    kinds = ("invoice", "payment", "allocation")
    # Who is billed, by which branch and number, is decided before anything is sent, and
    # proven with the demo books: what is kept here is what an external id has to bear.
    test_branches_of_a_customer = None
    test_branch_companies_with_numbers_of_their_own = None
    test_walk_ins_of_one_customer_of_the_books = None
    test_numbers_that_are_dealt_anew = None
    test_a_new_number_while_the_answer_is_lost = None
    test_twins_of_one_number = None
    test_a_number_that_is_used_again = None

    def goods(self):
        return self.widget

    def loss_account(self):
        return self.expense

    def let_time_pass(self):
        self.ledger._set_resumed()
        for model in ("transaction", "account.customer", "request"):
            waiting = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
            waiting.sudo().write({"retry_at": False})

    def break_next(self, fault):
        return super(IdentityContract, self).break_next(fault)

    def map_bank(self, bank):
        self.map("bank", "bank", bank)

    def books_open(self):
        rows = self.remote.sql(
            "SELECT id, amount_total, amount_tax, amount_residual FROM account_move"
            " WHERE move_type LIKE 'out_%' AND state = 'posted'"
        )
        return {key: tuple(map(cents, amounts)) for key, *amounts in rows}

    def books_money(self):
        money = defaultdict(Decimal)
        for key, sign, amount in self.remote.sql(
            "SELECT split_part(d.name, '_', 1),"
            " CASE p.payment_type WHEN 'inbound' THEN 1 ELSE -1 END, p.amount"
            " FROM account_payment p JOIN ir_model_data d ON d.res_id = p.id"
            " AND d.model = 'account.payment' AND d.module = '__synkd__'"
            " WHERE p.state IN ('in_process', 'paid')"
        ):
            money[key] += int(sign) * Decimal(amount)
        for key, amount in self.remote.sql(
            "SELECT split_part(d.name, '_', 1), sum(l.credit - l.debit)"
            " FROM account_move m JOIN ir_model_data d ON d.res_id = m.id"
            " AND d.model = 'account.move' AND d.name LIKE '%difference'"
            " JOIN account_move_line l ON l.move_id = m.id"
            " JOIN account_account a ON a.id = l.account_id"
            " WHERE a.account_type = 'asset_receivable' AND m.state = 'posted'"
            " GROUP BY 1"
        ):
            money[key] += Decimal(amount)
        return {key: cents(amount) for key, amount in money.items()}
