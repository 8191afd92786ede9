# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...lib.documents import VOID


class SynkdDocumentLookup(models.AbstractModel):
    """Looks up what the payloads of summaries and of their money are made of."""

    _inherit = "synkd.document.lookup"

    @api.model
    def _make(self, transactions, answers=None):
        """Override to add the postings of summaries, and where they are."""
        lookup = super()._make(transactions, answers)
        rows = transactions.filtered("summary_id")
        rule = self.env["synkd.summary.rule"]
        for ledger, some in rows.grouped("ledger_id").items():
            documents = some.filtered(lambda row: row.channel == "documents")
            sources = {row.summary_id.id: row.source for row in documents}
            found = rule._answer(ledger, sources)
            lookup.summary_postings |= found.postings
            lookup.rateless.update(
                row.id
                for row in documents
                if found.obstacles[row.summary_id.id].rateless
            )
            money = some - documents
            payments = [(row.id, 0, row.res_id) for row in money]
            lookup.rateless |= rule._find_rateless(payments)
            lookup.journals |= rule._find_journals(payments)
            lookup.summaries |= self._find_summaries(ledger, money.summary_id)
        return lookup

    def _find_summaries(self, ledger, summaries):
        """Return identity and number of summaries that the books have or will have.

        :rtype: dict[tuple[int, int], tuple[str, str]]
        """
        rows = summaries.sudo().transaction_ids.filtered(
            lambda row: (
                row.live
                and row.ledger_id == ledger
                and row.channel == "documents"
                and row.operation != VOID
                and row.sync_state != "excluded"
            )
        )
        return {
            (ledger.id, row.summary_id.id): (
                row.external_id or "",
                row.books_number or row.number or "",
            )
            for row in rows
        }
