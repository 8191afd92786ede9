# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.documents import DocumentData
from odoo.addons.synkd_connector.lib.identity import new_key
from odoo.addons.synkd_connector.lib.results import CustomerData, Member
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.marks import without_key
from odoo.addons.synkd_connector_http.lib.places import Places
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..lib import changes, contacts, dates, documents, elements, identity, reading

PLACES = Places(
    {
        "ZA": "South Africa",
        "US": "United States",
        "CI": "Côte d'Ivoire",
        "HK": "Hong Kong S.A.R. (China)",
        "GB": "United Kingdom",
    },
    {("ZA", "KZN"): "KwaZulu-Natal", ("US", "CA"): "California"},
)


@tagged("post_install", "-at_install")
class TestXeroDates(BaseCase):
    def test_moments_of_all_spellings(self):
        expected = datetime(2015, 8, 13, 2, 53, 10, 790000)
        for text in (
            "/Date(1439434390790)/",
            "/Date(1439434390790+0000)/",
            "/Date(1439434390790+1300)/",
            "2015-08-13T02:53:10.790",
            "2015-08-13T02:53:10.790Z",
            "2015-08-13T04:53:10.790+02:00",
        ):
            self.assertEqual(dates.read_moment(text), expected, text)
        self.assertEqual(dates.read_moment("/Date(-86400000)/"), datetime(1969, 12, 31))
        for text in ("", None, "soon", "/Date(x)/", 7):
            self.assertIsNone(dates.read_moment(text), text)

    def test_days_come_from_their_text_twin(self):
        record = {"Date": "/Date(1419937200000+0000)/", "DateString": "2014-12-31"}
        self.assertEqual(dates.read_day(record, "Date"), date(2014, 12, 31))
        del record["DateString"]
        self.assertEqual(dates.read_day(record, "Date"), date(2014, 12, 30))
        self.assertIsNone(dates.read_day({}, "Date"))

    def test_days_of_filters(self):
        day = date(2026, 1, 2)
        self.assertEqual(dates.write_filter_day(day), "DateTime(2026,1,2)")


@tagged("post_install", "-at_install")
class TestXeroSubAccount(BaseCase):
    """Xero knows no parts of an account: they stand behind the reference."""

    def test_it_stands_behind_the_reference(self):
        values = {
            "external_id": "",
            "operation": "post",
            "kind": "invoice",
            "number": "INV/1",
            "customer": "c1",
            "customer_code": "HOP001",
            "date": "2026-06-15",
            "due_date": "2026-06-30",
            "currency": "ZAR",
            "rate": "",
            "tax_included": False,
            "total": "0.00",
            "tax": "0.00",
        }
        for reference, part, text in (
            ("PO 7", "01", "PO 7 / 01"),
            ("PO 7", "", "PO 7"),
            ("", "01", "01"),
            ("", "", None),
        ):
            data = DocumentData(reference=reference, sub_account=part, **values)
            element = documents.to_payload(data, "ZAR")["element"]
            self.assertEqual(element.get("Reference"), text)


@tagged("post_install", "-at_install")
class TestXeroKeyTexts(BaseCase):
    """A key stands behind our text, and is found whatever people did around it."""

    def test_a_reference_is_split_as_it_was_joined(self):
        key = new_key()
        for text in ("", "PAY/1", "Order 7, second half", "SK", "R" * 236):
            whole = identity.to_reference(text, key)
            with self.subTest(text=text):
                self.assertEqual(without_key(whole), text)
                self.assertEqual(identity.key_of({"Reference": whole}), key)
        self.assertEqual(len(identity.to_reference("R" * 400, key)), 255)
        self.assertEqual(identity.to_reference("R" * 400, ""), "R" * 255)

    def test_a_reference_without_a_key_is_as_it_is(self):
        for text in ("PAY/1", "", None):
            self.assertEqual(without_key(text), text or "")
            self.assertEqual(identity.key_of({"Reference": text}), "")

    def test_what_people_write_around_a_key_does_not_hide_it(self):
        key = new_key()
        for text in (f"paid {key.lower()}, see mail", f"({key})", f"{key} x"):
            self.assertEqual(identity.key_of({"Reference": text}), key)

    def test_a_link_comes_before_a_reference_and_has_a_scheme(self):
        key, other = new_key(), new_key()
        member = Member(7, {}, own_key=key)
        for base in ("odoo.example", "https://odoo.example/"):
            url = identity.to_url(base, member)
            start = f"https://odoo.example/odoo/synkd.transaction/7?key={key}"
            self.assertEqual(url, start)
        self.assertEqual(identity.key_of({"Url": url, "Reference": other}), key)


