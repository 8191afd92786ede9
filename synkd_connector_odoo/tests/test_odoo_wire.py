# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import xmlrpc.client
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.odd import Oddity
from odoo.addons.synkd_connector_http.lib import problems, wire
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..lib import client
from ..lib.client import OdooClient

URL = "https://books.example"
KEY = "s3cr3t-key"


def answer(content, status=200, **headers):
    """Return an answer as JSON."""
    return wire.Reply(status, headers, json.dumps(content).encode())


def fault_of(name, status, message="Not this", module="odoo.exceptions"):
    """Return what JSON-2 answers to an exception."""
    return answer({"name": f"{module}.{name}", "message": message}, status)


def xml(result):
    """Return an answer of XML-RPC."""
    text = xmlrpc.client.dumps((result,), methodresponse=True, allow_none=True)
    return wire.Reply(200, {}, text.encode())


def xml_fault(code, text):
    """Return a fault of XML-RPC."""
    text = xmlrpc.client.dumps(xmlrpc.client.Fault(code, text), methodresponse=True)
    return wire.Reply(200, {}, text.encode())


def value(inside):
    """Return a value of XML-RPC, as text."""
    return f"<value>{inside}</value>"


def param(inside):
    """Return the one value of an answer of XML-RPC, as text."""
    return f"<params><param>{value(inside)}</param></params>"


class WireCase(BaseCase):
    """A client whose calls meet scripted answers."""

    series = 19

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(client._KNOWN, clear=True))
        self.sent, self.answers = [], []
        self.startPatcher(patch.object(wire, "send", self.send))
        self.client = OdooClient(URL, lambda _refused: KEY, "books", "bot")
        if self.series:
            self.know("series", self.series)
            self.know("user", 7)
            self.know("company", 1)

    def know(self, what, value):
        """Let something be known of the place."""
        client._KNOWN[(URL, "books", "bot", what)] = value

    def send(self, _session, method, url, repeatable=False, **given):
        self.sent.append((method, url.removeprefix(URL), repeatable, given))
        reply = self.answers.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def call(self, *answers, model="m", method="load", **values):
        """Make a call that meets answers."""
        self.answers += answers
        return self.client.call(model, method, **values)

    def problem(self, *answers, **values):
        """Return the problem of a call that fails."""
        with self.assertRaises(ApiError) as caught:
            self.call(*answers, **values)
        self.assertNotIn(KEY, str(caught.exception))
        return caught.exception.problem, caught.exception.words


