# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.odd import Oddity
from odoo.addons.synkd_connector.tests.odd_shapes import ODD_VALUES

from ..lib import problems
from ..lib.client import HttpClient
from ..lib.problems import ApiError
from ..lib.shapes import ODD, Lists, Shape, is_identity

SHAPE = Shape(
    texts=frozenset(("id", "name")),
    amounts=frozenset(("owed",)),
    objects=frozenset(("address",)),
    lists=frozenset(("people",)),
)
LISTS = Lists({"customers": "id", "settings": ""}, ("name",), SHAPE)
GOOD = {
    "id": "1",
    "name": "Ann",
    "owed": Decimal("1.5"),
    "extra": object(),
    "address": {"name": "Home"},
    "people": [{"name": "Bob"}],
}


class Client(HttpClient):
    lists = LISTS

    def __init__(self):
        super().__init__("https://books.example", None, object())


@tagged("post_install", "-at_install")
class TestShapes(BaseCase):
    def test_a_record_as_it_should_be_is_left_alone(self):
        self.assertEqual(SHAPE.find_oddity(GOOD, "id"), "")
        self.assertEqual(SHAPE.find_oddity(dict.fromkeys(GOOD)), "")

    def test_what_is_odd_is_named_also_in_inner_records(self):
        for field, value, reason in (
            ("name", {}, "name is no text"),
            ("name", "\ud800", "name is no text"),
            ("owed", "much", "owed is no amount"),
            ("owed", "1e30", "owed is no amount"),
            ("address", "here", "address: no record"),
            ("address", {"name": []}, "address: name is no text"),
            ("people", {}, "people is no list"),
            ("people", [1], "people: no record"),
            ("id", "", "id is no identity"),
        ):
            with self.subTest(field=field, value=value):
                self.assertEqual(
                    SHAPE.find_oddity({**GOOD, field: value}, "id"), reason
                )

    def test_identities_are_short_plain_texts(self):
        for value in ("1", "a b", "x" * 100):
            self.assertTrue(is_identity(value), value)
        for value in ("", " a", "a\n", "x" * 101, 1, None, ["1"]):
            self.assertFalse(is_identity(value), value)

    def test_odd_records_are_told_and_their_neighbours_kept(self):
        for value in ODD_VALUES:
            if is_identity(value):
                continue
            body = {"customers": [GOOD, {**GOOD, "id": value}, GOOD], "else": 1}
            found, odd = LISTS.split(body)
            self.assertEqual(found["customers"], [GOOD, GOOD])
            self.assertEqual((found["else"], found[ODD]), (1, 1))
            self.assertEqual(odd, [Oddity("customers", "Ann", "id is no identity")])

    def test_answers_to_writes_need_no_identity(self):
        found, odd = LISTS.split({"customers": {"name": "Ann"}}, needs_keys=False)
        self.assertEqual((found, odd), ({"customers": [{"name": "Ann"}]}, []))
        self.assertEqual(LISTS.split({"settings": [{}]})[1], [])
        self.assertEqual(LISTS.split({"customers": None}), ({"customers": None}, []))


@tagged("post_install", "-at_install")
class TestClientOddities(BaseCase):
    def test_what_cannot_be_read_is_told_once(self):
        client = Client()
        found = client._readable({"customers": [GOOD, 5]})
        self.assertEqual(found["customers"], [GOOD])
        self.assertEqual(client.take_odd(), (Oddity("customers", "", "no record"),))
        self.assertEqual(client.take_odd(), ())
        self.assertEqual(client._readable([1]), {})

    def test_a_reader_that_fails_tells_of_the_one_record(self):
        client = Client()
        records = [{"name": "Ann", "owed": "1"}, {"name": "Bob", "owed": "x"}]
        found = client.read_each("customers", records, lambda r: int(r["owed"]))
        self.assertEqual(found, [1])
        expected = (Oddity("customers", "Bob", "ValueError"),)
        self.assertEqual(client.take_odd(), expected)

    def test_nothing_is_written_after_something_odd(self):
        client = Client()
        client._readable({"customers": [{"name": "Ann"}]})
        for write in (
            lambda: client.save("POST", "/customers", {}),
            lambda: client.delete("/customers/1"),
        ):
            with self.assertRaises(ApiError) as caught:
                write()
            self.assertEqual(caught.exception.problem, problems.REFUSED)
            self.assertIn("customers Ann: id is no identity", caught.exception.words)
