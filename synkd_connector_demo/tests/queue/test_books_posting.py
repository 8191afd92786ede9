# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The copy of what the books have, and the reads that keep it up to date."""

from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RetryableError, ThrottledError
from odoo.addons.synkd_connector.lib.results import (
    BooksPosting,
    Budget,
    PostingPage,
)

from ..agreement_common import AgreementCommon

DAY = "2026-06-15"
FIRST = BooksPosting(
    "A",
    "invoice",
    number="A1",
    reference="INV/1",
    customer="C1",
    name="Hope",
    date=DAY,
    currency="USD",
    total="115.00",
    tax="15.00",
    open="100.00",
)


class ReadsCommon(AgreementCommon):
    """Books that tell what a test says, in changes or whole."""

    def setUp(self):
        super().setUp()
        self.asked = []
        self.pages = []
        self.capable = self.ledger._get_capabilities()

    def tells(self, *pages, deleted=True, error=None):
        """Let the books tell these pages at the next reads.

        :param bool deleted: they tell what they deleted, so that changes are read.
        :param Exception error: what comes behind the pages.
        """
        connector = type(self.env["synkd.connector.demo"])
        asked = self.asked

        def pull(_connector, _ledger, cursor, since):
            asked.append((cursor, since))
            yield from pages
            if error:
                raise error

        capable = replace(self.capable, tells_deleted=deleted)
        for name, value in (
            ("_pull_documents", pull),
            ("_capabilities", lambda *_args: capable),
        ):
            patched = patch.object(connector, name, value)
            patched.start()
            self.addCleanup(patched.stop)

    def look(self):
        """Compare both sides, and return what is known of the books then."""
        self.env["synkd.agreement"]._ask(self.ledger)
        self.ledger._request_run({"content": "agreement"})
        self.run = self.run_ledger()
        return self.known()

    def known(self):
        mine = [("ledger_id", "=", self.ledger.id)]
        return self.env["synkd.books.posting"].search(mine, order="id")

    def page(self, *postings, cursor=None, is_last=True, **values):
        return PostingPage(postings, cursor or {"n": 1}, is_last=is_last, **values)


@tagged("post_install", "-at_install")
class TestBooksPosting(ReadsCommon):
    def test_all_that_is_told_is_kept(self):
        self.tells(self.page(FIRST))
        posting = self.look()
        values = {
            "channel": "documents",
            "external_id": "A",
            "kind": "invoice",
            "number": "A1",
            "reference": "INV/1",
            "customer": "C1",
            "name": "Hope",
            "currency": "USD",
            "total": 115.0,
            "tax": 15.0,
            "open": 100.0,
            "gone": False,
        }
        self.assertEqual({name: posting[name] for name in values}, values)
        self.assertEqual(str(posting.date), DAY)
        self.assertEqual(posting.display_name, "Invoice A1")

    def test_what_is_not_told_is_none_and_not_zero(self):
        self.tells(self.page(replace(FIRST, tax="", open="", customer="")))
        posting = self.look()
        rows = self.env.execute_query_dict(
            self.env["synkd.books.posting"]
            ._search([("id", "=", posting.id)])
            .select("tax", "open", "customer")
        )
        self.assertEqual(rows, [{"tax": None, "open": None, "customer": None}])

    def test_what_comes_again_is_newer(self):
        self.tells(self.page(FIRST, replace(FIRST, open="0.00", number="A2")))
        posting = self.look()
        self.assertEqual((posting.open, posting.number), (0.0, "A2"))

    def test_one_identity_in_two_lists_is_two(self):
        payment = replace(FIRST, kind="payment", tax="", open="")
        self.tells(self.page(FIRST, payment))
        self.assertEqual(self.look().mapped("channel"), ["documents", "payments"])

    def test_what_databases_do_not_take_is_left_out_of_texts(self):
        self.tells(self.page(replace(FIRST, number="A\x001", name="H\ud800ope")))
        self.assertEqual(self.look().number, "A1")

    def test_a_kind_that_is_none_is_odd(self):
        self.tells(self.page(FIRST, replace(FIRST, external_id="B", kind="journal")))
        self.assertEqual(self.look().mapped("external_id"), ["A"])
        self.assertEqual(self.run.skipped, 1)
        self.assertEqual(self.ledger.agreement_id.odd_count, 1)

    def test_a_page_is_one_statement(self):
        taker = self.env["synkd.books.posting"]
        run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        counts = []
        for number in (3, 300):
            some = [
                replace(FIRST, external_id=f"{number}-{each}") for each in range(number)
            ]
            page = self.page(*some)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            taker._take(run, page)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 4)

    def test_other_ledgers_keep_theirs(self):
        other = self.create_ledger(
            company_id=self.env["res.company"].create({"name": "Other"}).id
        )
        self.env["synkd.books.posting"].create(
            {
                "ledger_id": other.id,
                "channel": "documents",
                "kind": "invoice",
                "external_id": "A",
            }
        )
        self.tells(self.page(FIRST), deleted=False)
        self.assertEqual(len(self.look()), 1)
        self.tells(self.page(), deleted=False)
        self.assertTrue(self.look().gone)
        theirs = self.env["synkd.books.posting"].search([("ledger_id", "=", other.id)])
        self.assertFalse(theirs.gone)


