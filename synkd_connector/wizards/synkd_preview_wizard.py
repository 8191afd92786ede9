# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import json

from markupsafe import Markup

from odoo import api, fields, models

from ..lib.errors import ConnectorError

# What is shown of a document, and compared, in this order.
COMPARED = (
    *("number", "date", "due_date", "reference", "customer_code", "currency"),
    *("account", "amount", "tax", "total"),
)


class SynkdPreviewWizard(models.TransientModel):
    """Shows exactly what would be sent for one account customer, or one document."""

    _name = "synkd.preview.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Preview of What Is Sent"

    account_customer_id = fields.Many2one("synkd.account.customer", readonly=True)
    transaction_id = fields.Many2one("synkd.transaction", readonly=True)
    message = fields.Text(compute="_compute_payload")
    payload = fields.Text(compute="_compute_payload")
    summary = fields.Html(compute="_compute_summary", sanitize=False)

    @api.depends("account_customer_id", "transaction_id")
    def _compute_payload(self):
        for wizard in self:
            record = wizard.transaction_id or wizard.account_customer_id
            record.check_access("read")
            record = record.sudo()
            payload = record._get_payload()
            wizard.payload = json.dumps(
                payload, indent=2, sort_keys=True, ensure_ascii=False
            )
            wizard.message = record._explain_next_push(payload)

    @api.depends("transaction_id")
    def _compute_summary(self):
        for wizard in self:
            row = wizard.transaction_id
            row.check_access("read")
            wizard.summary = False
            # Why a document cannot be put together is said with the payload.
            with contextlib.suppress(ConnectorError):
                data = row and row.sudo()._to_data().as_dict()
                wizard.summary = data and wizard._summarise(data)

    def _summarise(self, data):
        """Return a document as people read it: facts, lines, and what it settles.

        :param dict data: a document, payment or allocation of ``lib.documents``.
        :rtype: Markup
        """
        labels = self.env["synkd.resolve.wizard"]._get_labels()
        facts = [[labels[name], data[name]] for name in COMPARED if data.get(name)]
        lines = [
            [
                *(line["quantity"], line["description"]),
                line["item"] or line["account"],
                *(line["tax_code"], line["net"], line["tax"]),
            ]
            for line in data.get("lines") or ()
        ]
        heads = [
            *(self.env._("Quantity"), self.env._("Description")),
            *(self.env._("Posted As"), self.env._("Tax Code")),
            *(self.env._("Net"), self.env._("Tax")),
        ]
        settled = [
            [part["number"], part["amount"]] for part in data.get("allocations") or ()
        ]
        return (
            self._to_table([], facts)
            + self._to_table(heads, lines)
            + self._to_table([self.env._("Settles"), self.env._("Amount")], settled)
        )

    def _to_table(self, heads, rows):
        """Return a table, or nothing without rows.

        :param list heads: of its columns; may be empty.
        :param list rows: lists of cells.
        :rtype: Markup
        """
        if not rows:
            return Markup()
        head = Markup().join(Markup("<th>%s</th>") % text for text in heads)
        body = Markup().join(
            Markup("<tr>%s</tr>")
            % Markup().join(Markup("<td>%s</td>") % cell for cell in cells)
            for cells in rows
        )
        return Markup('<table class="table table-sm w-auto"><tr>%s</tr>%s</table>') % (
            head,
            body,
        )

    def _get_action(self):
        """Return the action that opens this preview.

        :rtype: dict
        """
        return self._get_dialog_action(self.env._("What Is Sent to the Books"))
