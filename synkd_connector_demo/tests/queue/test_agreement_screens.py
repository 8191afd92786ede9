# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people see of an agreement, what it costs, and what it says in words."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.synkd_connector.models.queue.synkd_agreement import (
    DIFFERENCES,
    VERDICTS,
)
from odoo.addons.synkd_connector.models.queue.synkd_agreement_line import (
    FACTS,
    REMEDIES,
    SENTENCES,
)

from ..agreement_common import AgreementCommon
from ..tours_common import ToursCommon


@tagged("post_install", "-at_install")
class TestAgreementWords(AgreementCommon):
    def line(self, verdict, **values):
        """Return a line of one verdict, about nothing in particular."""
        if not self.ledger.agreement_id:
            self.compare()
        return self.env["synkd.agreement.line"].create(
            {
                "agreement_id": self.ledger.agreement_id.id,
                "ledger_id": self.ledger.id,
                "kind": "invoice",
                "verdict": verdict,
                "state": "open" if verdict in DIFFERENCES else "fine",
                "number": "INV/1",
                "date": "2026-06-15",
                "currency_id": self.company.currency_id.id,
                "account_customer_id": self.account.id,
            }
            | values
        )

    def test_each_verdict_has_a_sentence_that_says_what_and_what_now(self):
        self.assertEqual({verdict for verdict, _name in VERDICTS}, set(SENTENCES))
        for verdict, _name in VERDICTS:
            why = self.line(verdict).why
            with self.subTest(verdict=verdict):
                self.assertTrue(why.endswith((".", ":", ": ")), why)
                self.assertNotIn("%", why)

    def test_each_fact_has_words(self):
        for fact in FACTS:
            line = self.line("differs", facts=fact)
            with self.subTest(fact=fact):
                self.assertEqual(len(line._describe_facts()), 1)
                self.assertIn(line._describe_facts()[0], line.why)

    def test_the_remedy_fits_what_differs(self):
        for facts, remedy in (
            ("number", "take"),
            ("date", "take"),
            ("number,date", "take"),
            ("paid", "paid"),
            ("paid,total", "resolve"),
            ("number,total", "resolve"),
            ("customer", "resolve"),
            ("draft", "draft"),
            ("draft,number", "draft"),
            ("", "resolve"),
        ):
            line = self.line("differs", facts=facts)
            with self.subTest(facts=facts):
                self.assertEqual(line._get_remedy(), remedy)
                self.assertEqual(line.may_take, remedy == "take")
        row = self.row_of(self.post_invoice())
        row.write({"sync_state": "credited", "live": False})
        line = self.line("differs", facts="total", transaction_id=row.id)
        self.assertEqual(line._get_remedy(), "credited")
        names = {"take", "paid", "resolve", "draft", "credited"}
        self.assertEqual(set(REMEDIES), names)

    def test_a_fact_that_is_unknown_is_left_out(self):
        self.assertEqual(self.line("differs", facts="moon")._describe_facts(), [])

    def test_names(self):
        self.assertEqual(self.line("missing").display_name, "Invoice INV/1")
        balance = self.line("balance", kind="balance", number=False)
        self.assertIn("Hope Works", balance.display_name)
        agreement = self.ledger.agreement_id
        self.assertIn(self.ledger.name, agreement.display_name)

    def test_buttons_on_what_they_are_not_for_say_so(self):
        line = self.line("agrees")
        for name in ("action_post_anew", "action_resolve", "action_take_over"):
            with self.subTest(button=name), self.assertRaises(UserError) as caught:
                getattr(line, name)()
            self.assertIn(
                "does not apply to Invoice INV/1 (Agrees)", str(caught.exception)
            )
        with self.assertRaises(UserError):
            line.action_queue()
        with self.assertRaises(UserError):
            line.action_leave("Why not")

    def test_buttons_on_nothing_say_so(self):
        with self.assertRaisesRegex(UserError, "Tick the differences"):
            self.env["synkd.agreement.line"].action_leave("Nothing")

    def test_opening_what_is_not_here_says_so(self):
        line = self.line("unknown", account_customer_id=False)
        with self.assertRaises(UserError):
            line.action_view_document()

    def test_a_customer_leads_to_his_documents(self):
        invoice = self.post_invoice()
        other_partner = self.create_partner("Other")
        account = self.create_account("Other")
        self.env["synkd.customer.link"]._link([(other_partner, account)])
        self.post_invoice(other_partner)
        self.post_all()
        line = self.line_of(self.compare(), invoice)
        action = line.action_view_customer_lines()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, line)

    def test_an_agreement_leads_to_its_lines(self):
        self.post_invoice()
        agreement = self.compare()
        for name, key in (
            ("action_view_lines", "documents"),
            ("action_view_open", "open"),
            ("action_view_waiting", "waiting"),
        ):
            action = getattr(agreement, name)()
            view = self.env["synkd.agreement.line"].get_view(view_type="search")
            arch = etree.fromstring(view["arch"])
            with self.subTest(action=name):
                context = action["context"]
                domain = safe_eval(action["domain"], dict(context))
                self.assertEqual(domain, [("agreement_id", "=", agreement.id)])
                self.assertTrue(context[f"search_default_{key}"])
                self.assertTrue(arch.xpath(f"//filter[@name='{key}']"))

    def test_the_ledger_leads_to_its_last_agreement(self):
        action = self.ledger.action_view_agreement()
        self.assertEqual(action["res_model"], "synkd.agreement.wizard")
        agreement = self.compare()
        action = self.ledger.action_view_agreement()
        self.assertEqual(action["res_id"], agreement.id)
        self.assertEqual(agreement.action_view_last(), action)
        again = agreement.action_again()
        self.assertEqual(again["res_model"], "synkd.agreement.wizard")

    def test_sums_by_what_people_group_by(self):
        self.post_invoice()
        self.post_invoice(invoice_date="2026-06-16")
        self.post_all()
        agreement = self.compare()
        lines = [("agreement_id", "=", agreement.id)]
        for group in (
            "date:day",
            "source",
            "class_id",
            "account_customer_id",
            "verdict",
        ):
            found = self.env["synkd.agreement.line"]._read_group(
                lines, [group], ["amount:sum", "books_amount:sum"]
            )
            with self.subTest(group=group):
                self.assertAlmostEqual(sum(row[1] for row in found), 230.0)
                self.assertAlmostEqual(sum(row[2] for row in found), 230.0)
        days = self.env["synkd.agreement.line"]._read_group(lines, ["date:day"])
        self.assertEqual(len(days), 2)

    def test_it_can_be_exported(self):
        invoice = self.post_invoice()
        self.post_all()
        line = self.line_of(self.compare(), invoice)
        names = ["number", "verdict", "amount", "books_amount", "why"]
        (row,) = line.export_data(names)["datas"]
        self.assertEqual(row[0], invoice.name)
        self.assertEqual(row[2:4], [115.0, 115.0])


