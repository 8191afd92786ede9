# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is ours in Xero is known by our key and by ids, never by number or content."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import VOID, DifferenceData
from odoo.addons.synkd_connector.lib.errors import ConnectorError
from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.results import (
    ALTERED,
    CANDIDATES,
    NOT_FOUND,
    OK,
    REJECTED,
    CustomerData,
)
from odoo.addons.synkd_connector.tests.contract_documents import DocumentHarness

from ..lib import identity
from .common import XeroCommon
from .test_xero_documents import XeroDocuments

FOREIGN = "2026-03-31"
TABLES = {
    "invoice": ("invoices", "InvoiceID", "InvoiceNumber"),
    "credit_note": ("credit_notes", "CreditNoteID", "CreditNoteNumber"),
}


class XeroIdentity(XeroDocuments, DocumentHarness, XeroCommon):
    """Records of ours that have the same number, and people who change them there."""

    def twin(self, data):
        """Return data of another record of ours that has the same number."""
        return replace(data, reference=f"{data.reference}twin")

    def as_member(self, data):
        """Override: a twin is another record than the one that has its number."""
        if isinstance(data, CustomerData):
            return super().as_member(data)
        number = data.number
        if getattr(data, "reference", "").endswith("twin"):
            data = replace(data, number=f"{number} twin")
        member = super().as_member(data)
        payload = dict(member.payload, number=number)
        for each in payload.get("payments", []) + payload.get("bank", []):
            each["Reference"] = number
        if payload.get("payout"):
            payload["payout"]["Reference"] = number
        return replace(member, payload=payload)

    def live(self, table):
        """Return what is not deleted of a table of Xero's, oldest first."""
        world = self.xero.world
        with world.lock:
            records = getattr(world.tenants[self.tenant], table).values()
            over = ("DELETED", "VOIDED")
            return [dict(record) for record in records if record["Status"] not in over]

    def money(self):
        """Return the amounts of the live payments, and of what is on account."""
        paid = sorted(self._cents(p["Amount"]) for p in self.live("payments"))
        left = sorted(
            self._cents(c["RemainingCredit"]) for c in self.live("overpayments")
        )
        return paid, left

    def lose(self, data, fault="lost_after", path="/api.xro"):
        """Send data whose answer is lost, after Xero wrote it or before."""
        where = {"method": "PUT,POST", "path": path, "times": None}
        self.control.add_fault(fault, **where)
        found = None
        try:  # assertRaises would roll back what Xero wrote
            (found,) = self.send(data)
        except ConnectorError as error:
            self.assertEqual(error.kind, "retryable")
        self.control.clear_faults()
        self.assertIsNone(found, "nobody knows")

    def edit(self, kind, result_id, **fields):
        """Change a document past all rules, as a bookkeeper may."""
        if "number" in fields:
            fields[TABLES[kind][2]] = fields.pop("number")
        self.control.set_record(TABLES[kind][0], result_id, **fields)

    def only(self, kind):
        """Return the id of the one document of a kind that Xero has, dead or alive."""
        table, key, _number = TABLES[kind]
        (record,) = getattr(self.xero.world.tenants[self.tenant], table).values()
        return record[key]


