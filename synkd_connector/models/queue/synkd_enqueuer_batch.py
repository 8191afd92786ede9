# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SynkdEnqueuer(models.AbstractModel):
    """Writes the bills of several documents into the queue."""

    _inherit = "synkd.enqueuer"

    @api.model
    def _enqueue_batches(self, bills):
        """Queue bills that have their members.

        :param recordset bills: `synkd.batch` of one ledger.
        """
        rows = self.env["synkd.transaction"].sudo()
        amounts = bills._get_amounts()
        vals_list = [self._batch_vals(bill, *amounts[bill.id]) for bill in bills]
        new = self._insert(bills.ledger_id, vals_list)
        for bill in bills:
            bill.transaction_id = new[bill.id]
        self.env["synkd.decider"]._decide(rows.browse(new.values()))

    def _batch_vals(self, bill, total, own):
        """Return the columns of a bill.

        :param float total: signed, in its currency.
        :param float own: the same in the company's.
        :rtype: dict
        """
        return {
            "kind": "credit_note" if total < 0 else "invoice",
            "res_model": bill._name,
            "res_id": bill.id,
            "number": bill.name,
            "document_number": bill.name,
            "date": bill.date,
            "currency_id": bill.currency_id.id,
            "amount": abs(total),
            "amount_company": own,
            "company_id": bill.company_id.id,
        }

    def _document_vals(self, row):
        """Override: what a bill comes to now."""
        bill = row._get_bill()
        if not bill:
            return super()._document_vals(row)
        return self._batch_vals(bill, *bill._get_amounts()[bill.id])
