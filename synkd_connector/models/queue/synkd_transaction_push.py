# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ...const import IN_FILE, UNDER_WAY_STATES
from ...lib.documents import VOID

# How long a document waits when its customer is not in the books yet; a person's word
# about the customer's file wakes it earlier.
CUSTOMER_WAIT = timedelta(minutes=15)
FILE_WAIT = timedelta(days=1)


class SynkdTransaction(models.Model):
    """The engine's side of a transaction: what is sent, and what was answered."""

    _inherit = "synkd.transaction"

    # === WHAT IS SENT === #

    def _look_up(self, known=None):
        """Override: codes, rates, and what settles what.

        :param LineAnswers known: what was asked for to decide these.
        :rtype: Lookup
        """
        return self.env["synkd.document.lookup"]._make(self, known)

    def _to_data(self, lookup=None):
        """Override: a document, a payment, or what a credit note settles.

        :rtype: DocumentData | PaymentData | CreditData
        """
        self.ensure_one()
        mapper = self.env["synkd.document.mapper"]
        if self.res_model == self._name:
            allocation = self.kind == "allocation"
            return self._settled_data() if allocation else self._reversed_data()
        lookup = lookup or self._look_up()
        if self.channel == "documents":
            return mapper._document_data(self, lookup)
        if self.channel == "payments":
            return mapper._payment_data(self, lookup)
        return mapper._credit_data(self, lookup)

    @api.model
    def _push_domain(self, run, channel):
        """Override: the rows of one channel that wait for no other one."""
        domain = super()._push_domain(run, channel)
        domain &= Domain([("channel", "=", channel), ("blocker_id", "=", False)])
        return domain & Domain("run_id", "=", run.id) if run.scoped else domain

    def _before_push(self):
        """Override: decide once more just before sending.

        :rtype: tuple[recordset, LineAnswers]
        """
        self._examine_posted()
        answers = self.env["synkd.document.lookup"]._answer_lines(self)
        self.env["synkd.decider"]._decide(self, answers)
        ready = self.filtered(lambda row: row.sync_state == "pending")
        ready -= ready._wait_before_push()
        ready._tell_numbers_apart()
        return ready, answers

    def _wait_before_push(self):
        """Let rows wait that are ready, but whose time has not come.

        This method serves as a hook for what waits for something else.

        :return: the rows that wait.
        """
        return self._wait_for_customer()

    def _needs_number(self):
        """Whether this is about to take a number that the books want only once.

        :rtype: bool
        """
        unsent = self.channel == "documents" and not self.external_id
        return unsent and self.ledger_id._get_capabilities().unique_numbers

    def _tell_numbers_apart(self):
        """Give documents whose number another one was sent with a suffix of their own.

        Odoo's numbers are those of a journal: another journal, a branch or a deleted
        document may have had the same. Who was sent with it keeps it, else the oldest
        row; "-2" and so on are added to the others, and a number that the books had
        once is never given to another document. A number that gets too long by that is
        refused in words, by the connector. One query, and one more for each further
        suffix.
        """
        unsure, owners = self.filtered(lambda row: row._needs_number()), {}
        while unsure:
            owners |= unsure._find_sent_numbers()
            clashing = unsure.browse()
            for row in unsure.sorted("id"):
                key = (row.kind, (row.number or "").upper())
                if owners.setdefault(key, row.id) != row.id:
                    row._take_next_number()
                    clashing |= row
            unsure = clashing

    def _take_next_number(self):
        """Let a row have its number with the next suffix."""
        base = self.number or ""
        if self.copy_number:
            base = base.removesuffix(self._join_number("", "", self.copy_number))
        self.copy_number += 1
        self.number = self._join_number("", base, self.copy_number)

    def _find_sent_numbers(self):
        """Return who was sent with one of these rows' numbers: one query.

        :return: ids of rows, by kind and number in capitals.
        :rtype: dict[tuple[str, str], int]
        """
        self.flush_model(["sent_number"])
        rows = self.env.execute_query(
            SQL(
                """SELECT kind, upper(sent_number), id FROM synkd_transaction
                    WHERE ledger_id = ANY(%s) AND kind = ANY(%s)
                      AND upper(sent_number) = ANY(%s) AND sent_number IS NOT NULL""",
                self.ledger_id.ids,
                list(set(self.mapped("kind"))),
                [(row.number or "").upper() for row in self],
            )
        )
        return {(kind, number): row_id for kind, number, row_id in rows}

    def _examine_posted(self):
        """Look at pending rows that are in the books or not posted any more."""
        unsent = self.filtered(
            lambda row: not row.external_id and row.res_model != row._name
        )
        gone = unsent - unsent._filter_posted()
        gone._set_withdrawn()
        posted = self.filtered(lambda row: row.external_id and row.operation == "post")
        lookup = posted and posted._look_up()
        for row in posted:
            row._examine_before_push(lookup)
        for row in (self - gone).filtered(lambda row: not row.external_id):
            # Noted only now, when it was edited while it was being sent.
            row._write_changed(row._get_changed_values())

    def _examine_before_push(self, lookup):
        """Let what is in the books change there only in a way that is allowed.

        :param Lookup lookup: what was looked up for it and others.
        """
        is_money = self.channel == "payments" and self._is_posted()
        if is_money and (self._is_other() or self._is_left_otherwise()):
            self._set_changed(self._changed_message())
            return
        fixed = (
            self.channel == "documents"
            or not self._is_posted()
            or not self.ledger_id._get_capabilities().reallocate
        )
        if fixed and self._examine(lookup):
            self._set_synced()
            self._after_answers()

    def _wait_for_customer(self):
        """Let rows wait whose account customer is not in the books yet.

        :return: the rows that wait.
        """
        waiting = self.filtered(lambda row: not row.account_customer_id.external_id)
        for account, rows in waiting.grouped("account_customer_id").items():
            wait = FILE_WAIT if account.sync_state == IN_FILE else CUSTOMER_WAIT
            rows.write(
                {
                    "retry_at": fields.Datetime.now() + wait,
                    "sync_message": self.env._(
                        "Waits until account customer %s is in the books.",
                        account.display_name,
                    ),
                }
            )
        return waiting

    @api.model
    def _customers_arrived(self, accounts):
        """Let documents go whose account customer got into the books.

        :param recordset accounts: `synkd.account.customer`.
        """
        mine = [("account_customer_id", "in", accounts.ids), ("live", "=", True)]
        rows = self.sudo()
        waiting = rows.search([*mine, ("sync_state", "=", "pending")])
        waiting.filtered("retry_at").write({"retry_at": False, "sync_message": False})
        self._redecide([*mine, ("reason", "=", "refused_customer")])

    # === WHAT WAS ANSWERED === #

    def _owners_domain(self):
        """Override: rows of the same channel, also those that ended.

        An allocation that ended may be taken over by what settles the same now.
        """
        channels = self.mapped("channel")
        domain = super()._owners_domain() & Domain("channel", "in", channels)
        return domain & (
            Domain("live", "=", True) | Domain("channel", "!=", "allocations")
        )

    def _get_books_parts(self):
        """Override: the books may keep one payment of ours as several."""
        return tuple(self.books_parts or ())

    def _answer_values(self, result):
        """Override: number, date, total and parts as the books have them."""
        known = {
            "books_number": result.get("number") or self.books_number,
            "books_date": result.get("date") or self.books_date,
        }
        for name in ("total", "tax"):
            if result.get(name):
                known[f"books_{name}"] = float(result[name])
        if result.get("parts") is not None:
            known["books_parts"] = list(result["parts"])
        return known

    def _get_followers(self):
        """Override: payments and allocations that settle these documents."""
        documents = self.filtered(lambda row: row.channel == "documents")
        settling = self.env["synkd.settlement"]._find_settling(documents)
        return settling.filtered(
            lambda row: row.external_id or row.sync_state in UNDER_WAY_STATES
        )

    def _after_back_in_file(self):
        """Override: what settles these waits for them again."""
        settlement = self.env["synkd.settlement"]
        settlement._refresh(settlement._find_settling(self))

    def _describe_member(self):
        """Override: with customer and amount, as it is in the file."""
        amount = self.currency_id.format(self.amount)
        return f"{self.display_name}, {self.partner_id.display_name or ''}, {amount}"

    def _note_half_written(self):
        """Override: what payments settled may be taken back there already.

        Settling it again must not look unchanged, so it is sent and compared.
        """
        self.filtered(lambda row: row.channel != "documents").fingerprint = False

    def _after_answers(self):
        """Override: let go what waited for these, queue anew what was voided."""
        self._unblock()
        for row in self.filtered(lambda r: r.sync_state == "synced"):
            if says := row._describe_tax_loss():
                row._message_log(body=says)
        self._set_off()
        self.filtered(lambda row: row.sync_state == "voided")._enqueue_anew()

    def _describe_tax_loss(self):
        """Return the sentence about tax that a payment's discount takes back, or "".

        A discount for early payment lowers the tax in Odoo when its term says so. Books
        get it as a payment from an account, and their tax stays as it was.

        :rtype: str
        """
        paying = self.channel == "payments" and self.operation != VOID
        lines = self.move_id.line_ids.filtered("tax_line_id") if paying else None
        tax = abs(sum(lines.mapped("amount_currency"))) if lines else 0
        if self.currency_id.is_zero(tax):
            return ""
        return self.env._(
            "%(payment)s takes %(tax)s of tax back with its discount. The books get"
            " that as a payment from account %(account)s, not as tax: their tax return"
            " still shows the whole tax of the invoice. Credit that tax there by hand.",
            payment=self.display_name,
            tax=formatLang(self.env, tax, currency_obj=self.currency_id),
            account=", ".join(lines.account_id.mapped("display_name")),
        )

    def _check_answer(self, result):
        """Override: a difference in total or tax needs a person."""
        if self.channel != "documents" or self.operation == VOID:
            return
        ours = self._get_expected_totals()
        theirs = result.get("total"), result.get("tax")
        if all(
            not there or Decimal(there) == Decimal(here or "0")
            for here, there in zip(ours, theirs, strict=True)
        ):
            return
        data = {
            "our_total": ours[0],
            "our_tax": ours[1],
            "books_total": theirs[0],
            "books_tax": theirs[1],
        }
        self._set_changed(self.env._("The totals differ."), "difference", data)

    # === RUNS === #

    @api.model
    def _next_tries(self, run, channel):
        """Override: when the first row of a channel that waits for none is due again.

        :rtype: list[datetime]
        """
        if not run._has_part("documents"):
            return []
        again = [("ledger_id", "=", run.ledger_id.id), ("sync_state", "=", "pending")]
        again += [("retry_at", "!=", False), ("blocker_id", "=", False)]
        mine = [*again, ("channel", "=", channel)]
        return self.search(mine, order="retry_at", limit=1).mapped("retry_at")

    @api.model
    def _decide_stale(self, ledger, limit):
        """Decide the next rows that were marked.

        :return: how many there were.
        :rtype: int
        """
        stale = self.search(
            [("ledger_id", "=", ledger.id), ("stale", "=", True)],
            order="id",
            limit=limit,
        )
        self.env["synkd.decider"]._decide(stale)
        stale.filtered("stale").write({"stale": False})
        return len(stale)
