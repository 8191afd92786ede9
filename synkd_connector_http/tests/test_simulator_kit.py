# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The kit for simulators as a whole: small books over HTTP, and what goes wrong."""

import json
import tempfile
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from odoo.tests import BaseCase, tagged

from ..simulator import (
    Call,
    Contract,
    Control,
    ControlClient,
    Refused,
    Routes,
    Simulator,
    World,
    one,
)

ROUTES = Routes("/api")
CONTRACT = {
    "calls": {
        "GET /things": {"query": {"since": "moment", "page": "integer"}},
        "POST /things": {"body": "#Thing", "answer": "#Thing", "header": {}},
        "GET /things/{id}": {"path": {"id": "string"}, "answer": "#Thing"},
    },
    "schemas": {
        "Thing": {
            "name*": "string 9",
            "id": "readonly string",
            "made": "readonly date",
            "tags": "[enum a|b]",
        }
    },
}


class Things(World):
    def fill(self):
        """Begin with nothing."""
        self.things = {}

    def kept(self):
        """Return all things."""
        return {"things": self.things}

    def take(self, kept):
        """Go on with them."""
        self.things = kept["things"]


class Levers(Control):
    def rename(self, key, name):
        """Change a name behind the back of its client."""
        self.world.things[key]["name"] = name
        return self.world.things[key]


@ROUTES.add("POST", "/things")
def create(call):
    """Create a thing."""
    thing = call.request.json()
    if thing.get("name") == "bad":
        raise Refused(400, {"message": "No such name"})
    key = str(len(call.world.things) + 1)
    made = call.world.clock.today()
    call.world.things[key] = found = {**thing, "id": key, "made": made}
    return found


@ROUTES.add("GET", "/things/{id}")
def read(call, key):
    """Return a thing."""
    return one(call.world.things, key) and call.world.things[key]


class Books(Simulator):
    """Books of things."""

    world_class, control_class = Things, Levers

    def handle(self, request, struck):
        """Answer a call."""
        function, parts, _areas = ROUTES.find(request.method, request.path)
        return self.life.run(Call(self.world, request), function, parts, struck)


@tagged("-at_install", "post_install")
class TestKit(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.folder = Path(folder)
        (cls.folder / "contract.json").write_text(json.dumps(CONTRACT))
        cls.books = cls.enterClassContext(Books())
        cls.books.contract = Contract(cls.folder / "contract.json", "/api")
        cls.control = cls.books.control

    def setUp(self):
        super().setUp()
        self.control.reset()
        self.control.set_limits(minute=1000, day=1000, app=1000, concurrent=5)
        self.control.violations(clear=True)

    def call(self, method, path, body=None, **headers):
        """Make one call; return its status and its JSON, or its text."""
        parts = urlsplit(self.books.url)
        connection = HTTPConnection(parts.hostname, parts.port, timeout=20)
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, f"/api{path}", data, names)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, json.loads(text) if is_json else text

    def make(self, name="Ann", **headers):
        return self.call("POST", "/things", {"name": name}, **headers)

    def test_what_was_told_is_kept_and_shown(self):
        status, thing = self.make()
        self.assertEqual((status, thing["name"], thing["id"]), (200, "Ann", "1"))
        self.assertEqual(self.call("GET", "/things/1"), (200, thing))
        self.assertEqual(self.call("GET", "/things/2")[0], 404)
        self.assertEqual(self.make("bad"), (400, {"message": "No such name"}))
        self.assertEqual(self.call("PUT", "/things/1")[0], 405)

    def test_a_key_gets_the_same_answer_again(self):
        first = self.make(Idempotency_Key="k")
        self.assertEqual(self.make(Idempotency_Key="k"), first)
        self.assertEqual(len(self.books.world.things), 1)
        self.assertEqual(self.make("Bob", Idempotency_Key="k")[0], 400)
        self.control.advance(86400)
        self.make(Idempotency_Key="k")
        self.assertEqual(len(self.books.world.things), 2)

    def test_each_fault_strikes_before_or_after_the_write(self):
        for kind, status, written in (
            ("401", 401, 0),
            ("500", 500, 0),
            ("500_after", 500, 1),
            ("503", 503, 0),
            ("page", 200, 0),
            ("429_day", 429, 0),
            ("lost_before", None, 0),
            ("lost_after", None, 1),
            ("truncated", None, 1),
        ):
            with self.subTest(kind=kind):
                self.control.reset()
                self.control.add_fault(kind, method="POST")
                try:
                    found = self.make()[0]
                except (HTTPException, OSError, ValueError):
                    found = None
                self.assertEqual(found, status)
                self.assertEqual(len(self.books.world.things), written)
                self.assertEqual(self.make()[0], 200, "once only")

    def test_limits_are_counted_and_waited_for(self):
        self.control.set_scale(0)
        self.control.set_limits(minute=2)
        self.assertEqual([self.make()[0] for _each in range(3)], [200, 200, 429])
        self.control.advance(60)
        self.assertEqual(self.make()[0], 200)
        self.control.set_scale(1)

    def test_calls_and_answers_are_held_against_what_is_published(self):
        self.control.set_options(check_answers=True)
        self.assertEqual(self.make()[0], 200)
        self.assertEqual(self.control.violations(clear=True), [])
        self.call("GET", "/things/1?colour=red")
        self.call("POST", "/things", {"nmae": "x", "id": "1", "tags": ["c"]})
        found = self.control.violations(clear=True)
        for words in (
            *("colour: no such parameter", "body.nmae: no such field"),
            *("body.id: only the books write this", "body.name: missing"),
            *("'c' is no enum a|b", "answer.nmae: no such field"),
        ):
            self.assertIn(words, " | ".join(found))

    def test_the_levers_work_over_http_too(self):
        self.make()
        remote = ControlClient(self.books.url)
        self.assertEqual(remote.rename(key="1", name="Bob")["name"], "Bob")
        self.assertEqual(len(remote.log(clear=True)), 1)
        self.assertEqual(remote.log(), [])
        self.assertEqual(remote.faults(), [])
        with self.assertRaisesRegex(ValueError, "no control named"):
            remote._tenant()
        with self.assertRaisesRegex(ValueError, "unknown options"):
            remote.set_options(colour="red")

    def test_a_held_call_waits_until_it_is_let_go(self):
        self.control.add_fault("hold", method="GET")
        self.control.release()
        self.make()
        self.assertEqual(self.call("GET", "/things/1")[0], 200)
        self.assertTrue(self.control.wait_held(1, 0))

    def test_what_is_kept_lasts_until_next_time(self):
        self.make()
        self.books.world.save(self.folder / "store")
        again = Things()
        again.load(self.folder / "store")
        self.assertEqual(again.things, self.books.world.things)

    def test_a_fault_of_the_simulator_is_told(self):
        status, _told = self.call("POST", "/things", [])
        self.assertEqual(status, 500)
        status, told = self.call("POST", "/things")
        self.assertEqual((status, told["message"]), (400, "The body is no JSON"))