@tagged("post_install", "-at_install")
class TestXeroKeys(XeroIdentity):
    """Our key is where Xero keeps it, and leaves the user's own text readable."""

    def assert_key(self, text, data):
        member = self.as_member(data)
        self.assertEqual(find_key(text), member.own_key)

    def test_an_invoice_links_to_its_row_and_keeps_its_reference(self):
        invoice = self.invoice("INV/1", reference="Order 7")
        self.post(invoice)
        (stored,) = self.live("invoices")
        self.assert_key(stored["Url"], invoice)
        self.assertEqual(stored["Reference"], "Order 7")
        base = self.env["ir.config_parameter"].get_param("web.base.url")
        row = self.as_member(invoice).res_id
        self.assertIn(f"{base}/odoo/synkd.transaction/{row}?", stored["Url"])

    def test_a_credit_note_has_it_behind_its_reference(self):
        credit = self.credit_note("CN/1", reference="Order 7")
        self.post(credit)
        (stored,) = self.live("credit_notes")
        self.assert_key(stored["Reference"], credit)
        self.assertRegex(stored["Reference"], "^Order 7 SK")

    def test_a_reference_of_any_length_leaves_room_for_it(self):
        credit = self.credit_note("CN/1", reference="R" * 300)
        self.post(credit)
        (stored,) = self.live("credit_notes")
        self.assertEqual(len(stored["Reference"]), 255)
        self.assert_key(stored["Reference"], credit)

    def test_each_part_of_a_payment_has_it_and_its_id_is_kept(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "300.00", (invoice, "115.00"))
        payment = replace(payment, differences=(DifferenceData("260", "-5.00"),))
        result = self.post(payment)
        (paid,) = self.live("payments")
        self.assertRegex(paid["Reference"], "^PAY/1 SK")
        self.assert_key(paid["Reference"], payment)
        bank = self.live("bank_transactions")
        self.assertEqual(len(bank), 2)
        for each in bank:
            self.assert_key(each["Url"], payment)
        ids = {("payment", paid["PaymentID"])}
        ids |= {("bank", each["BankTransactionID"]) for each in bank}
        (credit,) = self.live("overpayments")
        ids.add(("overpayment", credit["OverpaymentID"]))
        self.assertEqual({(p["kind"], p["id"]) for p in result.parts}, ids)

    def test_ids_of_allocations_are_kept(self):
        invoice = self.post(self.invoice("INV/1"))
        credit = self.post(self.credit_note("CN/1"))
        result = self.post(self.credit(credit, (invoice, "115.00")))
        (stored,) = self.live("credit_notes")
        (allocation,) = stored["_allocations"]
        self.assertIn(
            {"kind": "allocation", "id": allocation["AllocationID"]}, result.parts
        )

    def test_a_customer_has_it_as_contact_number(self):
        contact = self.contact(ContactID=self.hope.external_id)
        own_key = self.as_member(self.hope).own_key
        self.assertEqual(contact["ContactNumber"], own_key)

    def test_capabilities_tell_where_it_is(self):
        self.assertEqual(self.capable.own_key_customers, "ContactNumber")
        self.assertIn("Url", self.capable.own_key_documents)
        self.assertIn("Reference", self.capable.own_key_payments)


