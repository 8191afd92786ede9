# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists of the simulated Xero: pages, order, filters, If-Modified-Since, formats."""

import re
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from odoo.tests import tagged

from .simulator_case import SimulatorCase

MILLISECONDS = re.compile(r"^/Date\((\d+)\+0000\)/$")


def moment(text):
    """Return the datetime of `/Date(ms+0000)/`."""
    number = int(MILLISECONDS.match(text)[1])
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=number)


@tagged("-at_install", "post_install")
class TestSimulatorPages(SimulatorCase):
    def setUp(self):
        super().setUp()
        names = [{"Name": f"N{number:02d}"} for number in range(12)]
        path = "/Contacts?summarizeErrors=false"
        self.made = self.ok("PUT", path, {"Contacts": names})["Contacts"]

    def names(self, query):
        """Return the names that a list answers."""
        return [c["Name"] for c in self.ok("GET", f"/Contacts?{query}")["Contacts"]]

    def test_pages(self):
        first = self.ok("GET", "/Contacts?page=1&pageSize=5&order=Name")
        self.assertEqual(
            first["pagination"],
            {"page": 1, "pageSize": 5, "pageCount": 3, "itemCount": 12},
        )
        self.assertEqual(first["Contacts"][0]["Name"], "N00")
        self.assertEqual(len(self.names("page=3&pageSize=5")), 2)
        self.assertEqual(self.names("page=4&pageSize=5"), [])

    def test_page_size_is_clamped_and_100_by_default(self):
        for sent, used in (("", 100), ("0", 1), ("5000", 1000), ("x", 100)):
            query = f"/Contacts?page=1&pageSize={sent}" if sent else "/Contacts?page=1"
            size = self.ok("GET", query)["pagination"]["pageSize"]
            self.assertEqual(size, used, sent)

    def test_unpaged_has_all_but_no_details(self):
        terms = {"Sales": {"Day": 30, "Type": "DAYSAFTERBILLDATE"}}
        path = f"/Contacts/{self.made[0]['ContactID']}"
        self.ok("POST", path, {"PaymentTerms": terms})
        self.invoice(self.made[0])
        found = self.ok("GET", "/Contacts")
        self.assertNotIn("pagination", found)
        self.assertEqual(len(found["Contacts"]), 12)
        for name in ("PaymentTerms", "ContactGroups", "Balances"):
            self.assertFalse(any(name in each for each in found["Contacts"]), name)
        paged = self.ok("GET", "/Contacts?page=1")["Contacts"]
        self.assertTrue(any("PaymentTerms" in each for each in paged))
        self.assertTrue(any("Balances" in each for each in paged))

    def test_unpaged_invoices_have_no_lines(self):
        self.invoice(self.made[0])
        unpaged = self.ok("GET", "/Invoices")["Invoices"][0]
        self.assertEqual(unpaged["LineItems"], [])
        paged = self.ok("GET", "/Invoices?page=1")["Invoices"][0]
        self.assertEqual(len(paged["LineItems"]), 1)

    def test_summary(self):
        self.invoice(self.made[0])
        found = self.ok("GET", "/Contacts?page=1&summaryOnly=true")["Contacts"]
        for name in ("Addresses", "Balances", "ContactGroups", "IsCustomer"):
            self.assertFalse(any(name in each for each in found), name)
        found = self.ok("GET", "/Invoices?page=1&summaryOnly=true")["Invoices"][0]
        self.assertNotIn("LineItems", found)
        self.assertEqual(found["Total"], 115)

    def test_default_order_is_by_change(self):
        self.control.advance(5)
        self.ok("POST", f"/Contacts/{self.made[3]['ContactID']}", {"FirstName": "x"})
        self.assertEqual(self.names("page=1")[-1], "N03")
        self.assertEqual(self.names("page=1&order=UpdatedDateUTC%20DESC")[0], "N03")

    def test_same_moment_is_ordered_by_id(self):
        self.control.set_scale(0)
        self.control.advance(1)
        names = [{"Name": f"Z{number}"} for number in range(9)]
        made = self.ok("PUT", "/Contacts", {"Contacts": names})["Contacts"]
        shown = self.ok("GET", "/Contacts?page=1")["Contacts"][-9:]
        ids = [each["ContactID"] for each in shown]
        self.assertEqual(ids, sorted(each["ContactID"] for each in made))

    def test_ids(self):
        wanted = [each["ContactID"] for each in self.made[:3]]
        found = self.ok("GET", f"/Contacts?page=1&IDs={','.join(wanted)}")["Contacts"]
        self.assertEqual({each["ContactID"] for each in found}, set(wanted))

    def test_too_many_ids_is_404(self):
        ids = [self.first] * 40
        self.ok("GET", f"/Contacts?page=1&IDs={','.join(ids)}")
        reply = self.api("GET", f"/Contacts?page=1&IDs={','.join(ids * 2)}")
        self.assertEqual(reply.status, 404)
        escaped = quote(",".join([self.first] * 54))
        self.assertEqual(self.api("GET", f"/Contacts?IDs={escaped}").status, 404)

    def test_search_term(self):
        path = f"/Contacts/{self.made[2]['ContactID']}"
        sent = {"EmailAddress": "zoe@example.com", "ContactNumber": "QX-7"}
        self.ok("POST", path, sent)
        for term in ("N02", "n02", "zoe@", "qx-"):
            self.assertEqual(self.names(f"page=1&searchTerm={term}"), ["N02"], term)


