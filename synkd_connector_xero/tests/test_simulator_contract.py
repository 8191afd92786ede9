# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Xero publishes about its interface, and that both sides keep to it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from .. import simulator
from ..simulator import Simulator
from ..simulator.contract import CONTRACT
from ..simulator.routing import PREFIX, ROUTES
from .simulator_case import SimulatorCase, send

ACCEPT = {"accept": "application/json"}
ID = "3e776c4b-ea9e-4bb1-96be-6b0c7a71a37f"
HOME = Path(simulator.__file__).parent


@tagged("-at_install", "post_install")
class TestContract(BaseCase):
    """The checker: what is right passes, and each kind of mistake is found."""

    def wrong(self, call, body=None, query=None, **headers):
        """Return the sentences about a call, such as "PUT /Contacts"."""
        method, path = call.split(" ")
        sent = ACCEPT | {k.replace("_", "-"): v for k, v in headers.items()}
        return CONTRACT.check_request(method, PREFIX + path, query or {}, sent, body)

    def contact(self, **fields):
        """Return the sentences about a contact that is sent."""
        return self.wrong("PUT /Contacts", {"Contacts": [{"Name": "Ann", **fields}]})

    def test_what_xero_publishes_passes(self):
        self.assertEqual(CONTRACT.told["version"], "16.1.0")
        self.assertEqual(self.contact(ContactNumber="1" * 50), [])
        query = {"page": "1", "IDs": f"{ID},{ID}", "includeArchived": "true"}
        since = "2026-11-22T00:00:00"
        call = "GET /Contacts"
        self.assertEqual(self.wrong(call, None, query, if_modified_since=since), [])
        self.assertEqual(self.wrong("GET /Contacts/C-1"), [], "by its number")
        found = CONTRACT.check_request("DELETE", f"/connections/{ID}", {}, {}, None)
        self.assertEqual(found, [])

    def test_each_mistake_in_a_body_is_found(self):
        for fields, words in (
            ({"Nmae": "Ann"}, "Nmae: no such field"),
            ({"ContactNumber": "1" * 51}, "no string 50"),
            ({"ContactID": "C-1"}, "no uuid"),
            ({"ContactStatus": "GONE"}, "no enum ACTIVE"),
            ({"IsCustomer": "true"}, "no boolean"),
            ({"EmailAddress": None}, "no string"),
            ({"Phones": {}}, "no list"),
            ({"PaymentTerms": []}, "no object"),
            ({"Website": "http://ann.example"}, "only the books write this"),
            ({"Addresses": [{"AddressType": "HOME"}]}, "Addresses[0].AddressType"),
            ({"PaymentTerms": {"Sales": {"Day": "30"}}}, "no integer"),
        ):
            with self.subTest(words=words):
                self.assertIn(words, " ".join(self.contact(**fields)))
        payment = {"Amount": "10.00", "Date": "22.11.2026"}
        found = " ".join(self.wrong("PUT /Payments", {"Payments": [payment]}))
        self.assertIn("'10.00' is no number", found)
        self.assertIn("is no date", found)
        allocation = {"Allocations": [{"Amount": 1.5}]}
        path = f"PUT /CreditNotes/{ID}/Allocations"
        self.assertIn("Invoice: missing", " ".join(self.wrong(path, allocation)))

    def test_each_mistake_around_a_body_is_found(self):
        for call, given, words in (
            ("GET /Kontakte", {}, "no such call"),
            ("DELETE /Contacts", {}, "no such call"),
            ("GET /Contacts", {"query": {"colour": "red"}}, "no such parameter"),
            ("GET /Contacts", {"query": {"page": "one"}}, "no integer"),
            ("GET /Contacts", {"query": {"summaryOnly": "1"}}, "neither true nor"),
            ("GET /Contacts", {"query": {"IDs": f"{ID},C-1"}}, "'C-1' is no id"),
            ("GET /Contacts", {"body": {"x": 1}}, "a body where there is none"),
            ("GET /Contacts", {"idempotency_key": "k"}, "not on this call"),
            ("GET /TaxRates", {"if_modified_since": "x"}, "not on this call"),
            ("GET /Contacts", {"if_modified_since": "today"}, "if-modified-since"),
            ("GET /Contacts", {"accept": "*/*"}, "XML would come back"),
            ("PUT /Contacts", {"idempotency_key": "k" * 129}, "too long"),
            ("PUT /Contacts", {}, "body: no object"),
            ("GET /Invoices/INV-1", {}, "no id"),
        ):
            with self.subTest(words=words, call=call):
                self.assertIn(words, " ".join(self.wrong(call, **given)))

    def test_every_route_of_the_simulator_is_a_call_of_xero(self):
        known = [(c["method"], c["pattern"]) for c in CONTRACT.told["calls"].values()]
        for method, form, _function, _areas in ROUTES.routes:
            path = form.pattern.removesuffix("/?").replace("([^/]+)", ID)
            with self.subTest(call=f"{method} {path}"):
                self.assertTrue(
                    any(m == method and p.fullmatch(path) for m, p in known)
                )


@tagged("-at_install", "post_install")
class TestContractLog(SimulatorCase):
    """The log of a suite, which several simulators write at once."""

    def test_simulators_append_to_one_file_and_keep_no_secret(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "suite.jsonl"
            with (
                patch.dict(os.environ, {"SYNKD_XERO_LOG": str(path)}),
                Simulator() as first,
                Simulator() as second,
            ):
                for xero in (first, second, first):
                    self.log_in(xero)
            lines = path.read_text().splitlines()
        entries = [json.loads(line) for line in lines]
        self.assertEqual([e["path"] for e in entries], ["/connect/token"] * 3)
        for name in ("method", "headers", "body", "status", "violations"):
            self.assertIn(name, entries[0])
        for secret in ("sim-secret", "hush", "Basic"):
            self.assertNotIn(secret, "".join(lines))

    def log_in(self, xero):
        """Ask for tokens, with everything that nobody may read."""
        body = (
            "grant_type=authorization_code&client_id=sim-client&code=hush&state=hush"
            "&client_secret=sim-secret&code_verifier=hush&refresh_token=hush"
        )
        kind = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": "Basic aHVzaDpodXNo",
            "Cookie": "hush",
        }
        send(xero.url, "POST", "/connect/token", body, kind)

    def test_a_log_is_checked_by_itself(self):
        agent = {"User_Agent": "ours"}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "suite.jsonl"
            self.xero.log_path = path
            self.addCleanup(setattr, self.xero, "log_path", None)
            self.api("GET", "/Contacts?colour=red")
            self.ok("GET", "/Contacts", **agent)
            self.assertEqual(self.check(path), (0, "1 calls, 0 violations"))
            self.api("GET", "/Contacts?colour=red", **agent)
            code, told = self.check(path)
        self.assertEqual(code, 1)
        self.assertIn("GET /api.xro/2.0/Contacts: colour: no such parameter", told)

    def check(self, path):
        """Return the exit code and the words of the checker."""
        command = [sys.executable, "-I", HOME, "--check", path]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        return found.returncode, found.stdout.strip()

    def test_calls_that_break_the_contract_are_remembered(self):
        self.control.violations(clear=True)
        self.ok("GET", "/Contacts")
        self.assertEqual(self.control.violations(), [])
        self.api("GET", "/Contacts?colour=red")
        self.assertEqual(
            self.control.violations(clear=True), ["colour: no such parameter"]
        )
        self.assertEqual(self.control.violations(), [])
