# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import (
    NOT_FOUND,
    OK,
    REJECTED,
    Batch,
    Member,
)

from ..lib import problems
from ..lib.problems import ApiError
from ..lib.push import OneByOne, Push, find_outcomes


class Saver(OneByOne):
    """Takes what the client, a dict of errors by name, does not refuse."""

    def _save(self, member):
        name = member.payload["name"]
        if problem := self.client.get(name):
            raise ApiError(problem, f"{name} is bad.")
        return member.external_id or f"id-{name}"


class Reader(Push):
    """Reads before it writes, which fails."""

    def _prepare(self):
        raise ApiError(problems.OFFLINE)


def say(member, words, reason):
    return f"{member.payload['name']} {reason}: {words}"


@tagged("post_install", "-at_install")
class TestPush(BaseCase):
    def batch(self, *names):
        """Return a batch of one member for each name; the first one is known."""
        members = [Member(n, {"name": name}) for n, name in enumerate(names, 1)]
        members[0] = Member(1, members[0].payload, "known")
        return Batch("key", tuple(members))

    def push(self, *names, **errors):
        results = Saver(errors, self.batch(*names), say).run()
        return [(r.res_id, r.outcome, r.external_id) for r in results]

    def test_each_member_gets_a_result(self):
        expected = [(1, OK, "known"), (2, OK, "id-b")]
        self.assertEqual(self.push("a", "b"), expected)

    def test_one_that_is_refused_stops_no_other(self):
        for problem in (problems.REFUSED, problems.NOT_FOUND):
            found = self.push("a", "b", "c", a=problem, b=problem)
            expected = [(1, REJECTED, "known"), (2, REJECTED, ""), (3, OK, "id-c")]
            self.assertEqual(found, expected)

    def test_a_refusal_is_said_in_a_sentence(self):
        batch = self.batch("a")
        (result,) = Saver({"a": problems.REFUSED}, batch, say).run()
        self.assertEqual(result.message, "a : a is bad.")

    def test_a_fault_before_anything_was_written_is_raised(self):
        with self.assertRaises(ApiError) as caught:
            self.push("a", "b", a=problems.DAY)
        self.assertEqual(caught.exception.problem, problems.DAY)
        with self.assertRaises(ApiError):
            self.push("a", "b", a=problems.REFUSED, b=problems.OFFLINE)
        with self.assertRaises(ApiError):
            Reader(None, self.batch("a"), say).run()

    def test_a_fault_after_something_was_written_leaves_the_rest_unknown(self):
        found = self.push("a", "b", "c", b=problems.OFFLINE)
        self.assertEqual(found, [(1, OK, "known")])

    def test_new_and_known_members_are_told_apart(self):
        fresh, known = Saver({}, self.batch("a", "b", "c"), say)._split()
        self.assertEqual([m.res_id for m in fresh], [2, 3])
        self.assertEqual([m.res_id for m in known], [1])

    def test_who_does_not_say_how_to_write_writes_nothing(self):
        for kind in (Push, OneByOne):
            with self.assertRaises(NotImplementedError):
                kind({}, self.batch("a"), say).run()


@tagged("post_install", "-at_install")
class TestOutcomes(BaseCase):
    def test_what_is_there_as_sent_is_ok_and_all_else_is_sent_again(self):
        there = {"same": "same", "other": "changed"}
        names = ("same", "other", "gone", "lost")
        members = [Member(n, {"name": name}) for n, name in enumerate(names)]
        members[2] = Member(2, {"name": "gone"}, "kept")

        def find(member):
            name = member.payload["name"]
            return (f"id-{name}", there[name]) if name in there else None

        found = find_outcomes(members, find, lambda m, r: m.payload["name"] == r)
        self.assertEqual(
            [(r.outcome, r.external_id) for r in found],
            [
                (OK, "id-same"),
                (NOT_FOUND, "id-other"),
                (NOT_FOUND, "kept"),
                (NOT_FOUND, ""),
            ],
        )