@tagged("post_install", "-at_install")
class TestXeroElements(BaseCase):
    def test_errors_are_found_in_both_spellings_and_everywhere(self):
        element = {
            "ValidationErrors": [{"Message": "One."}, {"Description": "Two."}],
            "Addresses": [{"ValidationErrors": [{"Message": "Three."}]}],
            "PaymentTerms": {"Sales": {"ValidationErrors": [{"Message": "One."}]}},
        }
        self.assertEqual(elements.find_errors(element), ["One.", "Two.", "Three."])

    def test_each_sign_of_a_failure_counts(self):
        for element in (
            {"StatusAttributeString": "ERROR"},
            {"HasErrors": True},
            {"HasValidationErrors": "true"},
            {"StatusAttributeString": "OK", "ValidationErrors": [{"Message": "No."}]},
        ):
            self.assertTrue(elements.is_refused(element), element)
        for element in (
            {},
            {"HasErrors": "false", "HasValidationErrors": False},
            {"StatusAttributeString": "OK", "ValidationErrors": []},
        ):
            self.assertFalse(elements.is_refused(element), element)

    def test_a_warning_is_saved(self):
        element = {
            "StatusAttributeString": "WARNING",
            "Warnings": [{"Message": "Only AUTHORISED invoices are sent."}],
        }
        self.assertFalse(elements.is_refused(element))
        self.assertIn("AUTHORISED", elements.find_warnings(element))

    def test_answers_are_matched_by_number_and_not_by_place(self):
        sent = [{"ContactNumber": "A"}, {"ContactNumber": "B"}]
        answered = [
            {"ContactID": "2", "ContactNumber": "B"},
            {"ContactID": "1", "ContactNumber": "A"},
        ]
        names = ("ContactID", "ContactNumber")
        found = elements.match(sent, answered, names)
        self.assertEqual([each["ContactID"] for each in found], ["1", "2"])

    def test_place_counts_only_for_what_has_no_name(self):
        names = ("ContactID", "ContactNumber")
        sent = [{"ContactNumber": "A"}, {"ContactNumber": "B"}]
        nameless = [{"ContactID": elements.NO_ID, "Name": "x"}, {"ContactNumber": "B"}]
        found = elements.match(sent, nameless, names)
        self.assertEqual(found[0]["Name"], "x")
        self.assertEqual(
            elements.match(
                sent, [{"ContactNumber": "C"}, {"ContactNumber": "B"}], names
            ),
            [None, {"ContactNumber": "B"}],
        )

    def test_a_name_that_two_were_sent_with_tells_neither(self):
        sent = [{"InvoiceNumber": "A", "Url": url} for url in ("x?1", "x?2")]
        answered = [
            {"InvoiceID": "2", "InvoiceNumber": "A", "Url": "X?2"},
            {"InvoiceID": elements.NO_ID, "InvoiceNumber": "A"},
        ]
        names = ("InvoiceID", "Url", "InvoiceNumber")
        found = elements.match(sent, answered, names)
        self.assertEqual(found, [None, answered[0]])

    def test_another_number_of_answers_is_never_matched_by_place(self):
        sent = [{"ContactNumber": "A"}, {"ContactNumber": "B"}]
        answered = [{"Name": "x"}]
        found = elements.match(sent, answered, ("ContactID", "ContactNumber"))
        self.assertEqual(found, [None, None])

    def test_words_of_a_refused_call(self):
        body = {"Message": "A validation exception occurred", "Elements": [{}]}
        self.assertIn("validation", elements.find_words(body))
        body["Elements"] = [{"ValidationErrors": [{"Message": "Bad  name."}]}]
        self.assertEqual(elements.find_words(body), "Bad name.")
        self.assertEqual(
            elements.find_words({"Detail": "TokenExpired"}), "TokenExpired"
        )
        self.assertEqual(elements.find_words({}), "")


