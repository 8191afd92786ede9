# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from functools import cache

from odoo import api, models

from odoo.addons.synkd_connector.lib.adapt import adapt
from odoo.addons.synkd_connector.lib.documents import ITEM, Lists
from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.results import Batch, Member, PostingPage
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.push import DENIED

from ..const import (
    CALCULATED,
    CALCULATED_OTHERWISE,
    DOCUMENT_REFUSALS,
    NOT_CALCULATED,
    OTHER_CURRENCY,
)
from ..lib import documents, lists, money, postings, push, reading
from ..lib.client import COMPANY

OUTCOMES = {
    "documents": documents.find_outcomes,
    "payments": money.find_outcomes,
    "allocations": money.find_credit_outcomes,
}


@cache
def _with_documents(capable):
    """Return what Sage can do, and documents: put together once, asked for often."""
    return replace(
        capable,
        document_batch=1,
        payment_batch=1,
        allocation_batch=1,
        number_length=documents.NUMBER_LENGTH - len(documents.OVER),
        description_length=documents.DESCRIPTION_LENGTH,
        reference_length=documents.REFERENCE_LENGTH,
        digits=documents.DIGITS,
        lists=lists.KINDS,
        documents=True,
        void=True,
        reallocate=True,
        payment_steps=True,
        sub_accounts="Reference",
        own_key_documents=documents.MARK,
        own_key_payments="Reference",
    )


class SynkdConnectorSage(models.AbstractModel):
    """The half of the connector that sends documents and payments."""

    _inherit = "synkd.connector.sage"

    @api.model
    def _capabilities(self, ledger):
        """Override: documents and payments can be sent, changed, and taken back."""
        return _with_documents(super()._capabilities(ledger))

    @api.model
    def _document_payload(self, ledger, data):
        """Override: one invoice or credit note, as Sage works it out again."""
        data = adapt(data, self._capabilities(ledger))
        return documents.to_payload(data, ledger.currency_id.name)

    @api.model
    def _payment_payload(self, ledger, data):
        """Override: money, what none came for, and what both settle."""
        if money.has_other_currency(data):
            raise RejectedError(self._sentence(OTHER_CURRENCY, number=data.number))
        return money.to_payload(data, ledger.currency_id.name)

    @api.model
    def _allocation_payload(self, ledger, data):
        """Override: which invoices a credit note is set against."""
        return money.to_credit_payload(data)

    @api.model
    def _push_documents(self, ledger, batch):
        """Override: one call for each."""
        return self._push(ledger, batch, documents.DocumentPush)

    @api.model
    def _push_payments(self, ledger, batch):
        """Override: one call for the money, one for each thing that it settles."""
        return self._push(ledger, batch, money.PaymentPush)

    @api.model
    def _push_allocations(self, ledger, batch):
        """Override: one call for each invoice."""
        return self._push(ledger, batch, money.CreditPush)

    def _push(self, ledger, batch, kind):
        """Send a batch.

        :param type kind: of the pusher.
        :rtype: Answer
        """
        elements = [m.payload.get("element") or {} for m in batch.members]
        items = self._get_items(ledger, elements)
        with self._writing(ledger) as client:
            results = kind(client, batch, self._say_document, items).run()
        return self._answer(ledger, client, results)

    @api.model
    def _calculate(self, ledger, data):
        """Let Sage work a document out, and keep nothing of it.

        :param DocumentData data: the neutral record.
        :return: the sentence about it.
        :rtype: str
        :raise ConnectorError: when Sage cannot be asked.
        """
        member = Member(0, self._document_payload(ledger, data))
        items = self._get_items(ledger, [member.payload["element"]])
        with self._writing(ledger) as client:
            batch = Batch("", (member,), "documents")
            push = documents.DocumentPush(client, batch, self._say_document, items)
            try:
                found = push.calculate(member)
            except ApiError as error:
                if error.problem not in DENIED:
                    raise
                words = error.words.rstrip(".")
                return self._sentence(NOT_CALCULATED, number=data.number, words=words)
        ours = documents.as_cents(data.total), documents.as_cents(data.tax)
        lazy = CALCULATED if found == ours else CALCULATED_OTHERWISE
        names = ("total", "tax", "our_total", "our_tax")
        values = zip(names, map(str, (*found, *ours)), strict=True)
        return self._sentence(lazy, number=data.number, **dict(values))

    def _get_items(self, ledger, elements):
        """Return Sage's identities of the items of some documents, by code.

        :param list elements: documents as payloads have them.
        :rtype: dict
        """
        lines = [line for each in elements for line in each.get("Lines", ())]
        codes = {e["SelectionId"] for e in lines if e["LineType"] == documents.ITEM}
        domain = [("ledger_id", "=", ledger.id), ("kind", "=", ITEM)]
        found = self.env["synkd.books.item"].search_fetch(
            [*domain, ("code", "in", list(codes))], ["code", "external_id"]
        )
        return {item.code: item.external_id for item in found}

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: page recent records and compare; what may still come is awaited."""
        if batch.channel not in OUTCOMES:
            return super()._reconcile(ledger, batch)
        with self._writing(ledger) as client:
            results = OUTCOMES[batch.channel](client, batch, self._say_found)
        return self._outcomes(ledger, client, results, batch)

    @api.model
    def _pull_lists(self, ledger):
        """Override: taxes, accounts, items, banks and currencies; locked periods."""
        with self._writing(ledger) as client:
            items = lists.read_items(client)
            companies = reading.read_all(client, COMPANY)
            mine = next((c for c in companies if c["ID"] == client.tenant_id), {})
            locked, budget = lists.read_lock_date(mine), self._budget(ledger, client)
            return Lists(items, locked, client.take_odd(), budget)

    @api.model
    def _pull_documents(self, ledger, cursor, since):
        """Override: all of them each time, a hundred a page."""
        base = ledger.currency_id.name
        with self._writing(ledger) as client:
            currencies = push.read_currencies(client)
            for found, after, last in postings.read(client, cursor, currencies, base):
                odd, budget = client.take_odd(), self._budget(ledger, client)
                yield PostingPage(tuple(found), after, odd, budget, is_last=last)

    # === SENTENCES === #

    def _name_of(self, member):
        """Override: documents and money are known by their numbers."""
        return str(member.payload.get("number") or "")

    def _say_document(self, member, words, reason=""):
        """Return the sentence about a document or money that was not taken.

        :param str reason: key of DOCUMENT_REFUSALS; "" for Sage's own words.
        """
        if not reason:
            return self._say_refused(member, words)
        names = {"number": self._name_of(member), "name": self._name_of(member)}
        return self._sentence(
            DOCUMENT_REFUSALS[reason], words=words, currency=words, **names
        )
