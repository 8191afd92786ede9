# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The parts of the simulator on their own, without HTTP."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector_http.simulator import Answer, Clock, Refused, Request
from odoo.addons.synkd_connector_xero.simulator import (
    batch,
    contact_rules,
    contacts,
    dates,
    documents,
    errors,
    lines,
    listing,
    routing,
    seed,
    wire,
)
from odoo.addons.synkd_connector_xero.simulator.errors import Invalid
from odoo.addons.synkd_connector_xero.simulator.idempotency import XeroKeys
from odoo.addons.synkd_connector_xero.simulator.limits import XeroLimits
from odoo.addons.synkd_connector_xero.simulator.lines import Rules
from odoo.addons.synkd_connector_xero.simulator.state import TABLES, World

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def stopped():
    """Return a clock that stands still."""
    return Clock(START, scale=0)


@tagged("-at_install", "post_install")
class TestSimulatorWire(BaseCase):
    def test_plain(self):
        value = {
            "Amount": Decimal("12.50"),
            "Quantity": Decimal("3.000"),
            "Date": date(2026, 3, 1),
            "_own": "hidden",
            "Lines": [{"_x": 1, "Y": (Decimal("0.1"),)}],
        }
        found = wire.plain(value)
        self.assertEqual(
            found,
            {
                "Amount": 12.5,
                "Quantity": 3,
                "Date": "/Date(1772323200000+0000)/",
                "Lines": [{"Y": [0.1]}],
            },
        )
        self.assertIsInstance(found["Quantity"], int)

    def test_twins_only_when_wanted_and_only_of_dates(self):
        value = {"Date": date(2026, 3, 1), "DueDate": None, "FullyPaidOnDate": START}
        self.assertNotIn("DateString", wire.plain(value))
        found = wire.plain(value, twins=True)
        self.assertEqual(found["DateString"], "2026-03-01T00:00:00")
        self.assertNotIn("DueDateString", found)
        self.assertNotIn("FullyPaidOnDateString", found)

    def test_cents_are_rounded_half_up(self):
        for text, rounded in (
            ("0.005", "0.01"),
            ("0.015", "0.02"),
            ("-0.005", "-0.01"),
        ):
            self.assertEqual(wire.cents(text), Decimal(rounded), text)

    def test_numbers_are_read_as_decimals(self):
        found = wire.from_json(b'{"a": 0.1, "b": 3}')
        self.assertEqual(found, {"a": Decimal("0.1"), "b": Decimal(3)})
        self.assertIsInstance(found["b"], Decimal)
        with self.assertRaises(ValueError):
            wire.from_json(b"<a/>")

    def test_xml(self):
        text = wire.to_xml("Response", {"Names": ["a<b", None], "N": 1})
        self.assertEqual(
            text,
            "<Response><Names><Name>a&lt;b</Name><Name></Name></Names><N>1</N></Response>",
        )

    def test_dates(self):
        self.assertEqual(dates.milliseconds(START), "/Date(1772366400000+0000)/")
        before = datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
        self.assertEqual(dates.milliseconds(before), "/Date(-1000+0000)/")
        self.assertEqual(dates.twin(START), "2026-03-01T12:00:00")
        since = dates.read_since("2026-03-01T12:00:00.999")
        self.assertEqual(since, START)
        self.assertIsNone(dates.read_since("yesterday"))


@tagged("-at_install", "post_install")
class TestSimulatorLimits(BaseCase):
    """What of limits and keys is Xero's; the rest is the kit's."""

    def test_the_headers_and_numbers_are_xeros(self):
        limits = XeroLimits(stopped())
        self.assertEqual(
            limits.headers("t"),
            {
                "X-MinLimit-Remaining": "60",
                "X-DayLimit-Remaining": "5000",
                "X-AppMinLimit-Remaining": "10000",
            },
        )
        refused = limits.refusal("t", "day")
        self.assertEqual(refused.headers["X-Rate-Limit-Problem"], "day")
        self.assertEqual(limits.concurrent_limit, 5)

    def test_a_key_is_known_for_six_minutes(self):
        clock = stopped()
        keys, request = XeroKeys(clock), ("PUT", "/x", b"body")
        keys.keep("app", "k", request, "answer")
        clock.advance(359.9)
        self.assertEqual(keys.lookup("app", "k", request), "answer")
        with self.assertRaises(Refused) as caught:
            keys.lookup("app", "k", ("PUT", "/y", b"body"))
        self.assertEqual(caught.exception.body["Type"], "BadRequest")
        clock.advance(0.1)
        self.assertIsNone(keys.lookup("app", "k", request))
        with self.assertRaises(Refused):
            keys.lookup("app", "k" * 129, request)


