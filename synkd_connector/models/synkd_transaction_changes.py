# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import PERSON_REASONS, WAITING_STATES
from ..lib.documents import own_facts
from ..lib.errors import ConnectorError
from ..lib.fingerprint import fingerprint

# So many rows are decided again at once; more are left to the next run.
MOST_AT_ONCE = 500


class SynkdTransactionChanges(models.AbstractModel):
    """What happens when a document, a customer or a class changes afterwards."""

    _name = "synkd.transaction.changes"
    _description = "Transaction: What Changes Afterwards"

    # === THE DOCUMENT === #

    def _is_posted(self):
        """Whether the document is posted in Odoo now.

        :rtype: bool
        """
        if self.res_model == self._name:
            return True
        if self.payment_id:
            return self.payment_id.state in ("in_process", "paid")
        if self.kind == "allocation":
            return self._settles_something()
        return self.move_id.state == "posted"

    def _settles_something(self):
        """Whether a credit note is reconciled with an invoice.

        :rtype: bool
        """
        self.env.flush_all()
        condition = SQL("t.id = %s", self.id)
        settled = self.env["synkd.enqueuer"]._settled_sql(condition)
        moves = {move_id for _id, move_id in self.env.execute_query(settled)}
        return bool(moves - set(self.move_id.ids))

    def _is_paid(self):
        """Whether nothing is left to pay, as generic posting requires.

        :rtype: bool
        """
        return self.channel != "documents" or self.move_id._is_synkd_paid()

    def _get_number(self, prefix=""):
        """Return the number that the document is sent with.

        A second posting of what was credited in the books gets a suffix, since its
        number is taken there.

        :param str prefix: the invoice prefix of the class.
        :rtype: str
        """
        if self.res_model == self._name:
            return self.number
        name = self.payment_id.name or self.move_id.name or self.number or ""
        if self.channel != "documents":
            return name
        suffix = f"-{self.copy_number + 1}" if self.copy_number else ""
        return f"{prefix}{name}{suffix}"

    def _note_change(self):
        """Look at rows whose document was changed, taken back or reconciled."""
        sending = self.filtered(lambda row: row.sync_state == "sending")
        for row in sending:
            # The answer is awaited; then the row is looked at again.
            row.revision += 1
        known = (self - sending).filtered("external_id")
        known._note_change_of_posted()
        waiting = self - sending - known
        gone = waiting.filtered(lambda row: not row._is_posted())
        gone._set_withdrawn()
        left = waiting - gone
        if paying := left.filtered(lambda row: row.channel != "documents"):
            condition = SQL("t.id = ANY(%s)", paying.ids)
            self.env["synkd.enqueuer"]._refresh_blockers(condition)
        self.env["synkd.decider"]._decide(left)

    def _note_change_of_posted(self):
        """Look at rows that are in the books: payments may be allocated otherwise."""
        for row in self:
            if row.channel == "documents" or not row._is_posted():
                row._examine()
            elif row.sync_state in ("synced", "attention", "pending"):
                row._queue()
                condition = SQL("t.id = %s", row.id)
                self.env["synkd.enqueuer"]._refresh_blockers(condition)

    def _examine(self):
        """Compare a document with what was posted; a difference waits for a person.

        :return: whether it is as it was posted.
        :rtype: bool
        """
        if self.operation == "void" or self.reason == "difference":
            return True
        if not self._is_posted():
            self._set_changed(self._taken_back_message())
            return False
        mark = self._get_mark()
        if mark == self.fingerprint:
            if self.reason == "changed":
                self._set_synced()
                self._after_answers()
            return True
        self._set_changed(self._changed_message())
        return False

    def _get_mark(self):
        """Return the fingerprint of what would be sent now, or None.

        :rtype: str
        """
        try:
            return self._mark(self._map_payload())
        except ConnectorError:
            return None

    def _mark(self, payload):
        """Override: only the document itself counts, not what mappings make of it."""
        facts = own_facts(self._to_data().as_dict())
        return fingerprint(facts | {"due": self.move_id.invoice_date_due})

    def _taken_back_message(self):
        """Return the sentence about a posted document that was taken back."""
        return self.env._(
            "%(document)s was taken back in Odoo after it was posted to the books as"
            " %(number)s. Post it again in Odoo as it was, void it in the books, or"
            " leave it there.",
            document=self.display_name,
            number=self.books_number or self.external_id,
        )

    def _changed_message(self):
        """Return the sentence about a posted document that was edited."""
        return self.env._(
            "%(document)s was changed in Odoo after it was posted to the books as"
            " %(number)s with a total of %(total)s. Void it in the books so that it is"
            " posted again, credit it there, or leave it as it is.",
            document=self.display_name,
            number=self.books_number or self.external_id,
            total=self.books_total,
        )

    # === CUSTOMERS, CLASSES, MAPPING === #

    def _waiting_for_decision(self):
        """Return those of these rows that the posting decision may move."""
        return self.filtered(
            lambda row: (
                row.sync_state in WAITING_STATES
                and row.reason not in PERSON_REASONS
                and not row.external_id
                and row.res_model != self._name
            )
        )

    @api.model
    def _undecided_domain(self):
        """Return the domain of the rows that the posting decision may move.

        :rtype: Domain
        """
        return Domain(
            [
                ("live", "=", True),
                ("sync_state", "in", WAITING_STATES),
                ("external_id", "=", False),
                ("res_model", "!=", self._name),
            ]
        ) & (Domain("reason", "=", False) | Domain("reason", "not in", PERSON_REASONS))

    @api.model
    def _redecide(self, domain):
        """Decide rows again because something that they hang on changed.

        Many are only marked: the next run decides them before it sends anything.

        :param domain: which rows, beside that they wait.
        :return: how many rows are touched.
        :rtype: int
        """
        rows = self.sudo().with_context(active_test=False)
        domain = self._undecided_domain() & Domain(domain)
        found = rows.search(domain, order="id", limit=MOST_AT_ONCE + 1)
        if len(found) > MOST_AT_ONCE:
            return self._mark_stale(rows, domain)
        self.env["synkd.decider"]._decide(found)
        return len(found)

    def _mark_stale(self, rows, domain):
        """Leave rows to the next run, in one statement.

        :return: how many they are.
        :rtype: int
        """
        rows.flush_model()
        query = rows._search(domain)
        self.env.cr.execute(
            SQL(
                "UPDATE synkd_transaction SET stale = TRUE WHERE id IN (%s)"
                " RETURNING ledger_id",
                query.select(),
            )
        )
        ledger_ids = [ledger_id for (ledger_id,) in self.env.cr.fetchall()]
        rows.invalidate_model(["stale"])
        self.env["synkd.ledger"].sudo().browse(set(ledger_ids))._wake()
        return len(ledger_ids)

    @api.model
    def _count_waiting(self, domain):
        """Return how many rows would be decided again.

        :param domain: which rows, beside that they wait.
        :rtype: int
        """
        return self.sudo().search_count(self._undecided_domain() & Domain(domain))
