# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from dataclasses import replace
from functools import cache

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.adapt import adapt
from odoo.addons.synkd_connector.lib.documents import (
    ACCOUNT,
    BANK,
    CURRENCY,
    ITEM,
    TAX,
    Lists,
)
from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.prices import Digits
from odoo.addons.synkd_connector.lib.results import Answer, PostingPage

from .synkd_demo_posting import Lookup

MODELS = {
    "documents": "synkd.demo.document",
    "payments": "synkd.demo.payment",
    "allocations": "synkd.demo.allocation",
}


# Documents or payments that one page of a read tells of.
PAGE_SIZE = 1000
# Decimals of quantities, prices and discounts that the demo books keep.
DIGITS = Digits(quantity=4, price=6, discount=2)


@cache
def _with_documents(capable):
    """Return what books can do, and documents: put together once, asked for often."""
    return replace(
        capable,
        documents=True,
        document_batch=50,
        payment_batch=50,
        allocation_batch=50,
        number_length=40,
        description_length=1000,
        reference_length=100,
        digits=DIGITS,
        credit_discounts=True,
        lists=(TAX, ACCOUNT, ITEM, BANK, CURRENCY),
        void=True,
        reallocate=True,
        sub_accounts="Sub-Account",
        own_key_documents="sender_key",
        own_key_payments="sender_key",
        own_key_allocations="sender_key",
    )


class SynkdConnectorDemo(models.AbstractModel):
    """The half of the demo books that keeps documents, payments and lists."""

    _inherit = "synkd.connector.demo"

    @api.model
    def _capabilities(self, ledger):
        """Override: documents, payments and allocations can be sent, and voided."""
        return _with_documents(super()._capabilities(ledger))

    @api.model
    def _document_payload(self, ledger, data):
        """Override: as the demo books keep it."""
        return self._without_identity(adapt(data, self._capabilities(ledger)))

    @api.model
    def _payment_payload(self, ledger, data):
        """Override: the neutral record."""
        return self._without_identity(data)

    @api.model
    def _allocation_payload(self, ledger, data):
        """Override: the neutral record."""
        return self._without_identity(data)

    def _without_identity(self, data):
        """Return a neutral record fit for JSON; the member has its identity."""
        payload = json.loads(json.dumps(data.as_dict()))
        del payload["external_id"]
        return payload

    # === WRITING === #

    @api.model
    def _push_documents(self, ledger, batch):
        """Override: write into the books, in a transaction of their own."""
        return self._take_batch(ledger, batch, self._take_documents)

    @api.model
    def _push_payments(self, ledger, batch):
        """Override: write into the books, in a transaction of their own."""
        return self._take_batch(ledger, batch, self._take_others)

    @api.model
    def _push_allocations(self, ledger, batch):
        """Override: write into the books, in a transaction of their own."""
        return self._take_batch(ledger, batch, self._take_others)

    def _take_documents(self, books, ledger, batch, fault):
        """Let the books take invoices and credit notes."""
        documents = books.env["synkd.demo.document"]
        return documents._take(ledger, batch.members, cent=fault == "cent")

    def _take_others(self, books, ledger, batch, _fault):
        """Let the books take payments or allocations."""
        return books.env[MODELS[batch.channel]]._take(ledger, batch.members)

    def _refuse_batch(self, ledger, batch, fault):
        """Override: documents are refused by customer, number or reference."""
        if batch.channel not in MODELS:
            return super()._refuse_batch(ledger, batch, fault)
        lookup = Lookup(ledger.env, ledger, batch.members) if fault == "batch" else None
        for member in batch.members if lookup else ():
            problem = lookup._find_refusal(member.payload)
            if problem:
                raise RejectedError(problem)
        return None

    # === READING === #

    @api.model
    def _pull_lists(self, ledger):
        """Override: read the lists of the books; they are filled at the first time."""
        with self._books(ledger, "read") as (books, _fault):
            ledger = ledger.with_env(books.env)
            entries = books.env["synkd.demo.item"]._get_items(ledger)
            return Lists(
                tuple(entry._as_data() for entry in entries),
                fields.Date.to_string(ledger.demo_lock_date) or "",
            )

    @api.model
    def _pull_documents(self, ledger, cursor, since):
        """Override: all of them each time, since people delete without a trace."""
        models = ("synkd.demo.document", "synkd.demo.payment")
        after = cursor
        for model in models[models.index(after.get("model", models[0])) :]:
            is_last = False
            while not is_last:
                last = after.get("id", 0) if after.get("model") == model else 0
                with self._books(ledger, "read") as (books, _fault):
                    found = books.env[model]._find_page(ledger, last, since, PAGE_SIZE)
                    postings = tuple(posting._as_posting() for posting in found)
                    after = {"model": model, "id": found[-1:].id or last}
                    budget = self._budget(books, ledger)
                is_last = len(postings) < PAGE_SIZE
                done = is_last and model == models[-1]
                yield PostingPage(postings, after, budget=budget, is_last=done)

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: find documents by our key or their identity, and compare them."""
        if batch.channel not in MODELS:
            return super()._reconcile(ledger, batch)
        with self._books(ledger, "read") as (books, _fault):
            model = books.env[MODELS[batch.channel]]
            ledger = ledger.with_env(books.env)
            return Answer(model._find_out(ledger, self._as_kept(ledger, batch).members))
