# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What those do who sell, invoice and take money in Odoo."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from .base import CENTS, PICKS, Base, step
from .model import (
    CANCELLED,
    CREDIT,
    DRAFT,
    EURO,
    INVOICE,
    OWN,
    PAYMENT,
    POSTED,
    REFUND,
    SETTLES,
    Record,
    tax_of,
)

DOCUMENTS = (INVOICE, CREDIT)
ALL = (INVOICE, CREDIT, PAYMENT, REFUND)
CURRENCIES = st.sampled_from((OWN, OWN, OWN, EURO))
CUSTOMERS = st.sampled_from(("Hope", "Joy", "Walk"))


def has(kinds, state=POSTED, **values):
    """Let a rule wait until there is such a record."""
    return precondition(lambda self: self.model.choose(kinds, state, **values))


class Users(Base):
    """Documents and money: made, settled, changed, taken back."""

    # === NEW ONES === #

    def add(self, kind, customer, total, net=0, currency=OWN):
        """Post a record on both sides; return it, or None when Odoo refused."""
        tax = total - net if net else 0
        currency = OWN if "euro" in self.stage.cannot else currency
        if kind == REFUND and "refund" in self.stage.cannot:
            return None
        made = Record(self.model.next_key(), kind, customer, total, tax)
        made.currency = currency
        return self.model.add(made) if self.do(self.stage.make, made, net) else None

    @step(customer=CUSTOMERS, net=CENTS, currency=CURRENCIES)
    def invoice(self, customer, net, currency):
        """Post an invoice."""
        self.add(INVOICE, customer, net + tax_of(net), net, currency)

    @step(customer=CUSTOMERS, net=CENTS, currency=CURRENCIES)
    def credit(self, customer, net, currency):
        """Post a credit note that settles nothing yet."""
        self.add(CREDIT, customer, net + tax_of(net), net, currency)

    @has(DOCUMENTS, is_open=True)
    @step(n=PICKS, percent=st.sampled_from((100, 100, 50, 1, 130)))
    def pay(self, n, percent):
        """Pay an open document: whole, in part, or too much."""
        self.pay_record(
            self.pick(self.model.choose(DOCUMENTS, is_open=True), n), percent
        )

    def pay_record(self, due, percent):
        """Pay a document on both sides, if it is one."""
        if due.kind not in DOCUMENTS or not self.model.left_of(due):
            return
        amount = max(self.model.left_of(due) * percent // 100, 1)
        kind = PAYMENT if due.kind == INVOICE else REFUND
        if money := self.add(kind, due.customer, amount, currency=due.currency):
            self.settle_pair(money, due)

    @has(DOCUMENTS, is_open=True)
    @step(n=PICKS, percent=st.sampled_from((1, 50, 99)))
    def pay_and_write_off(self, n, percent):
        """Pay a part of an open document, and write the rest off."""
        due = self.pick(self.model.choose(DOCUMENTS, is_open=True), n)
        left = self.model.left_of(due)
        amount = max(left * percent // 100, 1)
        kind = PAYMENT if due.kind == INVOICE else REFUND
        made = Record(self.model.next_key(), kind, due.customer, amount)
        made.currency, made.off = due.currency, left - amount
        if kind == REFUND and "refund" in self.stage.cannot:
            return
        if due.currency == EURO and "write_off_euro" in self.stage.cannot:
            return
        if amount < left and self.do(self.stage.write_off, made, due):
            self.model.add(made)

    @precondition(lambda self: self.model.same_payers())
    @step(n=PICKS)
    def pay_all(self, n):
        """Pay all open invoices of a customer at once."""
        due = self.pick(self.model.same_payers(), n)
        total = sum(self.model.left_of(each) for each in due)
        first = due[0]
        if money := self.add(PAYMENT, first.customer, total, currency=first.currency):
            for each in due:
                self.settle_pair(money, each)

    @step(customer=CUSTOMERS, cents=CENTS)
    def pay_in_advance(self, customer, cents):
        """Take money that settles nothing yet."""
        self.add(PAYMENT, customer, cents)

    # === WHO SETTLES WHOM === #

    def settle_pair(self, payer, document):
        """Let one record settle another on both sides."""
        self.do(self.stage.reconcile, payer, document)

    @precondition(lambda self: self.model.pairs())
    @step(n=PICKS)
    def reconcile(self, n):
        """Let something settle a document."""
        self.settle_pair(*self.pick(self.model.pairs(), n))

    @precondition(lambda self: self.model.settled)
    @step(n=PICKS)
    def unreconcile(self, n):
        """Undo all that a record settles."""
        payer, _document = self.pick(sorted(self.model.settled), n)
        self.unreconcile_record(self.model.records[payer])

    def unreconcile_record(self, record):
        """Undo what a record settles, and what settles it, on both sides."""
        self.do(self.stage.unreconcile, record)

    # === CHANGES === #

    @has(ALL)
    @step(n=PICKS)
    def reset_to_draft(self, n):
        """Take something back."""
        self.reset_record(self.pick(self.model.choose(ALL), n))

    def reset_record(self, record):
        """Reset a posted record to draft on both sides."""
        if record.state == POSTED and self.do(self.stage.take_back, record):
            self.model.take_back(record)

    @has(ALL, DRAFT)
    @step(n=PICKS)
    def cancel(self, n):
        """Cancel a draft."""
        record = self.pick(self.model.choose(ALL, DRAFT), n)
        if self.do(self.stage.cancel, record):
            self.model.take_back(record, CANCELLED)

    @has(ALL, DRAFT)
    @step(n=PICKS)
    def delete(self, n):
        """Delete a draft."""
        record = self.pick(self.model.choose(ALL, DRAFT), n)
        if self.do(self.stage.delete, record):
            self.model.remove(record)

    @precondition(lambda self: self.gone())
    @step(n=PICKS)
    def post_again(self, n):
        """Post what was taken back or cancelled, as it was."""
        record = self.pick(self.gone(), n)
        if self.do(self.stage.repost, record):
            self.model.repost(record)

    def gone(self):
        """Return what was taken back or cancelled."""
        return self.model.choose(ALL, DRAFT) + self.model.choose(ALL, CANCELLED)

    @has(ALL)
    @step(n=PICKS, net=CENTS)
    def edit(self, n, net):
        """Take something back, change its amount, and post it again."""
        self.edit_record(self.pick(self.model.choose(ALL), n), net)

    def edit_record(self, record, net):
        """Change the amount of a posted record on both sides, but of a write-off."""
        if record.off:
            return

        def edit():
            self.stage.take_back(record)
            self.stage.change(record, net)
            self.stage.repost(record)

        if self.do(edit):
            tax = tax_of(net) if record.kind in DOCUMENTS else 0
            self.model.edit(record, net + tax, tax)

    @has(list(SETTLES))
    @step(n=PICKS)
    def take_back_and_settle_again(self, n):
        """Take a payer back and post it again, so that it settles what it did."""
        payer = self.pick(self.model.choose(SETTLES), n)
        before = [pair for pair in self.model.settled if pair[0] == payer.key]

        def again():
            self.stage.take_back(payer)
            self.stage.repost(payer)

        if self.do(again):
            self.model.take_back(payer)
            self.model.repost(payer)
            for pair in before:
                if pair not in self.model.settled:
                    self.settle_pair(payer, self.model.records[pair[1]])