@tagged("post_install", "-at_install")
class TestJson(WireCase):
    """Calls by JSON-2."""

    def test_a_call_has_its_arguments_by_name(self):
        self.assertEqual(self.call(answer([4]), ids=[1], context={"a": 1}, vals=2), [4])
        method, path, repeatable, given = self.sent[0]
        self.assertEqual((method, path, repeatable), ("POST", "/json/2/m/load", False))
        content = json.loads(given["data"])
        context = {"a": 1, "allowed_company_ids": [1]}
        self.assertEqual(content, {"ids": [1], "context": context, "vals": 2})
        self.assertEqual(given["headers"]["X-Odoo-Database"], "books")
        self.assertNotIn(KEY, str(given["headers"]), "the key is put on by ``auth``")

    def test_a_model_is_called_without_ids(self):
        self.call(answer([]), method="search_read")
        _method, _path, repeatable, given = self.sent[0]
        self.assertNotIn("ids", json.loads(given["data"]))
        self.assertTrue(repeatable, "what is read may be asked again")

    def test_nothing_is_a_result(self):
        self.assertIsNone(self.call(answer(None)))

    def test_the_company_is_that_of_the_user_when_it_was_asked_last(self):
        self.answers = [answer([{"company_id": [2, "Other"]}]), answer([])]
        self.assertEqual((self.client.ask_company(), self.client.company), (2, 2))
        with self.assertRaises(ApiError):
            self.client.ask_company()

    def test_a_key_that_is_said_again_is_hidden(self):
        told = self.problem(fault_of("UserError", 422, f"{KEY} may not do this"))
        self.assertEqual(told, (problems.REFUSED, "(hidden) may not do this"))

    def test_what_is_no_list_of_records(self):
        for found in (None, {"id": 1}, "many", [1], [[{"id": 1}]]):
            with self.subTest(found=found):
                self.answers = [answer(found)]
                with self.assertRaises(ApiError) as caught:
                    self.client.read_records("m", [], ["name"])
                self.assertEqual(caught.exception.problem, problems.UNREADABLE)

    def test_pages_that_begin_again_come_to_an_end(self):
        page = [{"id": number} for number in range(1, client.PAGE_SIZE + 1)]
        for odd in (page, [{"id": "9"}], [{"name": "None"}]):
            self.answers = [answer(page), answer(odd)]
            found = []
            with self.subTest(odd=odd[0]), self.assertRaises(ApiError) as caught:
                found.extend(self.client.read_pages("m", [], ["name"]))
            self.assertEqual(caught.exception.problem, problems.UNREADABLE)
            self.assertEqual(found, [page])

    def test_what_odoo_refuses_has_its_words(self):
        for name, status in (
            ("UserError", 422),
            ("ValidationError", 422),
            ("MissingError", 404),
            ("LockError", 409),
        ):
            with self.subTest(name=name):
                told = self.problem(fault_of(name, status))
                self.assertEqual(told, (problems.REFUSED, "Not this"))

    def test_a_missing_right_is_no_matter_of_the_key(self):
        told = self.problem(fault_of("AccessError", 403, "No right"))
        self.assertEqual(told, (problems.SCOPE, "No right"))

    def test_a_refused_key_is_told_at_once(self):
        self.assertEqual(self.problem(answer({}, 401))[0], problems.KEY)
        self.assertEqual(len(self.sent), 1, "a key is not renewed")

    def test_a_model_that_is_not_there(self):
        missing = fault_of("NotFound", 404, "no model", "werkzeug.exceptions")
        self.assertEqual(self.problem(missing), (problems.REFUSED, "no model"))

    def test_another_server_there(self):
        page = wire.Reply(404, {}, b"<html>Not here</html>")
        self.assertEqual(self.problem(page)[0], problems.NOT_FOUND)

    def test_a_fault_of_its_own(self):
        broken = fault_of("KeyError", 500, "'x'", "builtins")
        self.assertEqual(self.problem(broken)[0], problems.SERVER)

    def test_an_unknown_external_id(self):
        words = "External ID not found in the system: __synkd__.SKA"
        missing = fault_of("ValueError", 500, words, "builtins")
        told = self.problem(missing, method="check_object_reference")
        self.assertEqual(told[0], problems.NOT_FOUND)

    def test_limits_of_what_stands_before_it(self):
        busy = answer({}, 429, **{"Retry-After": "30"})
        self.assertEqual(self.problem(busy)[0], problems.MINUTE)

    def test_nothing_is_written_after_something_odd(self):
        self.client.odd = [Oddity("customers", "Ann", "no record")]
        self.assertEqual(self.problem()[0], problems.REFUSED)
        self.assertFalse(self.sent)


