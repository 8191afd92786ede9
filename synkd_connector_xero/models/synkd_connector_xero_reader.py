# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, models

from odoo.addons.synkd_connector.lib.results import Balance, BalancePage, PostingPage
from odoo.addons.synkd_connector_http.lib import dates as moments
from odoo.addons.synkd_connector_http.lib.shapes import is_identity

from ..lib import contacts, dates, payments, reading, told

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


class SynkdConnectorXero(models.AbstractModel):
    """The reading half of the connector: customers, and what they owe."""

    _inherit = "synkd.connector.xero"

    # === CUSTOMERS === #

    @api.model
    def _pull_customers(self, ledger, cursor):
        """Override: contacts that changed, archived and merged ones too.

        Suppliers are told as such: they may become customers as well.
        """
        places, currency = self._get_places(), ledger.currency_id.name
        with self._writing(ledger) as client:
            pages = reading.read_changed(client, "Contacts", "ContactID", cursor, ALL)
            read = lambda c: contacts.from_contact(c, places, currency)
            yield from self._customer_pages(ledger, client, "Contacts", pages, read)

    def _known_ids(self, ledger, ids):
        """Return those of some contacts that are customers here.

        :rtype: set[str]
        """
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        found = accounts.search_fetch(
            [
                ("ledger_id", "=", ledger.id),
                ("external_id", "in", list(ids)),
                ("supplier_only", "=", False),
            ],
            ["external_id"],
        )
        return set(found.mapped("external_id"))

    # === WHAT CUSTOMERS OWE === #

    @api.model
    def _pull_balances(self, ledger, cursor):
        """Override: a contact does not tell that its balance changed.

        At first all contacts are read. Later those are, for whom a document changed,
        or fell due since the last read: an invoice becomes overdue without a change.
        Each page's cursor tells what is left, so that a read which is cut goes on.
        """
        with self._writing(ledger) as client:
            if not cursor or "first" in cursor:
                yield from self._all_balances(ledger, client, cursor.get("first") or {})
                return
            more = True
            while more:
                if "waiting" not in cursor:
                    cursor, paid = self._touched(ledger, client, cursor)
                    if paid or client.odd:
                        yield self._to_page(ledger, client, (), cursor, paid)
                yield from self._some_balances(ledger, client, cursor)
                more, cursor = cursor["more"], cursor["then"]
                yield self._to_page(ledger, client, (), cursor, is_last=not more)

    @api.model
    def _ask_balances(self, cursor, ids):
        """Override: the first read tells of all of them anyway."""
        if not cursor or "first" in cursor:
            return cursor
        key = "waiting" if "waiting" in cursor else "again"
        return cursor | {key: [*cursor.get(key, ()), *ids]}

    def _to_page(self, ledger, client, owed, cursor, paid=(), is_last=False):
        """Return a page of balances with what the answers told beside them.

        :rtype: BalancePage
        """
        budget = self._budget(ledger, client)
        return BalancePage(owed, cursor, paid, client.take_odd(), budget, is_last)

    def _all_balances(self, ledger, client, first):
        """Read the balances of all contacts; documents count from the beginning on.

        :param dict first: how far that got before; {} at the beginning.
        """
        start = first.get("start")
        start = start or moments.write_moment(moments.utc_now() - timedelta(minutes=5))
        size = reading.PAGE_SIZE
        pages = reading.read_changed(
            client, "Contacts", "ContactID", first.get("contacts") or {}, ALL, size
        )
        for found, after, _is_last in pages:
            first = {"start": start, "contacts": after}
            owed = self._to_balances(client, found)
            yield self._to_page(ledger, client, owed, {"first": first})
        since = {"since": start}
        cursor = dict.fromkeys(DOCUMENTS, since) | {"day": start[:10]}
        yield self._to_page(ledger, client, (), cursor, is_last=True)

    def _touched(self, ledger, client, cursor):
        """Read one page of each list of documents.

        Who had a document before it was given to another contact owes less since.

        :return: a cursor with the contacts that wait to be read, the cursor behind
            them, and whether there is more; and the ``BooksPayment`` that changed.
        :rtype: tuple[dict, tuple]
        """
        changed, after, more = [], dict(cursor), False
        again = set(after.pop("again", ()))
        today = moments.utc_now().date()
        is_new_day = cursor.get("day") != today.isoformat()
        for name, (key, params, is_daily) in DOCUMENTS.items():
            if is_daily and not is_new_day:
                continue
            size = reading.PAGE_SIZE
            pages = reading.read_changed(
                client, name, key, cursor.get(name, {}), params, size
            )
            # What is known of its second already may fill pages before it.
            found, after[name], is_end = next(p for p in pages if p[0] or p[2])
            changed += [(name, record) for record in found]
            more = more or not is_end
        if is_new_day:
            due = self._fallen_due(client, cursor.get("day"), today)
            changed += [("Invoices", record) for record in due]
            after["day"] = today.isoformat()
        ids = {self._contact_of(record) for _name, record in changed} - {""} | again
        ids |= self._contacts_before(ledger, changed)
        paid = [record for name, record in changed if name == "Payments"]
        waiting = {"waiting": list(ids), "then": after, "more": more}
        paid = client.read_each("Payments", paid, payments.from_payment)
        return waiting, tuple(paid)

    def _contacts_before(self, ledger, changed):
        """Return whose changed documents were, as far as we posted or read them.

        :param list changed: names of lists with their records.
        :rtype: set[str]
        """
        keys = [record.get(DOCUMENTS[name][0]) for name, record in changed]
        mine = [("ledger_id", "=", ledger.id), ("channel", "=", "documents")]
        mine.append(("external_id", "in", [key for key in keys if is_identity(key)]))
        rows = self.env["synkd.transaction"].search_fetch(mine, ["account_customer_id"])
        postings = self.env["synkd.books.posting"].search_fetch(mine, ["customer"])
        found = rows.account_customer_id.mapped("external_id")
        return {*found, *postings.mapped("customer")} - {False}

    def _contact_of(self, record):
        """Return the id of the contact of a document or payment; "" for none."""
        contact = record.get("Contact") or {}
        for name in ("Invoice", "CreditNote", "Overpayment", "Prepayment"):
            contact = contact or (record.get(name) or {}).get("Contact") or {}
        id_ = contact.get("ContactID")
        return id_ if is_identity(id_) else ""

    def _fallen_due(self, client, before, today):
        """Return the invoices that fell due since a day.

        :param str before: the day of the last read, ISO 8601.
        :param date today: this day.
        :rtype: list[dict]
        """
        first = moments.read_iso_day(before) or today
        # The organisation's day may not be ours yet, or any more.
        start, end = first - timedelta(days=2), today + timedelta(days=1)
        where = (
            'Type=="ACCREC" AND Status=="AUTHORISED"'
            f" AND DueDate>={dates.write_filter_day(start)}"
            f" AND DueDate<{dates.write_filter_day(end)}"
        )
        params = {"where": where, "summaryOnly": "true"}
        pages = reading.read_changed(client, "Invoices", "InvoiceID", {}, params)
        return [record for found, *_rest in pages for record in found]

    def _some_balances(self, ledger, client, cursor):
        """Read the balances of contacts that wait, as far as they are known here."""
        waiting = sorted(self._known_ids(ledger, cursor["waiting"]))
        while waiting:
            found = reading.read_contacts(client, waiting[: reading.IDS])
            waiting = waiting[reading.IDS :]
            owed, rest = self._to_balances(client, found), cursor | {"waiting": waiting}
            yield self._to_page(ledger, client, owed, rest)

    def _to_balances(self, client, found):
        """Return what some contacts owe.

        :rtype: tuple[Balance]
        """
        return tuple(client.read_each("Contacts", found, self._to_balance))

    def _to_balance(self, contact):
        owed = (contact.get("Balances") or {}).get("AccountsReceivable") or {}
        return Balance(
            contact["ContactID"],
            Decimal(str(owed.get("Outstanding") or 0)),
            Decimal(str(owed.get("Overdue") or 0)),
        )

    # === WHAT THE BOOKS HAVE === #

    @api.model
    def _pull_documents(self, ledger, cursor, since):
        """Override: four lists, each by what changed; Xero tells what it deleted.

        A first read asks by day. What is ours and was dated back there is asked for by
        its identity then, so that it never counts as missing.
        """
        with self._writing(ledger) as client:
            after = cursor
            for postings, after in told.read_pages(client, cursor, since):
                yield self._to_posting_page(ledger, client, postings, after)
            ours = told.read_by_id(client, ledger._find_untold())
            yield self._to_posting_page(ledger, client, ours, after, is_last=True)

    def _to_posting_page(self, ledger, client, postings, after, is_last=False):
        """Return a page of what the books have.

        :rtype: PostingPage
        """
        odd, budget = client.take_odd(), self._budget(ledger, client)
        return PostingPage(postings, after, odd, budget, is_last)