@tagged("-at_install", "post_install")
class TestSimulatorLineParts(BaseCase):
    def setUp(self):
        super().setUp()
        self.tenant = next(iter(World(0, START).tenants.values()))
        self.rules = Rules("Exclusive", approved=True)

    def one(self, **fields):
        """Return the one line that these fields make."""
        sent = {"Description": "x", "AccountCode": "200", **fields}
        return lines.read(self.tenant, [sent], self.rules)[0]

    def test_one_of_something_is_the_default(self):
        self.assertEqual(self.one(UnitAmount=10)["Quantity"], 1)

    def test_unit_from_line_amount(self):
        line = self.one(LineAmount=100, Quantity=4)
        self.assertEqual((line["UnitAmount"], line["LineAmount"]), (25, 100))
        with self.assertRaisesRegex(Invalid, "does not match"):
            self.one(LineAmount=100, Quantity=3)

    def test_inclusive_tax_is_taken_out(self):
        self.rules.amount_types = "Inclusive"
        line = self.one(UnitAmount="0.07")
        self.assertEqual(line["TaxAmount"], Decimal("0.01"))
        found = lines.totals([line] * 3, "Inclusive")
        self.assertEqual(found["Total"], Decimal("0.21"))
        self.assertEqual(found["SubTotal"], Decimal("0.18"))

    def test_by_account_id(self):
        account = next(iter(self.tenant.accounts.values()))
        self.assertEqual(account["Code"], "090")
        with self.assertRaises(Invalid):
            self.one(UnitAmount=1, AccountCode=None, AccountID=account["AccountID"])

    def test_line_ids(self):
        kept = self.one(UnitAmount=1)
        sent = [{**kept, "LineItemID": kept["LineItemID"]}, {**kept, "LineItemID": "x"}]
        found = lines.read(self.tenant, sent, self.rules, [kept])
        self.assertEqual(found[0]["LineItemID"], kept["LineItemID"])
        self.assertNotIn(found[1]["LineItemID"], (kept["LineItemID"], "x"))

    def test_long_description(self):
        self.one(UnitAmount=1, Description="x" * 4000)
        with self.assertRaisesRegex(Invalid, "4000"):
            self.one(UnitAmount=1, Description="x" * 4001)

    def test_no_lines(self):
        for sent in ([], None, {}, "x"):
            with self.assertRaisesRegex(Invalid, "must be specified"):
                lines.read(self.tenant, sent, self.rules)

    def test_tax_rate_that_is_not_active(self):
        self.tenant.tax_rates["OUTPUT"]["Status"] = "ARCHIVED"
        with self.assertRaisesRegex(Invalid, "OUTPUT"):
            self.one(UnitAmount=1)

    def test_due_dates(self):
        def due(kind, days, issued):
            terms = {"Sales": {"Type": kind, "Day": days}}
            return documents.due_date({"PaymentTerms": terms}, issued)

        end = date(2026, 1, 31)
        for kind, days, wanted in (
            ("DAYSAFTERBILLDATE", 0, end),
            ("DAYSAFTERBILLDATE", 30, date(2026, 3, 2)),
            ("DAYSAFTERBILLMONTH", 28, date(2026, 2, 28)),
            ("OFCURRENTMONTH", 15, date(2026, 1, 15)),
            ("OFFOLLOWINGMONTH", 31, date(2026, 2, 28)),
        ):
            self.assertEqual(due(kind, days, end), wanted, kind)
        self.assertEqual(documents.due_date({}, end), end)
        december = date(2025, 12, 5)
        self.assertEqual(due("OFFOLLOWINGMONTH", 1, december), date(2026, 1, 1))


