# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Books of the kit with a key and collections, and the client that reads them."""

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..lib import problems
from ..lib.address import LOOPBACK_OPTION
from ..lib.client import HttpClient
from ..lib.problems import ApiError
from ..lib.shapes import Lists
from ..simulator.rest import Collection, RestRoutes, RestSimulator, RestWorld

ROUTES = RestRoutes()
ROUTES.keep("things")


class Things(RestWorld):
    def fill(self):
        """Begin without any; a code belongs to one."""
        self.things = Collection(self, "code")


class Books(RestSimulator):
    """Books of things."""

    world_class, routes = Things, ROUTES


class ThingsClient(HttpClient):
    """Reads and writes things."""

    lists = Lists({"things": "id"})


@tagged("post_install", "-at_install")
class TestRest(BaseCase):
    def setUp(self):
        super().setUp()
        self.enterContext(patch.dict(os.environ, {LOOPBACK_OPTION: "1"}))
        self.books = self.enterContext(Books())
        self.control = self.books.control
        self.client = ThingsClient(self.books.url, lambda _again=False: "sim-key")

    def listed(self, **params):
        """Return the codes of a list, and whether it is the last page."""
        body = self.client.get("/things", params)
        return [each["code"] for each in body["things"]], body["last"]

    def assert_problem(self, problem, call, *arguments):
        """Fail unless a call meets a problem."""
        with self.assertRaises(ApiError) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.problem, problem)

    def test_what_is_written_is_read(self):
        made = self.client.save("POST", "/things", {"code": "A", "name": "One"})
        path = f"/things/{made['id']}"
        self.client.save("PUT", path, {"name": "Two"})
        found = self.client.find(path)
        self.assertEqual((found["code"], found["name"]), ("A", "Two"))
        self.assertEqual(self.control.records("things"), [found])

    def test_what_is_not_there_is_none(self):
        self.assertIsNone(self.client.find("/things/x"))
        self.assert_problem(problems.NOT_FOUND, self.client.get, "/things/x")
        save = ("PUT", "/things/x", {"code": "A"})
        self.assert_problem(problems.NOT_FOUND, self.client.save, *save)
        self.assertEqual(self.control.records("things"), [])

    def test_other_problems_are_raised(self):
        self.control.add_fault("503", times=None)
        self.assert_problem(problems.PAUSED, self.client.find, "/things/x")

    def test_a_value_that_belongs_to_one_record_is_refused_to_others(self):
        made = self.control.add("things", {"code": "A"})
        save = ("POST", "/things", {"code": "A"})
        self.assert_problem(problems.REFUSED, self.client.save, *save)
        self.client.save("PUT", f"/things/{made['id']}", {"code": "A"})

    def test_names_are_refused_on_demand(self):
        self.control.set_options(refuse="Bad")
        save = ("POST", "/things", {"code": "A", "name": "Bad Apple"})
        self.assert_problem(problems.REFUSED, self.client.save, *save)

    def test_lists_are_by_change_by_page_since_a_moment_or_by_value(self):
        for code in "ABC":
            self.control.add("things", {"code": code})
            self.control.advance(1)
        self.control.edit("things", {"code": "A"}, {"name": "Last"})
        self.assertEqual(self.listed(), (["B", "C", "A"], True))
        self.assertEqual(self.listed(size=2), (["B", "C"], False))
        self.assertEqual(self.listed(size=2, page=2), (["A"], True))
        moment = self.control.records("things")[1]["changedAt"]
        self.assertEqual(self.listed(since=moment), (["C", "A"], True))
        self.assertEqual(self.listed(code="B"), (["B"], True))

    def test_a_key_opens_the_books_and_may_end(self):
        self.assertEqual(self.listed(), ([], True))
        self.control.set_options(key="another")
        self.assert_problem(problems.LOGIN, self.client.get, "/things")
        self.control.set_options(key="")
        client = ThingsClient(self.books.url, lambda _again=False: "")
        self.assert_problem(problems.LOGIN, client.get, "/things")

    def test_the_records_last_from_one_start_to_the_next(self):
        self.control.add("things", {"code": "A"})
        file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "kept"
        self.books.world.save(file)
        self.control.reset()
        self.assertEqual(self.control.records("things"), [])
        self.books.world.load(file)
        self.assertEqual(self.control.records("things")[0]["code"], "A")
