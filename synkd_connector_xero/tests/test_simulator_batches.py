# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several elements in one write to the simulated Xero: which are saved, which not."""

from odoo.tests import tagged

from .simulator_case import SimulatorCase, texts

GOOD, BAD = {"Name": "Ann", "ContactNumber": "C-1"}, {"Name": "<"}
APART = "/Contacts?summarizeErrors=false"


@tagged("-at_install", "post_install")
class TestSimulatorBatches(SimulatorCase):
    def names(self):
        """Return the names of the contacts there are."""
        return [each["Name"] for each in self.control.state()["contacts"]]

    def test_summary_is_400_with_the_bad_only_though_the_good_are_saved(self):
        reply = self.api("PUT", "/Contacts", {"Contacts": [GOOD, BAD]})
        self.assertEqual(reply.status, 400)
        body = reply.json
        self.assertEqual(body["ErrorNumber"], 10)
        self.assertEqual(body["Type"], "ValidationException")
        self.assertEqual([each["Name"] for each in body["Elements"]], ["<"])
        self.assertNotIn("Contacts", body, "no ids come back")
        self.assertEqual(self.names(), ["Ann"])

    def test_apart_is_200_with_a_status_each(self):
        body = {"Contacts": [GOOD, BAD, {"Name": "Bob"}]}
        found = self.ok("PUT", APART, body)["Contacts"]
        status = [each["StatusAttributeString"] for each in found]
        self.assertEqual(status, ["OK", "ERROR", "OK"])
        self.assertIs(found[1]["HasValidationErrors"], True)
        self.assertEqual(len(texts(found[1])), 1)
        self.assertEqual(found[1]["ContactID"].strip("0-"), "")
        self.assertEqual(self.names(), ["Ann", "Bob"])

    def test_twice_in_one_batch(self):
        found = self.ok("PUT", APART, {"Contacts": [GOOD, GOOD]})["Contacts"]
        status = [each["StatusAttributeString"] for each in found]
        self.assertEqual(status, ["OK", "ERROR"])
        found = self.ok("POST", APART, {"Contacts": [GOOD, GOOD]})["Contacts"]
        self.assertEqual(found[0]["ContactID"], found[1]["ContactID"])

    def test_single_object_is_a_batch_of_one(self):
        self.assertEqual(self.ok("PUT", APART, GOOD)["Contacts"][0]["Name"], "Ann")

    def test_texts_may_be_called_description(self):
        self.control.set_options(error_text_key="Description")
        found = self.ok("PUT", APART, {"Contacts": [BAD]})["Contacts"][0]
        self.assertEqual(list(found["ValidationErrors"][0]), ["Description"])

    def test_order_may_change(self):
        self.control.set_options(shuffle=True)
        body = {"Contacts": [GOOD, BAD, {"Name": "Bob"}]}
        found = self.ok("PUT", APART, body)["Contacts"]
        self.assertEqual([each["Name"] for each in found], ["Bob", "<", "Ann"])

    def test_failure_may_show_in_one_sign_only(self):
        for mark in ("status", "flag", "errors"):
            self.control.set_options(error_marks=[mark])
            found = self.ok("PUT", APART, {"Contacts": [BAD]})["Contacts"][0]
            signs = {
                "status": found["StatusAttributeString"] == "ERROR",
                "flag": found["HasValidationErrors"],
                "errors": bool(found["ValidationErrors"]),
            }
            self.assertEqual([key for key, on in signs.items() if on], [mark])

    def test_warning_is_saved(self):
        sent = self.invoice_of(self.contact(), Status="DRAFT", SentToContact=True)
        path = "/Invoices?summarizeErrors=false"
        found = self.ok("PUT", path, {"Invoices": [sent]})["Invoices"][0]
        self.assertEqual(found["StatusAttributeString"], "WARNING")
        self.assertIn("AUTHORISED", found["Warnings"][0]["Message"])
        self.assertIs(self.read_invoice(found)["SentToContact"], False)

    def test_flag_of_documents_is_has_errors(self):
        sent = self.invoice_of(self.contact(), self.line(AccountCode="999"))
        path = "/Invoices?summarizeErrors=false"
        found = self.ok("PUT", path, {"Invoices": [sent]})["Invoices"][0]
        self.assertIs(found["HasErrors"], True)
        self.assertEqual(self.control.state()["invoices"], [])

    def test_fifty_elements(self):
        body = {"Contacts": [{"Name": f"N{number}"} for number in range(50)]}
        self.assertEqual(len(self.ok("PUT", APART, body)["Contacts"]), 50)
        self.assertEqual(len(self.names()), 50)

    def test_a_body_of_the_wrong_shape_is_told(self):
        before = self.names()
        sent = {"Type": "ACCREC", "Contact": "Ann", "LineItems": [self.line()]}
        self.refused("PUT", "/Invoices", sent, "Contact must be specified")
        self.assertEqual(self.names(), before)
