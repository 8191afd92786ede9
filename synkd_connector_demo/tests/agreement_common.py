# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of agreements share."""

from odoo.addons.synkd_connector.tests.contract_agreement import Comparing

from .queue_common import QueueCommon


class AgreementMixin(Comparing):
    """Comparing both sides, and people who work in the demo books."""

    def line_of(self, agreement, document, kind=None):
        """Return the line about a document."""
        row = self.row_of(document, kind)
        return agreement.line_ids.filtered(lambda line: line.transaction_id == row)

    def there(self, document, kind=None):
        """Return what the demo books have of a document or payment."""
        row = self.row_of(document, kind)
        model = "document" if row.channel == "documents" else "payment"
        return self.env[f"synkd.demo.{model}"].search(
            [("ledger_id", "=", self.ledger.id), ("external_id", "=", row.external_id)]
        )

    def delete_there(self, posting):
        """Delete a document or payment in the demo books, with what it settles."""
        settled = self.env["synkd.demo.document"]
        if posting._name == "synkd.demo.payment":
            settled = posting.allocation_ids.document_id
            posting.allocation_ids.unlink()
            posting.difference_ids.unlink()
        else:
            posting.line_ids.unlink()
        customers = posting.customer_id
        posting.unlink()
        settled._update_open(customers)


class AgreementCommon(AgreementMixin, QueueCommon):
    """A ledger whose documents are in the demo books."""