@tagged("post_install", "-at_install")
class TestReads(ReadsCommon):
    def test_changes_are_read_from_where_the_last_read_ended(self):
        self.tells(self.page(FIRST, cursor={"n": 7}))
        self.look()
        self.tells(self.page(cursor={"n": 9}))
        posting = self.look()
        self.assertEqual([cursor for cursor, _since in self.asked], [{}, {"n": 7}])
        self.assertFalse(posting.gone, "what did not change is still there")
        self.assertEqual(self.ledger.postings_cursor, {"n": 9})

    def test_books_that_forget_are_read_whole_each_time(self):
        second = replace(FIRST, external_id="B")
        self.tells(self.page(FIRST, second, cursor={"n": 7}), deleted=False)
        self.look()
        self.tells(self.page(second, cursor={"n": 7}), deleted=False)
        first, other = self.look()
        self.assertEqual([cursor for cursor, _since in self.asked], [{}, {}])
        self.assertTrue(first.gone)
        self.assertFalse(other.gone)

    def test_what_comes_back_counts_again(self):
        self.tells(self.page(FIRST), deleted=False)
        self.look()
        self.tells(self.page(), deleted=False)
        self.assertTrue(self.look().gone)
        self.tells(self.page(FIRST), deleted=False)
        self.assertFalse(self.look().gone)

    def test_a_whole_read_that_is_cut_forgets_nothing_until_it_ends(self):
        second = replace(FIRST, external_id="B")
        self.tells(self.page(FIRST, second), deleted=False)
        self.look()
        cut = self.page(FIRST, cursor={"n": 1}, is_last=False)
        self.tells(cut, deleted=False, error=RetryableError("Cut."))
        known = self.look()
        self.assertEqual(known.mapped("gone"), [False, False])
        self.assertTrue(self.ledger.postings_whole)
        self.tells(self.page(cursor={"n": 2}), deleted=False)
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual(self.asked[-1][0], {"n": 1}, "it goes on where it was cut")
        self.assertEqual(self.known().mapped("gone"), [False, True])
        self.assertFalse(self.ledger.postings_whole)

    def test_what_could_not_be_read_is_not_gone(self):
        self.tells(self.page(FIRST), deleted=False)
        self.look()
        odd = replace(FIRST, date="never")
        self.tells(self.page(odd), deleted=False)
        self.assertFalse(self.look().gone)

    def test_a_limit_of_calls_pauses_and_goes_on(self):
        wait = ThrottledError("No more calls for a minute.")
        cut = self.page(FIRST, cursor={"n": 1}, is_last=False)
        self.tells(cut, error=wait)
        self.look()
        self.assertEqual(self.run.state, "paused")
        self.assertFalse(self.ledger.agreement_id)
        self.tells(self.page(cursor={"n": 2}))
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertTrue(self.ledger.agreement_id)

    def test_calls_are_counted_and_the_budget_is_kept(self):
        self.tells(
            self.page(FIRST, is_last=False, budget=Budget(day_remaining=41)),
            self.page(budget=Budget(day_remaining=40)),
        )
        self.look()
        self.assertGreaterEqual(self.run.read_calls, 2)
        self.assertEqual(self.ledger.day_remaining, 40)

    def test_only_what_the_ledger_is_about_is_asked_for(self):
        self.ledger.start_date = "2026-03-01"
        self.tells(self.page())
        self.look()
        self.assertEqual(str(self.asked[0][1]), "2026-03-01")

    def test_earlier_documents_of_ours_are_asked_for_too(self):
        self.post_invoice(invoice_date="2026-02-10")
        self.post_all()
        self.ledger.start_date = "2026-03-01"
        self.tells(self.page())
        self.look()
        self.assertEqual(str(self.asked[0][1]), "2026-02-10")

    def test_as_of_the_moment_that_the_read_began(self):
        self.tells(self.page(FIRST, is_last=False), error=RetryableError("Cut."))
        self.look()
        began = self.ledger.agreement_open_id.as_of
        self.assertTrue(began)
        self.tells(self.page())
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual(self.ledger.agreement_id.as_of, began)

    def test_what_is_posted_after_a_read_began_is_no_difference(self):
        invoice = self.post_invoice()
        self.post_all()
        self.assertEqual(self.row_of(invoice).sync_state, "synced")
        asked = self.env["synkd.agreement"]._ask(self.ledger)
        asked.write({"as_of": "2026-01-01 00:00:00", "date_from": "2026-01-01"})
        self.tells(self.page())
        self.look()
        line = self.line_of(self.ledger.agreement_id, invoice)
        self.assertEqual(line.verdict, "waiting")

    def test_post_accounts_off_reads_and_compares_all_the_same(self):
        self.ledger.post_accounts = False
        self.tells(self.page(FIRST))
        self.look()
        self.assertEqual(self.ledger.agreement_id.state, "done")

    def test_a_copied_database_asks_nobody(self):
        self.tells(self.page(FIRST))
        self.ledger.database_key = "another"
        capable = replace(self.capable, outside=True)
        connector = type(self.env["synkd.connector.demo"])
        with patch.object(connector, "_capabilities", lambda *_args: capable):
            self.look()
        self.assertFalse(self.asked)
        self.assertFalse(self.ledger.agreement_id)

    def test_a_ledger_that_cannot_run_says_so(self):
        self.ledger.active = False
        action = self.env["synkd.agreement.wizard"]._open(self.ledger)
        wizard = self.env["synkd.agreement.wizard"].browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "is archived"):
            wizard.action_confirm()


@tagged("post_install", "-at_install")
class TestSharedBooks(ReadsCommon):
    """Two companies may have one organisation: what is the other's is known."""

    def test_what_the_other_company_posted_is_not_unknown(self):
        self.ledger.demo_organisation = "shared"
        self.tells(self.page(FIRST))
        self.assertEqual(self.verdicts_of_unknown(), ["unknown"])
        other = self.create_ledger(
            company_id=self.env["res.company"].create({"name": "Other"}).id
        )
        other.write({"number_prefix": "B-", "books_key": "shared"})
        row = self.env["synkd.transaction"].create(
            {
                "ledger_id": other.id,
                "company_id": other.company_id.id,
                "kind": "invoice",
                "channel": "documents",
                "res_model": "account.move",
                "res_id": 1,
                "currency_id": self.company.currency_id.id,
                "sync_state": "synced",
                "external_id": "A",
            }
        )
        self.assertEqual(self.verdicts_of_unknown(), [])
        self.assertTrue(row)

    def verdicts_of_unknown(self):
        self.look()
        lines = self.ledger.agreement_id.line_ids
        return [line.verdict for line in lines if line.posting_id]