@tagged("post_install", "-at_install")
class TestAgreementInCompanies(AgreementCommon):
    """Branches are in the books of their company: who sees these is in all of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )

    def test_who_is_in_all_companies_sees_it(self):
        agreement = self.compare()
        manager = self.create_user("chief", "synkd_connector.group_manager")
        self.assertFalse(
            self.env["synkd.agreement"].with_user(manager).search([]) & agreement,
            "the branch is closed to this one",
        )
        manager.company_ids |= self.branch
        companies = (self.company | self.branch).ids
        seen = self.env["synkd.agreement"].with_user(manager)
        seen = seen.with_context(allowed_company_ids=companies)
        self.assertIn(agreement, seen.search([]))

    def test_what_a_branch_sold_is_compared(self):
        self.assertIn(self.branch, self.ledger._get_companies())
        with patch.object(type(self.env["synkd.enqueuer"]), "_enqueue_moves"):
            invoice = self.post_invoice()
        invoice.flush_recordset()
        self.env.cr.execute(
            "UPDATE account_move SET company_id = %s WHERE id = %s",
            [self.branch.id, invoice.id],
        )
        self.env.invalidate_all()
        line = self.compare().line_ids.filtered(lambda l: l.verdict == "unqueued")
        self.assertEqual(line.company_id, self.branch)

    def test_words_in_the_language_of_the_responsible(self):
        invoice = self.post_invoice()
        self.post_all()
        self.delete_there(self.there(invoice))
        self.env["res.lang"]._activate_lang("de_DE")
        self.ledger.user_id.lang = "de_DE"
        self.compare()
        kind = self.env.ref("synkd_connector.mail_activity_agreement")
        activity = self.ledger.activity_ids.filtered(
            lambda each: each.activity_type_id == kind
        )
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.ledger.user_id)

    def test_nobody_is_responsible_any_more(self):
        invoice = self.post_invoice()
        self.post_all()
        self.delete_there(self.there(invoice))
        self.ledger.user_id = False
        self.compare()
        self.assertTrue(self.ledger.activity_ids.user_id)


@tagged("post_install", "-at_install")
class TestAgreementCosts(AgreementCommon):
    def test_comparing_costs_the_same_for_few_and_for_many(self):
        costs = []
        for number in (2, 8):
            for _each in range(number):
                self.pay(self.post_invoice())
            self.post_all()
            self.run_ledger()
            self.compare()
            again = self.env["synkd.agreement"].create(
                {
                    "ledger_id": self.ledger.id,
                    "date_from": "2026-01-01",
                    "as_of": "2026-12-31 00:00:00",
                }
            )
            self.ledger.agreement_open_id = again
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["synkd.comparer"]._compare(again)
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(abs(costs[1] - costs[0]), 2, costs)
        self.assertLessEqual(costs[1], 70)


@tagged("post_install", "-at_install")
class TestAgreementTours(AgreementCommon, ToursCommon, HttpCase):
    """A finance manager in a real browser."""

    def setUp(self):
        super().setUp()
        self.create_user("chief", "account.group_account_manager")
        self.invoice = self.post_invoice()
        self.other = self.post_invoice()
        self.post_all()

    def test_from_the_ledger_to_the_mend(self):
        self.delete_there(self.there(self.invoice))
        self.there(self.other).write({"date": "2026-06-18"})
        self.ledger.agreement_days = 3660
        address = f"/odoo/action-synkd_connector.synkd_ledger_action/{self.ledger.id}"
        self.start(address, "synkd_agreement_mend", "chief")
        agreement = self.ledger.agreement_id
        self.assertEqual(self.line_of_number(agreement, self.other).state, "left")
        self.assertEqual(self.line_of_number(agreement, self.invoice).state, "mended")

    def line_of_number(self, agreement, document):
        return agreement.line_ids.filtered(lambda line: line.number == document.name)

    def test_sums_and_an_empty_list(self):
        self.compare()
        self.start("/odoo/agreement", "synkd_agreement_sums", "chief")

    def test_the_card_says_in_green_that_both_sides_agree(self):
        self.compare()
        address = "/odoo/action-synkd_connector.synkd_ledger_action"
        self.start(address, "synkd_agreement_card", "chief")

    def enter_there(self):
        """Enter an invoice of Hope Works in the demo books, by hand."""
        entered = {"external_id": "DOC999", "number": "BI999", "sender_key": False}
        entered |= {"sent_number": "BOOKS/1", "line_ids": False}
        posting = self.there(self.invoice).copy(entered)
        posting._update_open()

    def start_at_agreement(self, tour):
        """Compare, and run a tour at what it says."""
        agreement = self.compare()
        self.start(f"/odoo/agreement/{agreement.id}", tour, "chief")
        return agreement

    def test_the_browser_goes_back_to_the_lines_of_the_same_agreement(self):
        for posting in self.there(self.invoice) | self.there(self.other):
            self.delete_there(posting)
        self.compare()
        self.start_at_agreement("synkd_agreement_back")

    def test_what_the_bookkeeper_entered_is_linked(self):
        self.enter_there()
        row = self.row_of(self.post_invoice())
        row.action_exclude("The bookkeeper enters it")
        self.start_at_agreement("synkd_agreement_link")
        self.assertEqual((row.sync_state, row.external_id), ("synced", "DOC999"))
        self.assertFalse(self.compare().difference_count)

    def test_a_customer_gone_there_is_restored(self):
        (hope,) = self.stored().filtered(lambda c: c.name == "Hope Works")
        hope.archived = True
        self.start_at_agreement("synkd_agreement_restore")
        self.run_ledger()
        self.assertFalse(hope.archived)
        self.assertFalse(self.compare().difference_count)

    def test_a_customer_gone_there_is_merged(self):
        kept = self.create_account("Hope & Sons")
        (hope,) = self.stored().filtered(lambda c: c.name == "Hope Works")
        hope.archived = True
        agreement = self.start_at_agreement("synkd_agreement_merge")
        self.assertEqual(self.partner.account_customer_id, kept)
        self.assertFalse(agreement.difference_count)
