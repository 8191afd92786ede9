# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the books must hold: dictionaries and whole cents, nothing of Odoo."""

from dataclasses import dataclass, field

DRAFT, POSTED, CANCELLED = "draft", "posted", "cancelled"
INVOICE, CREDIT, PAYMENT, REFUND = "invoice", "credit_note", "payment", "refund"
# What settles what.
SETTLES = {CREDIT: INVOICE, PAYMENT: INVOICE, REFUND: CREDIT}
# What a record of a kind does to the debt of its customer.
SIGNS = {INVOICE: 1, CREDIT: -1, PAYMENT: -1, REFUND: 1}
OWN, EURO = "own", "euro"
TAX_PERCENT = 15


def tax_of(cents):
    """Return the tax on an amount, rounded half up.

    :param int cents: without tax.
    :rtype: int
    """
    return (cents * TAX_PERCENT + 50) // 100


def cents(amount):
    """Return an amount of the books in cents.

    :rtype: int
    """
    return round(float(amount or 0) * 100)


@dataclass
class Entry:
    """What the books have of a record, in cents."""

    kind: str
    account: str
    total: int
    tax: int
    left: int
    settled: dict = field(default_factory=dict)


@dataclass
class Record:
    """An invoice, a credit note, a payment or a refund.

    :param str key: how both sides call it: its reference.
    :param int total: cents, with tax.
    :param set places: the accounts that it may have been posted to: those that its
        customer had since it was posted.
    :param tuple excluded: what it was when somebody excluded it.
    :param int left: its total in the books when somebody left it there as it was.
    :param tuple left_as: what it was then, and that total: taken back and posted again
        as it was, it stays left.
    :param int off: what of the debt was written off with a payment.
    """

    key: str
    kind: str
    customer: str
    total: int
    tax: int = 0
    state: str = POSTED
    places: set = field(default_factory=set)
    excluded: tuple = ()
    currency: str = OWN
    left: int | None = None
    left_as: tuple = ()
    off: int = 0

    def said(self):
        """Return what makes it another record when it changes.

        :rtype: tuple
        """
        return self.kind, self.customer, self.total

    def worth(self):
        """Return how much of the debt it is, or settles, in cents.

        :rtype: int
        """
        return self.off + (self.total if self.left is None else self.left)


