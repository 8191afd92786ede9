# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import DemoCommon


@tagged("post_install", "-at_install")
class TestCodeCounter(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counters = cls.env["synkd.code.counter"].sudo()

    def limit(self, length):
        """Let the books take codes of so many characters."""
        connector = type(self.env["synkd.connector.demo"])
        original = connector._capabilities
        self.patch(
            connector,
            "_capabilities",
            lambda this, ledger: replace(original(this, ledger), code_length=length),
        )

    def fill(self, *names, **values):
        """Return the codes that new account customers of these names would get."""
        vals_list = [{"name": name, **values} for name in names]
        self.counters._fill(self.ledger, vals_list)
        return [vals["code"] for vals in vals_list]

    def draw(self, *stems, ledger=None):
        """Return one fresh code for each stem."""
        return self.counters._next_codes(ledger or self.ledger, list(stems))

    def set_last(self, **numbers):
        """Let the counters of some stems stand at a number."""
        for stem, number in numbers.items():
            found = self.counters.search(
                [("ledger_id", "=", self.ledger.id), ("stem", "=", stem)]
            )
            found = found or self.counters.create(
                {"ledger_id": self.ledger.id, "stem": stem, "last_number": 0}
            )
            found.last_number = number
        self.env.flush_all()
        self.env.invalidate_all()

    # === stems and prefixes ===

    def test_each_stem_counts_for_itself_in_the_order_asked(self):
        self.assertEqual(
            self.fill("Hope Works", "Danny Storm", "Hope Two", "O'Brien", "hopeless"),
            ["HOP001", "DAN001", "HOP002", "OBR001", "HOP003"],
        )
        self.assertEqual(self.fill("Danny Two", "Hoper"), ["DAN002", "HOP004"])

    def test_the_prefix_of_the_class_wins_over_that_of_the_company(self):
        self.company.synkd_code_prefix = "co-"
        self.class_account.code_prefix = "cl-"
        by_class = self.fill("Hope", class_id=self.class_account.id)
        by_company = self.fill("Hope", class_id=self.class_decide.id)
        self.assertEqual(by_class + by_company, ["CL-HOP001", "CO-HOP001"])
        self.assertEqual(self.fill("Hope"), ["CO-HOP002"], "no class")

    def test_ledgers_count_for_themselves(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.create_ledger(company_id=other.id)
        self.draw("HOP", "HOP")
        self.assertEqual(self.draw("HOP", ledger=theirs), ["HOP001"])
        self.assertEqual(self.draw("HOP"), ["HOP003"])

    # === short codes ===

    def test_six_characters_keep_the_number_and_cut_the_stem(self):
        self.limit(6)
        self.set_last(HOP=998)
        self.assertEqual(self.draw("HOP", "HOP", "HOP"), ["HOP999", "HO1000", "HO1001"])
        self.set_last(HOP=9999)
        self.assertEqual(self.draw("HOP"), ["H10000"])

    def test_two_stems_that_are_cut_alike_never_give_one_code(self):
        self.limit(6)
        self.set_last(HOP=999, HOM=999, HOT=999)
        codes = self.draw("HOP", "HOM", "HOT", "HOP")
        self.assertEqual(codes, ["HO1000", "HO1001", "HO1002", "HO1003"])

    def test_stems_cut_alike_avoid_what_is_in_use_from_before(self):
        self.limit(6)
        self.set_last(HOP=999, HOM=999)
        for code in ("HO1000", "ho1001"):
            self.create_account("Hope", code=code)
        self.assertEqual(self.draw("HOM"), ["HO1002"])

    def test_a_prefix_is_cut_so_that_a_letter_and_the_number_fit(self):
        self.limit(6)
        self.company.synkd_code_prefix = "SHOP"
        self.assertEqual(self.fill("Hope", "Danny"), ["SHH001", "SHD001"])

    def test_bare_numbers_in_use_are_avoided_where_no_letter_fits(self):
        self.limit(3)
        names = ("Hope", "Danny", "Hope Two", "Émile")
        codes = [self.create_account(name).code for name in names]
        self.assertEqual(codes, ["001", "002", "003", "004"])

    def test_bare_numbers_of_imports_are_avoided_when_all_letters_are_cut(self):
        self.limit(6)
        self.create_account("Imported", code="100000")
        self.set_last(HOP=99999)
        self.assertEqual(self.draw("HOP"), ["100001"])

    def test_when_no_code_is_left_a_sentence_says_what_to_do(self):
        self.limit(6)
        self.set_last(HOP=999998)
        self.assertEqual(self.draw("HOP"), ["999999"])
        with self.assertRaises(UserError) as caught:
            self.draw("HOP")
        self.assertEqual(
            str(caught.exception),
            "All customer codes of 6 characters that begin with HOP are in use. Type a"
            " code by hand.",
        )
        self.assertEqual(self.draw("DAN"), ["DAN001"], "other stems go on")

    # === codes that came from elsewhere ===

    def test_codes_in_use_are_skipped_whatever_their_case(self):
        for code in ("hop001", "Hop002", "HOP004", "hOP0005", "HOPE"):
            self.create_account("Imported", code=code)
        archived = self.create_account("Imported", code="hoP003")
        archived.active = False
        self.assertEqual(self.draw("HOP", "HOP"), ["HOP005", "HOP006"])

    def test_a_code_typed_in_this_transaction_counts_as_in_use(self):
        account = self.create_account("Hope", code="OTHER")
        account.code = "hop001"
        self.assertEqual(self.draw("HOP"), ["HOP002"])

    def test_a_code_in_use_in_other_books_is_free_here(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.create_ledger(company_id=other.id)
        self.create_account("Hope", code="HOP001", ledger_id=theirs.id, class_id=False)
        self.assertEqual(self.draw("HOP"), ["HOP001"])

    # === many at once, and when it fails ===

    def test_many_stems_cost_as_many_queries_as_one(self):
        self.draw("WRM")
        counts = []
        for stems in (["AAA"], [f"{n:03}" for n in range(500)] + ["AAA"] * 500):
            self.env.flush_all()
            before = self.cr.sql_log_count
            codes = self.draw(*stems)
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(set(codes)), len(stems))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 2)

    def test_what_is_rolled_back_leaves_no_gap_and_no_double(self):
        self.assertEqual(self.draw("HOP"), ["HOP001"])
        with self.cr.savepoint() as savepoint:
            self.assertEqual(self.draw("HOP", "NEW"), ["HOP002", "NEW001"])
            savepoint.rollback()
        self.assertEqual(self.draw("NEW", "HOP"), ["NEW001", "HOP002"])

    def test_nothing_asked_for_reserves_nothing(self):
        before = self.counters.search_count([])
        self.assertEqual(self.draw(), [])
        self.assertEqual(self.counters.search_count([]), before)
