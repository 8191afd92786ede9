# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.documents import AllocationData, CreditData
from odoo.addons.synkd_connector.lib.results import Member

from ..lib import settling
from ..lib.settling import Accounts, Line, RefusedError, Wish


def line(id_, left, is_debit=True, move=0, account=1, is_posted=True):
    """Return a line on a customer's account."""
    amount = Decimal(left)
    return Line(id_, move or id_, account, "USD", False, is_debit, amount, is_posted)


def money(id_, left, **values):
    """Return a line with money of a customer."""
    return line(id_, left, is_debit=False, **values)


def target(amount, *lines, currency=""):
    """Return what is wanted of a document."""
    return ("INV/1", Decimal(amount), currency, list(lines))


@tagged("post_install", "-at_install")
class TestPlan(BaseCase):
    """Which line settles which, to the cent."""

    def plan(self, sources, *targets):
        return [
            (pair.source.id, pair.target.id, str(pair.amount))
            for pair in settling.plan(sources, targets)
        ]

    def assert_refused(self, reason, sources, *targets):
        with self.assertRaises(RefusedError) as caught:
            settling.plan(sources, targets)
        self.assertEqual(caught.exception.reason, reason)
        self.assertIn("INV/1", caught.exception.words)

    def test_money_settles_documents_in_order(self):
        one, two = line(1, "115.00"), line(2, "115.00")
        found = self.plan([money(9, "165.00")], target("115", one), target("50", two))
        self.assertEqual(found, [(9, 1, "115"), (9, 2, "50")])
        self.assertEqual((one.left, two.left), (Decimal(0), Decimal(65)))

    def test_less_than_is_open_may_be_settled(self):
        found = self.plan([money(9, "100")], target("10.01", line(1, "115.00")))
        self.assertEqual(found, [(9, 1, "10.01")])

    def test_instalments_are_settled_one_after_the_other(self):
        parts = [line(1, "40"), line(2, "60")]
        found = self.plan([money(9, "70")], target("70", *parts))
        self.assertEqual(found, [(9, 1, "40"), (9, 2, "30")])

    def test_a_difference_goes_where_money_ends(self):
        found = self.plan(
            [money(8, "110"), money(9, "5")], target("115", line(1, "115"))
        )
        self.assertEqual(found, [(8, 1, "110"), (9, 1, "5")])

    def test_a_credit_is_settled_by_what_is_paid_out(self):
        found = self.plan([line(9, "115")], target("115", money(1, "115")))
        self.assertEqual(found, [(9, 1, "115")])

    def test_more_than_is_open_is_refused(self):
        self.assert_refused(
            settling.LESS, [money(9, "200")], target("115.01", line(1, "115"))
        )

    def test_more_than_the_money_is_refused(self):
        self.assert_refused(
            settling.LESS, [money(9, "10")], target("11", line(1, "115"))
        )

    def test_one_side_settles_nothing_of_its_own(self):
        self.assert_refused(
            settling.LESS, [line(9, "10")], target("10", line(1, "115"))
        )

    def test_two_accounts_are_not_settled(self):
        other = line(1, "115", account=2)
        self.assert_refused(
            settling.OTHER_ACCOUNT, [money(9, "10")], target("10", other)
        )

    def test_a_draft_and_what_is_not_there_are_not_settled(self):
        draft = line(1, "115", is_posted=False)
        for lines in ((draft,), ()):
            self.assert_refused(
                settling.UNPOSTED, [money(9, "10")], target("10", *lines)
            )

    def test_what_is_refused_takes_nothing_from_others(self):
        one, two, source = line(1, "115"), line(2, "5"), money(9, "200")
        self.assert_refused(
            settling.LESS, [source], target("115", one), target("6", two)
        )
        left = [one.left, two.left, source.left]
        self.assertEqual(left, [Decimal(115), Decimal(5), Decimal(200)])

    def test_another_currency_is_told(self):
        wanted = target("10", line(1, "115"), currency="EUR")
        self.assert_refused(settling.RATES, [money(9, "10")], wanted)

    def test_what_reconcile_would_take_is_known(self):
        (natural,) = settling.plan([money(9, "10")], [target("10", line(1, "115"))])
        (less,) = settling.plan([money(9, "10")], [target("9", line(1, "115"))])
        self.assertTrue(natural.is_natural)
        self.assertFalse(less.is_natural)


