# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from dataclasses import replace
from functools import cache

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.synkd_connector.lib.adapt import adapt
from odoo.addons.synkd_connector.lib.documents import Lists
from odoo.addons.synkd_connector.lib.results import BalancePage, PostingPage

from ..const import ALTERED_THERE
from ..lib import credits, documents, lists, payments, reading, reversal

BATCH = 100


@cache
def _with_documents(capable):
    """Return what another Odoo can do, and documents: put together once."""
    return replace(
        capable,
        document_batch=BATCH,
        payment_batch=BATCH,
        allocation_batch=BATCH,
        digits=documents.DIGITS,
        credit_discounts=True,
        own_rates=True,
        own_numbers=True,
        unique_numbers=False,
        lists=lists.KINDS,
        void=True,
        reallocate=True,
        documents=True,
        # What was deleted there leaves no trace.
        balances=True,
        own_key_documents="External ID",
        own_key_payments="External ID",
    )


class SynkdConnectorOdooDocuments(models.AbstractModel):
    """The half of the connector that sends documents and payments."""

    _inherit = "synkd.connector.odoo"

    @api.model
    def _capabilities(self, ledger):
        """Override: documents can be sent, and voided."""
        return _with_documents(super()._capabilities(ledger))

    @api.model
    def _document_payload(self, ledger, data):
        """Override: one invoice or credit note, its prices without tax."""
        # Prices with tax in them become such that the line comes to its net amount.
        data = replace(data, tax_included=False)
        return documents.to_payload(adapt(data, self._capabilities(ledger)))

    @api.model
    def _push_documents(self, ledger, batch):
        """Override: created by one call, and posted by another."""
        with self._writing(ledger) as client:
            pusher = reversal.VoidingPush(
                client, batch, self._say_refused, self._find_items(ledger)
            )
            results = pusher.run()
        return self._answer(ledger, client, results)

    def _find_items(self, ledger):
        """Return a function that finds identities of the lists by codes."""

        def find(kind, codes):
            domain = [("ledger_id", "=", ledger.id), ("kind", "=", kind)]
            domain.append(("code", "in", list(codes)))
            found = self.env["synkd.books.item"].sudo().search(domain)
            return {item.code: item.external_id for item in found}

        return find

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: find documents, and compare."""
        if batch.channel == "customers":
            return super()._reconcile(ledger, batch)
        with self._writing(ledger) as client:
            if batch.channel == "documents":
                results = documents.find_outcomes(
                    client, batch, self._say_altered, self._say_refused
                )
            elif batch.channel == "payments":
                find_items = self._find_items(ledger)
                results = payments.find_outcomes(
                    client, batch, self._say_altered, self._say_refused, find_items
                )
            else:
                results = credits.find_outcomes(client, batch)
        return self._outcomes(ledger, client, results)

    # === PAYMENTS AND CREDIT === #

    @api.model
    def _payment_payload(self, ledger, data):
        """Override: the money, what it settles, and what no money came for."""
        return payments.to_payload(data)

    @api.model
    def _allocation_payload(self, ledger, data):
        """Override: which invoices a credit note settles."""
        return credits.to_payload(data)

    @api.model
    def _push_payments(self, ledger, batch):
        """Override: created, posted, and set against documents."""
        with self._writing(ledger) as client:
            pusher = payments.PaymentPush(
                client, batch, self._say_refused, self._find_items(ledger)
            )
            results = pusher.run()
        return self._answer(ledger, client, results)

    @api.model
    def _push_allocations(self, ledger, batch):
        """Override: all credit notes of a batch by one call."""
        with self._writing(ledger) as client:
            results = credits.CreditPush(client, batch, self._say_refused).run()
        return self._answer(ledger, client, results)

    @api.model
    def _pull_lists(self, ledger):
        """Override: taxes, accounts, items, banks and currencies; the lock date."""
        with self._writing(ledger) as client:
            items = lists.read_items(client)
            locked = lists.read_lock_date(client, lists.LOCKS)
        return Lists(items, locked, client.take_odd(), self._budget(ledger, client))

    # === READING === #

    @api.model
    def _pull_balances(self, ledger, cursor):
        """Override: all that owe at first, later those of whom something changed."""
        with self._writing(ledger) as client:
            for owed, paid, after in reading.read_money(client, cursor):
                odd, budget = client.take_odd(), self._budget(ledger, client)
                is_last = not reading.is_under_way(after)
                yield BalancePage(owed, after, paid, odd, budget, is_last=is_last)

    @api.model
    def _pull_documents(self, ledger, cursor, since):
        """Override: all of them each time, documents first, then money."""
        models = (documents.MODEL, payments.MODEL)
        after = dict(cursor)
        with self._writing(ledger) as client:
            memo = payments.memo_of(client)
            for model in models[models.index(after.get("model", models[0])) :]:
                last = after.get("id", 0) if after.get("model") == model else 0
                for found in reading.read_pages(client, model, last, since):
                    after = {"model": model, "id": found[-1]["id"]}
                    read = reading.from_move
                    if model == payments.MODEL:
                        read = lambda record: reading.from_money(record, memo)
                    told = tuple(client.read_each(model, found, read))
                    told += reading.find_reversed(client, found)
                    odd, budget = client.take_odd(), self._budget(ledger, client)
                    yield PostingPage(told, after, odd, budget)
            # What was told of money is written down by now.
            left = reading.find_left(client, self._find_left(ledger))
            odd, budget = client.take_odd(), self._budget(ledger, client)
            yield PostingPage(left, after, odd, budget, is_last=True)

    def _find_left(self, ledger):
        """Return the differences of ours whose payments this read told not to count.

        :return: kinds of the payments, by the part that is the difference's entry.
        :rtype: dict[str, str]
        """
        self.env["synkd.transaction"].flush_model()
        query = SQL(
            """SELECT part ->> 'id', t.kind
                 FROM synkd_transaction t, jsonb_array_elements(t.books_parts) part
                WHERE t.ledger_id = %(ledger)s AND t.live AND t.channel = 'payments'
                  AND t.books_parts @> %(difference)s
                  AND part ->> 'kind' = %(kind)s
                  AND NOT EXISTS (
                      SELECT 1 FROM synkd_books_posting p
                       WHERE p.ledger_id = t.ledger_id AND p.channel = t.channel
                         AND p.external_id = t.external_id AND NOT p.gone
                         AND p.read_number = %(read)s)""",
            ledger=ledger.id,
            difference=json.dumps([{"kind": payments.DIFFERENCE}]),
            kind=payments.DIFFERENCE,
            read=ledger.postings_read,
        )
        return dict(self.env.execute_query(query))

    # === SENTENCES === #

    def _name_of(self, member):
        """Override: documents are known by their numbers."""
        return member.payload.get("number") or super()._name_of(member)

    def _say_altered(self, member, record):
        """Return the sentence about what somebody changed over there."""
        number = str(record["name"] or record["id"])
        return self._sentence(ALTERED_THERE, name=self._name_of(member), number=number)
