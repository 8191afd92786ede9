# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The parts of the kit for simulators on their own, without HTTP."""

import base64
import hashlib
import hmac
from datetime import datetime, timezone
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from ..simulator import (
    Answer,
    Clock,
    Faults,
    Keys,
    Limits,
    Refused,
    Request,
    Routes,
    World,
    cli,
    journal,
    one,
    webhooks,
)
from ..simulator.faults import KINDS, Fault
from ..simulator.limits import Window

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class SomeLimits(Limits):
    left_headers = {"day": "x-day-left"}
    problem_header = "x-problem"


def stopped():
    """Return a clock that stands still."""
    return Clock(START, scale=0)


@tagged("-at_install", "post_install")
class TestKitWindows(BaseCase):
    def test_fixed_window(self):
        clock = stopped()
        window = Window(clock, 60, 3, shift=0)
        clock.advance(50)
        window.take()
        self.assertEqual((window.left, window.reset_in()), (2, 10))
        clock.advance(9)
        self.assertEqual(window.left, 2)
        clock.advance(1)
        self.assertEqual((window.left, window.reset_in()), (3, 60), "not sliding")

    def test_shift(self):
        clock = stopped()
        window = Window(clock, 60, 3, shift=20)
        self.assertEqual(window.reset_in(), 20)

    def test_spend(self):
        window = Window(stopped(), 60, 10, shift=0)
        window.spend(1)
        window.take()
        self.assertEqual(window.left, 0)
        window.take()
        self.assertEqual(window.left, 0, "never below")

    def test_order_of_the_problems(self):
        limits = SomeLimits(stopped())
        limits.set_limits(minute=1, day=1, app=1, concurrent=1)
        limits.enter("t")
        found = []
        for _each in range(2):
            with self.assertRaises(Refused) as caught:
                limits.enter("t")
            found.append(caught.exception.headers["x-problem"])
            limits.leave("t")
        self.assertEqual(found, ["concurrent", "day"])
        with self.assertRaises(Refused) as caught:
            limits.enter("other")
        problem = caught.exception.headers["x-problem"]
        self.assertEqual(problem, "appminute")

    def test_leave_never_goes_below_none(self):
        limits = SomeLimits(stopped())
        limits.leave("t")
        limits.set_limits(concurrent=1)
        limits.enter("t")
        with self.assertRaises(Refused):
            limits.enter("t")

    def test_setting_one_keeps_the_others(self):
        limits = SomeLimits(stopped())
        limits.set_limits(day=1000)
        self.assertEqual((limits.minute_limit, limits.day_limit), (60, 1000))
        self.assertEqual(limits.headers("t")["x-day-left"], "1000")


@tagged("-at_install", "post_install")
class TestKitKeys(BaseCase):
    def setUp(self):
        super().setUp()
        self.clock = stopped()
        self.keys = Keys(self.clock)
        self.keys.seconds = 360
        self.request = ("PUT", "/x", b"body")

    def test_keeps(self):
        self.assertIsNone(self.keys.lookup("app", "k", self.request))
        self.keys.keep("app", "k", self.request, "answer")
        self.assertEqual(self.keys.lookup("app", "k", self.request), "answer")
        self.assertIsNone(self.keys.lookup("other", "k", self.request))

    def test_each_part_counts(self):
        self.keys.keep("app", "k", self.request, "answer")
        for other in (
            ("POST", "/x", b"body"),
            ("PUT", "/y", b"body"),
            ("PUT", "/x", b"bodies"),
        ):
            with self.assertRaises(Refused) as caught:
                self.keys.lookup("app", "k", other)
            self.assertEqual(caught.exception.status, 400)

    def test_expires(self):
        self.keys.keep("app", "k", self.request, "answer")
        self.clock.advance(359.9)
        self.assertEqual(self.keys.lookup("app", "k", self.request), "answer")
        self.clock.advance(0.1)
        self.assertIsNone(self.keys.lookup("app", "k", ("POST", "/z", b"")))


