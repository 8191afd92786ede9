# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import Member
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..lib import loading


class FakeClient:
    """Records calls, and answers each by a function or the next of a list."""

    def __init__(self, *answers, series=19):
        self.answers, self.calls, self.series = list(answers), [], series

    @property
    def speaks_json(self):
        return self.series >= 19

    def call(self, model, method, ids=(), context=None, **values):
        self.calls.append((model, method, values))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(values) if callable(answer) else answer

    def read_ids(self, model, ids, names):
        return self.call(model, "search_read", ids=sorted(ids)) if ids else {}


def refused(*places, words="Bad"):
    """Return what ``load`` answers when rows are refused."""
    messages = [
        {"type": "error", "message": words, "rows": {"from": p, "to": p}}
        for p in places
    ]
    return {"ids": False, "messages": messages}


def made(values):
    """Return what ``load`` answers when each row is a record."""
    return {"ids": [int(row[0]) for row in values["data"]], "messages": []}


def rows(*numbers):
    """Return a row for each number, which is its key as well."""
    return {number: [[str(number)]] for number in numbers}


@tagged("post_install", "-at_install")
class TestLoading(BaseCase):
    """Many records by one call, the refused ones aside."""

    def load(self, client, by_key):
        return loading.load(client, "m", ["id"], by_key, loading.ONCE)

    def test_all_go_by_one_call(self):
        client = FakeClient(made)
        self.assertEqual(self.load(client, rows(1, 2)), ({1: 1, 2: 2}, {}))
        self.assertEqual(len(client.calls), 1)

    def test_nothing_asks_nobody(self):
        self.assertEqual(self.load(FakeClient(), {}), ({}, {}))

    def test_the_refused_one_is_left_out_the_second_time(self):
        client = FakeClient(refused(1), made)
        ids, words = self.load(client, rows(1, 2, 3))
        self.assertEqual(ids, {1: 1, 3: 3})
        self.assertEqual(words, {2: "Bad"})

    def test_a_row_behind_the_first_one_is_of_the_record_that_began(self):
        client = FakeClient(refused(2), lambda _v: {"ids": [7], "messages": []})
        by_key = {"a": [["1"], ["2"], ["3"]], "b": [["4"]]}
        self.assertEqual(self.load(client, by_key), ({"b": 7}, {"a": "Bad"}))

    def test_the_first_words_about_a_record_count(self):
        answer = refused(0, words="First")
        answer["messages"] += refused(0, words="Second")["messages"]
        self.assertEqual(self.load(FakeClient(answer), rows(1)), ({}, {1: "First"}))

    def test_a_warning_refuses_nothing_so_halves_are_tried(self):
        answer = {"ids": False, "messages": [{"type": "warning", "message": "Stop"}]}
        client = FakeClient(answer, made, made)
        self.assertEqual(self.load(client, rows(1, 2))[0], {1: 1, 2: 2})

    def test_a_refusal_without_a_row_is_found_by_halving(self):
        lost = {"ids": False, "messages": [{"type": "error", "message": "Who?"}]}
        client = FakeClient(lost, made, lost, lost, made)
        ids, words = self.load(client, rows(1, 2, 3, 4))
        self.assertEqual((ids, words), ({1: 1, 2: 2, 4: 4}, {3: ""}))

    def test_all_refused_ends(self):
        client = FakeClient(refused(0, 1))
        self.assertEqual(self.load(client, rows(1, 2)), ({}, {1: "Bad", 2: "Bad"}))

    def test_many_rows_go_by_several_calls(self):
        most = loading.MOST_ROWS
        answer = lambda values: {"ids": list(range(3)), "messages": []}
        one = lambda values: {"ids": [9], "messages": []}
        big = {key: [["x"]] * (most // 3) for key in "abcd"}
        client = FakeClient(answer, one)
        self.assertEqual(self.load(client, big)[0], {"a": 0, "b": 1, "c": 2, "d": 9})

    def test_a_record_larger_than_a_call_goes_alone(self):
        client = FakeClient(*[lambda _v: {"ids": [1], "messages": []}] * 2)
        big = {"a": [["x"]] * (loading.MOST_ROWS + 1), "b": [["x"]]}
        self.assertEqual(self.load(client, big)[0], {"a": 1, "b": 1})

    def test_a_lost_answer_is_told(self):
        client = FakeClient(ApiError(problems.OFFLINE))
        with self.assertRaises(ApiError):
            self.load(client, rows(1))


@tagged("post_install", "-at_install")
class TestFinding(BaseCase):
    """Records are known by the ids that were kept, then by our keys."""

    def test_keys_are_read_from_the_table_at_once(self):
        found = [{"name": "SKA", "res_id": 3}]
        client = FakeClient(found)
        self.assertEqual(loading.find_keys(client, "m", ["SKA", "SKB"]), {"SKA": 3})

    def test_no_keys_ask_nobody(self):
        self.assertEqual(loading.find_keys(FakeClient(), "m", ["", ""]), {})

    def test_who_may_not_read_the_table_asks_for_each(self):
        unknown = ApiError(problems.NOT_FOUND)
        client = FakeClient(ApiError(problems.SCOPE), ["m", 3], unknown, ["other", 4])
        found = loading.find_keys(client, "m", ["SKA", "SKB", "SKC"])
        self.assertEqual(found, {"SKA": 3})
        methods = [method for _model, method, _values in client.calls]
        self.assertEqual(methods, ["search_read", *["check_object_reference"] * 3])

    def test_a_record_that_is_gone_has_no_id(self):
        client = FakeClient(ApiError(problems.SCOPE), ["m", False])
        self.assertEqual(loading.find_keys(client, "m", ["SKA"]), {})

    def test_another_fault_is_no_missing_right(self):
        with self.assertRaises(ApiError):
            loading.find_keys(FakeClient(ApiError(problems.OFFLINE)), "m", ["SKA"])
        client = FakeClient(ApiError(problems.SCOPE), ApiError(problems.OFFLINE))
        with self.assertRaises(ApiError):
            loading.find_keys(client, "m", ["SKA"])

    def test_a_kept_id_comes_before_the_key(self):
        client = FakeClient({5: {"id": 5}})
        found = loading.find_members(client, "m", [Member(1, {}, "5", "SKA")], [])
        self.assertEqual(found, {1: {"id": 5}})
        self.assertEqual(len(client.calls), 1)

    def test_a_kept_id_that_is_gone_is_looked_for_by_key(self):
        key = [{"name": "SKA", "res_id": 6}]
        client = FakeClient({}, key, {6: {"id": 6}})
        found = loading.find_members(client, "m", [Member(1, {}, "5", "SKA")], [])
        self.assertEqual(found, {1: {"id": 6}})

    def test_the_id_of_money_has_its_kind_before_it(self):
        client = FakeClient({5: {"id": 5}})
        found = loading.find_members(client, "m", [Member(1, {}, "P5", "SKA")], [])
        self.assertEqual(found, {1: {"id": 5}})

    def test_an_identity_that_is_none_is_looked_for_by_key(self):
        client = FakeClient([])
        found = loading.find_members(client, "m", [Member(1, {}, "odd", "SKA")], [])
        self.assertEqual(found, {})
