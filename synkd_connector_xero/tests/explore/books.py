# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulated Xero as the machine sees it: read in its tables."""

import copy
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta, timezone

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.tests.explore.entries import Entries
from odoo.addons.synkd_connector.tests.explore.model import (
    PAYMENT,
    REFUND,
    Entry,
    cents,
)
from odoo.addons.synkd_connector.tests.explore.stage import START, OdooSide
from odoo.addons.synkd_connector.tests.explore.wire import FAULTS, OWN, WiredBooks

from ..test_xero_flow import XeroFlowCommon
from .people import KINDS, XeroPeople

# What differences are written off to.
LOSSES = "425"
OVER = ("DELETED", "VOIDED")


class XeroBooks(XeroPeople, WiredBooks, Entries, XeroFlowCommon):
    """A company whose books are in the simulated Xero."""

    losses_code = LOSSES

    @property
    def books(self):
        """Return the organisation in the simulator."""
        return self.xero.world.tenants[self.tenant]

    def _set_clock(self):
        """Let Xero have the time of the example."""
        clock = self.xero.world.clock
        moment = self.time.replace(tzinfo=timezone.utc).timestamp()
        self.control.set_scale(0)
        clock.advance(moment - clock.timestamp())

    @classmethod
    def know_euro(cls):
        """Xero's seed knows it."""

    # === WHAT IS THERE === #

    def key_at(self, text):
        """Return how both sides call the record whose key a text of Xero's has."""
        return self.name_of(find_key(text))

    def live(self, table):
        """Return what is not deleted of a table of Xero's."""
        records = getattr(self.books, table).values()
        return [record for record in records if record["Status"] not in OVER]

    def ours(self, table):
        """Return what lives of a table of Xero's, but for what others entered.

        And for documents that a credit took back, and that credit: they are nothing.
        """
        ids, credited = ("InvoiceID", "CreditNoteID"), self.find_credited()
        return [
            record
            for record in self.live(table)
            if record.get("Reference") != OWN
            and not any(record.get(id_) in credited for id_ in ids)
        ]

    def find_half_credited(self):
        """Return what was credited not whole.

        :rtype: list[tuple]
        """
        credited = self.find_credited()
        return [
            (credited[record[id_]], record["Total"], record[left])
            for _kind, table, id_, _mark, left in KINDS
            for record in self.live(table)
            if record[id_] in credited and record[left]
        ]

    def find_twice(self):
        """Return what Xero has of one record more than once.

        :rtype: list[tuple]
        """
        found = Counter(
            (kind, self.key_at(record[mark]))
            for kind, table, _id, mark, _left in KINDS
            for record in self.ours(table)
        )
        found.update(
            (p["_target"], p["_account"], self.key_at(p["Reference"]))
            for p in self.ours("payments")
        )
        found.update(self.key_at(b["Url"]) for b in self.live("bank_transactions"))
        return [(key, count) for key, count in found.items() if count > 1]

    def read_books(self):
        """Return what Xero has that is not void, by the key of the record.

        :rtype: dict[str, Entry]
        """
        self._names = {a.external_id: name for name, a in self.accounts.items()}
        books, by_id = {}, {}
        for kind, table, id_, mark, left in KINDS:
            for record in self.ours(table):
                key = by_id[record[id_]] = self.key_at(record[mark])
                books[key] = Entry(
                    kind,
                    self._names.get(record["_contact"]),
                    cents(record["Total"]),
                    cents(record["TotalTax"]),
                    cents(record[left]),
                )
        for credit in self.ours("credit_notes"):
            payer = books[by_id[credit["CreditNoteID"]]]
            self._read_allocations(payer, credit, by_id)
        self._read_money(books, by_id)
        return books

    def _read_allocations(self, payer, credit, by_id):
        """Note what a credit note or overpayment settles."""
        for each in credit["_allocations"]:
            document = by_id.get(each["_invoice"])
            amount = payer.settled.get(document, 0) + cents(each["Amount"])
            payer.settled[document] = amount

    def _read_money(self, books, by_id):
        """Note payments: of each what its parts in Xero come to."""
        losses = {a["AccountID"] for a in self.books.accounts.values()}
        losses &= {
            a["AccountID"] for a in self.books.accounts.values() if a["Code"] == LOSSES
        }
        for part in self.ours("payments"):
            field, target = part["_target"]
            kind = PAYMENT if field == "Invoice" else REFUND
            owner = getattr(
                self.books, "invoices" if kind == PAYMENT else "credit_notes"
            )
            entry = self._money_of(
                books, part["Reference"], kind, owner[target]["_contact"]
            )
            amount = cents(part["Amount"])
            entry.total += amount * (part["_account"] not in losses)
            document = by_id.get(target)
            entry.settled[document] = entry.settled.get(document, 0) + amount
        for bank in self.live("bank_transactions"):
            entry = self._money_of(books, bank["Url"], PAYMENT, bank["_contact"])
            entry.total += cents(bank["Total"])
            credit = self.books.overpayments[bank["OverpaymentID"]]
            entry.left += cents(credit["RemainingCredit"])
            self._read_allocations(entry, credit, by_id)

    def _money_of(self, books, text, kind, contact):
        """Return the entry of a payment; a new one, if it has none yet."""
        made = Entry(kind, self._names.get(contact), 0, 0, 0)
        return books.setdefault(self.key_at(text), made)

    def read_balances(self):
        """Return what each account owes in Xero, in cents.

        :rtype: dict[str, int]
        """
        names = {a.external_id: name for name, a in self.accounts.items()}
        owed = dict.fromkeys(self.accounts, 0)
        tables = (("invoices", "AmountDue", 1), ("credit_notes", "RemainingCredit", -1))
        for table, left, sign in (*tables, ("overpayments", "RemainingCredit", -1)):
            for record in self.live(table):
                owed[names[record["_contact"]]] += sign * cents(record[left])
        return owed


class Stage(OdooSide, XeroBooks):
    """A company with three customers, two accounts and a Xero, all in place."""

    faults = tuple(FAULTS)
    # Xero pays out only what was paid in before, an overpayment there has the currency
    # of the bank, and a difference is written off on a document only.
    cannot = frozenset(("euro", "refund", "write_off_alone"))

    def setUp(self):
        cls = type(self)
        cls.time = START
        cls.play_clock()
        self._set_clock()
        self.control.set_limits(minute=100000, day=1000000)
        super().setUp()
        cls.partner, cls.account = self.partner, self.account
        self.set_up_stage()
        self.run_ledger()

    def pass_time(self, **delta):
        """Override: Xero's clock goes on as well, but never back."""
        passed = super().pass_time(**delta)
        self.control.advance(max(timedelta(**delta).total_seconds(), 0))
        return passed

    @contextmanager
    def example(self):
        """Override: Xero has afterwards what it had before."""
        world = self.xero.world
        with super().example():
            self._set_clock()
            with world.lock:
                kept = copy.deepcopy(world.kept())
            self.keys = {}
            try:
                yield
            finally:
                self.mend_books()
                self.open_books()
                with world.lock:
                    world.take(kept)