@tagged("post_install", "-at_install")
class TestXml(WireCase):
    """Calls by XML-RPC, as Odoo 14 to 18 take them."""

    series = 16

    def test_a_call_has_database_user_and_key_in_it(self):
        self.assertEqual(self.call(xml([4]), ids=[1], context={"a": 1}, vals=2), [4])
        method, path, repeatable, given = self.sent[0]
        self.assertEqual((method, path), ("POST", "/xmlrpc/2/object"))
        self.assertFalse(repeatable)
        params, name = xmlrpc.client.loads(given["data"])
        self.assertEqual(name, "execute_kw")
        expected = (
            "books",
            7,
            KEY,
            "m",
            "load",
            [[1]],
            {"vals": 2, "context": {"a": 1, "allowed_company_ids": [1]}},
        )
        self.assertEqual(params, expected)
        self.assertNotIn(KEY, str(given["headers"]))

    def test_a_model_is_called_without_ids(self):
        self.call(xml([]), method="search_read")
        params, _name = xmlrpc.client.loads(self.sent[0][3]["data"])
        self.assertEqual(params[5], [])
        self.assertTrue(self.sent[0][2])

    def test_the_user_is_asked_for_once(self):
        del client._KNOWN[(URL, "books", "bot", "user")]
        self.call(xml(7), xml(1))
        self.call(xml(2))
        paths = [path for _method, path, _again, _given in self.sent]
        self.assertEqual(paths, ["/xmlrpc/2/common", *["/xmlrpc/2/object"] * 2])

    def test_a_login_that_is_refused(self):
        del client._KNOWN[(URL, "books", "bot", "user")]
        self.assertEqual(self.problem(xml(False))[0], problems.KEY)

    def test_kinds_of_faults(self):
        for code, problem in (
            (2, problems.REFUSED),
            (3, problems.KEY),
            (4, problems.SCOPE),
            (1, problems.SERVER),
        ):
            with self.subTest(code=code):
                self.assertEqual(self.problem(xml_fault(code, "Not this"))[0], problem)

    def test_the_words_of_a_refusal_are_kept(self):
        told = self.problem(xml_fault(2, "Not this.\nNor that."))
        self.assertIn("Not this.", told[1])

    def test_a_trace_of_the_other_server_is_not_shown(self):
        trace = f"Traceback\n  File x, {KEY}\nKeyError: 'password'"
        self.assertEqual(
            self.problem(xml_fault(1, trace)), (problems.SERVER, "KeyError")
        )

    def test_what_was_done_and_returns_nothing_is_no_fault(self):
        text = "Traceback\nTypeError: cannot marshal None unless allow_none is enabled"
        self.assertIsNone(self.call(xml_fault(1, text)))

    def test_an_unknown_external_id(self):
        text = (
            "Traceback\nValueError: External ID not found in the system: __synkd__.SKA"
        )
        self.assertEqual(self.problem(xml_fault(1, text))[0], problems.NOT_FOUND)

    def test_what_is_no_xml(self):
        for content, problem in (
            (b"<html><body>Busy</body></html>", problems.PAGE),
            (b"<?xml version='1.0'?><methodRes", problems.UNREADABLE),
            (b"", problems.UNREADABLE),
            (b'{"a": 1}', problems.UNREADABLE),
        ):
            with self.subTest(content=content):
                reply = wire.Reply(200, {}, content)
                self.assertEqual(self.problem(reply)[0], problem)

    def test_what_is_xml_and_no_answer(self):
        deep = "<value><array><data>"
        for inside in (
            "<fault></fault>",
            "<fault><value><int>1</int></value></fault>",
            param("<bigdecimal>many</bigdecimal>"),
            param("<dateTime.iso8601></dateTime.iso8601><int>1</int><boolean>?"),
            param(f"<struct><member>{value('<int>1</int>')}</member></struct>"),
            param("<struct><member><name>id</name></member></struct>"),
            param(deep * 200 + "</data></array></value>" * 200),
        ):
            with self.subTest(inside=inside[:80]):
                content = f"<methodResponse>{inside}</methodResponse>".encode()
                told = self.problem(wire.Reply(200, {}, content))
                self.assertEqual(told[0], problems.UNREADABLE)

    def test_faults_of_odd_kinds(self):
        for code, text in ((1, 7), ([], "Not this"), ("2", ["Not this"])):
            with self.subTest(code=code, text=text):
                self.assertEqual(
                    self.problem(xml_fault(code, text))[0], problems.SERVER
                )

    def test_a_key_that_is_said_again_is_hidden(self):
        told = self.problem(xml_fault(2, f"{KEY} may not do this"))
        self.assertEqual(told, (problems.REFUSED, "(hidden) may not do this"))

    def test_statuses_without_xml(self):
        for status, problem in (
            (401, problems.KEY),
            (429, problems.MINUTE),
            (500, problems.SERVER),
            (503, problems.PAUSED),
        ):
            with self.subTest(status=status):
                reply = wire.Reply(status, {}, b"")
                self.assertEqual(self.problem(reply)[0], problem)


@tagged("post_install", "-at_install")
class TestSeries(WireCase):
    """Which Odoo it is, is asked once for each place."""

    series = None
    not_there = wire.Reply(404, {}, b"<html/>")

    def test_from_19_on_it_tells_by_an_address(self):
        self.answers = [answer({"version_info": [19, 0, 0, "final", 0, ""]})]
        self.assertEqual(self.client.series, 19)
        self.assertTrue(self.client.speaks_json)
        self.assertEqual(len(self.sent), 1)

    def test_before_it_tells_by_xml(self):
        self.answers = [self.not_there, xml({"server_version_info": [14, 0, 0]})]
        self.assertEqual(self.client.series, 14)
        self.assertFalse(self.client.speaks_json)

    def test_an_online_version_has_words_before_it(self):
        self.answers = [self.not_there, xml({"server_version_info": ["saas~18", 2]})]
        self.assertEqual(self.client.series, 18)

    def test_who_tells_no_version_is_no_odoo(self):
        for told in ({}, {"server_version_info": ["x"]}):
            self.answers = [self.not_there, xml(told)]
            with self.assertRaises(ApiError) as caught:
                _series = self.client.series
            self.assertEqual(caught.exception.problem, problems.ADDRESS)

    def test_a_fault_is_not_remembered(self):
        self.answers = [ApiError(problems.OFFLINE), answer({"version_info": [19, 0]})]
        with self.assertRaises(ApiError):
            _series = self.client.series
        self.assertEqual(self.client.series, 19)
