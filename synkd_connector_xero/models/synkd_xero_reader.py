# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, models

from odoo.addons.synkd_connector.lib.results import Balance, BalancePage, Page

from ..lib import contacts, dates, reading

# Lists whose changes tell that somebody's balance changed: their id field, what to
# leave out, and whether they are read in each run or once a day to save calls.
DOCUMENTS = {
    "Invoices": ("InvoiceID", {"summaryOnly": "true"}, False),
    "CreditNotes": ("CreditNoteID", {}, False),
    "Payments": ("PaymentID", {}, False),
    "Overpayments": ("OverpaymentID", {}, True),
    "Prepayments": ("PrepaymentID", {}, True),
}
ALL = {"includeArchived": "true"}


class SynkdXeroReader(models.AbstractModel):
    """The reading half of the connector: customers, and what they owe."""

    _name = "synkd.xero.reader"
    _description = "Reads Customers and Balances from Xero"

    # === CUSTOMERS === #

    @api.model
    def _pull_customers(self, ledger, cursor):
        """Override: contacts that changed, archived and merged ones too.

        Contacts that are suppliers only are left out, unless they are known here.
        """
        places = self._get_places()
        with self._writing(ledger) as client:
            pages = reading.read_changed(client, "Contacts", "ContactID", cursor, ALL)
            for found, after in pages:
                wanted = self._without_suppliers(ledger, found)
                self._note_limits(ledger, client)
                yield Page(
                    tuple(
                        contacts.from_contact(c, places, ledger.currency_id.name)
                        for c in wanted
                    ),
                    after,
                )

    def _without_suppliers(self, ledger, found):
        """Return the contacts that are, or may become, customers."""
        suppliers = {
            c["ContactID"]
            for c in found
            if c.get("IsSupplier") is True and c.get("IsCustomer") is not True
        }
        suppliers -= self._known_ids(ledger, suppliers)
        return [c for c in found if c["ContactID"] not in suppliers]

    def _known_ids(self, ledger, ids):
        """Return those of some contacts that are account customers here.

        :rtype: set[str]
        """
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        found = accounts.search_fetch(
            [("ledger_id", "=", ledger.id), ("external_id", "in", list(ids))],
            ["external_id"],
        )
        return set(found.mapped("external_id"))

    def _note_limits(self, ledger, client):
        """Remember what the answers told about the limits."""
        ledger._set_budget(self._budget(ledger, client))
        if client.limits.app >= 0:
            ledger.xero_app_remaining = client.limits.app

    # === WHAT CUSTOMERS OWE === #

    @api.model
    def _pull_balances(self, ledger, cursor):
        """Override: a contact does not tell that its balance changed.

        At first all contacts are read. Later those are, for whom a document changed,
        or fell due since the last read: an invoice becomes overdue without a change.
        """
        with self._writing(ledger) as client:
            if not cursor:
                yield from self._all_balances(ledger, client)
                return
            more = True
            while more:
                ids, after, more = self._touched(client, cursor)
                yield from self._some_balances(ledger, client, ids, cursor)
                self._note_limits(ledger, client)
                yield BalancePage((), after)
                cursor = after

    def _all_balances(self, ledger, client):
        """Read the balances of all contacts; documents count from here on."""
        start = dates.utc_now() - timedelta(minutes=5)
        since = {"since": dates.write_moment(start)}
        done = {name: since for name in DOCUMENTS} | {"day": start.date().isoformat()}
        pages = reading.read_changed(client, "Contacts", "ContactID", {}, ALL)
        for found, _after in pages:
            yield BalancePage(self._to_balances(found), {})
        self._note_limits(ledger, client)
        yield BalancePage((), done)

    def _touched(self, client, cursor):
        """Read one page of each list of documents.

        :return: ids of contacts, the cursor behind them, and whether there is more.
        :rtype: tuple
        """
        ids, after, more = set(), dict(cursor), False
        today = dates.utc_now().date()
        is_new_day = cursor.get("day") != today.isoformat()
        for name, (key, params, is_daily) in DOCUMENTS.items():
            if is_daily and not is_new_day:
                continue
            size = reading.PAGE_SIZE
            pages = reading.read_changed(
                client, name, key, cursor.get(name, {}), params, size
            )
            found, after[name] = next(pages)
            ids |= {self._contact_of(record) for record in found}
            more = more or len(found) == size
        if is_new_day:
            ids |= self._fallen_due(client, cursor.get("day"), today)
            after["day"] = today.isoformat()
        return ids - {""}, after, more

    def _contact_of(self, record):
        """Return the id of the contact of a document or payment; "" for none."""
        contact = record.get("Contact") or {}
        for name in ("Invoice", "CreditNote", "Overpayment", "Prepayment"):
            contact = contact or (record.get(name) or {}).get("Contact") or {}
        return contact.get("ContactID") or ""

    def _fallen_due(self, client, before, today):
        """Return the contacts whose invoices fell due since a day.

        :param str before: the day of the last read, ISO 8601.
        :param date today: this day.
        :rtype: set[str]
        """
        first = dates.read_iso_day(before) or today
        # The organisation's day may not be ours yet, or any more.
        start, end = first - timedelta(days=2), today + timedelta(days=1)
        where = (
            'Type=="ACCREC" AND Status=="AUTHORISED"'
            f" AND DueDate>={dates.write_filter_day(start)}"
            f" AND DueDate<{dates.write_filter_day(end)}"
        )
        params = {"where": where, "summaryOnly": "true"}
        pages = reading.read_changed(client, "Invoices", "InvoiceID", {}, params)
        return {self._contact_of(record) for found, _after in pages for record in found}

    def _some_balances(self, ledger, client, ids, cursor):
        """Read the balances of some contacts, as far as they are known here."""
        for some in reading.chunks(sorted(self._known_ids(ledger, ids)), reading.IDS):
            found = reading.read_contacts(client, some)
            yield BalancePage(self._to_balances(found), cursor)

    def _to_balances(self, found):
        """Return what some contacts owe.

        :rtype: tuple[Balance]
        """
        balances = []
        for contact in found:
            owed = (contact.get("Balances") or {}).get("AccountsReceivable") or {}
            balances.append(
                Balance(
                    contact["ContactID"],
                    Decimal(str(owed.get("Outstanding") or 0)),
                    Decimal(str(owed.get("Overdue") or 0)),
                )
            )
        return tuple(balances)