@tagged("-at_install", "post_install")
class TestKitFaultParts(BaseCase):
    def test_every_kind_is_described(self):
        self.assertTrue(all(KINDS.values()))
        for kind in KINDS:
            self.assertEqual(Fault(kind).as_dict()["kind"], kind)

    def test_path_and_method(self):
        fault = Fault("503", method="put,post", path="/Inv", times=None)
        self.assertTrue(fault.strikes("PUT", "/api/Invoices"))
        self.assertTrue(fault.strikes("POST", "/api/Invoices"))
        self.assertFalse(fault.strikes("GET", "/api/Invoices"))
        self.assertFalse(fault.strikes("PUT", "/api/Contacts"))

    def test_used_up_does_not_count_on(self):
        fault = Fault("503", times=1)
        self.assertTrue(fault.strikes("GET", "/"))
        self.assertFalse(fault.strikes("GET", "/"))
        self.assertEqual(fault.seen, 1)

    def test_one_of_each_kind_a_call(self):
        faults = Faults()
        faults.add(kind="503")
        faults.add(kind="503")
        faults.add(kind="slow")
        self.assertEqual(set(faults.striking("GET", "/")), {"503", "slow"})
        self.assertEqual(set(faults.striking("GET", "/")), {"503"})
        self.assertEqual(faults.striking("GET", "/"), {})

    def test_clear_opens_the_gate(self):
        faults = Faults()
        faults.add(kind="hold")
        self.assertFalse(faults.gate.is_set())
        faults.clear()
        self.assertTrue(faults.gate.is_set())
        self.assertEqual(faults.waiting, [])

    def test_wait_held_gives_up(self):
        self.assertFalse(Faults().wait_held(1, seconds=0))


@tagged("-at_install", "post_install")
class TestKitOtherParts(BaseCase):
    def test_scale_and_advance(self):
        start = datetime(2026, 3, 1, tzinfo=timezone.utc)
        clock = Clock(start, scale=0)
        self.assertEqual(clock.now(), start)
        clock.advance(3600.5)
        self.assertEqual(clock.now().isoformat(), "2026-03-01T01:00:00.500000+00:00")
        clock.advance(-3600.5)
        self.assertEqual(clock.now(), start)
        clock.scale = 10_000_000
        before = clock.timestamp()
        self.assertGreater(clock.timestamp(), before)
        clock.scale = 0
        stopped = clock.timestamp()
        self.assertEqual(clock.timestamp(), stopped)

    def test_request(self):
        request = Request("GET", "/a/b?x=1&x=2&y=", {"accept": "text/html"})
        self.assertEqual(request.path, "/a/b")
        self.assertEqual(request.query, {"x": "2", "y": ""})
        self.assertFalse(request.wants_json)
        self.assertFalse(request.flag("y"))
        self.assertTrue(Request("GET", "/?y=TRUE", {}).flag("y"))

    def test_signature(self):
        digest = hmac.new(b"key", b"data", hashlib.sha256).digest()
        wanted = base64.b64encode(digest).decode()
        self.assertEqual(webhooks.signature(b"data", "key"), wanted)
        self.assertNotEqual(webhooks.signature(b"data ", "key"), wanted)

    def test_log_is_cut(self):
        world = World(0, START)
        simulator = SimpleNamespace(world=world, log_path=None, contract=None)
        request = Request("GET", "/x", {"authorization": "Bearer abc", "a": "b"})
        world.log.extend([{}] * journal.KEEP)
        journal.note(simulator, request, Answer(204), False)
        self.assertEqual(len(world.log), journal.KEEP)
        self.assertEqual(world.log[-1]["headers"], {"a": "b"})

    def test_command_line(self):
        chosen = cli.options(["--port", "8300", "--scale", "60", "--auto-allow"])
        self.assertEqual((chosen.port, chosen.scale), (8300, 60.0))
        self.assertTrue(chosen.auto_allow)
        self.assertIsNone(cli.options([]).log)

    def test_routes_find_functions_and_parts(self):
        routes = Routes("/api")
        read = routes.add("GET", "/things/{id}", "read")(lambda call, key: key)
        found = routes.find("GET", "/api/THINGS/a%2Fb/")
        self.assertEqual(found, (read, ["a/b"], ("read",)))
        for method, path, status in (("GET", "/x", 404), ("PUT", "/things/1", 405)):
            with self.assertRaises(Refused) as caught:
                routes.find(method, f"/api{path}")
            self.assertEqual(caught.exception.status, status)

    def test_one_record_is_found_by_the_first_key_that_fits(self):
        self.assertEqual(one({"a": 1, "b": 2}, "x", "b", "a"), 2)
        with self.assertRaises(Refused) as caught:
            one({}, "x")
        self.assertEqual(caught.exception.status, 404)
