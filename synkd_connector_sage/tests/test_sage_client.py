# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import os
import time
import traceback
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.wire import Reply

from ..lib.client import SageClient
from ..simulator import Simulator
from ..simulator.world import COMPANY

KEY = "0F8FAD5B-D9CB-469F-A165-70867728950E"
PASSWORD = "correct horse"


class ClientCase(BaseCase):
    """A simulated Sage, and a client that waits for nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict(os.environ, {LOOPBACK_OPTION: "1"}))
        cls.books = cls.enterClassContext(Simulator())
        cls.control = cls.books.control

    def setUp(self):
        super().setUp()
        self.control.reset()
        self.control.set_limits(minute=10**6)
        self.control.set_options(key=KEY, password=PASSWORD)
        self.client = self.make_client()

    def make_client(self, key=KEY, password=PASSWORD, company=str(COMPANY), url=None):
        """Return a client with one of its parts another one."""
        client = SageClient(
            url or self.books.url,
            lambda _refused: key,
            "books@example.com",
            password,
            company,
        )
        client.rest = 0
        return client

    def assert_problem(self, problem, function, *args):
        """Fail unless a call ends with a problem; return the error."""
        with self.assertRaises(ApiError) as caught:
            function(*args)
        self.assertEqual(caught.exception.problem, problem)
        return caught.exception


@tagged("post_install", "-at_install")
class TestSageLogin(ClientCase):
    def test_a_login_goes_with_each_call(self):
        records, count, total = self.client.page("TaxType")
        self.assertEqual((count, total), (2, 2))
        self.assertTrue(all(isinstance(each["ID"], str) for each in records))
        (call,) = self.control.log()
        self.assertEqual(call["query"]["apikey"], "(hidden)")
        self.assertEqual(call["query"]["companyid"], str(COMPANY))
        self.assertEqual(call["headers"]["content-type"], "application/json")
        self.assertNotIn("x-synkd-secret-query", call["headers"])

    def test_the_companies_are_read_without_one(self):
        self.control.set_options(companies=3)
        tenants = self.make_client(company="").read_tenants()
        self.assertEqual([t.key for t in tenants], ["4711", "4712", "4713"])
        self.assertEqual(tenants[0].name, "Marula Trading")

    def test_a_refused_password_is_tried_once(self):
        client = self.make_client(password="wrong")
        self.assert_problem(problems.LOGIN, client.page, "TaxType")
        self.assertEqual(len(self.control.log()), 1)

    def test_a_key_with_or_without_braces_is_sent_in_braces(self):
        for key in (KEY, "{%s}" % KEY):
            self.assertTrue(self.make_client(key).page("TaxType")[0])
        self.assert_problem(problems.KEY, self.make_client("other").page, "TaxType")

    def test_twenty_bad_logins_lock_the_user_out_for_a_day(self):
        client = self.make_client(password="wrong")
        for _try in range(21):
            self.assert_problem(problems.LOGIN, client.page, "TaxType")
        error = self.assert_problem(problems.MINUTE, self.client.page, "TaxType")
        self.assertEqual(error.seconds, 3600)
        self.control.advance(24 * 3600 + 1)
        self.assertTrue(self.client.page("TaxType")[0])


@tagged("post_install", "-at_install")
class TestSageSecrets(ClientCase):
    """Key and password are nowhere but on the way to Sage."""

    def assert_hidden(self, text):
        """Fail when a text has a secret in one of the ways that it is written."""
        for secret in (KEY, KEY.lower(), PASSWORD, "Ym9va3NAZXhhbXBsZS5jb206"):
            self.assertNotIn(secret, text)

    def test_no_log_of_a_library_has_them(self):
        told = []
        handler = logging.Handler()
        handler.emit = lambda record: told.append(record.getMessage())
        names = ("urllib3", "requests", "http.client")
        for logger in map(logging.getLogger, names):
            self.addCleanup(logger.setLevel, logger.level)
            self.addCleanup(logger.removeHandler, handler)
            logger.setLevel(logging.DEBUG)
            logger.addHandler(handler)
        self.client.page("Customer")
        self.assertIn("/api/2.0.0/Customer/Get", "".join(told))
        self.assert_hidden("".join(told))

    def test_no_exception_of_a_library_has_them(self):
        gone = self.make_client(url="http://127.0.0.1:1")
        error = self.assert_problem(problems.OFFLINE, gone.page, "Customer")
        told = "".join(traceback.format_exception(error))
        self.assertIn("/api/2.0.0/Customer/Get", told, "the library tells the address")
        self.assert_hidden(told)

    def test_no_refusal_has_them_although_sage_repeats_them(self):
        self.control.set_options(refuse="Bad", error_shape="echo")
        error = self.assert_problem(
            problems.REFUSED, self.client.store, "Customer", {"Name": "Bad Apple"}
        )
        self.assertIn("(hidden)", error.words)
        self.assertIn("Bad is not allowed", error.words)
        self.assert_hidden(error.words)

    def test_the_log_of_the_simulator_hides_them(self):
        self.client.page("Customer")
        self.assert_hidden(str(self.control.log()))


@tagged("post_install", "-at_install")
class TestSageErrors(ClientCase):
    def test_a_refusal_is_read_in_each_shape(self):
        self.control.set_options(refuse="Bad")
        for shape in ("object", "model", "list", "texts", "string", "html"):
            self.control.set_options(error_shape=shape)
            with self.subTest(shape=shape):
                error = self.assert_problem(
                    problems.REFUSED, self.client.store, "Customer", {"Name": "Bad"}
                )
                self.assertIn("Bad is not allowed", error.words)
                self.assertNotRegex(error.words, "[<>{}]")

    def test_statuses_mean_what_they_say(self):
        def reply(status, content=b"", headers=None):
            return self.client._to_error(Reply(status, headers or {}, content))

        for status, problem in (
            (400, problems.REFUSED),
            (401, problems.LOGIN),
            (402, problems.UNPAID),
            (403, problems.KEY),
            (404, problems.NOT_FOUND),
            (405, problems.SCOPE),
            (409, problems.REFUSED),
            (415, problems.REFUSED),
            (202, problems.UNREADABLE),
            (500, problems.SERVER),
            (502, problems.SERVER),
            (302, problems.ADDRESS),
        ):
            with self.subTest(status=status):
                self.assertEqual(reply(status, b'"words"').problem, problem)
        self.assertEqual(reply(429).seconds, 3600)
        self.assertEqual(reply(429, b"", {"Retry-After": "5"}).seconds, 3600)
        self.assertEqual(reply(429, b"", {"Retry-After": "7200"}).seconds, 7200)
        self.assertEqual(reply(503).seconds, 300)
        self.assertEqual(reply(503, b"", {"Retry-After": "60"}).seconds, 60)

    def test_what_expired_or_is_not_allowed_is_told(self):
        self.control.set_options(expired=True)
        self.assert_problem(problems.UNPAID, self.client.page, "TaxType")
        self.control.set_options(expired=False, read_only=True)
        self.assert_problem(
            problems.SCOPE, self.client.store, "Customer", {"Name": "Ann"}
        )

    def test_another_company_has_none_of_the_records(self):
        other = self.make_client(company="99")
        self.assert_problem(problems.NOT_FOUND, other.page, "Customer")

    def test_a_list_that_is_none_is_no_empty_list(self):
        for body in (b"[]", b"{}", b'{"Results": null}', b'"nothing"', b"null"):
            with (
                self.subTest(body=body),
                patch(
                    "odoo.addons.synkd_connector_http.lib.wire.send",
                    return_value=Reply(200, {}, body),
                ),
            ):
                self.assert_problem(problems.UNREADABLE, self.client.page, "Customer")

    def test_an_answer_that_names_nothing_tells_not_what_was_written(self):
        for body in (b"{}", b"null", b'{"ID": 0}', b'{"ID": [1]}', b'{"Name": "A"}'):
            with (
                self.subTest(body=body),
                patch(
                    "odoo.addons.synkd_connector_http.lib.wire.send",
                    return_value=Reply(201, {}, body),
                ),
            ):
                self.assert_problem(
                    problems.UNREADABLE, self.client.store, "Customer", {"Name": "A"}
                )

    def test_an_odd_record_is_told_and_its_neighbours_are_read(self):
        for name in ("Ann", "Bob"):
            made = self.client.store("Customer", {"Name": name})
        self.control.spoil("Customer", made["ID"], Name=["odd"])
        ids = [each["ID"] for each in self.client.page("Customer")[0]]
        self.assertEqual(len(ids), 1)
        self.assertEqual(len(self.client.take_odd()), 1)

    def test_what_is_gone_counts_as_deleted(self):
        made = self.client.store("CustomerCategory", {"Description": "Retail"})
        self.client.remove("CustomerCategory", made["ID"])
        self.client.remove("CustomerCategory", made["ID"])
        self.assertIsNone(self.client.one("CustomerCategory", made["ID"]))

    def test_what_is_in_use_is_not_deleted(self):
        owner = self.client.store("Customer", {"Name": "Ann"})
        bank = self.control.id_of("Standard Bank")
        paid = {"CustomerId": int(owner["ID"]), "BankAccountId": bank, "Total": 5}
        self.client.store("CustomerReceipt", paid)
        self.assert_problem(
            problems.REFUSED, self.client.remove, "Customer", owner["ID"]
        )


@tagged("post_install", "-at_install")
class TestSagePace(ClientCase):
    def test_calls_of_one_client_are_a_second_apart(self):
        self.client.rest = 1.0
        self.assertEqual(SageClient.rest, 1.0)
        slept = []
        with (
            patch.object(time, "monotonic", lambda: 100 + sum(slept)),
            patch.object(time, "sleep", slept.append),
        ):
            for _call in range(3):
                self.client._await_turn()
        self.assertEqual([round(each, 6) for each in slept], [1.0, 1.0])

    def test_a_minute_s_calls_then_an_hour_s_silence(self):
        self.control.set_limits(minute=100)
        self.control.set_scale(0)
        self.addCleanup(self.control.set_scale, 1)
        for _call in range(100):
            self.client.page("TaxType")
        error = self.assert_problem(problems.MINUTE, self.client.page, "TaxType")
        self.assertEqual(error.seconds, 3600)
        self.control.advance(3599)
        self.assert_problem(problems.MINUTE, self.client.page, "TaxType")
        self.control.advance(3599)
        self.assert_problem(problems.MINUTE, self.client.page, "TaxType")
        self.control.advance(3601)
        self.assertTrue(self.client.page("TaxType")[0], "asking made it longer")