@tagged("post_install", "-at_install")
class TestXeroContacts(BaseCase):
    data = CustomerData(
        code="HOP001",
        name="Hope Works",
        contact_name="Thandi van Wyk",
        email="t@hope.example",
        phone="+27 31 555",
        street="1 Hope Street",
        city="Durban",
        state="KZN",
        country="ZA",
        state_name="KwaZulu-Natal",
        country_name="South Africa",
        currency="ZAR",
        term_kind="after_invoice",
        term_days=30,
        extra={
            "tax_type": "OUTPUT",
            "persons": [{"name": "Jo", "email": "j@hope.example", "emails": True}],
        },
    )

    def contact(self, **values):
        """Return the contact of the data, with an id, as Xero would show it."""
        contact = contacts.to_contact(self.data)
        return contact | {"ContactID": "id-1", "ContactGroups": []} | values

    def test_there_and_back_is_the_same(self):
        back = contacts.from_contact(self.contact(), PLACES, "ZAR")
        there = self.data.as_dict() | {"external_id": "id-1"}
        for name in contacts.FIELDS:
            self.assertEqual(back.as_dict()[name], there[name], name)

    def test_nothing_differs_from_itself(self):
        ours = contacts.to_contact(self.data)
        self.assertEqual(changes.to_update(ours, self.contact(), PLACES, "ZAR"), {})

    def test_nothing_comes_as_none_missing_or_empty(self):
        empty = CustomerData(name="Hope", currency="ZAR")
        ours = contacts.to_contact(empty)
        for current in (
            {"Name": "Hope", "ContactNumber": "x"},
            dict.fromkeys(ours, None) | {"Name": "Hope", "ContactNumber": "x"},
            dict.fromkeys(ours, "") | {"Name": "Hope", "ContactNumber": "x"},
        ):
            self.assertEqual(changes.to_update(ours, current, PLACES, "ZAR"), {})
            data = contacts.from_contact(current, PLACES, "ZAR")
            self.assertEqual(data.term_kind, "")

    def test_each_element_is_sent_alone(self):
        ours = contacts.to_contact(self.data)
        for name, other in (
            ("Name", "Other"),
            ("AccountNumber", ""),
            ("EmailAddress", "o@hope.example"),
            ("TaxNumber", "9"),
            ("AccountsReceivableTaxType", "NONE"),
            ("DefaultCurrency", "EUR"),
            ("ContactStatus", "ARCHIVED"),
            ("ContactPersons", []),
        ):
            current = self.contact(**{name: other})
            sent = changes.to_update(ours, current, PLACES, "ZAR")
            self.assertEqual(sent, {name: ours[name]})

    def test_a_new_contact_carries_nothing_empty(self):
        empty = CustomerData(name="Hope", currency="ZAR")
        fresh = changes.to_create(contacts.to_contact(empty), "ZAR")
        self.assertEqual(fresh, {"Name": "Hope"})

    def test_terms_that_none_can_say_leave_theirs(self):
        ours = contacts.to_contact(CustomerData(name="Hope"))
        current = {"PaymentTerms": {"Sales": {"Day": 5, "Type": "OFCURRENTMONTH"}}}
        self.assertNotIn("PaymentTerms", changes.to_update(ours, current, PLACES, ""))

    def test_terms_of_an_unknown_kind_are_none(self):
        for sales in ({}, {"Day": 1}, {"Day": 1, "Type": "NEW"}, None):
            found = contacts.read_terms({"PaymentTerms": {"Sales": sales}})
            self.assertEqual(found, ("", 0))

    def test_names_are_cleaned(self):
        data = contacts.normalise(CustomerData(name=" A  <b>\tC ", street=" x  y "))
        self.assertEqual((data.name, data.street), ("A b C", "x y"))

    def test_answers_of_validation_are_not_sent_back(self):
        ours = contacts.to_contact(self.data)
        fax = {"PhoneType": "FAX", "PhoneNumber": "1", "ValidationErrors": []}
        current = self.contact(Phones=[fax])
        sent = changes.to_update(ours, current, PLACES, "ZAR")
        self.assertEqual(sent["Phones"][1], {"PhoneType": "FAX", "PhoneNumber": "1"})