@tagged("-at_install", "post_install")
class TestSimulatorWhere(SimulatorCase):
    def names(self, text):
        """Return the names of the contacts that fit a where clause, in order."""
        query = f"/Contacts?page=1&order=Name&where={quote(text)}"
        return [each["Name"] for each in self.ok("GET", query)["Contacts"]]

    def test_equals(self):
        self.contact("Ann", AccountNumber="A-1", EmailAddress="ann@example.com")
        self.contact("Bob", ContactNumber='B"1')
        self.assertEqual(self.names('Name=="ANN"'), ["Ann"])
        self.assertEqual(self.names('AccountNumber == "A-1"'), ["Ann"])
        self.assertEqual(self.names('EmailAddress="ann@example.com"'), ["Ann"])
        self.assertEqual(self.names(r'ContactNumber=="B\"1"'), ["Bob"])
        self.assertEqual(self.names("AccountNumber==null"), ["Bob"])

    def test_joined(self):
        for name in ("Ann", "Bob", "Cy"):
            self.contact(name, FirstName=name[0])
        self.assertEqual(self.names('Name=="Ann" OR Name=="Cy"'), ["Ann", "Cy"])
        self.assertEqual(self.names('Name=="Ann" AND FirstName=="B"'), [])
        text = 'Name=="Ann" && FirstName=="A" || Name=="Bob"'
        self.assertEqual(self.names(text), ["Ann", "Bob"])

    def test_text_functions(self):
        self.contact("Ann Lee")
        self.contact("Bob Lee")
        self.assertEqual(self.names('Name.StartsWith("Ann")'), ["Ann Lee"])
        self.assertEqual(self.names('Name.EndsWith("lee")'), ["Ann Lee", "Bob Lee"])
        self.assertEqual(self.names('Name.Contains("b L")'), ["Bob Lee"])

    def test_documents(self):
        ann, bob = self.contact("Ann"), self.contact("Bob")
        early = self.invoice(ann, Date="2026-01-31")
        late = self.invoice(bob, self.line(UnitAmount=5), Date="2026-02-01")
        for text, wanted in (
            ("Date>=DateTime(2026,02,01)", late),
            ("Date<DateTime(2026, 2, 1)", early),
            ("AmountDue>100", early),
            ("Total<=5.75", late),
            (f'Contact.ContactID==guid("{ann["ContactID"]}")', early),
            ('Contact.Name=="Bob"', late),
        ):
            query = f"/Invoices?page=1&where={quote(text)}"
            found = self.ok("GET", query)["Invoices"]
            ids = [each["InvoiceID"] for each in found]
            self.assertEqual(ids, [wanted["InvoiceID"]], text)

    def test_nonsense_is_400(self):
        self.contact("Ann")
        for text in ("Name", "Name==", 'Name=="Ann" XOR Name=="B"', "Name>5", "(a==1)"):
            reply = self.api("GET", f"/Contacts?where={quote(text)}")
            self.assertEqual(reply.status, 400, text)
            self.assertEqual(reply.json["Type"], "QueryParseException")

    def test_filters_of_invoices(self):
        ann, bob = self.contact("Ann"), self.contact("Bob")
        one = self.invoice(ann, InvoiceNumber="A-1", Reference="PO 77")
        two = self.invoice(bob, InvoiceNumber="B-1", Status="DRAFT")
        for query, wanted in (
            (f"IDs={one['InvoiceID']}", one),
            ("InvoiceNumbers=B-1,B-2", two),
            (f"ContactIDs={ann['ContactID']}", one),
            ("Statuses=DRAFT,SUBMITTED", two),
            ("searchTerm=po%2077", one),
        ):
            found = self.ok("GET", f"/Invoices?page=1&{query}")["Invoices"]
            ids = [each["InvoiceID"] for each in found]
            self.assertEqual(ids, [wanted["InvoiceID"]], query)

    def test_created_by_my_app(self):
        self.invoice()
        other = self.control.grant(app="sim-public")["access_token"]
        path = "/Invoices?page=1&createdByMyApp=true"
        self.assertEqual(len(self.ok("GET", path)["Invoices"]), 1)
        self.assertEqual(self.ok("GET", path, token=other)["Invoices"], [])