@tagged("post_install", "-at_install")
class TestAccounts(BaseCase):
    """What is settled already, and what is to go."""

    def setUp(self):
        super().setUp()
        self.books = Accounts(None)
        self.source = money(9, "100", move=90)
        for each in (line(1, "115", move=10), line(2, "115", move=20), self.source):
            self.books.lines[each.move].append(each)

    def settled(self, id_, debit, amount, credit=9):
        """Let a partial be there."""
        self.books.partials[id_] = {
            "debit_move_id": [debit, ""],
            "credit_move_id": [credit, ""],
            "amount": amount,
            "debit_amount_currency": amount,
            "credit_amount_currency": amount,
        }

    def compare(self, *targets, ours=()):
        parts = tuple(settling.to_part(settling.PARTIAL, id_) for id_ in ours)
        self.wish = Wish(Member(1, {}, parts=parts), [self.source], list(targets))
        missing, stray = self.books.compare(self.wish)
        return [each[0] for each in missing], stray

    def want(self, move, amount):
        return (move, "INV/1", Decimal(amount), "")

    def test_what_is_missing_is_told(self):
        self.assertEqual(self.compare(self.want(10, "50")), ([10], []))

    def test_what_is_there_is_kept_whoever_made_it(self):
        self.settled(7, 1, 50.0)
        self.assertEqual(self.compare(self.want(10, "50.00")), ([], []))
        self.assertEqual(self.wish.kept, [7])

    def test_another_amount_is_made_anew(self):
        self.settled(7, 1, 40.0)
        self.assertEqual(self.compare(self.want(10, "50")), ([10], [7]))

    def test_ours_that_is_not_wanted_goes(self):
        self.settled(7, 1, 50.0)
        self.assertEqual(self.compare(self.want(20, "50"), ours=[7]), ([20], [7]))

    def test_what_the_bookkeeper_settled_stays(self):
        self.settled(7, 1, 50.0)
        self.assertEqual(self.compare(self.want(20, "50")), ([20], []))

    def test_two_partials_of_a_document_are_added(self):
        self.settled(7, 1, 20.0)
        self.settled(8, 1, 30.0)
        self.assertEqual(self.compare(self.want(10, "50")), ([], []))

    def test_partials_between_others_do_not_count(self):
        self.settled(7, 1, 50.0, credit=99)
        self.assertEqual(self.compare(self.want(10, "50")), ([10], []))

    def test_new_money_is_refused_before_it_is_there(self):
        wishes = [self.want(10, "60"), self.want(20, "60")]
        with self.assertRaises(RefusedError):
            self.books.claim(wishes, Decimal(100), False)

    def test_two_payments_claim_the_same_document_once(self):
        self.books.claim([self.want(10, "100")], Decimal(100), False)
        with self.assertRaises(RefusedError) as caught:
            self.books.claim([self.want(10, "100")], Decimal(100), False)
        self.assertIn("15", caught.exception.words)

    def test_a_claim_that_is_refused_takes_nothing_from_others(self):
        with self.assertRaises(RefusedError):
            self.books.claim(
                [self.want(10, "115"), self.want(20, "116")], Decimal(300), False
            )
        self.books.claim([self.want(10, "115")], Decimal(115), False)

    def test_money_that_settles_nothing_claims_nothing(self):
        self.books.claim([], Decimal(100), False)
        self.assertEqual(self.books.lines[10][0].left, Decimal(115))

    def test_the_account_is_that_of_a_document(self):
        self.assertEqual(self.books.find_account([self.want(10, "1")]), 1)


@tagged("post_install", "-at_install")
class TestWishes(BaseCase):
    """What is wanted survives as JSON, and ids keep their kind."""

    def test_there_and_back(self):
        data = CreditData(
            "", "CN/1", "5", "7", "2026-03-05", (AllocationData("6", "INV/1", "46.00"),)
        )
        payload = {"allocations": settling.to_wishes(data)}
        found = settling.read_wishes(payload)
        self.assertEqual(found, [(6, "INV/1", Decimal("46.00"), "")])
        self.assertEqual(settling.find_moves([Member(1, payload)]), {6})

    def test_a_document_without_an_id_is_not_there(self):
        payload = {"allocations": [["", "INV/1", "46.00", ""]]}
        self.assertEqual(settling.read_wishes(payload)[0][0], 0)
        self.assertEqual(settling.find_moves([Member(1, payload)]), set())

    def test_parts_have_identities_that_no_document_has(self):
        part = settling.to_part(settling.PARTIAL, 12)
        self.assertFalse(part["id"].isdigit())
        self.assertEqual(settling.part_id(part), 12)
