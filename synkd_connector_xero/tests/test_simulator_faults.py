# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes wrong on demand, the levers behind the scenes, and the request log."""

import json
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector_http import simulator as http_kit
from odoo.addons.synkd_connector_http.simulator.faults import Fault
from odoo.addons.synkd_connector_xero import simulator
from odoo.addons.synkd_connector_xero.simulator import ControlClient, Simulator

from .simulator_case import SimulatorCase, send

LIST = "/Contacts?page=1"


@tagged("-at_install", "post_install")
class TestSimulatorFaults(SimulatorCase):
    def names(self):
        """Return the names of the contacts there are."""
        return [each["Name"] for each in self.control.state()["contacts"]]

    def put(self, name="Ann"):
        """Create a contact; return the reply."""
        return self.api("PUT", "/Contacts", {"Name": name})

    def test_lost_before_the_write(self):
        self.control.add_fault("lost_before", method="PUT")
        with self.assertRaises(OSError):
            self.put()
        self.assertEqual(self.names(), [])
        self.assertEqual(self.put().status, 200)

    def test_lost_after_the_write(self):
        self.control.add_fault("lost_after", method="PUT")
        with self.assertRaises(OSError):
            self.put()
        self.assertEqual(self.names(), ["Ann"])

    def test_errors_of_the_server(self):
        for kind, saved in (("500", []), ("500_after", ["Ann"])):
            self.control.add_fault(kind, method="PUT")
            self.assertEqual(self.put().status, 500)
            self.assertEqual(self.names(), saved)

    def test_offline_is_plain_text(self):
        self.control.add_fault("503")
        reply = self.api("GET", LIST)
        self.assertEqual(reply.status, 503)
        self.assertEqual(reply.data, b"The Organisation is offline")
        self.assertIn("text/plain", reply.headers["Content-Type"])

    def test_each_kind_of_429(self):
        for problem in ("minute", "day", "appminute", "concurrent"):
            self.control.add_fault(f"429_{problem}", method="PUT")
            reply = self.put()
            self.assertEqual(reply.status, 429)
            self.assertEqual(reply.headers["X-Rate-Limit-Problem"], problem)
            waits = "Retry-After" in reply.headers
            self.assertEqual(waits, problem != "concurrent")
            self.assertIn("X-DayLimit-Remaining", reply.headers)
        self.assertEqual(self.names(), [])

    def test_truncated(self):
        self.control.add_fault("truncated")
        with self.assertRaises(IncompleteRead):
            self.api("GET", LIST)

    def test_wrong_json(self):
        self.control.add_fault("wrong_json", method="PUT")
        reply = self.put()
        self.assertEqual(reply.status, 200)
        with self.assertRaises(ValueError):
            self.fail(reply.json)
        self.assertEqual(self.names(), ["Ann"])

    def test_clock_skew(self):
        self.control.add_fault("clock_skew", seconds=-7200)
        told = parsedate_to_datetime(self.api("GET", LIST).headers["Date"])
        gone = datetime.now(timezone.utc) - told
        self.assertAlmostEqual(gone.total_seconds(), 7200, delta=60)

    def test_slow(self):
        self.control.add_fault("slow", seconds=0.05)
        self.assertEqual(self.api("GET", LIST).status, 200)
        self.assertEqual(self.control.faults()[0]["times"], 0)

    def test_only_what_matches(self):
        self.control.add_fault("503", method="PUT,POST", path="/Invoices")
        self.assertEqual(self.put().status, 200)
        self.assertEqual(self.api("GET", "/Invoices").status, 200)
        self.assertEqual(self.api("POST", "/Invoices", {}).status, 503)
        self.assertEqual(self.api("POST", "/Invoices", {}).status, 400)

    def test_times_and_every(self):
        self.control.add_fault("503", times=2, every=3)
        found = [self.api("GET", LIST).status for _each in range(10)]
        self.assertEqual(found, [200, 200, 503, 200, 200, 503, *[200] * 4])

    def test_for_ever_until_cleared(self):
        self.control.add_fault("503", times=None)
        found = {self.api("GET", LIST).status for _each in range(5)}
        self.assertEqual(found, {503})
        self.control.clear_faults()
        self.assertEqual(self.api("GET", LIST).status, 200)

    def test_identity_fails_too(self):
        self.control.add_fault("503", path="/connect/token")
        reply = send(self.xero.url, "POST", "/connect/token")
        self.assertEqual(reply.status, 503)
        self.control.add_fault("500", path="/connections")
        self.assertEqual(send(self.xero.url, "GET", "/connections").status, 500)

    def test_two_kinds_at_once(self):
        self.control.add_fault("500_after", method="PUT")
        self.control.add_fault("lost_after", method="PUT")
        with self.assertRaises(OSError):
            self.put()
        self.assertEqual(self.names(), ["Ann"])

    def test_unknown_kind(self):
        with self.assertRaisesRegex(ValueError, "lost_after"):
            Fault("explode")

    def test_a_fault_of_the_simulator_is_a_500(self):
        sent = {"Name": "Ann", "Addresses": "nowhere"}
        self.assertEqual(self.api("PUT", "/Contacts", sent).status, 500)
        self.assertEqual(self.names(), [])


