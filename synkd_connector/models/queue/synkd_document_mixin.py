# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import ENDED_STATES, QUEUE_STATES, UNDER_WAY_STATES
from ...door import check_one


class SynkdDocumentMixin(models.AbstractModel):
    """A document that is posted to the books: shows where it stands there.

    The inheriting model names the rows of the queue ``synkd_transaction_ids``.
    """

    _name = "synkd.document.mixin"
    _description = "Document That Is Posted to the Books"

    synkd_state = fields.Selection(
        QUEUE_STATES,
        string="Books",
        compute="_compute_synkd_state",
        search="_search_synkd_state",
        compute_sudo=True,
        help="Where the document stands in the books.",
    )

    synkd_in_books = fields.Boolean(
        compute="_compute_synkd_in_books",
        compute_sudo=True,
        help="The books have this document, or it is on its way there.",
    )

    # === CRUD METHODS === #

    def unlink(self):
        """Override to notice what is deleted after it was posted to the books."""
        rows = self.sudo().synkd_transaction_ids
        known = rows.filtered(lambda row: row.live and row._get_poster().external_id)
        result = super().unlink()
        known._note_change()
        return result

    # === COMPUTE METHODS === #

    @api.depends(
        "synkd_transaction_ids.sync_state",
        "synkd_transaction_ids.live",
        "synkd_transaction_ids.batch_id.transaction_id.sync_state",
    )
    def _compute_synkd_in_books(self):
        for document in self:
            document.synkd_in_books = bool(document._get_synkd_in_books())

    @api.depends(
        "synkd_transaction_ids.sync_state",
        "synkd_transaction_ids.live",
        "synkd_transaction_ids.kind",
    )
    def _compute_synkd_state(self):
        for document in self:
            document.synkd_state = document.synkd_transaction_ids._get_badge_state()

    @api.model
    def _search_synkd_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = Domain("kind", "!=", "allocation")
        live = rows & Domain("live", "=", True)
        ended = rows & Domain("sync_state", "in", [*value & set(ENDED_STATES)])
        found = self._any_row(live & Domain("sync_state", "in", [*value]))
        found |= self._any_row(ended) & ~self._any_row(live)
        if False in value:
            known = Domain("sync_state", "in", ENDED_STATES)
            found |= ~self._any_row(live) & ~self._any_row(rows & known)
        return found

    @api.model
    def _any_row(self, domain):
        """Return the domain of the documents with such a row, whoever asks."""
        return Domain("synkd_transaction_ids", "any!", domain)

    def _get_synkd_in_books(self):
        """Return the rows of what the books have of this document.

        :rtype: recordset of `synkd.transaction`
        """
        return self.sudo().synkd_transaction_ids.filtered(
            lambda row: (
                row.live
                and row.kind != "allocation"
                and (poster := row._get_poster())
                and (poster.external_id or poster.sync_state in UNDER_WAY_STATES)
            )
        )

    # === ACTIONS === #

    def action_synkd_reset_to_draft(self):
        """Say what resetting to draft means for the books, and ask.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        wizard = self.env["synkd.draft.wizard"]._create_dialog(
            {"res_model": self._name, "res_id": self.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reset to Draft"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_view_synkd_transactions(self):
        """Open the rows of the queue that are about this document.

        :rtype: dict
        :raise UserError: when the user may see none of them.
        """
        check_one(self)
        rows = self.env["synkd.transaction"].search(
            [("id", "in", self.sudo().synkd_transaction_ids.ids)]
        )
        if not rows:
            raise UserError(
                self.env._(
                    "%s is not in the books yet. Those who look after the transaction"
                    " queue can tell you why.",
                    self.display_name,
                )
            )
        shown = rows.filtered("live") or rows
        if len(shown) == 1:
            return shown._get_records_action()
        return rows._view_rows([("id", "in", rows.ids)])

    def _get_synkd_alerts(self):
        """Return the banners about the document's way to the books.

        :return: name of each banner -> level, message, action_text and action.
        :rtype: dict
        """
        if not self.env.user.has_group("synkd_connector.group_user"):
            return {}
        alerts = self._get_synkd_attention() | self._get_synkd_paid_there()
        alerts |= self._get_synkd_before() | self._get_synkd_in_file()
        return alerts | self._get_synkd_billed()

    def _get_synkd_billed(self):
        """Return the banners about documents that are part of a combined bill.

        :rtype: dict
        """
        rows = self.synkd_transaction_ids.filtered("batch_id")
        return {
            f"synkd_billed_{row.id}": {
                "level": "info",
                "message": self.env._("Books: %s", row.reason_text),
                "action_text": self.env._("Open the bill"),
                "action": row.with_env(self.env).action_view_batch(),
            }
            for row in rows
        }

    def _get_synkd_in_file(self):
        """Return the banners about rows that wait in a file for its import.

        :rtype: dict
        """
        rows = self.synkd_transaction_ids.filtered(
            lambda row: row.live and row.file_request_id
        )
        return {
            f"synkd_file_{row.id}": {
                "level": "info",
                "message": self.env._("Books: %s", row.file_text),
                "action_text": self.env._("Open the file"),
                "action": row.with_env(self.env).action_view_file(),
            }
            for row in rows
        }

    def _get_synkd_before(self):
        """Return the banners about money for documents that the books did not get.

        :rtype: dict
        """
        rows = self.synkd_transaction_ids.filtered("live")
        return {
            f"synkd_before_{row.id}": {
                "level": "info",
                "message": self.env._("Books: %s", row.before_text),
                "action_text": self.env._("View"),
                "action": row._get_records_action(),
            }
            for row in rows.filtered("before_text")
        }

    def _get_synkd_paid_there(self):
        """Return the banner about money that was received in the books only.

        :rtype: dict
        """
        payments = self.synkd_transaction_ids.books_payment_ids
        if not payments or not self.synkd_transaction_ids.move_id.amount_residual:
            return {}
        message = self.env._(
            "Books: %(amount)s was paid there, not here. If you register it here too,"
            " exclude that payment from the queue: the books have it already.",
            amount=payments[0].currency_id.format(sum(payments.mapped("amount"))),
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_books_payment_action"
        )
        return {
            "synkd_paid_there": {
                "level": "info",
                "message": message,
                "action_text": self.env._("View"),
                "action": action | {"domain": [("id", "in", payments.ids)]},
            }
        }

    def _get_synkd_attention(self):
        """Return the banners about rows that require attention.

        :rtype: dict
        """
        rows = self.synkd_transaction_ids.filtered(
            lambda row: row.live and row.sync_state == "attention"
        )
        return {
            f"synkd_{row.id}": {
                "level": "danger" if row.reason_group == "books" else "warning",
                "message": self.env._("Books: %s", row.reason_text),
                "action_text": self.env._("Open and resolve"),
                "action": row._get_records_action(),
            }
            for row in rows
        }