@tagged("-at_install", "post_install")
class TestSimulatorOtherParts(BaseCase):
    def test_where_reaches_into_records(self):
        record = {"Contact": {"Name": "Ann"}, "Total": Decimal(5), "Date": START}
        for text, fits in (
            ('Contact.Name=="ann"', True),
            ('Contact.Phone=="1"', False),
            ("Total>=5 AND Total<6", True),
            ("Total>5 OR Total<5", False),
            ("Date==DateTime(2026,3,1)", True),
            ("Missing>1", False),
            ('Contact.Name!="Bob"', True),
        ):
            self.assertIs(listing.where(text)(record), fits, text)

    def test_routes(self):
        function, parts, areas = routing.ROUTES.find(
            "GET", "/api.xro/2.0/Contacts/a%2Fb"
        )
        self.assertIs(function, contacts.read_one)
        self.assertEqual((parts, areas), (["a/b"], ("contacts",)))
        self.assertIs(
            routing.ROUTES.find("GET", "/api.xro/2.0/contacts/")[0], contacts.read_list
        )
        for method, path, status in (("GET", "/x", 404), ("PATCH", "/Contacts", 405)):
            with self.assertRaises(Refused) as caught:
                routing.ROUTES.find(method, f"/api.xro/2.0{path}")
            self.assertEqual(caught.exception.status, status)

    def test_no_path_is_served_twice(self):
        served = [
            (method, form.pattern) for method, form, *_rest in routing.ROUTES.routes
        ]
        self.assertEqual(len(served), len(set(served)))

    def test_elements(self):
        def elements(body):
            request = Request("PUT", "/", {}, body)
            return routing.Call(None, request).elements("Things")

        one = [{"a": 1}]
        for body in (b'{"Things": [{"a": 1}]}', b'{"Things": {"a": 1}}', b'{"a": 1}'):
            self.assertEqual(elements(body), one, body)
        self.assertEqual(elements(b'[{"a": 1, "b": null}]'), one)
        for body in (b'{"Things": [1]}', b"1", b'{"Things": "x"}'):
            with self.assertRaises(Refused):
                elements(body)

    def test_answers_of_refusals(self):
        text = Answer.refused(errors.not_found())
        self.assertEqual(text.headers["Content-Type"], "text/plain; charset=utf-8")
        body = Answer.refused(errors.insufficient_scope("/x"))
        self.assertEqual(body.headers["WWW-Authenticate"], "insufficient_scope")
        self.assertIn(b'"Instance": "/x"', body.body)

    def test_messages(self):
        world = World(0, START)
        world.options["error_text_key"] = "Description"
        call = SimpleNamespace(world=world)
        self.assertEqual(batch.messages(call, ["a"]), [{"Description": "a"}])

    def test_contact_rules_report_all_at_once(self):
        tenant = next(iter(World(0, START).tenants.values()))
        bad = {"Name": "a  b", "TaxNumber": "x" * 51, "DefaultCurrency": "JPY"}
        with self.assertRaises(Invalid) as caught:
            contact_rules.check(tenant, bad)
        self.assertEqual(len(caught.exception.messages), 3)

    def test_organisations_are_alike_but_apart(self):
        first, second = World(0, START).tenants.values()
        for table in ("accounts", "tax_rates", "items", "themes", "tracking"):
            ours, theirs = getattr(first, table), getattr(second, table)
            self.assertEqual(len(ours), len(theirs), table)
            if table != "tax_rates":
                self.assertFalse(set(ours) & set(theirs), table)
        again = next(iter(World(0, START).tenants.values()))
        self.assertEqual(list(again.accounts), list(first.accounts), "stable ids")
        self.assertTrue(all(hasattr(first, table) for table in TABLES))

    def test_day_rates(self):
        self.assertEqual(seed.day_rate("ZAR", "USD"), Decimal("0.055556"))
        self.assertEqual(seed.day_rate("USD", "USD"), 1)

    def test_locks(self):
        tenant = next(iter(World(0, START).tenants.values()))
        tenant.check_open(date(2026, 1, 1))
        tenant.organisation["PeriodLockDate"] = date(2026, 1, 31)
        tenant.check_open(date(2026, 2, 1), None)
        with self.assertRaisesRegex(Invalid, "2026-01-31"):
            tenant.check_open(date(2026, 2, 1), date(2026, 1, 31))
        later = date(2026, 1, 31) + timedelta(days=28)
        tenant.organisation["EndOfYearLockDate"] = later
        with self.assertRaisesRegex(Invalid, later.isoformat()):
            tenant.check_open(later)
