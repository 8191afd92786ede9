# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, models

from odoo.addons.synkd_connector.lib.documents import Lists
from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.results import Answer

from ..lib import documents, lists
from .synkd_connector_xero import BATCH, ORGANISATION


class SynkdConnectorXeroDocuments(models.AbstractModel):
    """The half of the connector that sends invoices and credit notes."""

    _inherit = "synkd.connector.xero"

    @api.model
    def _capabilities(self, ledger):
        """Override: invoices and credit notes can be sent, and voided."""
        return replace(
            super()._capabilities(ledger),
            document_batch=BATCH,
            number_length=documents.NUMBER_LENGTH,
            lists=lists.KINDS,
            void=True,
        )

    @api.model
    def _document_payload(self, transaction):
        """Override: one invoice or credit note, with its amounts to the cent."""
        data = transaction._to_data()
        if len(data.number) > documents.NUMBER_LENGTH:
            raise RejectedError(
                self.env._(
                    "The number %(number)s has %(count)s characters; Xero takes"
                    " %(limit)s. Give the document a shorter number.",
                    number=data.number,
                    count=len(data.number),
                    limit=documents.NUMBER_LENGTH,
                )
            )
        currency = transaction.ledger_id.currency_id.name
        return documents.to_payload(data, currency)

    @api.model
    def _push_documents(self, ledger, batch):
        """Override: up to one call for each kind and way of writing."""
        with self._writing(ledger) as client:
            pusher = documents.DocumentPush(client, batch, self._say_document_refused)
            results = pusher.run()
        return Answer(results, self._budget(ledger, client))

    def _say_document_refused(self, member, words):
        """Return the sentence about a document that was not taken."""
        words = words.strip() or self.env._("no reason given")
        return self.env._(
            "Xero refuses %(number)s: %(words)s Correct it, then press Retry.",
            number=member.payload["number"],
            words=words if words[-1] in ".!?" else words + ".",
        )

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: find documents by id or number, and compare."""
        if batch.kind != "documents":
            return super()._reconcile(ledger, batch)
        with self._writing(ledger) as client:
            results = documents.find_outcomes(client, batch.members)
        return Answer(results, self._budget(ledger, client))

    @api.model
    def _pull_lists(self, ledger):
        """Override: taxes, accounts, items, banks and currencies; locked periods."""
        with self._writing(ledger) as client:
            entries = lists.read_entries(client)
            organisation = (client.get(ORGANISATION).get("Organisations") or [{}])[0]
        return Lists(entries, lists.read_lock_date(organisation))
