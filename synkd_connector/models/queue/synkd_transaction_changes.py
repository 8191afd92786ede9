# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ...const import PERSON_REASONS, UNDER_WAY_STATES, UNSURE, WAITING_STATES
from ...lib.documents import own_facts
from ...lib.fingerprint import fingerprint

# So many rows are decided again at once; more are left to the next run.
MOST_AT_ONCE = 500
# Columns that say what the document says.
OWN_COLUMNS = (
    "kind",
    "move_id",
    "document_number",
    "reference",
    "date",
    "currency_id",
    "amount",
    "amount_company",
    "partner_id",
)

# Those that make it another document than the one that somebody excluded.
OTHER_COLUMNS = frozenset(("kind", "currency_id", "amount", "partner_id"))


class SynkdTransaction(models.Model):
    """What happens when a document, a customer or a class changes afterwards."""

    _inherit = "synkd.transaction"

    # === THE DOCUMENT === #

    def _is_posted(self):
        """Whether the document is posted in Odoo now.

        :rtype: bool
        """
        if self.res_model == self._name:
            return True
        if self.payment_id:
            return self.payment_id._is_synkd_money()
        if self.kind == "allocation":
            # What the books have follows the reconciliation, down to nothing.
            settlement = self.env["synkd.settlement"]
            return bool(self.external_id or settlement._filter_settling(self))
        if self.move_id.state != "posted":
            return False
        # A bank line that was undone stays posted, but is no customer's money.
        entries = self.env["synkd.enqueuer"]
        return self.channel == "documents" or bool(entries._entry_vals(self.move_id))

    def _filter_posted(self):
        """Return the rows whose document is posted in Odoo now."""
        fresh = self.filtered(
            lambda r: r.kind == "allocation" and r.move_id and not r.external_id
        )
        posted = (self - fresh).filtered(lambda row: row._is_posted())
        return posted | self.env["synkd.settlement"]._filter_settling(fresh)

    def _is_paid(self):
        """Whether nothing is left to pay, as generic posting requires.

        :rtype: bool
        """
        return self.channel != "documents" or self.move_id._is_synkd_paid()

    def _get_number(self, prefix=""):
        """Return the number that the document is sent with.

        A second posting of what was credited in the books gets a suffix, since its
        number is taken there.

        :param str prefix: the prefixes of the ledger and, for documents, of the class.
        :rtype: str
        """
        if self.res_model == self._name:
            return self.number
        name = self.payment_id.name or self.move_id.name or self.number or ""
        return self._join_number(prefix, name, self.copy_number)

    @api.model
    def _join_number(self, prefix, name, copy_number):
        """Return the number of a document, by what its class and its past add."""
        suffix = f"-{copy_number + 1}" if copy_number else ""
        return f"{prefix}{name}{suffix}"

    def _note_change(self):
        """Look at rows whose document was changed, taken back or reconciled."""
        sending = self._note_under_way()
        known = (self - sending).filtered("external_id")
        known._note_change_of_posted()
        waiting = (self - sending - known)._note_change_of_excluded()
        gone = waiting - waiting._filter_posted()
        gone._set_withdrawn()
        left = waiting - gone
        for row in left:
            row._write_changed(row._get_changed_values())
        if paying := left.filtered(lambda row: row.channel != "documents"):
            self.env["synkd.settlement"]._refresh(paying)
        self.env["synkd.decider"]._decide(left)

    def _note_under_way(self):
        """Let rows whose answer is awaited be looked at again after it.

        :return: these rows.
        :rtype: recordset
        """
        under_way = self.filtered(
            lambda row: row.sync_state in UNDER_WAY_STATES or row.reason == UNSURE
        )
        for row in under_way:
            row.revision += 1
        return under_way

    def _note_change_of_excluded(self):
        """Look at excluded rows: who excluded one meant the document as it was then.

        So it stays out when it is taken back and posted again, and comes back into the
        queue when it is another one then, with a remark that says so.

        :return: the rows to look at further: not those that stay out.
        """
        excluded = self.filtered(lambda row: row.sync_state == "excluded")
        posted = excluded._filter_posted()
        taken_back = self.env._(
            "Taken back in Odoo. Posted again as it was, it stays out of the books;"
            " with another customer or amount it enters the queue again."
        )
        (excluded - posted)._log_all(taken_back)
        back = self.browse()
        for row in posted:
            if OTHER_COLUMNS & row._get_changed_values().keys():
                back |= row
            else:
                row._write_changed(row._get_changed_values())
        for row in back:
            row._message_log(body=row._other_message())
        back.write({"note": False})
        back._set_pending(from_states=("excluded",))
        return self - excluded | back

    def _other_message(self):
        """Return the remark about a document that is not the one that was excluded."""
        return self.env._(
            "Excluded before as %(document)s of %(customer)s over %(total)s (%(why)s)."
            " It is another one now, so it is in the queue again.",
            document=self.number,
            customer=self.partner_id.display_name,
            total=self.currency_id.format(self.amount),
            why=self.note or "",
        )

    def _note_shared(self):
        """Look at the payments that share documents with these without an entry."""
        loose = self.payment_id.filtered(lambda payment: not payment.move_id)
        self.env["synkd.enqueuer"]._note_changes(loose.invoice_ids)

    def _note_change_of_posted(self):
        """Look at rows that are in the books: payments may be allocated otherwise."""
        documents = self.filtered(lambda row: row.channel == "documents")
        lookup = documents._look_up()
        for row in documents:
            row._examine(lookup)
        again = self.browse()
        for row in self - documents:
            if not row._is_posted():
                row._set_changed(row._taken_back_message())
            elif row.kind != "allocation" and row._is_other():
                row._set_changed(row._changed_message())
            elif row.sync_state in ("synced", "attention", "pending"):
                row._write_changed(row._get_changed_values())
                again |= row
        if again:
            again._queue()
            self.env["synkd.settlement"]._refresh(again)

    def _get_changed_values(self):
        """Return what the document says otherwise now than this row.

        :rtype: dict
        """
        vals = self.env["synkd.enqueuer"]._document_vals(self.sudo())
        row = self._convert_to_write({name: self[name] for name in OWN_COLUMNS})
        return {
            name: vals[name]
            for name in OWN_COLUMNS
            if name in vals and self._differs(name, vals[name], row[name])
        }

    def _differs(self, name, value, known):
        """Whether a value of the document is another than the one that is known."""
        if name in ("amount", "amount_company"):
            currency = self.currency_id
            if name == "amount_company":
                currency = self.company_currency_id
            return currency.compare_amounts(value, known) != 0
        return (value or None) != (known or None)

    def _write_changed(self, values):
        """Let a row say what its document says now."""
        if values:
            self.write(values)

    def _is_other(self):
        """Whether the document itself is another than the one that was sent.

        :rtype: bool
        """
        follows = {"amount_company", "move_id"}
        if self.channel == "payments":
            # Money is known by our key there; its number is a mere reference.
            follows.add("document_number")
        return bool(self._get_changed_values().keys() - follows)

    def _is_left_otherwise(self):
        """Whether a person left money in the books that is other money than here.

        What else they did there because of that, nobody here knows.

        :rtype: bool
        """
        sent = self.sent_data or {}
        if not self.note or "amount" not in sent:
            return False
        here, there = self.amount, float(sent["amount"])
        return bool(
            (self.kind, self.currency_id.name) != (sent["kind"], sent["currency"])
            or self.currency_id.compare_amounts(here, there)
        )

    def _examine(self, lookup):
        """Compare a document with what was posted; a difference waits for a person.

        :param Lookup lookup: what was looked up for it and others.
        :return: whether it is as it was posted.
        :rtype: bool
        """
        if self.operation == "void" or self.reason == "difference":
            return True
        if not self._is_posted():
            self._set_changed(self._taken_back_message())
            return False
        same = self._get_sent_fingerprint(lookup) == self.fingerprint
        if same and not self._is_other():
            if self.reason == "changed":
                self._set_synced()
                self._after_answers()
            return True
        self._set_changed(self._changed_message())
        return False

    def _get_fingerprint(self, data, payload):
        """Override: only the document itself counts, not what mappings make of it."""
        facts = own_facts(data.as_dict())
        if self.channel == "payments":
            facts.pop("rate", None)
        elif self.channel == "documents" and self.move_id:
            # As it was booked, whoever's rate of the day the books took.
            mapper = self.env["synkd.document.mapper"]
            facts["rate"] = mapper._as_rate(self.move_id.invoice_currency_rate)
        facts["due"] = self.move_id.invoice_date_due
        return fingerprint(facts | {"ours": self._get_own_accounts()})

    def _is_as_sent(self, digest):
        """Override: what is to be taken back is there, whatever was written down."""
        return self.operation != "void" and super()._is_as_sent(digest)

    def _is_foreign(self):
        """Whether it is in another currency than its company's.

        :rtype: bool
        """
        return self.currency_id != self.company_id.currency_id

    def _get_own_accounts(self):
        """Return where Odoo books the document, by its own ids.

        What mappings make of these may change; these may not, unnoticed.

        :rtype: list
        """
        if self.channel == "payments":
            journal = self.payment_id.journal_id or self.move_id.journal_id
            lines = self.move_id.line_ids.filtered(
                lambda line: line.account_type != "asset_receivable"
            )
            return [journal.id, sorted(lines.account_id.ids)]
        if self.channel == "documents":
            lines = self.move_id.invoice_line_ids
            return [[line.product_id.id, line.account_id.id] for line in lines]
        return []

    def _taken_back_message(self):
        """Return the sentence about a posted document that was taken back."""
        if not (self.move_id or self.payment_id):
            return self.env._(
                "%(document)s was deleted in Odoo after it was posted to the books as"
                " %(number)s. Void it in the books too, or leave it there.",
                document=self.display_name,
                number=self.books_number or self.external_id,
            )
        return self.env._(
            "%(document)s was taken back in Odoo after it was posted to the books as"
            " %(number)s. Post it again in Odoo as it was, void it in the books, or"
            " leave it there.",
            document=self.display_name,
            number=self.books_number or self.external_id,
        )

    def _changed_message(self):
        """Return the sentence about a posted document that was edited."""
        name = self._get_changed_values().get("document_number")
        if name:
            return self._renumbered_message(name)
        if self.channel != "documents":
            return self.env._(
                "%(document)s was changed in Odoo after it was posted to the books as"
                " %(number)s: its amount, date or customer, or what it settles. Void it"
                " in the books so that it is posted again, or mend it there by hand and"
                " leave it as it is.",
                document=self.display_name,
                number=self.books_number or self.external_id,
            )
        return self.env._(
            "%(document)s was changed in Odoo after it was posted to the books as"
            " %(number)s with a total of %(total)s. Void it in the books so that it is"
            " posted again, credit it there, or leave it as it is.",
            document=self.display_name,
            number=self.books_number or self.external_id,
            total=formatLang(self.env, self.books_total, currency_obj=self.currency_id),
        )

    def _renumbered_message(self, name):
        """Return the sentence about a posted document that is called otherwise now.

        :param str name: its number in Odoo.
        """
        return self.env._(
            "%(document)s is called %(now)s in Odoo now, but was posted to the books as"
            " %(then)s (%(number)s there). Void it in the books so that it is posted"
            " again as %(now)s, give it its old number in Odoo, or leave it as it is.",
            document=self.display_name,
            now=name,
            then=self.number,
            number=self.books_number or self.external_id,
        )

    # === CUSTOMERS, CLASSES, MAPPING === #

    def _waiting_for_decision(self):
        """Return those of these rows that the posting decision may move."""
        return self.filtered_domain(self._undecided_domain())

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
        counts = rows._update_all(domain, {"stale": True})
        self.env["synkd.ledger"].sudo().browse(counts)._wake()
        return sum(counts.values())

    @api.model
    def _count_waiting(self, domain):
        """Return how many rows would be decided again.

        :param domain: which rows, beside that they wait.
        :rtype: int
        """
        return self.sudo().search_count(self._undecided_domain() & Domain(domain))