class FakeClient:
    """Answers from a list of records, as Xero does."""

    def __init__(self, records):
        self.records = records

    def get(self, _path, params, since=None):
        found = [
            record
            for record in sorted(self.records, key=lambda r: r["ID"])
            if not since or dates.read_moment(record["UpdatedDateUTC"]) >= since
        ]
        size, page = params["pageSize"], params["page"]
        pages = -(-len(found) // size)
        shown = found[(page - 1) * size : page * size]
        return {"Things": shown, "pagination": {"pageCount": pages}}


@tagged("post_install", "-at_install")
class TestXeroPages(BaseCase):
    def test_changed_records_are_read_by_xeros_pages_and_moments(self):
        things = [
            {"ID": f"{n}", "UpdatedDateUTC": f"/Date({1_700_000_000_000 + n * 5000})/"}
            for n in range(9)
        ]
        seen, cursor = [], {}
        client = FakeClient(things)
        pages = reading.read_changed(client, "Things", "ID", {}, size=2)
        for found, after, _is_last in pages:
            seen += [record["ID"] for record in found]
            cursor = after
        self.assertEqual(seen, [str(n) for n in range(9)])
        self.assertEqual(set(cursor["seen"]), {"8"})
        again = reading.read_changed(FakeClient(things), "Things", "ID", cursor)
        self.assertEqual([found for found, *_rest in again], [[]])

    def bounded(self, most, size, step=5_000):
        """Return a client whose answers have so many lines at most, and its calls."""
        client, calls = FakeClient([]), []
        client.records = [
            {
                "ID": f"{n:02}",
                "UpdatedDateUTC": f"/Date({1_700_000_000_000 + n * step})/",
                "LineItems": ["line"] * size,
            }
            for n in range(30)
        ]
        answer = client.get

        def get(path, params, since=None):
            body = answer(path, params, since)
            calls.append(params["pageSize"])
            if sum(len(thing["LineItems"]) for thing in body["Things"]) > most:
                raise ApiError(problems.BOUNDS)
            return body

        client.get = get
        return client, calls

    def test_pages_whose_answers_are_too_long_are_made_smaller(self):
        for step in (5_000, 0):
            client, calls = self.bounded(400, 100, step)
            pages = reading.read_changed(
                client, "Things", "ID", {}, size=10, without=("LineItems",)
            )
            seen = [record for found, *_rest in pages for record in found]
            self.assertEqual(
                [record["ID"] for record in seen], [f"{n:02}" for n in range(30)]
            )
            self.assertEqual({len(record) for record in seen}, {2}, "no lines")
            self.assertEqual(calls[:2], [10, 2])
            self.assertNotIn(10, calls[2:], "what is too long is asked for once")
        client, calls = self.bounded(400, 100)
        where = reading.read_where(client, "Things", "")
        self.assertEqual(len(where), 30)
        self.assertEqual({len(record["LineItems"]) for record in where}, {100})

    def test_one_record_that_is_too_long_is_told(self):
        client, _calls = self.bounded(400, 500)
        with self.assertRaises(ApiError) as raised:
            list(reading.read_changed(client, "Things", "ID", {}, size=10))
        self.assertEqual(raised.exception.problem, problems.BOUNDS)
