# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.synkd_connector.models.account_payment_term import TERM_KINDS

from .common import SynkdCommon

KINDS = {kind: delay_type for delay_type, kind in TERM_KINDS.items()}


@tagged("post_install", "-at_install")
class TestPaymentTerm(SynkdCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = cls.env["account.payment.term"]

    def due(self, kind, days, on):
        """Return when an invoice of a day is due."""
        term = self.terms._find_trading_term(kind, days)
        return term.line_ids._get_due_date(date.fromisoformat(on)).isoformat()

    def test_due_dates_of_the_four_kinds(self):
        for kind, days, on, expected in (
            ("after_invoice", 14, "2024-02-20", "2024-03-05"),
            ("after_invoice", 14, "2023-02-20", "2023-03-06"),
            ("after_invoice", 0, "2024-02-29", "2024-02-29"),
            ("current_month", 25, "2024-02-10", "2024-02-25"),
            ("current_month", 25, "2024-02-25", "2024-02-25"),
            ("current_month", 25, "2024-02-26", "2024-02-26"),
            ("current_month", 31, "2024-02-10", "2024-02-29"),
            ("current_month", 31, "2023-02-10", "2023-02-28"),
            ("current_month", 30, "2024-12-01", "2024-12-30"),
            ("following_month", 20, "2024-01-31", "2024-02-20"),
            ("following_month", 31, "2024-01-31", "2024-02-29"),
            ("following_month", 31, "2023-01-30", "2023-02-28"),
            ("following_month", 1, "2024-12-31", "2025-01-01"),
            ("after_month_end", 30, "2024-01-15", "2024-03-01"),
            ("after_month_end", 30, "2023-01-15", "2023-03-02"),
            ("after_month_end", 0, "2024-02-01", "2024-02-29"),
        ):
            with self.subTest(kind=kind, days=days, on=on):
                self.assertEqual(self.due(kind, days, on), expected)

    def test_each_term_comes_back_as_it_went(self):
        for kind in KINDS:
            for days in (1, 7, 14, 20, 25, 28, 31):
                with self.subTest(kind=kind, days=days):
                    term = self.terms._find_trading_term(kind, days)
                    self.assertEqual(term._get_trading_term(), (kind, days))
                    again = self.terms._find_trading_term(kind, days)
                    self.assertEqual(again, term, "no second one is made")

    def test_a_term_is_found_among_many(self):
        made = self.terms.browse()
        for days in range(1, 70):
            made |= self.terms._find_trading_term("after_invoice", days + 100)
        self.assertEqual(len(made), 69)
        before = self.terms.search_count([])
        found = self.terms._find_trading_term("after_invoice", 142)
        self.assertEqual(found._get_trading_term(), ("after_invoice", 142))
        self.assertEqual(self.terms.search_count([]), before)

    def test_the_ready_made_terms_are_the_four_kinds(self):
        for name, expected in (
            ("14_days", ("after_invoice", 14)),
            ("25_current", ("current_month", 25)),
            ("20_following", ("following_month", 20)),
            ("30_month_end", ("after_month_end", 30)),
        ):
            term = self.env.ref(f"synkd_connector.account_payment_term_{name}")
            self.assertEqual(term._get_trading_term(), expected)

    def create_term(self, *lines, **values):
        """Create a payment term of some lines."""
        commands = [Command.create(line) for line in lines]
        return self.terms.create({"name": "Odd", "line_ids": commands} | values)

    def test_what_the_four_kinds_cannot_say_is_left_out(self):
        half = {"value": "percent", "value_amount": 50, "nb_days": 10}
        whole = {"value": "percent", "value_amount": 100}
        next_month = {"delay_type": "days_after_end_of_next_month", "nb_days": 5}
        on_the = {"delay_type": "days_end_of_month_on_the", "nb_days": 3}
        for term in (
            self.terms,
            self.create_term(half, half | {"nb_days": 40}),
            self.create_term(whole | next_month),
            self.create_term(whole | on_the | {"days_next_month": "20"}),
            self.create_term(whole | on_the | {"nb_days": 0, "days_next_month": "0"}),
        ):
            self.assertEqual(term._get_trading_term(), ("", 0))

    def test_impossible_terms_of_the_books_make_none(self):
        before = self.terms.search_count([])
        for kind, days in (
            ("", 0),
            ("unheard_of", 3),
            ("following_month", 0),
            ("following_month", 32),
            ("current_month", 0),
            ("after_invoice", -1),
        ):
            self.assertFalse(self.terms._find_trading_term(kind, days), (kind, days))
        self.assertEqual(self.terms.search_count([]), before)

    def test_the_term_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Other"})
        line = {"value": "percent", "value_amount": 100, "nb_days": 173}
        foreign = self.create_term(line, company_id=other.id)
        found = self.terms._find_trading_term("after_invoice", 173)
        self.assertNotEqual(found, foreign)
        self.assertFalse(found.company_id)