@dataclass
class Model:
    """All records of all customers, and who settles whom.

    :param dict settled: cents by the keys of payer and document, as Odoo has it.
    :param set crossed: customers who have something under another account.
    :param set meddled: keys of what somebody changed in the books behind our back.
    """

    links: dict
    records: dict = field(default_factory=dict)
    settled: dict = field(default_factory=dict)
    crossed: set = field(default_factory=set)
    meddled: set = field(default_factory=set)
    count: int = 0

    # === WHAT HAPPENS === #

    def next_key(self):
        """Return the key of the next record.

        :rtype: str
        """
        self.count += 1
        return f"X{self.count:03}"

    def add(self, record):
        """Note a record that was posted, and may have settled something at once.

        :rtype: Record
        """
        self.records[record.key] = record
        self._place(record)
        self.note_settled(self.settled)
        return record

    def remove(self, record):
        """Note that a record was deleted."""
        del self.records[record.key]

    def take_back(self, record, state=DRAFT):
        """Note that a record is no longer posted."""
        record.state, record.left = state, None

    def repost(self, record):
        """Note that a record is posted again."""
        record.state, record.left = POSTED, None
        if record.excluded and record.excluded != record.said():
            record.excluded = ()
        if record.left_as[:1] == (record.said(),):
            record.left = record.left_as[1]
        self._place(record)

    def edit(self, record, total, tax=0):
        """Note that a record was taken back, changed and posted again."""
        self.take_back(record)
        record.total, record.tax = total, tax
        self.repost(record)

    def leave(self, record, total):
        """Note that the books keep a record as they have it, whatever it is here."""
        record.left, record.left_as = total, (record.said(), total)
        self.crossed.add(record.customer)

    def void(self, keys):
        """Note that somebody was asked about records, and had them voided there.

        Who left one is asked again when it is taken back and what it settles changes.

        :param set keys: of the records.
        """
        for record in map(self.records.get, keys):
            if record:
                record.left, record.left_as = None, ()

    def post_anew(self, keys):
        """Note that records are put right: they go where their customers are by now.

        :param set keys: of the records.
        """
        for record in map(self.records.get, keys):
            if record and record.state == POSTED:
                self._place(record)

    def link(self, customer, account):
        """Note whose account a customer uses from now on.

        What he has may be in the books as another's already: the two settle nothing of
        each other there, so a person is asked about him.
        """
        before, self.links[customer] = self.links[customer], account
        if before != account and any(
            record.customer == customer and record.places
            for record in self.records.values()
        ):
            self.crossed.add(customer)
        for record in self.records.values():
            if record.customer == customer and record.state == POSTED:
                self._place(record)

    def merge(self, kept, other, usable):
        """Note that a customer was merged into another; somebody new has his name.

        :param usable: accounts that are not archived: nobody is linked to others.
        """
        moved = [r for r in self.records.values() if r.customer == other]
        before = self.links[other]
        after = self.links[kept] or (before if before in usable else None)
        self.link(kept, after)
        if before != after and any(record.places for record in moved):
            self.crossed.add(kept)
        if other in self.crossed:
            self.crossed = self.crossed - {other} | {kept}
        self.links[other] = None
        for record in moved:
            known, record.customer = record.said(), kept
            if record.excluded == known:
                record.excluded = record.said()
            if record.left_as[:1] == (known,):
                record.left_as = (record.said(), *record.left_as[1:])
            if record.state == POSTED:
                self._place(record)

    def _place(self, record):
        if account := self.links.get(record.customer):
            record.places.add(account)

    # === WHAT HOLDS === #

    def left_of(self, record):
        """Return what of a record is open, in cents.

        :rtype: int
        """
        used = sum(n for pair, n in self.settled.items() if record.key in pair)
        return record.total + record.off - used

    def note_settled(self, settled):
        """Note who settles whom: what settles something may go where that is.

        It stays there when it settles that no more.
        """
        self.settled = settled
        for payer, document in settled:
            if payer in self.records and document in self.records:
                self.records[payer].places |= self.records[document].places

    def note_written_off(self, off):
        """Note what money writes off.

        :param dict off: cents by key.
        """
        for key in off.keys() & self.records.keys():
            self.records[key].off = off[key]

    def places_of(self, record):
        """Return the accounts that a record may be posted to.

        What settles something may go where that is, whoever its customer is by now.

        :rtype: set[str]
        """
        places = set(record.places)
        for payer, document in self.settled:
            if payer == record.key:
                places |= self.records[document].places
        return places

    def choose(self, kinds, state=POSTED, is_open=False):
        """Return the records of some kinds and a state.

        :param bool is_open: only those of which something is open.
        :rtype: list[Record]
        """
        found = (r for r in self.records.values() if r.kind in kinds)
        found = (r for r in found if r.state == state)
        return [r for r in found if not is_open or self.left_of(r) > 0]

    def pairs(self):
        """Return payers and open documents of theirs that they could settle.

        :rtype: list[tuple[Record, Record]]
        """
        payers = self.choose(SETTLES, is_open=True)
        return [
            (payer, document)
            for payer in payers
            for document in self.choose([SETTLES[payer.kind]], is_open=True)
            if document.customer == payer.customer
            and document.currency == payer.currency
        ]

    def same_payers(self):
        """Return the open invoices that one payment can settle, where they are two.

        :rtype: list[list[Record]]
        """
        found = {}
        for record in self.choose([INVOICE], is_open=True):
            found.setdefault((record.customer, record.currency), []).append(record)
        return [some for some in found.values() if len(some) > 1]

    def is_due(self, record):
        """Whether the books must have a record when all has settled.

        :rtype: bool
        """
        if record.left is not None:
            return True
        linked = bool(self.links.get(record.customer))
        return record.state == POSTED and linked and not record.excluded