@tagged("post_install", "-at_install")
class TestXeroTwinPayments(XeroIdentity):
    """Two payments of ours have one number: each is touched by itself alone."""

    def twins(self):
        """Yield what two records of each kind of money look like that share a number.

        Each with what is left of all money once the first one is taken back.
        """
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        pay = self.payment("P/1", "110.00", (one, "110.00"))
        yield pay, self.payment("P/1", "105.00", (two, "105.00")), (["105.00"], [])
        pay = self.payment("P/2", "40.00")
        yield pay, self.payment("P/2", "60.00"), (["105.00"], ["60.00"])
        lost = DifferenceData("425", "1.00")
        pay = replace(self.payment("P/3", "2.00", (one, "3.00")), differences=(lost,))
        other = replace(self.payment("P/3", "1.00", (two, "2.00")), differences=(lost,))
        left = sorted(["1.00", "1.00", "105.00"])
        yield pay, other, (left, ["60.00"])
        won = DifferenceData("260", "-0.05")
        pay = replace(self.payment("P/4", "1.05", (one, "1.00")), differences=(won,))
        other = replace(self.payment("P/4", "2.05", (two, "2.00")), differences=(won,))
        left = sorted([*left, "2.00"])
        yield pay, other, (left, ["60.00"])
        cn, cm = self.post(self.credit_note("CN/1"), self.credit_note("CN/2"))
        refund = {"kind": "refund"}
        pay = self.payment("R/1", "9.00", (cn, "9.00"), **refund)
        other = self.payment("R/1", "8.00", (cm, "8.00"), **refund)
        left = sorted([*left, "8.00"])
        yield pay, other, (left, ["60.00"])
        pay = self.payment("R/2", "10.00", **refund)
        other = self.payment("R/2", "20.00", **refund)
        yield pay, other, (sorted([*left, "20.00"]), ["40.00"])

    def test_taking_one_back_leaves_its_twin(self):
        for pay, other, left in self.twins():
            with self.subTest(number=pay.number):
                result = self.post(pay)
                self.post(self.twin(other))
                bank = len(self.live("bank_transactions"))
                void = replace(pay, external_id=result.external_id, operation=VOID)
                self.post(void)
                self.assertEqual(self.money(), left)
                made = [p for p in result.parts if p["kind"] == "bank"]
                self.assertEqual(len(self.live("bank_transactions")), bank - len(made))

    def test_one_that_was_refused_and_is_retried_leaves_its_twin(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        self.post(self.payment("P/1", "110.00", (one, "110.00")))
        settled = (two, "100.00"), (one, "20.00")
        other = self.twin(self.payment("P/1", "120.00", *settled))
        (refused,) = self.send(other)
        self.assertEqual(refused.outcome, REJECTED)
        self.assertTrue(refused.external_id, "a part of it is there")
        settled = self.allocations([(two, "100.00")])
        again = replace(other, allocations=settled, external_id=refused.external_id)
        self.post(again)
        self.assertEqual(self.money(), (["100.00", "110.00"], ["20.00"]))

    def test_equal_twins_both_arrive_whatever_is_lost(self):
        for number, fault in enumerate(("lost_before", "lost_after")):
            invoice = self.post(self.invoice(f"INV/{number}"))
            pay = self.payment(f"P/{number}", "30.00", (invoice, "30.00"))
            self.post(pay)
            other = self.twin(pay)
            with self.subTest(fault=fault):
                self.lose(other, fault)
                (found,) = self.ask(other)
                arrived = fault == "lost_after"
                self.assertEqual(found.outcome, OK if arrived else NOT_FOUND)
                if not arrived:
                    self.assertEqual(found.external_id, "")
                    self.post(other)
                self.assert_open((invoice, "55.00"))

    def test_equal_twins_on_account_both_arrive_whatever_is_lost(self):
        for keeps in (True, False):
            self.control.set_options(overpayment_reference=keeps)
            for fault in ("lost_before", "lost_after"):
                pay = self.payment(f"P/{fault}{keeps}", "30.00")
                before = len(self.live("overpayments"))
                self.post(pay)
                with self.subTest(fault=fault, keeps=keeps):
                    self.lose(self.twin(pay), fault)
                    (found,) = self.ask(self.twin(pay))
                    if found.outcome != OK:
                        self.assertEqual(fault, "lost_before")
                        self.post(self.twin(pay))
                    self.assertEqual(len(self.live("overpayments")), before + 2)

    def test_what_the_bookkeeper_set_our_money_against_is_not_ours(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        pay = self.payment("P/1", "100.00")
        result = self.post(pay)
        (credit,) = self.live("overpayments")
        with self.enter_registry_test_mode():
            self.ledger._get_http_client().save(
                "PUT",
                f"/Overpayments/{credit['OverpaymentID']}/Allocations",
                {
                    "Allocations": [
                        {
                            "Invoice": {"InvoiceID": one.external_id},
                            "Amount": "40.00",
                            "Date": FOREIGN,
                        }
                    ]
                },
            )
        known = replace(pay, external_id=result.external_id)
        self.post(known)
        self.assertEqual(self.money(), ([], ["60.00"]), "received once")
        settled = self.allocations([(two, "100.00")])
        self.assert_refused(replace(known, allocations=settled), "something else")
        self.assertEqual(self.money(), ([], ["60.00"]))
        self.assert_refused(replace(known, operation=VOID), "P/1")
        self.assert_open((one, "75.00"), (two, "115.00"))

    def test_a_payment_deleted_before_its_answer_is_told_and_not_made_anew(self):
        invoice = self.post(self.invoice("INV/1"))
        pay = self.payment("P/1", "30.00", (invoice, "30.00"))
        self.lose(pay)
        (stored,) = self.live("payments")
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            path = f"/Payments/{stored['PaymentID']}"
            client.save("POST", path, {"Status": "DELETED"})
        (found,) = self.ask(pay)
        self.assertEqual((found.outcome, found.external_id), (ALTERED, path[10:]))
        self.assert_sentence(found.message)
        self.assertIn("P/1 is in Xero and is ours", found.message)
        self.assertIn("deleted", found.message)

    def test_credit_that_was_set_while_the_answer_was_lost_is_ours(self):
        for fault in ("lost_before", "lost_after"):
            invoice = self.post(self.invoice(f"INV/{fault}"))
            pay = self.payment(f"P/{fault}", "100.00")
            result = self.post(pay)
            settled = self.allocations([(invoice, "100.00")])
            known = replace(pay, external_id=result.external_id, allocations=settled)
            with self.subTest(fault=fault):
                self.lose(known, fault, path="/Allocations")
                (found,) = self.ask(known)
                arrived = fault == "lost_after"
                self.assertEqual(found.outcome, OK if arrived else NOT_FOUND)
                self.post(known)
                kinds = [part["kind"] for part in self.parts[found.res_id]]
                self.assertIn("allocation", kinds)
                self.assert_open((invoice, "15.00"))
                self.post(replace(known, operation=VOID))
                self.assert_open((invoice, "115.00"))
                self.assertEqual(self.money(), ([], []))

    def test_what_the_bookkeeper_set_a_credit_note_against_stays_with_him(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        credit = self.post(self.credit_note("CN/1"))
        ours = self.credit(credit, (one, "40.00"))
        self.post(ours)
        path = f"/CreditNotes/{credit.external_id}/Allocations"
        his = {"Invoice": {"InvoiceID": two.external_id}, "Date": FOREIGN}
        body = {"Allocations": [{**his, "Amount": "30.00"}]}
        with self.enter_registry_test_mode():
            self.ledger._get_http_client().save("PUT", path, body)
        back = replace(ours, external_id=credit.external_id, allocations=())
        self.post(back)
        self.assert_open((one, "115.00"), (two, "85.00"), (credit, "85.00"))

    def test_reading_what_is_kept_takes_few_calls(self):
        known = [self.payment(f"PAY/{number}", "5.00") for number in range(40)]
        results = self.post(*known)
        invoice = self.post(self.invoice("INV/1", "900.00"))
        settled = self.allocations([(invoice, "5.00")])
        self.control.log(clear=True)
        again = [
            replace(data, external_id=result.external_id, allocations=settled)
            for data, result in zip(known, results, strict=True)
        ]
        self.post(*again)
        # 40 bank transactions and 40 overpayments by their ids, and no payments.
        self.assertLessEqual(len(self.http_calls("GET")), 5)


@tagged("post_install", "-at_install")
class TestXeroLostAndChanged(XeroIdentity):
    """The answer is lost, and people change the document before we look."""

    def makers(self):
        return {"invoice": self.invoice, "credit_note": self.credit_note}.items()

    def test_what_a_bookkeeper_did_is_told_and_nothing_is_sent_again(self):
        changes = {
            "its total is 275.00 instead of 115.00": {"Total": Decimal(275)},
            "it is dated 2026-03-31 instead of": {"Date": date(2026, 3, 31)},
            "it is void": {"Status": "VOIDED"},
            "its number is MINE-9 instead of D/1": {"number": "MINE-9"},
            "it is for Other Works": {"_contact": self.create_contact("Other Works")},
        }
        for kind, make in self.makers():
            for words, fields in changes.items():
                with self.subTest(kind=kind, words=words):
                    self.empty()
                    data = make("D/1")
                    self.lose(data)
                    key = self.only(kind)
                    self.edit(kind, key, **fields)
                    (found,) = self.ask(data)
                    self.assertEqual((found.outcome, found.external_id), (ALTERED, key))
                    self.assert_sentence(found.message)
                    self.assertIn("D/1 is in Xero and is ours", found.message)
                    self.assertIn(words, found.message)

    def test_all_at_once_and_merged_is_found_as_well(self):
        other = self.create_contact("Other Works")
        lost = [(kind, make("D/1")) for kind, make in self.makers()]
        for kind, data in lost:
            self.lose(data)
            today = {"Date": date(2026, 3, 31), "Total": Decimal(9)}
            key = self.only(kind)
            self.edit(kind, key, number="MINE-1", Status="VOIDED", **today)
        self.control.merge_contacts(self.hope.external_id, other)
        for kind, data in lost:
            with self.subTest(kind=kind):
                key = self.only(kind)
                (found,) = self.ask(data)
                self.assertEqual((found.outcome, found.external_id), (ALTERED, key))

    def test_unchanged_it_is_as_it_was_sent(self):
        for kind, make in self.makers():
            with self.subTest(kind=kind):
                data = make("D/1")
                self.lose(data)
                (found,) = self.ask(data)
                self.assertEqual((found.outcome, found.number), (OK, "D/1"))

    def test_a_copy_of_a_person_is_not_taken_for_it(self):
        credit = self.credit_note("CN/1")
        self.lose(credit)
        world = self.xero.world
        with world.lock:
            table = world.tenants[self.tenant].credit_notes
            (stored,) = table.values()
            key = "00000000-1111-2222-3333-444444444444"
            copied = {"CreditNoteID": key, "CreditNoteNumber": "CN-9"}
            table[key] = {**stored, **copied, "Total": Decimal(5)}
        (found,) = self.ask(credit)
        self.assertEqual(
            (found.outcome, found.external_id), (OK, stored["CreditNoteID"])
        )
        self.edit("credit_note", stored["CreditNoteID"], Total=Decimal(7))
        (found,) = self.ask(credit)
        self.assertEqual(found.outcome, CANDIDATES, "either may be ours")
        ids = {each.external_id for each in found.candidates}
        self.assertEqual(ids, {key, stored["CreditNoteID"]})

    def test_without_its_key_a_person_is_asked(self):
        lost = {"invoice": {"Url": ""}, "credit_note": {"Reference": "edited"}}
        for kind, make in self.makers():
            data = make("D/1")
            self.lose(data)
            key = self.only(kind)
            self.edit(kind, key, **lost[kind])
            for fields in ({}, {"number": "MINE-1"}):
                self.edit(kind, key, **fields)
                (found,) = self.ask(data)
                with self.subTest(kind=kind, fields=fields):
                    self.assertEqual(found.outcome, CANDIDATES)
                    self.assert_sentence(found.message)
                    (record,) = found.candidates
                    self.assertEqual(record.external_id, key)
                    told = record.date, record.total, record.name
                    self.assertEqual(told, (self.day, "115.00", "Hope Works"))

    def test_a_payment_without_its_key_is_asked_about(self):
        invoice = self.post(self.invoice("INV/1"))
        pay = self.payment("P/1", "30.00", (invoice, "30.00"))
        self.lose(pay)
        (stored,) = self.live("payments")
        self.control.set_record("payments", stored["PaymentID"], Reference="EFT")
        (found,) = self.ask(pay)
        self.assertEqual(found.outcome, CANDIDATES)
        (record,) = found.candidates
        told = record.external_id, record.number, record.total, record.name
        self.assertEqual(told, (stored["PaymentID"], "EFT", "30.00", "Hope Works"))

    def test_what_has_the_key_of_another_is_no_candidate(self):
        for kind, make in self.makers():
            with self.subTest(kind=kind):
                self.post(make("D/1"))
                twin = self.twin(make("D/1"))
                (found,) = self.ask(twin)
                self.assertEqual((found.outcome, found.external_id), (NOT_FOUND, ""))

    def test_only_what_was_written_since_is_read(self):
        self.post(self.invoice("INV/1"))
        self.control.advance(seconds=7200)
        self.connect()
        moment = self.xero.world.clock.now().replace(microsecond=0, tzinfo=None)
        data = self.invoice("INV/2")
        self.lose(data)
        batch = replace(self.batch_of(data), since=moment.isoformat())
        self.control.log(clear=True)
        with self.enter_registry_test_mode():
            (found,) = self.connector._reconcile(self.ledger, batch).results
        self.assertEqual(found.outcome, OK)
        (call,) = self.http_calls("GET")
        since = (moment - identity.SKEW).isoformat()
        self.assertEqual(call["headers"]["if-modified-since"], since)
        self.assertNotIn("where", call["query"])

    def empty(self):
        """Let Xero have no documents."""
        world = self.xero.world
        with world.lock:
            for table, _key, _number in TABLES.values():
                getattr(world.tenants[self.tenant], table).clear()


@tagged("post_install", "-at_install")
class TestXeroBefore(XeroIdentity):
    """What was sent by the version before: without a key, and ids of first parts."""

    def as_member(self, data):
        """Override: a number that starts with OLD is of something without a key."""
        member = super().as_member(data)
        is_old = getattr(data, "number", "").startswith("OLD")
        return replace(member, own_key="", parts=()) if is_old else member

    def renamed(self, data, result):
        """Return data as this version sends it, of a record that has an id."""
        self.parts.clear()
        return replace(
            data, number=data.number.removeprefix("OLD"), external_id=result.external_id
        )

    def rename_there(self, table, name):
        """Let Xero's records have the number of ours as reference, and nothing else."""
        world = self.xero.world
        with world.lock:
            for record in getattr(world.tenants[self.tenant], table).values():
                record[name] = record[name].removeprefix("OLD")

    def test_a_document_is_known_by_its_id(self):
        invoice = self.invoice("OLDP1")
        result = self.post(invoice)
        void = replace(self.renamed(invoice, result), operation=VOID)
        self.post(void)
        self.assertFalse(self.live("invoices"))

    def test_a_lost_document_needs_a_person(self):
        for kind, make in (("invoice", self.invoice), ("credit", self.credit_note)):
            with self.subTest(kind=kind):
                data = make("OLDP1")
                self.lose(data)
                (found,) = self.ask(data)
                self.assertEqual(found.outcome, CANDIDATES)
                self.assertEqual([c.number for c in found.candidates], ["OLDP1"])

    def test_a_lost_payment_needs_a_person(self):
        pay = self.payment("OLDP1", "30.00")
        self.lose(pay)
        (found,) = self.ask(pay)
        self.assertEqual(found.outcome, CANDIDATES)
        self.assertEqual([c.total for c in found.candidates], ["30.00"])

    def test_a_payment_of_one_part_leaves_others_with_its_number(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        first = self.payment("OLDP1", "110.00", (one, "110.00"))
        result = self.post(first)
        self.post(self.payment("OLDP1 ", "50.00", (two, "50.00")))
        self.rename_there("payments", "Reference")
        self.post(replace(self.renamed(first, result), operation=VOID))
        self.assertEqual(self.money(), (["50.00"], []))

    def test_parts_of_which_nobody_knows_whose_they_are_need_a_person(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        settled = (one, "110.00"), (two, "50.00")
        first = self.payment("OLDP1", "160.00", *settled)
        result = self.post(first)
        self.rename_there("payments", "Reference")
        void = replace(self.renamed(first, result), operation=VOID)
        self.assert_refused(void, "P1 was posted in several parts", "50.00")
        self.assertEqual(self.money(), (["110.00", "50.00"], []))
        for stored in self.live("payments"):
            if stored["PaymentID"] != result.external_id:
                with self.enter_registry_test_mode():
                    client = self.ledger._get_http_client()
                    path = f"/Payments/{stored['PaymentID']}"
                    client.save("POST", path, {"Status": "DELETED"})
        self.post(void)
        self.assertEqual(self.money(), ([], []))

    def test_allocations_from_before_are_ours(self):
        invoice = self.post(self.invoice("INV/1"))
        credit = self.post(self.credit_note("CN/1"))
        set_off = self.credit(credit, (invoice, "115.00"))
        self.post(set_off)
        self.parts.clear()
        result = credit.external_id
        self.post(replace(set_off, external_id=result, allocations=()))
        self.assert_open((invoice, "115.00"), (credit, "115.00"))
