# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...lib.documents import AllocationData, CreditData, DocumentData, LineData
from ...lib.lookup import fixed, number

REVERSED = {"invoice": "credit_note", "credit_note": "invoice"}


class SynkdTransaction(models.Model):
    """How a posting is taken back in the books by another one.

    Two rows of the queue whose document is the row that they take back: the reversal,
    and the allocation that sets the two against each other, so that neither is open.
    """

    _inherit = "synkd.transaction"

    def _credit(self):
        """Queue the reversal of what was posted, then the document as it is now."""
        self._set_credited()
        if settling := self._take_back():
            # What settles something else lets go of it at once.
            earlier = self._get_allocation()
            known = earlier.external_id
            # One of the two is known by it: the new one takes it over.
            earlier._set_voided()
            earlier.flush_recordset()
            settling.external_id = known
            if known:
                settling.blocker_id = False
        self._log_all(self.env._("Credited in the books."))
        self._enqueue_anew()

    def _take_back(self):
        """Queue the reversal of what was posted, and what sets the two off.

        :return: the row that sets them off; none where the books cannot.
        :rtype: recordset
        """
        reversal = self._insert_own(
            REVERSED[self.kind],
            amount=self.amount,
            amount_company=-self.amount_company,
            reference=self.number,
        )
        capable = self.ledger_id._get_capabilities()
        # What paid it has to let go of it before, or there is nothing to set off.
        if not (capable.allocation_batch and capable.reallocate):
            return self.browse()
        settling = self._insert_own("allocation", amount=self.amount)
        settling.blocker_id = reversal
        return settling

    def _filter_reversals(self):
        """Return those of these rows that take back another one.

        :rtype: recordset
        """
        return self.filtered(
            lambda row: row.res_model == row._name and row.channel == "documents"
        )

    def _get_settings_off(self):
        """Return the live rows that set these reversals off.

        :rtype: recordset
        """
        reversals = self._filter_reversals()
        mine = [("res_model", "=", self._name), ("kind", "=", "allocation")]
        mine += [("live", "=", True), ("res_id", "in", reversals.mapped("res_id"))]
        return self.search(mine) if reversals else self.browse()

    def _enqueue_anew(self):
        """Override: what a voided reversal took back counts, so it is taken back."""
        reversals = self._filter_reversals()
        reversals._get_settings_off()._set_voided()
        for reversal in reversals:
            self.browse(reversal.res_id)._take_back()
        return super()._enqueue_anew()

    def _is_creditable(self):
        """Whether it is a document whose posting another one can take back.

        :rtype: bool
        """
        is_own = self.res_model == self._name
        return bool(self.channel == "documents" and self.sent_data and not is_own)

    def _no_credit_message(self):
        """Return the sentence about what takes back a posting itself."""
        return self.env._(
            "%s takes back what was posted before, so it is not credited itself. Press"
            " Void, and it is made again; or leave it as it is.",
            self.display_name,
        )

    def _find_altered(self):
        """Return the rows of which the books told otherwise than what was posted.

        A credit takes back what was posted: it would leave a rest open there.

        :rtype: recordset
        """
        posted = self.filtered(lambda row: row.external_id and row.sent_data)
        postings = self.env["synkd.books.posting"].search(
            [
                ("ledger_id", "in", posted.ledger_id.ids),
                ("channel", "=", "documents"),
                ("external_id", "in", posted.mapped("external_id")),
            ]
        )
        told = {
            (posting.ledger_id, posting.external_id): posting for posting in postings
        }

        def is_altered(row):
            there = told.get((row.ledger_id, row.external_id))
            if not there or there.gone or there.draft:
                return bool(there)
            total = row._get_posted_total()
            return row.currency_id.compare_amounts(there.total, total) != 0

        return posted.filtered(is_altered)

    def _get_posted_total(self):
        """Return what the books answered as the total of what was posted.

        :rtype: float
        """
        return self.books_total or float(self.sent_data.get("total") or self.amount)

    def _altered_message(self):
        """Return the sentence about what cannot be credited, since it was altered."""
        return self.env._(
            "%(document)s was posted with a total of %(total)s, but somebody changed or"
            " voided it in the books since. A credit would take back what was posted,"
            " and leave a rest open there. Void it there instead; or put it back there"
            " by hand, compare again under Agreement, and credit it then; or leave it"
            " as it is.",
            document=self.display_name,
            total=self.currency_id.format(self._get_posted_total()),
        )

    # === ACTIONS === #

    def _filter_excludable(self):
        """Override: what takes back a posting is no document of its own."""
        found = super()._filter_excludable()
        return found.filtered(lambda row: not row._must_follow())

    def _must_follow(self):
        """Whether it takes back a posting, or sets it off, and that is not over.

        What the books refused to set off, since one of the two is not there any more,
        has nothing left to do.

        :rtype: bool
        """
        is_over = self.kind == "allocation" and self.reason == "refused"
        return self.res_model == self._name and not is_over

    def action_exclude(self, note=None):
        """Override: what takes back a posting has to follow it to the books.

        :rtype: bool | dict
        :raise UserError: for such a row.
        """
        own = self.sudo().filtered(lambda row: row._must_follow())
        if own:
            raise UserError(
                self.env._(
                    "%s takes back what was posted before. Without it the books would"
                    " have that document twice, so it cannot be excluded. Let it be"
                    " posted, or press Hold until it may be.",
                    own[0].display_name,
                )
            )
        return super().action_exclude(note)

    # === WHAT IS SENT === #

    def _get_expected_totals(self):
        """Override: what takes back a posting comes to what the books have of that.

        Books that come to a cent more than we do come to it both times.
        """
        if self.res_model != self._name:
            return super()._get_expected_totals()
        original, places = self.browse(self.res_id), self.currency_id.decimal_places
        sent = super(SynkdTransaction, original)._get_expected_totals()
        there = original.books_total, original.books_tax
        return tuple(
            fixed(number(amount), places) if amount else text
            for amount, text in zip(there, sent, strict=True)
        )

    def _set_off(self):
        """Set reversals that have got into the books against what they take back."""
        self._get_settings_off()._queue()

    def _get_allocation(self):
        """Return the row of what a credit note settles: it is told otherwise now."""
        mine = [("move_id", "=", self.move_id.id), ("kind", "=", "allocation")]
        if self.kind != "credit_note" or not self.move_id:
            return self.browse()
        return self.search([*mine, ("live", "=", True)], limit=1)

    def _insert_own(self, kind, **vals):
        """Queue a row whose document is this row, ready to post.

        :rtype: recordset
        """
        common = {
            "kind": kind,
            "res_model": self._name,
            "res_id": self.id,
            "number": f"{self.number}-R",
            "date": fields.Date.context_today(self),
            "currency_id": self.currency_id.id,
            "amount_company": 0,
            "partner_id": self.partner_id.id or None,
            "company_id": self.company_id.id,
            "account_customer_id": self.account_customer_id.id,
            "class_id": self.class_id.id or None,
            "sync_state": "pending",
            "reason_data": None,
        }
        new = self.env["synkd.enqueuer"]._insert(self.ledger_id, [common | vals])
        return self.browse(new[self.id])

    def _reversed_data(self):
        """Return what takes back an earlier posting.

        :rtype: DocumentData
        """
        original = self.browse(self.res_id)
        data = dict(original.sent_data)
        data["lines"] = tuple(LineData(**line) for line in data["lines"])
        date = fields.Date.to_string(self.post_date or self.date)
        changed = {
            "external_id": self.external_id or "",
            "operation": self.operation,
            "kind": self.kind,
            "number": self.number,
            "reference": self.reference or "",
            "date": date,
            "due_date": date,
        }
        return DocumentData(**data | changed)

    def _settled_data(self):
        """Return that the credit note of two postings settles the invoice of them.

        Until both are in the books, and when one is to be voided, it settles nothing.

        :rtype: CreditData
        """
        original = self.browse(self.res_id)
        mine = [("res_model", "=", self._name), ("res_id", "=", original.id)]
        mine += [("channel", "=", "documents"), ("live", "=", True)]
        reversal = self.search(mine, limit=1)
        invoice, credit = original, reversal
        if original.kind == "credit_note":
            invoice, credit = reversal, original
        amount = min(row.books_total or row.amount for row in (invoice, credit))
        settled = AllocationData(
            invoice.external_id or "",
            invoice.books_number or invoice.number,
            amount=fixed(number(amount), self.currency_id.decimal_places),
        )
        is_there = reversal.external_id and reversal.operation == "post"
        return CreditData(
            external_id=self.external_id or "",
            number=credit.books_number or credit.number,
            document=credit.external_id or "",
            customer=self.account_customer_id.sudo().external_id or "",
            date=fields.Date.to_string(self.post_date or self.date),
            allocations=(settled,) if is_there else (),
        )