@tagged("-at_install", "post_install")
class TestSimulatorControl(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.remote = ControlClient(self.xero.url)

    def test_the_same_over_http(self):
        self.contact("Ann")
        self.assertEqual(self.remote.state(), self.control.state())
        self.assertEqual(self.remote.tenants(), self.control.tenants())
        fault = self.remote.add_fault(kind="503", path="/Contacts")
        self.assertEqual(fault["kind"], "503")
        self.assertEqual(self.api("GET", LIST).status, 503)
        self.remote.reset()
        self.assertEqual(self.remote.state()["contacts"], [])

    def test_what_does_not_exist(self):
        for call in (
            lambda: self.remote.nonsense(),
            lambda: self.remote._tenant(tenant=""),
            lambda: self.remote.add_fault(kind="nonsense"),
            lambda: self.remote.state(tenant="Nobody"),
            lambda: self.remote.set_options(nonsense=1),
            lambda: self.remote.advance(),
        ):
            with self.assertRaises(ValueError):
                call()

    def test_state_shows_documents(self):
        made = self.invoice()
        self.pay(made, 15)
        found = self.remote.state()
        self.assertEqual(found["invoices"][0]["AmountDue"], 100)
        self.assertEqual(found["payments"][0]["Amount"], 15)
        self.assertEqual(self.remote.state(tenant="Tui")["invoices"], [])

    def test_spend(self):
        found = self.remote.spend(minute=3, day=7)
        self.assertEqual(found["X-MinLimit-Remaining"], "3")
        self.assertEqual(found["X-DayLimit-Remaining"], "7")

    def test_set_record_goes_past_the_rules(self):
        accounts = self.ok("GET", "/Accounts")["Accounts"]
        sales = next(each for each in accounts if each["Code"] == "200")
        self.remote.set_record(
            table="accounts", key=sales["AccountID"], Status="ARCHIVED"
        )
        sent = self.invoice_of(self.contact())
        self.refused("PUT", "/Invoices", sent, "Account code '200'")
        with self.assertRaises(ValueError):
            self.remote.set_record(table="organisation", key="x")

    def test_clock(self):
        one = self.remote.advance(seconds=0)["now"]
        two = self.remote.advance(seconds=86400)["now"]
        self.assertGreater(two, one)
        self.remote.set_scale(scale=0)
        stopped = self.remote.advance(seconds=0)
        self.assertEqual(self.remote.advance(seconds=0), stopped)

    def test_reset_keeps_the_limits(self):
        self.remote.set_limits(minute=7)
        self.remote.reset()
        self.assertEqual(self.remote.counters()["X-MinLimit-Remaining"], "7")

    def test_merge_and_archive(self):
        one, two = self.contact("Ann"), self.contact("Bob")
        keys = {"loser": one["ContactID"], "winner": two["ContactID"]}
        gone = self.remote.merge_contacts(**keys)
        self.assertEqual(gone["MergedToContactID"], two["ContactID"])
        gone = self.remote.archive_contact(contact_id=two["ContactID"])
        self.assertEqual(gone["ContactStatus"], "ARCHIVED")

    def test_app(self):
        self.remote.add_app(client_id="mine", secret="s", legacy=True)
        token = self.remote.grant(app="mine", tenants=["Tui"])["access_token"]
        reply = self.api("GET", "/Contacts", token=token, tenant=self.second)
        self.assertEqual(reply.status, 200)
        self.assertEqual(self.api("GET", "/Contacts", token=token).status, 403)


@tagged("-at_install", "post_install")
class TestSimulatorLog(SimulatorCase):
    def test_entries(self):
        self.control.log(clear=True)
        self.api("PUT", "/Contacts?summarizeErrors=false", {"Name": "Ann"})
        entry = self.control.log()[-1]
        self.assertEqual(entry["method"], "PUT")
        self.assertEqual(entry["path"], "/api.xro/2.0/Contacts")
        self.assertEqual(entry["query"], {"summarizeErrors": "false"})
        self.assertEqual(entry["body"], {"Name": "Ann"})
        self.assertEqual((entry["status"], entry["lost"]), (200, False))
        self.assertEqual(entry["headers"]["xero-tenant-id"], self.first)

    def test_lost_calls_are_in_it(self):
        for kind in ("lost_before", "lost_after"):
            self.control.add_fault(kind)
            with self.assertRaises(OSError):
                self.api("GET", LIST)
        found = [(e["status"], e["lost"]) for e in self.control.log()[-2:]]
        self.assertEqual(found, [(None, True), (200, True)])

    def test_no_secrets(self):
        refresh = self.control.grant()["refresh_token"]
        body = (
            "grant_type=refresh_token&client_id=sim-client&client_secret=sim-secret"
            f"&refresh_token={refresh}"
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = send(self.xero.url, "POST", "/connect/token", body, kind)
        self.assertEqual(reply.status, 200)
        self.api("GET", f"{LIST}&access_token={self.token}")
        text = json.dumps(self.control.log())
        for secret in (refresh, "sim-secret", self.token):
            self.assertNotIn(secret, text)
        self.assertIn("client_id=sim-client", text)

    def test_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "requests.jsonl"
            with Simulator(log=path) as xero:
                send(xero.url, "GET", "/connections")
                send(xero.url, "GET", "/nonsense")
            lines = [json.loads(line) for line in path.read_text().splitlines()]
        self.assertEqual([line["status"] for line in lines], [401, 404])


@tagged("-at_install", "post_install")
class TestSimulatorProcess(BaseCase):
    def test_by_itself(self):
        home = Path(simulator.__file__).parent
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-I", home, "--auto-allow", "--scale", "0"]
            log = Path(folder) / "log"
            process = subprocess.Popen(
                [*command, "--log", log], stdout=subprocess.PIPE, text=True, cwd=folder
            )
            try:
                url = process.stdout.readline().strip()
                control = ControlClient(url)
                self.assertEqual(len(control.tenants()), 2)
                token = control.grant()["access_token"]
                headers = {"Authorization": f"Bearer {token}"}
                found = send(url, "GET", "/connections", None, headers)
                self.assertEqual(len(found.json), 2)
            finally:
                process.terminate()
                process.wait(30)
                process.stdout.close()
            self.assertEqual(len(log.read_text().splitlines()), 1)

    def test_books_and_logins_last_until_next_time(self):
        home = Path(simulator.__file__).parent
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-I", home, "--store", Path(folder) / "store"]
            first = self.started(command)
            token = ControlClient(first.url).grant()["access_token"]
            tenant = next(iter(ControlClient(first.url).tenants()))
            headers = {
                "Authorization": f"Bearer {token}",
                "xero-tenant-id": tenant,
                "Accept": "application/json",
            }
            path, body = "/api.xro/2.0/Contacts", {"Contacts": [{"Name": "Ann"}]}
            made = send(first.url, "PUT", path, body, headers).json["Contacts"][0]
            self.end(first)
            again = self.started(command)
            found = send(again.url, "GET", path, None, headers).json["Contacts"]
            self.assertEqual([each["ContactID"] for each in found], [made["ContactID"]])
            reply = send(again.url, "PUT", path, body, headers)
            self.assertEqual(reply.status, 400, "the name is still taken")
            self.end(again)

    def started(self, command):
        """Return a simulator in a process of its own, with its url."""
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        process.url = process.stdout.readline().strip()
        return process

    def end(self, process):
        """End a simulator as its service does."""
        process.terminate()
        self.assertEqual(process.wait(30), 0)

    def test_knows_nothing_of_odoo(self):
        mine, kit = (Path(each.__file__).parent for each in (simulator, http_kit))
        known = "from odoo.addons.synkd_connector_http.simulator"
        for path in (*mine.glob("*.py"), *kit.glob("*.py")):
            text = path.read_text().replace(known, "from kit")
            with self.subTest(path=path.name):
                self.assertNotRegex(text, r"(?m)^ *(import|from) odoo")

    def test_port_is_free_again(self):
        with Simulator() as xero:
            port = int(xero.url.rpartition(":")[2])
        with Simulator(port=port) as again:
            self.assertEqual(again.url, xero.url)
        with self.assertRaises(OSError):
            send(xero.url, "GET", "/connections")
