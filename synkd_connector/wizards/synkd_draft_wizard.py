# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..door import check_one

MODELS = {"account.move": "button_draft", "account.payment": "action_draft"}


class SynkdDraftWizard(models.TransientModel):
    """Says what resetting to draft means, before it is done to what the books have."""

    _name = "synkd.draft.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Reset to Draft What Is in the Books"

    res_model = fields.Selection(
        [("account.move", "Journal Entry"), ("account.payment", "Payment")],
        required=True,
        readonly=True,
    )
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    message = fields.Text(compute="_compute_message")
    is_manager = fields.Boolean(compute="_compute_message")

    @api.depends("res_model", "res_id")
    def _compute_message(self):
        manager = self.env.user.has_group("synkd_connector.group_manager")
        for wizard in self:
            wizard.is_manager = manager
            rows = wizard._get_document()._get_synkd_in_books()
            wizard.message = "\n".join(rows.mapped(wizard._explain))

    def _get_document(self):
        """Return the document, as the user sees it.

        :rtype: recordset
        """
        check_one(self)
        documents = self.env[self.res_model].browse(self.res_id)
        documents.check_access("read")
        return documents

    def _explain(self, row):
        """Return what it means for one row of the queue.

        :rtype: str
        """
        if row.file_text:
            return self.env._(
                "%(where)s Resetting %(document)s to draft does not change what is in"
                " the file: it is looked at again when the word has come.",
                where=row.file_text,
                document=row.display_name,
            )
        return self.env._(
            "%(ledger)s has %(document)s as %(number)s. Resetting it to draft changes"
            " Odoo only: the books keep what they have. Confirmed again as it was,"
            " nothing more happens. Changed or cancelled, it waits under Requires"
            " Attention until a manager of the books voids it there, credits it, or"
            " leaves it.",
            ledger=row.ledger_id.name,
            document=row.display_name,
            number=row.books_number or row.number,
        )

    def action_confirm(self):
        """Reset the document to draft.

        :rtype: dict
        """
        document = self._get_document()
        document.check_access("write")
        getattr(document, MODELS[self.res_model])()
        return {"type": "ir.actions.act_window_close"}

    def action_ask_manager(self):
        """Ask a manager of the books: an activity with the document.

        :return: the notification that says who was asked.
        :rtype: dict
        """
        document = self._get_document()
        ledger = document._get_synkd_in_books().ledger_id[:1]
        note = self.env._(
            "This is in the books, and should be reset to draft and changed."
        )
        return ledger.sudo(False)._ask(document, note)
