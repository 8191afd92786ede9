# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sales posted together, as any app may write them down: in the queue and the books."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.synkd_connector.lib.queue import Settled

from ..faults_common import FaultsCommon


class SummaryCommon(FaultsCommon):
    """Summaries that are made by hand, without any till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter = cls.class_generic.generic_account_customer_id
        cls.income = cls.product.with_company(
            cls.company
        ).product_tmpl_id.get_product_accounts()["income"]
        cls.other = cls.env["product.product"].create(
            {"name": "Tape", "default_code": "TAPE", "lst_price": 10.0}
        )
        cls.other.product_tmpl_id.synkd_product_class_id = cls.product_class

    def summary(self, lines=None, money=None, **values):
        """Create a summary, queue it, and return it.

        :param lines: pairs of net and tax, or dicts of values.
        :param money: amounts into the bank.
        """
        lines = [(100.0, 15.0)] if lines is None else lines
        rows = [
            line if isinstance(line, dict) else {"net": line[0], "tax": line[1]}
            for line in lines
        ]
        total = sum(row["net"] + row.get("tax", 0) for row in rows)
        defaults = {
            "name": f"Day {self.env['synkd.summary'].search_count([]) + 1}",
            "place": "Corner Shop",
            "ledger_id": self.ledger.id,
            "company_id": self.company.id,
            "date": "2026-06-20",
            "source": "shop",
            "currency_id": self.company.currency_id.id,
            "class_id": self.class_generic.id,
            "total": total,
            "tax": sum(row.get("tax", 0) for row in rows),
        }
        summary = self.env["synkd.summary"].create(defaults | values)
        key = ",".join(map(str, sorted(self.tax.ids)))
        for row in rows:
            defaults = {
                "summary_id": summary.id,
                "product_id": self.product.id,
                "name": "Glue",
                "account_id": self.income.id,
                "tax_key": key if row.get("tax") else "",
                "quantity": 1,
            }
            self.env["synkd.summary.line"].create(defaults | row)
        for number, amount in enumerate([total] if money is None else money):
            self.env["synkd.summary.money"].create(
                {
                    "summary_id": summary.id,
                    "name": f"Way {number}",
                    "journal_id": self.bank.id,
                    "amount": amount,
                }
            )
        self.env["synkd.enqueuer"]._enqueue_summaries(summary)
        return summary

    def rows_of(self, summary):
        """Return the live rows of a summary: the document, then its money."""
        rows = summary.transaction_ids.filtered("live")
        return rows.sorted(lambda row: (row.channel != "documents", row.id))

    def states(self, summary):
        """Return the states of the live rows of a summary."""
        return self.rows_of(summary).mapped("sync_state")

    def send(self):
        """Let the ledger run until nothing is due."""
        for _n in range(3):
            self.run_ledger()
        self.env.invalidate_all()

    def books_of(self, summary):
        """Return what the books keep of a summary: documents, and payments."""
        rows = self.rows_of(summary)
        money = rows.filtered(lambda row: row.channel == "payments")
        documents = self.stored_documents(rows - money)
        self.assertEqual(len(documents), 1)
        self.assertEqual(len(self.stored_payments()), len(money))
        return documents, self.stored_payments()


@tagged("post_install", "-at_install")
class TestSummaryQueue(SummaryCommon):
    def test_it_is_posted_with_its_money_settled(self):
        summary = self.summary([(100.0, 15.0), (200.0, 30.0)], [145.0, 200.0])
        self.assertEqual(self.states(summary), ["pending"] * 3)
        self.send()
        self.assertEqual(self.states(summary), ["synced"] * 3)
        documents, payments = self.books_of(summary)
        self.assertEqual((documents.total, documents.tax), (345.0, 45.0))
        self.assertEqual(documents.outstanding, 0)
        self.assertEqual(sorted(payments.mapped("amount")), [145.0, 200.0])

    def test_lines_with_one_target_are_one_line(self):
        summary = self.summary(
            [(100.0, 15.0), {"net": 50.0, "tax": 7.5, "product_id": self.other.id}]
        )
        data = self.rows_of(summary)[0]._to_data()
        (line,) = data.lines
        self.assertEqual((line.net, line.tax, line.quantity), ("150.00", "22.50", "1"))
        self.assertEqual(data.total, "172.50")

    def test_another_tax_is_another_line(self):
        summary = self.summary([(100.0, 15.0), (50.0, 0.0)])
        data = self.rows_of(summary)[0]._to_data()
        self.assertEqual(
            sorted((line.net, line.tax) for line in data.lines),
            [("100.00", "15.00"), ("50.00", "0.00")],
        )

    def test_a_line_from_elsewhere_goes_to_the_item_of_there(self):
        """A repair that was sold with other goods: each to its own item."""
        for name, code in (("shop_item_id", "SHOP"), ("service_item_id", "SERV")):
            self.product_class[name] = self.env["synkd.books.item"].search(
                [("ledger_id", "=", self.ledger.id), ("code", "=", code)]
            )
        repaired = {"net": 50.0, "tax": 7.5, "source": "service"}
        data = self.rows_of(self.summary([(100.0, 15.0), repaired]))[0]._to_data()
        self.assertEqual(
            sorted((line.item, line.net) for line in data.lines),
            [("SERV", "50.00"), ("SHOP", "100.00")],
        )

    def test_nobody_knows_of_other_sources_without_the_workshop(self):
        own = type(self.env["synkd.summary"]).mro()
        (core,) = [
            cls
            for cls in own
            if getattr(cls, "_module", "") == "synkd_connector"
            and "_order_source_sql" in vars(cls)
        ]
        sql = core._order_source_sql(self.env["synkd.summary"], SQL("1"))
        self.assertEqual(self.env.execute_query(SQL("SELECT %s", sql)), [(None,)])

    def test_tax_is_sent_as_it_was_booked(self):
        """Rounded sale by sale: the books would compute 0.45 of 3.00."""
        summary = self.summary([(3.0, 0.48)])
        self.send()
        self.assertEqual(self.states(summary), ["synced", "synced"])
        documents, _payments = self.books_of(summary)
        self.assertEqual((documents.total, documents.tax), (3.48, 0.48))

    def test_what_comes_to_nothing_on_a_target_is_left_out(self):
        summary = self.summary([(100.0, 15.0), (-100.0, -15.0), (20.0, 0.0)])
        data = self.rows_of(summary)[0]._to_data()
        self.assertEqual([line.net for line in data.lines], ["20.00"])

    def test_more_returns_than_sales_are_a_credit_note(self):
        summary = self.summary([(-100.0, -15.0)])
        rows = self.rows_of(summary)
        self.assertEqual(rows.mapped("kind"), ["credit_note", "refund"])
        self.assertEqual(rows.mapped("amount"), [115.0, 115.0])
        self.assertEqual(rows.mapped("amount_company"), [-115.0, 115.0])
        self.send()
        self.assertEqual(self.states(summary), ["synced", "synced"])

    def test_money_beyond_the_total_is_not_allocated(self):
        summary = self.summary([(100.0, 15.0)], [120.0, -5.0])
        _document, payment, refund = self.rows_of(summary)
        lookup = (payment | refund)._look_up()
        (part,) = payment._to_data(lookup).allocations
        self.assertEqual(part.amount, "115.00")
        self.assertFalse(refund._to_data(lookup).allocations)
        self.send()
        self.assertEqual(self.states(summary), ["synced"] * 3)

    def test_money_waits_for_its_document(self):
        summary = self.summary()
        document, payment = self.rows_of(summary)
        self.assertEqual(payment.blocker_id, document)
        self.send()
        self.assertFalse(payment.blocker_id)

    def test_queued_twice_it_is_there_once(self):
        summary = self.summary()
        before = self.rows_of(summary)
        self.env["synkd.enqueuer"]._enqueue_summaries(summary)
        self.assertEqual(self.rows_of(summary), before)

    def test_before_the_ledger_begins_it_is_left(self):
        self.ledger.start_date = "2026-07-01"
        self.assertFalse(self.rows_of(self.summary()))

    def test_an_unchanged_one_is_not_sent_again(self):
        summary = self.summary()
        self.send()
        calls = self.write_calls()
        summary._note_change()
        self.send()
        self.assertEqual(self.write_calls(), calls)
        self.assertEqual(self.states(summary), ["synced", "synced"])

    def test_what_changed_after_it_was_sent_waits_for_a_person(self):
        summary = self.summary()
        self.send()
        summary.line_ids.net = 90
        summary.total = 105
        summary._note_change()
        document = self.rows_of(summary)[0]
        self.assert_waits(document, "changed", "Void it")

    def test_what_is_withdrawn_before_it_is_sent_leaves_the_queue(self):
        summary = self.summary()
        summary.withdrawn = True
        summary._note_change()
        self.assertFalse(self.rows_of(summary))

    def test_numbers_that_are_the_same_are_told_apart(self):
        first = self.summary(name="Same")
        second = self.summary(name="Same")
        self.send()
        numbers = {self.rows_of(s)[0].number for s in (first, second)}
        self.assertEqual(numbers, {"Same", "Same-2"})


@tagged("post_install", "-at_install")
class TestSummaryDecision(SummaryCommon):
    def test_the_shared_account_customer_of_its_class(self):
        row = self.rows_of(self.summary())[0]
        self.assertEqual(row.account_customer_id, self.counter)
        self.assertFalse(row.partner_id)

    def test_without_a_class_the_shop_is_named(self):
        summary = self.summary(class_id=False)
        for row in self.rows_of(summary):
            self.assert_waits(row, "no_walk_in", "Corner Shop", "Walk-In Class")
        summary.class_id = self.class_generic
        self.env["synkd.transaction"]._redecide([("summary_id", "=", summary.id)])
        self.assertEqual(self.states(summary), ["pending", "pending"])

    def test_the_resolve_dialog_asks_for_it(self):
        summary = self.summary(class_id=False)
        row = self.rows_of(summary)[0]
        wizard = self.env["synkd.resolve.wizard"]._open(row)
        dialog = self.env["synkd.resolve.wizard"].browse(wizard["res_id"])
        self.assertEqual(dialog.section, "walk_in")
        self.assertIn("Corner Shop", dialog.message)
        self.assertEqual(dialog.touched_count, 1, "its money")
        for wrong in (self.class_generic.browse(), self.class_account):
            dialog.class_id = wrong
            with self.assertRaises(UserError, msg=wrong.name):
                dialog.action_confirm()
        dialog.class_id = self.class_generic
        dialog.action_confirm()
        self.assertEqual(self.states(summary), ["pending", "pending"])

    def test_a_shared_account_customer_on_hold(self):
        self.counter.held = True
        row = self.rows_of(self.summary())[0]
        self.assert_waits(row, "held", "is on hold")
        self.counter.held = False
        self.assertEqual(row.sync_state, "pending")

    def test_a_customers_own_one_follows_his_class(self):
        summary = self.summary(class_id=False, partner_id=self.partner.id)
        row = self.rows_of(summary)[0]
        self.assertEqual(row.account_customer_id, self.account)
        self.assertEqual(row.sync_state, "pending")
        self.account.class_id = self.class_decide
        self.assert_waits(row, "decide", "lets you decide")

    def test_a_generic_class_wants_it_paid(self):
        self.account.class_id = self.class_generic
        owed = self.summary(class_id=False, partner_id=self.partner.id, money=[])
        self.assert_waits(self.rows_of(owed)[0], "payment_required", "Payment is req")
        paid = self.summary(class_id=False, partner_id=self.partner.id)
        self.assertEqual(self.rows_of(paid)[0].sync_state, "pending")

    def test_a_product_without_class(self):
        self.other.product_tmpl_id.synkd_product_class_id = False
        line = {"net": 10.0, "product_id": self.other.id, "name": "Tape"}
        row = self.rows_of(self.summary([line]))[0]
        self.assert_waits(row, "invalid_lines", "Tape")
        category = self.env["product.category"].create({"name": "Sundries"})
        self.other.categ_id = category
        category.synkd_product_class_id = self.product_class
        self.assertEqual(row.sync_state, "pending")

    def test_a_line_without_product_goes_by_its_account(self):
        account = self.env["account.account"].search(
            [("company_ids", "=", self.company.id), ("account_type", "=", "expense")],
            limit=1,
        )
        self.env["synkd.mapping"].search(
            [("ledger_id", "=", self.ledger.id), ("key", "=", str(account.id))]
        ).item_id = False
        line = {"net": -5.0, "product_id": False, "account_id": account.id}
        line |= {"name": "Cash short"}
        row = self.rows_of(self.summary([(100.0, 15.0), line]))[0]
        self.assert_waits(row, "unmapped", account.name)

    def test_a_way_of_paying_that_is_not_mapped(self):
        journal = self.env["account.journal"].create(
            {
                "name": "Drawer 9",
                "code": "DRW9",
                "type": "cash",
                "company_id": self.company.id,
            }
        )
        summary = self.summary(money=[])
        self.env["synkd.summary.money"].create(
            {
                "summary_id": summary.id,
                "name": "Cash",
                "journal_id": journal.id,
                "amount": 115.0,
            }
        )
        self.env["synkd.enqueuer"]._enqueue_summaries(summary)
        document, payment = self.rows_of(summary)
        self.assertEqual(document.sync_state, "pending")
        self.assert_waits(payment, "unmapped", "Drawer 9")

    def test_a_foreign_currency_without_a_rate(self):
        foreign = self.env.ref("base.EUR")
        if foreign == self.company.currency_id:
            foreign = self.env.ref("base.USD")
        foreign.active = True
        self.env["res.currency.rate"].search(
            [("currency_id", "=", foreign.id)]
        ).unlink()
        row = self.rows_of(self.summary(currency_id=foreign.id))[0]
        self.assertEqual(row.sync_state, "attention")
        self.assertIn(row.reason, ("unmapped", "no_rate"))

    def test_a_closed_period(self):
        self.close_books("2026-06-30")
        row = self.rows_of(self.summary())[0]
        self.assertEqual(row.reason, "closed")
        self.close_books("")

    def test_the_number_of_queries_does_not_grow(self):
        summaries = self.env["synkd.summary"].concat(
            *[self.summary([(10.0 + n, 0.0)]) for n in range(12)]
        )
        rows = self.rows.browse(summaries.transaction_ids.ids)
        decider = self.env["synkd.decider"]

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            decider._decide(some)
            return self.env.cr.sql_log_count - start

        few, many = count(rows[:4]), count(rows)
        self.assertLessEqual(many, few + 6)

    def test_the_candidate_says_what_it_is_about(self):
        row = self.rows_of(self.summary())[1]
        (candidate,) = self.env["synkd.decider"]._candidates(row)
        self.assertEqual(candidate.money_id, row.res_id)
        self.assertEqual(candidate.settled, Settled(tuple(self.counter.ids)))


@tagged("post_install", "-at_install")
class TestSummaryFaults(SummaryCommon):
    """Exactly once, whatever happens to the answer."""

    def lose_and_mend(self, fault):
        """Send a summary while answers get lost, then mend it, and return it."""
        summary = self.summary([(100.0, 15.0), (40.0, 6.0)], [100.0, 61.0])
        self.ledger.demo_fault = fault
        self.run_ledger()
        self.mend()
        self.send()
        return summary

    def assert_once(self, summary):
        """Fail unless the books have a summary and its money once."""
        self.assertEqual(self.states(summary), ["synced"] * 3)
        documents = self.env["synkd.demo.document"].search(
            [("ledger_id", "=", self.ledger.id), ("kind", "=", "invoice")]
        )
        payments = self.payments.search([("ledger_id", "=", self.ledger.id)])
        self.assertEqual(documents.mapped("total"), [161.0])
        self.assertEqual(sorted(payments.mapped("amount")), [61.0, 100.0])
        self.assertEqual(documents.outstanding, 0)

    def test_the_answer_is_lost_after_it_was_written(self):
        self.assert_once(self.lose_and_mend("lost_after"))

    def test_the_call_is_lost_before_it_was_written(self):
        self.assert_once(self.lose_and_mend("lost_before"))

    def test_what_the_books_refuse_keeps_nobody_waiting(self):
        poison = self.summary([(100.0, 15.0)], name="Poison")
        good = self.summary([(40.0, 6.0)])
        self.ledger.demo_refuse = "Poison"
        self.send()
        self.assertEqual(self.states(good), ["synced", "synced"])
        self.assertEqual(self.rows_of(poison)[0].reason, "refused")

    def test_void_takes_its_money_first(self):
        summary = self.summary()
        self.send()
        rows = self.rows_of(summary)
        summary.withdrawn = True
        summary._note_change()
        for row in rows:
            self.assertEqual(row.reason, "changed")


@tagged("post_install", "-at_install")
class TestSummaryDoors(SummaryCommon):
    def test_nothing_of_it_can_be_written_or_deleted(self):
        summary = self.summary()
        user = self.create_user("sum-manager", "synkd_connector.group_manager")
        mine = summary.with_user(user)
        self.assertEqual(mine.total, 115.0)
        for record in (mine, mine.line_ids, mine.money_ids):
            with self.assertRaises(AccessError):
                record.write({"summary_id": summary.id} if record != mine else {})
                record.check_access("write")
            with self.assertRaises(AccessError):
                record.unlink()
            with self.assertRaises(AccessError):
                record.create({})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            summary.unlink()

    def test_other_companies_do_not_see_it(self):
        summary = self.summary()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.create_user("stranger", "synkd_connector.group_manager", other)
        for record in (summary, summary.line_ids, summary.money_ids):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["currency_id"])

    def test_its_document_is_shown_for_the_row_of_its_money(self):
        summary = self.summary()
        for row in self.rows_of(summary):
            action = row.action_view_document()
            self.assertEqual(
                (action["res_model"], action["res_id"]), (summary._name, summary.id)
            )

    def test_its_rows_are_found_from_it(self):
        summary = self.summary()
        action = summary.action_view_rows()
        found = self.env["synkd.transaction"].search(action["domain"])
        self.assertEqual(found, summary.transaction_ids)

    def test_screens_show_where_it_stands(self):
        summary = self.summary()
        self.assertEqual(summary.sync_state, "pending")
        self.send()
        self.assertEqual(summary.sync_state, "synced")
        self.assertEqual(summary.books_total, 115.0)
        self.assertFalse(summary._is_unsent())
        for kind in ("list", "form", "search"):
            self.env["synkd.summary"].get_view(view_type=kind)