@tagged("-at_install", "post_install")
class TestSimulatorSince(SimulatorCase):
    def since(self, made, seconds=0, path="/Contacts?page=1"):
        """Return the reply to a list since a record's change, plus seconds."""
        when = moment(made["UpdatedDateUTC"]) + timedelta(seconds=seconds)
        text = when.strftime("%Y-%m-%dT%H:%M:%S")
        return self.api("GET", path, If_Modified_Since=text)

    def test_to_the_second(self):
        made = self.contact("Ann")
        self.assertEqual(len(self.since(made, -1).json["Contacts"]), 1)
        self.assertEqual(len(self.since(made).json["Contacts"]), 1, "same second")
        self.assertEqual(self.since(made, 1).json["Contacts"], [])

    def test_the_same_second_may_be_left_out(self):
        self.control.set_options(strict_since=True)
        made = self.contact("Ann")
        self.assertEqual(self.since(made).json["Contacts"], [])
        self.assertEqual(len(self.since(made, -1).json["Contacts"]), 1)

    def test_nothing_new_may_be_304(self):
        made = self.contact("Ann")
        self.control.set_options(not_modified=True)
        reply = self.since(made, 1)
        self.assertEqual((reply.status, reply.data), (304, b""))
        self.assertIn("X-MinLimit-Remaining", reply.headers)

    def test_archiving_is_a_change(self):
        made = self.contact("Ann")
        self.control.advance(100)
        self.control.archive_contact(made["ContactID"])
        self.assertEqual(self.since(made, 50).json["Contacts"], [])
        path = "/Contacts?page=1&includeArchived=true"
        self.assertEqual(len(self.since(made, 50, path).json["Contacts"]), 1)

    def test_not_for_tax_rates(self):
        reply = self.api("GET", "/TaxRates", If_Modified_Since="2099-01-01T00:00:00")
        self.assertEqual(len(reply.json["TaxRates"]), 5)
        reply = self.api("GET", "/Accounts", If_Modified_Since="2099-01-01T00:00:00")
        self.assertEqual(reply.json["Accounts"], [])

    def test_rfc_1123_is_not_understood(self):
        self.contact("Ann")
        text = "Fri, 01 Jan 2099 00:00:00 GMT"
        reply = self.api("GET", "/Contacts?page=1", If_Modified_Since=text)
        self.assertEqual(len(reply.json["Contacts"]), 1, "ignored, so all come")


@tagged("-at_install", "post_install")
class TestSimulatorFormats(SimulatorCase):
    def test_dates(self):
        made = self.invoice(Date="2026-03-10")
        self.assertEqual(made["DateString"], "2026-03-10T00:00:00")
        self.assertEqual(made["DueDateString"], "2026-04-10T00:00:00")
        self.assertEqual(moment(made["Date"]).date().isoformat(), "2026-03-10")
        self.assertRegex(made["UpdatedDateUTC"], MILLISECONDS)
        self.assertIn("UpdatedDateUTCString", made)

    def test_payments_have_no_text_twins(self):
        paid = self.pay(self.invoice(), 10)
        self.assertRegex(paid["Date"], MILLISECONDS)
        self.assertNotIn("DateString", paid)

    def test_dates_can_be_written_several_ways(self):
        contact = self.contact()
        for text in ("2026-03-10", "2026-03-10T00:00:00", "/Date(1773100800000+0000)/"):
            made = self.invoice(contact, Date=text)
            self.assertEqual(made["DateString"], "2026-03-10T00:00:00", text)
        sent = self.invoice_of(contact, Date="10/03/2026")
        self.refused("PUT", "/Invoices", sent, "Date is not a valid date")

    def test_xml_unless_json_is_asked_for(self):
        self.contact("Ann & Bob")
        for accept in ("*/*", "text/html", "application/xml"):
            reply = self.api("GET", "/Contacts?page=1", Accept=accept)
            self.assertEqual(reply.status, 200)
            self.assertIn("text/xml", reply.headers["Content-Type"])
            self.assertIn(b"<Name>Ann &amp; Bob</Name>", reply.data)

    def test_loose_types(self):
        contact = self.contact()
        self.control.set_options(loose_types=True)
        paid = self.pay(self.invoice(contact), 10)
        self.assertEqual(paid["IsReconciled"], "false")
        self.assertEqual(paid["BankAmount"], "10.00")
        self.assertEqual(self.read_contact(contact)["SalesDefaultLineAmountType"], "")

    def test_bodies_that_are_no_json(self):
        for body in ("", "{", "<Contacts/>", '"text"', "[1]"):
            reply = self.api("PUT", "/Contacts", body)
            self.assertEqual(reply.status, 400, body)
            self.assertEqual(reply.json["Type"], "PostDataInvalidException")

    def test_body_too_large(self):
        reply = self.api("PUT", "/Contacts", {"Name": "x" * 3_600_000})
        self.assertEqual(reply.status, 413)

    def test_unknown_path_and_method(self):
        self.assertEqual(self.api("GET", "/Nonsense").status, 404)
        self.assertEqual(self.api("DELETE", "/Contacts").status, 405)
        self.assertEqual(self.api("POST", "/Organisation", {}).status, 405)


