# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people do in the simulated Xero, and what goes wrong there."""

from contextlib import suppress
from datetime import timedelta

from odoo import fields

from odoo.addons.synkd_connector.tests.explore.model import CREDIT, INVOICE
from odoo.addons.synkd_connector.tests.explore.wire import FAULTS, OWN
from odoo.addons.synkd_connector_http.lib.problems import ApiError

# Where the bookkeeper's own payments go.
BANK = "090"
VOID, DELETE = {"Status": "VOIDED"}, {"Status": "DELETED"}
KINDS = (
    (INVOICE, "invoices", "InvoiceID", "Url", "AmountDue"),
    (CREDIT, "credit_notes", "CreditNoteID", "Reference", "RemainingCredit"),
)
PLURALS = {"InvoiceID": "Invoices", "CreditNoteID": "CreditNotes"}


class XeroPeople:
    """The bookkeeper, for books that know what is there: see ``books.XeroBooks``."""

    def break_books(self, fault, every):
        """Let write calls meet a fault.

        :param str fault: one of ``FAULTS``; None: no more.
        :param int every: so many calls, one of them; 1: all.
        """
        self.control.clear_faults()
        if fault:
            where = {"method": "PUT,POST,DELETE", "path": "/api.xro"}
            self.control.add_fault(FAULTS[fault], times=None, every=every, **where)

    def refuse_there(self, key):
        """Let Xero refuse a record from now on, as it is in the queue."""
        rows = [row for row in self.find_rows() if self.key_of(row) == key]
        self.control.set_options(refuse=rows[-1].own_key if rows else "")

    def archive_there(self, account, archived):
        """Archive a contact in Xero, or restore him."""
        status = "ARCHIVED" if archived else "ACTIVE"
        id_ = self.accounts[account].external_id
        self.control.set_record("contacts", id_, ContactStatus=status)

    def mend_books(self):
        """Let the books take everything again, but for closed periods.

        Who was archived from here is not brought back from here: a person does that.
        """
        self.control.clear_faults()
        self.control.set_options(refuse="")
        for contact in list(self.books.contacts.values()):
            if contact["ContactStatus"] == "ARCHIVED":
                key = contact["ContactID"]
                self.control.set_record("contacts", key, ContactStatus="ACTIVE")

    def close_until(self, days):
        """Lock the books up to a day.

        :param int days: from today on.
        """
        self.closed = True
        day = self._today() + timedelta(days=days)
        self.control.set_lock_dates(period=fields.Date.to_string(day))

    def open_books(self):
        """Open the books again."""
        self.closed = False
        self.control.set_lock_dates()

    # === THE BOOKKEEPER === #

    def try_there(self, *calls):
        """Make calls as a bookkeeper.

        :param calls: method, path, and what is written.
        :return: whether Xero let one.
        :rtype: bool
        """
        self.env.flush_all()
        client, done = self.ledger._get_http_client(), False
        for method, path, *body in calls:
            with suppress(ApiError):
                client.save(method, path, *body) if body else client.delete(path)
                done = True
        return done

    def save_there(self, id_name, record, values):
        """Change a document as a bookkeeper; return whether Xero let him.

        :rtype: bool
        """
        element = {id_name: record[id_name], **values}
        plural = PLURALS[id_name]
        return self.try_there(("POST", f"/{plural}", {plural: [element]}))

    def find_document(self, key):
        """Return the document of a record, with the name of its id; or nothing.

        :rtype: list[tuple]
        """
        return [
            (id_, record)
            for _kind, table, id_, mark, _left in KINDS
            for record in self.ours(table)
            if self.key_at(record[mark]) == key
        ]

    def release_calls(self, plural, id_, credit):
        """Return the calls that undo what a credit note or overpayment settles.

        :rtype: list[tuple]
        """
        path = f"/{plural}/{id_}/Allocations"
        used = [each["AllocationID"] for each in credit["_allocations"]]
        return [("DELETE", f"{path}/{allocation}") for allocation in used]

    def money_calls(self, key):
        """Return the calls that delete a payment, with all that it has in Xero.

        :rtype: list[tuple]
        """
        calls = [
            ("POST", f"/Payments/{part['PaymentID']}", DELETE)
            for part in self.live("payments")
            if self.key_at(part["Reference"]) == key
        ]
        for bank, credit in self.find_overpaid(key):
            calls += self.release_calls("Overpayments", bank["OverpaymentID"], credit)
            named = {name: bank[name] for name in ("BankTransactionID", "Type")}
            named["BankAccount"] = {"AccountID": bank["_bank"]}
            lines = [{"LineItemID": n["LineItemID"]} for n in bank["LineItems"]]
            element = {**named, "LineItems": lines, **DELETE}
            body = {"BankTransactions": [element]}
            calls.append(("POST", "/BankTransactions", body))
        return calls

    def find_overpaid(self, key):
        """Return what a payment has in Xero that settles no invoice by itself.

        :return: bank transactions and overpayments.
        :rtype: list[tuple]
        """
        return [
            (bank, self.books.overpayments[bank["OverpaymentID"]])
            for bank in self.live("bank_transactions")
            if self.key_at(bank["Url"]) == key
        ]

    def void_there(self, key):
        """Void in Xero what nothing settles, or delete a payment.

        :return: whether Xero let one.
        :rtype: bool
        """
        for id_name, record in self.find_document(key):
            return self.save_there(id_name, record, VOID)
        return self.try_there(*self.money_calls(key))

    def edit_there(self, key, amount):
        """Change in Xero the price in a document that nothing settles.

        :param int amount: cents more.
        :return: whether Xero let one.
        :rtype: bool
        """
        for id_name, record in self.find_document(key):
            price = float(record["LineItems"][0]["UnitAmount"]) + amount / 100
            return self.price_there(id_name, record, price)
        return False

    def price_there(self, id_name, record, price):
        """Give the line of a document another price; return whether Xero let us.

        :rtype: bool
        """
        names = ("Description", "Quantity", "AccountCode", "TaxType")
        (old,) = record["LineItems"]
        line = {name: str(old[name]) for name in names}
        line["UnitAmount"] = f"{price:.2f}"
        return self.save_there(id_name, record, {"LineItems": [line]})

    def pay_there(self, key):
        """Enter in Xero a payment of an invoice that we know nothing of.

        :return: whether there is anything to pay.
        :rtype: bool
        """
        for id_name, record in self.find_document(key):
            if id_name == "InvoiceID" and record["AmountDue"]:
                payment = {
                    "Invoice": {"InvoiceID": record["InvoiceID"]},
                    "Account": {"Code": BANK},
                    "Date": fields.Date.to_string(self._today()),
                    "Amount": str(record["AmountDue"]),
                    "Reference": OWN,
                }
                return self.try_there(("PUT", "/Payments", {"Payments": [payment]}))
        return False

    def unpay_there(self, key):
        """Undo in Xero what a credit note or an overpayment settles.

        :return: the keys of what it settled.
        :rtype: set[str]
        """
        calls = [
            call
            for id_name, credit in self.find_document(key)
            if id_name == "CreditNoteID"
            for call in self.release_calls("CreditNotes", credit[id_name], credit)
        ]
        for bank, credit in self.find_overpaid(key):
            calls += self.release_calls("Overpayments", bank["OverpaymentID"], credit)
        settled = set(self.read_books()[key].settled)
        return settled if self.try_there(*calls) else set()

    def take_own_back(self):
        """Delete the payments that the bookkeeper entered."""
        for part in self.live("payments"):
            if part["Reference"] == OWN:
                self.try_there(("POST", f"/Payments/{part['PaymentID']}", DELETE))

    def put_back(self, row):
        """Put back in Xero what was credited there, as it was credited.

        What is void there stays so, and so does the other half of the two.
        """
        halves = {each.external_id for each in row | self.other_half(row)}
        found = [
            (id_name, record)
            for _kind, table, id_name, _mark, _left in KINDS
            for record in self.live(table)
            if record[id_name] in halves
        ]
        for id_name, record in found:
            if len(found) == 1:
                if id_name == "CreditNoteID":
                    calls = self.release_calls("CreditNotes", record[id_name], record)
                    self.try_there(*calls)
                self.save_there(id_name, record, VOID)
            elif record[id_name] == row.external_id:
                net = row._get_posted_total() - float(row.sent_data["tax"])
                self.price_there(id_name, record, net)
        if len(found) == 2:
            self.allocate_there(*(record for _id_name, record in found))

    def allocate_there(self, invoice, credit):
        """Let a credit note settle an invoice."""
        amount = min(invoice["AmountDue"], credit["RemainingCredit"])
        part = {"Amount": str(amount), "Invoice": {"InvoiceID": invoice["InvoiceID"]}}
        part["Date"] = fields.Date.to_string(self._today())
        path = f"/CreditNotes/{credit['CreditNoteID']}/Allocations"
        if amount:
            self.try_there(("PUT", path, {"Allocations": [part]}))
