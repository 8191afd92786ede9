# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rate limits and idempotency keys of the simulated Xero, and its clock."""

import threading
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector_xero.simulator import Simulator
from odoo.addons.synkd_connector_xero.simulator.dates import read_day

from .simulator_case import SimulatorCase, send

LIST = "/Contacts?page=1"


@tagged("-at_install", "post_install")
class TestSimulatorLimits(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.control.set_scale(0)

    def left(self, reply):
        """Return what an answer says remains: minute, day, app."""
        names = ("X-MinLimit", "X-DayLimit", "X-AppMinLimit")
        return tuple(int(reply.headers[f"{name}-Remaining"]) for name in names)

    def test_every_answer_tells(self):
        self.control.set_limits(minute=60, day=5000, app=10000)
        self.assertEqual(self.left(self.api("GET", LIST)), (59, 4999, 9999))
        self.assertEqual(self.left(self.api("PUT", "/Contacts", {})), (58, 4998, 9998))
        reply = self.api("GET", f"/Contacts/{self.first}")
        self.assertEqual((reply.status, self.left(reply)), (404, (57, 4997, 9997)))

    def test_minute(self):
        self.control.set_limits(minute=3)
        for _each in range(3):
            self.assertEqual(self.api("GET", LIST).status, 200)
        reply = self.api("GET", LIST)
        self.assertEqual(reply.status, 429)
        self.assertEqual(reply.headers["X-Rate-Limit-Problem"], "minute")
        wait = int(reply.headers["Retry-After"])
        self.assertTrue(1 <= wait <= 60)
        self.control.advance(wait - 2)
        self.assertEqual(self.api("GET", LIST).status, 429)
        self.control.advance(3)
        self.assertEqual(self.left(self.api("GET", LIST))[0], 2)

    def test_day(self):
        self.control.set_limits(day=1000)
        self.control.spend(day=1)
        self.assertEqual(self.api("GET", LIST).status, 200)
        reply = self.api("GET", LIST)
        self.assertEqual(reply.headers["X-Rate-Limit-Problem"], "day")
        wait = int(reply.headers["Retry-After"])
        self.assertTrue(60 < wait <= 86400)
        self.control.advance(wait + 1)
        self.token = self.control.grant()["access_token"]
        self.assertEqual(self.left(self.api("GET", LIST))[1], 999)

    def test_app(self):
        self.control.set_limits(app=2)
        self.api("GET", LIST)
        self.api("GET", LIST, tenant=self.second)
        reply = self.api("GET", LIST)
        self.assertEqual(reply.headers["X-Rate-Limit-Problem"], "appminute")

    def test_tenants_count_apart_and_reset_at_other_times(self):
        self.control.set_limits(minute=1)
        self.assertEqual(self.api("GET", LIST).status, 200)
        self.assertEqual(self.api("GET", LIST, tenant=self.second).status, 200)
        waits = [
            int(self.api("GET", LIST, tenant=tenant).headers["Retry-After"])
            for tenant in (self.first, self.second)
        ]
        self.assertNotEqual(*waits)

    def test_refused_calls_do_not_count(self):
        self.control.set_limits(minute=1, day=10)
        for _each in range(5):
            self.api("GET", LIST)
        self.assertEqual(self.left(self.api("GET", LIST)), (0, 9, 99999))

    def test_concurrent(self):
        self.control.set_limits(concurrent=5)
        self.control.add_fault("hold", path="/Contacts", times=5)
        statuses = []

        def call():
            statuses.append(self.api("GET", LIST).status)

        threads = [threading.Thread(target=call) for _each in range(5)]
        for thread in threads:
            thread.start()
        self.assertTrue(self.control.wait_held(5))
        reply = self.api("GET", LIST)
        self.assertEqual(reply.status, 429)
        self.assertEqual(reply.headers["X-Rate-Limit-Problem"], "concurrent")
        self.assertNotIn("Retry-After", reply.headers)
        other = self.api("GET", LIST, tenant=self.second)
        self.assertEqual(other.status, 200, "counted per organisation")
        self.control.release()
        for thread in threads:
            thread.join(30)
        self.assertEqual(statuses, [200] * 5)
        self.assertEqual(self.api("GET", LIST).status, 200)

    def test_a_429_wrote_nothing(self):
        self.control.set_limits(minute=1)
        self.api("GET", LIST)
        self.assertEqual(self.api("PUT", "/Contacts", {"Name": "Ann"}).status, 429)
        self.assertEqual(self.control.state()["contacts"], [])

    def test_connections_are_not_counted(self):
        self.control.set_limits(minute=1)
        headers = {"Authorization": f"Bearer {self.token}"}
        for _each in range(3):
            reply = send(self.xero.url, "GET", "/connections", None, headers)
            self.assertEqual(reply.status, 200)
        self.assertEqual(self.api("GET", LIST).status, 200)

    def test_organisation_is_no_egress(self):
        self.api("GET", "/Organisation")
        self.assertEqual(self.control.counters()["egress"], 0)
        size = len(self.api("GET", LIST).data)
        self.assertEqual(self.control.counters()["egress"], size)


@tagged("-at_install", "post_install")
class TestSimulatorIdempotency(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.control.set_scale(0)

    def put(self, name, key="key-1", **headers):
        """Create a contact with a key; return the reply."""
        body = {"Contacts": [{"Name": name}]}
        return self.api("PUT", "/Contacts", body, Idempotency_Key=key, **headers)

    def test_same_call_same_answer(self):
        one, two = self.put("Ann"), self.put("Ann")
        self.assertEqual((one.status, one.data), (200, two.data))
        self.assertEqual(len(self.control.state()["contacts"]), 1)

    def test_without_a_key_it_runs_again(self):
        self.api("PUT", "/Contacts", {"Name": "Ann"})
        self.assertEqual(self.api("PUT", "/Contacts", {"Name": "Ann"}).status, 400)

    def test_six_minutes_from_the_first_call(self):
        self.put("Ann")
        self.control.advance(300)
        self.assertEqual(self.put("Ann").status, 200)
        self.control.advance(59)
        self.assertEqual(self.put("Ann").status, 200, "a replay does not prolong")
        self.control.advance(1)
        self.assertEqual(self.put("Ann").status, 400, "runs again: the name is taken")

    def test_other_request_with_the_same_key(self):
        self.put("Ann")
        self.assertEqual(self.put("Bob").status, 400)
        body = {"Contacts": [{"Name": "Ann"}]}
        for method, path in (("POST", "/Contacts"), ("PUT", "/Contacts?x=1")):
            reply = self.api(method, path, body, Idempotency_Key="key-1")
            self.assertEqual(reply.status, 400)
            self.assertIn("different request", reply.json["Message"])

    def test_key_is_of_the_app_not_of_the_tenant(self):
        made = self.put("Ann")
        other = self.put("Ann", tenant=self.second)
        self.assertEqual(made.data, other.data, "the answer of the wrong organisation")
        self.assertEqual(self.control.state("Tui")["contacts"], [])
        app = self.control.grant(app="sim-public")["access_token"]
        self.assertEqual(self.put("Ann", token=app).status, 400, "another app: it ran")

    def test_errors_are_kept_too(self):
        self.control.add_fault("500", method="PUT")
        self.assertEqual(self.put("Ann").status, 500)
        self.assertEqual(self.put("Ann").status, 500, "though nothing is wrong now")
        self.assertEqual(self.put("Ann", key="key-2").status, 200)

    def test_write_then_500_is_kept(self):
        self.control.add_fault("500_after", method="PUT")
        self.assertEqual(self.put("Ann").status, 500)
        self.assertEqual(self.put("Ann").status, 500)
        self.assertEqual(len(self.control.state()["contacts"]), 1, "it was written")

    def test_replay_costs_a_call_and_limits_come_first(self):
        self.control.set_limits(minute=2)
        one, two = self.put("Ann"), self.put("Ann")
        self.assertEqual(one.headers["X-MinLimit-Remaining"], "1")
        self.assertEqual(two.headers["X-MinLimit-Remaining"], "0")
        self.assertEqual(self.put("Ann").status, 429)
        self.control.advance(61)
        self.assertEqual(self.put("Ann").data, one.data, "the 429 was not kept")

    def test_lost_answer_is_replayed(self):
        self.control.add_fault("lost_after", method="PUT")
        with self.assertRaises(OSError):
            self.put("Ann")
        reply = self.put("Ann")
        self.assertEqual(reply.status, 200)
        self.assertEqual(len(self.control.state()["contacts"]), 1)

    def test_stale_answer_of_an_edit_back_and_forth(self):
        made = self.contact("Ann")
        path = f"/Contacts/{made['ContactID']}"
        for name in ("A", "B", "A"):
            sent = {"FirstName": name}
            self.api("POST", path, sent, Idempotency_Key=f"hash-of-{name}")
        self.assertEqual(self.read_contact(made)["FirstName"], "B")

    def test_key_length(self):
        self.assertEqual(self.put("Ann", key="k" * 128).status, 200)
        self.assertEqual(self.put("Bob", key="k" * 129).status, 400)

    def test_not_for_reading_and_deleting(self):
        self.api("GET", LIST, Idempotency_Key="g")
        self.contact("Ann")
        reply = self.api("GET", LIST, Idempotency_Key="g")
        self.assertEqual(len(reply.json["Contacts"]), 1)


@tagged("-at_install", "post_install")
class TestSimulatorClock(BaseCase):
    def test_one_clock_for_everything(self):
        start = datetime(2026, 3, 1, 8, tzinfo=timezone.utc)
        with Simulator(scale=0, start=start) as xero:
            token = xero.control.grant()["access_token"]
            headers = {
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "xero-tenant-id": next(iter(xero.control.tenants())),
            }
            path = "/api.xro/2.0/Contacts"
            reply = send(xero.url, "PUT", path, {"Name": "Ann"}, headers)
            told = reply.json["Contacts"][0]["UpdatedDateUTC"]
            self.assertEqual(told, "/Date(1772352000000+0000)/")
            self.assertEqual(parsedate_to_datetime(reply.headers["Date"]), start)
            xero.control.advance(1799)
            self.assertEqual(send(xero.url, "GET", path, None, headers).status, 200)
            xero.control.advance(1)
            self.assertEqual(send(xero.url, "GET", path, None, headers).status, 401)

    def test_days(self):
        self.assertEqual(read_day("2026-03-01T22:00:00").isoformat(), "2026-03-01")
        self.assertEqual(read_day("/Date(-86400000)/").isoformat(), "1969-12-31")
        for text in ("2026-13-01", "yesterday", "20260301"):
            with self.assertRaises(ValueError):
                read_day(text)