@tagged("-at_install", "post_install")
class TestSimulatorSettings(SimulatorCase):
    def test_organisation(self):
        found = self.ok("GET", "/Organisation")["Organisations"][0]
        self.assertEqual(found["OrganisationID"], self.first)
        self.assertEqual(found["BaseCurrency"], "ZAR")
        self.assertNotIn("PeriodLockDate", found)
        self.control.set_lock_dates(period="2026-02-28", year="2025-12-31")
        found = self.ok("GET", "/Organisation")["Organisations"][0]
        day = moment(found["PeriodLockDate"]).date().isoformat()
        self.assertEqual(day, "2026-02-28")
        self.assertIn("EndOfYearLockDate", found)

    def test_second_organisation(self):
        found = self.api("GET", "/Organisation", tenant=self.second).json
        self.assertEqual(found["Organisations"][0]["BaseCurrency"], "NZD")

    def test_chart(self):
        accounts = self.ok("GET", "/Accounts")["Accounts"]
        chart = {each["Code"]: each for each in accounts}
        self.assertEqual(chart["090"]["Type"], "BANK")
        self.assertEqual(chart["610"]["SystemAccount"], "DEBTORS")
        self.assertEqual(chart["860"]["SystemAccount"], "ROUNDING")
        self.assertIs(chart["850"]["EnablePaymentsToAccount"], True)
        self.assertEqual(chart["299"]["Status"], "ARCHIVED")
        wanted = quote('Status=="ACTIVE" AND Type=="BANK"')
        path = f"/Accounts?where={wanted}"
        codes = [each["Code"] for each in self.ok("GET", path)["Accounts"]]
        self.assertEqual(sorted(codes), ["090", "091"])
        one = self.ok("GET", f"/Accounts/{chart['200']['AccountID']}")["Accounts"]
        self.assertEqual(one[0]["Name"], "Sales")

    def test_tax_rates(self):
        rates = self.ok("GET", "/TaxRates")["TaxRates"]
        found = {each["TaxType"]: each["EffectiveRate"] for each in rates}
        self.assertEqual(found["OUTPUT"], 15)
        self.assertEqual(found["ZERORATEDOUTPUT"], 0)
        self.assertEqual(found["EXEMPTOUTPUT"], 0)
        self.assertEqual(found["NONE"], 0)
        one = self.ok("GET", "/TaxRates/OUTPUT")["TaxRates"]
        self.assertEqual(len(one), 1)
        self.assertEqual(self.api("GET", "/TaxRates/NIX").status, 404)

    def test_the_rest(self):
        codes = {each["Code"] for each in self.ok("GET", "/Currencies")["Currencies"]}
        self.assertEqual(codes, {"ZAR", "USD", "EUR"})
        items = self.ok("GET", "/Items")["Items"]
        self.assertLessEqual({"WIDGET", "HOUR"}, {each["Code"] for each in items})
        one = self.ok("GET", "/Items/WIDGET")["Items"][0]
        self.assertEqual(one["SalesDetails"]["UnitPrice"], 120)
        themes = self.ok("GET", "/BrandingThemes")["BrandingThemes"]
        self.assertEqual({each["Name"] for each in themes}, {"Standard", "Export"})
        tracking = self.ok("GET", "/TrackingCategories")["TrackingCategories"]
        options = {each["Name"]: len(each["Options"]) for each in tracking}
        self.assertEqual(options, {"Region": 3, "Channel": 2})
