# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...const import SIGNS


class SynkdEnqueuer(models.AbstractModel):
    """Writes summaries and their money into the queue."""

    _inherit = "synkd.enqueuer"

    @api.model
    def _enqueue_summaries(self, summaries):
        """Queue summaries with their money; what is in the queue already is left.

        :param recordset summaries: `synkd.summary`, filled.
        """
        for ledger, some in summaries.sudo().grouped("ledger_id").items():
            due = some.filtered(lambda s, l=ledger: l._takes(s.date))
            # Apart, since ids of both kinds of records may be the same.
            sold = due.filtered(lambda s: s._is_sold())
            self._enqueue_undecided(ledger, [self._summary_vals(s) for s in sold])
            money = [self._summary_money_vals(money) for money in due.money_ids]
            self._enqueue_undecided(ledger, money)

    def _summary_vals(self, summary):
        """Return the columns of a summary.

        :rtype: dict
        """
        kind = summary._get_kind()
        return self._summary_common(summary, summary, kind, summary.total) | {
            "number": summary.name,
            "document_number": summary.name,
        }

    def _summary_money_vals(self, money):
        """Return the columns of the money of a summary.

        :rtype: dict
        """
        summary, kind = money.summary_id, money._get_kind()
        name = f"{summary.name} {money.name}"
        return self._summary_common(summary, money, kind, money.amount) | {
            "number": name,
            "document_number": name,
        }

    def _summary_common(self, summary, record, kind, amount):
        """Return what the rows of a summary have in common.

        :param recordset record: the summary, or its money.
        :param float amount: signed, in the currency of the summary.
        :rtype: dict
        """
        own, day = summary.company_id.currency_id, summary._get_rate_date()
        converted = summary.currency_id._convert(
            abs(amount), own, summary.company_id, day
        )
        return {
            "kind": kind,
            "res_model": record._name,
            "res_id": record.id,
            "summary_id": summary.id,
            "source": summary.source,
            "reference": summary.place or None,
            "date": summary.date,
            "currency_id": summary.currency_id.id,
            "amount": abs(amount),
            "amount_company": SIGNS[kind] * converted,
            "partner_id": summary.partner_id.id or None,
            "company_id": summary.company_id.id,
        }

    def _document_vals(self, row):
        """Override: what a summary, or its money, says now."""
        if not row.summary_id:
            return super()._document_vals(row)
        record = self.env[row.res_model].sudo().browse(row.res_id).exists()
        if not record or row.summary_id.withdrawn:
            return {}
        money = record._name == "synkd.summary.money"
        return (self._summary_money_vals if money else self._summary_vals)(record)
