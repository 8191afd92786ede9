# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from functools import cache

from odoo import api, models

from odoo.addons.synkd_connector.lib.adapt import adapt
from odoo.addons.synkd_connector.lib.documents import Lists
from odoo.addons.synkd_connector.lib.results import ALTERED, OK

from ..const import ALONE, DOCUMENT_REFUSALS
from ..lib import credits, documents, lists, payment_push, payments
from .synkd_connector_xero import BATCH, ORGANISATION

# Credit notes that are allocated before the run looks whether it may go on.
CREDIT_BATCH = 10
OUTCOMES = {
    "documents": documents.find_outcomes,
    "payments": payment_push.find_outcomes,
    "allocations": credits.find_outcomes,
}


@cache
def _with_documents(capable):
    """Return what Xero can do, and documents: put together once, asked for often."""
    return replace(
        capable,
        document_batch=BATCH,
        payment_batch=BATCH,
        allocation_batch=CREDIT_BATCH,
        number_length=documents.NUMBER_LENGTH,
        # Of references its contract tells no length.
        description_length=documents.DESCRIPTION_LENGTH,
        digits=documents.DIGITS,
        lists=lists.KINDS,
        void=True,
        reallocate=True,
        sub_accounts="Reference",
        own_key_documents="Url of invoices, Reference of credit notes",
        own_key_payments="Reference of payments, Url of bank transactions",
    )


class SynkdConnectorXeroDocuments(models.AbstractModel):
    """The half of the connector that sends documents and payments."""

    _inherit = "synkd.connector.xero"

    @api.model
    def _capabilities(self, ledger):
        """Override: documents and payments can be sent, changed, and voided."""
        return _with_documents(super()._capabilities(ledger))

    @api.model
    def _document_payload(self, ledger, data):
        """Override: one invoice or credit note, with its amounts to the cent."""
        data = adapt(data, self._capabilities(ledger))
        return documents.to_payload(
            data, ledger.currency_id.name, ledger.sudo().xero_document_status
        )

    @api.model
    def _push_documents(self, ledger, batch):
        """Override: up to one call for each kind and way of writing."""
        with self._writing(ledger) as client:
            pusher = documents.DocumentPush(
                client, batch, self.get_base_url(), self._say_document_refused
            )
            results = pusher.run()
        return self._answer(ledger, client, results)

    def _say_document_refused(self, member, words, reason=""):
        """Return the sentence about a document that was not taken.

        :param str reason: key of DOCUMENT_REFUSALS.
        """
        words = words.strip() or self.env._("no reason given")
        return self._sentence(
            DOCUMENT_REFUSALS[reason],
            number=member.payload["number"],
            words=words if words[-1] in ".!?" or reason else words + ".",
        )

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: find documents, payments or allocations, and compare."""
        if batch.channel not in OUTCOMES:
            return super()._reconcile(ledger, batch)
        with self._writing(ledger) as client:
            results = OUTCOMES[batch.channel](client, batch, self._say_found)
        return self._outcomes(ledger, client, self._tell_alone(batch, results))

    # === PAYMENTS AND CREDIT === #

    @api.model
    def _payment_payload(self, ledger, data):
        """Override: a payment for each document, and what stays on account."""
        return payments.to_payload(data, ledger.currency_id.name)

    @api.model
    def _allocation_payload(self, ledger, data):
        """Override: which invoices a credit note is set against."""
        return credits.to_payload(data)

    @api.model
    def _push_payments(self, ledger, batch):
        """Override: new ones by one call, or two where money stays on account."""
        with self._writing(ledger) as client:
            pusher = payment_push.PaymentPush(
                client, batch, self.get_base_url(), self._say_document_refused
            )
            results = pusher.run()
        return self._answer(ledger, client, self._tell_alone(batch, results))

    def _tell_alone(self, batch, results):
        """Let a person look at payments whose write-off settles nothing any more.

        They let go of what they settled, and their money is there: but Xero holds no
        write-off without a document, so that the customer owes more there than here.

        :return: the results, some of them as altered.
        :rtype: tuple[Result]
        """
        alone = {
            member.res_id: self._sentence(
                ALONE, number=member.payload["number"], words=member.payload["alone"]
            )
            for member in batch.members
            if member.payload.get("alone")
        }
        return tuple(
            replace(result, outcome=ALTERED, message=alone[result.res_id])
            if result.outcome == OK and result.res_id in alone
            else result
            for result in results
        )

    @api.model
    def _push_allocations(self, ledger, batch):
        """Override: one call for each credit note, as Xero has it."""
        with self._writing(ledger) as client:
            pusher = credits.CreditPush(client, batch, self._say_document_refused)
            results = pusher.run()
        return self._answer(ledger, client, results)

    @api.model
    def _pull_lists(self, ledger):
        """Override: taxes, accounts, items, banks and currencies; locked periods."""
        with self._writing(ledger) as client:
            entries = lists.read_items(client)
            organisation = (client.get(ORGANISATION).get("Organisations") or [{}])[0]
            locked = lists.read_lock_date(organisation)
            budget = self._budget(ledger, client)
            return Lists(entries, locked, client.take_odd(), budget)
