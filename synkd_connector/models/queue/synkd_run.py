# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain

from ...const import ENDED_STATES, IN_FILE


class SynkdRun(models.Model):
    """A run's documents: which ones were asked for, and what became of them."""

    _inherit = "synkd.run"

    content = fields.Selection(
        selection_add=[
            ("documents", "Documents and Their Customers"),
            ("agreement", "Agreement of Both Sides"),
        ],
        ondelete={"documents": "cascade", "agreement": "cascade"},
    )

    def _has_part(self, part):
        """Override: who asks for customers leaves the documents out.

        Both sides are compared where that is due, so that other runs have no step more.

        :rtype: bool
        """
        if part == "agreement" or self.content == "agreement":
            return part == "agreement" and self._may_agree()
        left_out = self.content == "customers" and part == "documents"
        return super()._has_part(part) and not left_out

    def _may_agree(self):
        """Whether this run compares both sides.

        :rtype: bool
        """
        asked = self.content in ("all", "agreement") and not self.scoped
        ledger = self.ledger_id
        due = asked and ledger._is_agreement_due()
        return due and ledger._get_capabilities().documents

    def _mark_scope(self):
        """Override to mark the account customers that the documents asked for need."""
        if self.content == "documents":
            self._mark_needed()
        return super()._mark_scope()

    def _mark_needed(self):
        """Mark the account customers of the rows that this run is about.

        Those rows are marked already when the run is scoped: one statement.
        """
        rows = self.env["synkd.transaction"]
        rows.flush_model()
        waiting = [
            ("ledger_id", "=", self.ledger_id.id),
            ("sync_state", "=", "pending"),
        ]
        if self.scoped:
            waiting.append(("run_id", "=", self.id))
        needed = rows._search(waiting).subselect("account_customer_id")
        meant = Domain("id", "in", needed)
        self.env["synkd.account.customer"]._update_all(meant, {"run_id": self.id})

    def _describe(self, left):
        """Override: who asks for documents is told about documents.

        :rtype: str
        """
        if self.content == "agreement":
            return self.ledger_id._describe_agreement()
        if self.content == "documents" and self.ledger_id.post_accounts:
            return self._describe_documents()
        return super()._describe(left)

    def _describe_documents(self):
        """Return the sentences about what became of the documents of this run.

        :rtype: str
        """
        rows = self.env["synkd.transaction"]
        groups = rows._read_group(
            [("run_id", "in", self.ids)], ["sync_state"], ["__count"]
        )
        counts = dict(groups)
        posted = counts.get("synced", 0)
        texts = [self.env._("Documents posted to the books: %s.", posted)]
        if handed := counts.get(IN_FILE):
            texts.append(
                self.env._("In a file, waiting for somebody to import it: %s.", handed)
            )
        if ended := sum(counts.get(state, 0) for state in ENDED_STATES):
            texts.append(self.env._("Taken back there: %s.", ended))
        if left := counts.get("attention"):
            texts.append(self.env._("Require attention: %s.", left))
        if later := counts.get("pending"):
            texts.append(self.env._("Go on waiting: %s.", later))
        return " ".join(texts)

    def _has_left_documents(self):
        """Whether this run left a document to a person.

        :rtype: bool
        """
        left = [("run_id", "in", self.ids), ("sync_state", "=", "attention")]
        return bool(self.env["synkd.transaction"].search_count(left, limit=1))

    def _get_progress(self):
        """Override to tell whether a document waits for a person.

        :rtype: dict
        """
        attention = self.state == "attention" and self._has_left_documents()
        return super()._get_progress() | {"attention": attention}

    def action_view_attention(self):
        """Override to open the documents that this run left, if there are any.

        :rtype: dict
        """
        sent = [("request_line_ids.request_id.run_id", "in", self.ids)]
        rows = self.env["synkd.transaction"]
        if rows.search_count([("sync_state", "=", "attention"), *sent], limit=1):
            return rows._view_state("attention", sent)
        return super().action_view_attention()
