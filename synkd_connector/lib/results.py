# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What connectors take and give: small frozen records, no Odoo inside."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal

from .pace import Pace
from .prices import Digits

# What became of a member of a batch, see ``Result``.
OK = "ok"
REJECTED = "rejected"
NOT_FOUND = "not_found"
ALTERED = "altered"
CANDIDATES = "candidates"
HANDED_OVER = "handed_over"


@dataclass(frozen=True)
class Capabilities:
    """What one accounting system can do; screens say what it lacks, the engine obeys.

    :param bool outside: the books are not in this database, so that a copy of it must
        not talk to them.
    :param int customer_batch: customers per write call.
    :param int code_length: longest customer code (Ext Acc #).
    :param int name_length: longest customer name.
    :param bool pull: customers can be read back.
    :param bool balances: outstanding and overdue amounts can be read.
    :param bool documents: invoices, credit notes and money can be read back, which
        tells whether both sides agree, see ``_pull_documents``.
    :param bool tells_deleted: reading what changed tells what was voided or deleted,
        too. Where it does not, everything is read each time.
    :param bool credit_limit: the system keeps a credit limit.
    :param bool hold: the system can hold a customer.
    :param bool archive: customers can be archived.
    :param bool currencies: customers may have a currency of their own.
    :param bool own_rates: they know the rates of the day, for what is sent without one.
    :param bool delivery_address: a second address is kept.
    :param bool categories: customers are in a group, which is their category here.
    :param bool sales_reps: it is kept who sells to a customer.
    :param bool price_lists: it is kept by which list of prices a customer buys.
    :param bool emails: several addresses of a customer are kept, and what goes to each.
    :param str sub_accounts: how the books call the place of a document where
        ``DocumentData.sub_account`` goes; "": they have none, so it is not told.
    :param int document_batch: invoices and credit notes per write call; 0: documents
        cannot be sent.
    :param int payment_batch: payments per write call; 0: payments cannot be sent.
    :param int allocation_batch: credit notes per call that allocates them; 0: the
        books cannot be told which invoice a credit note settles.
    :param int number_length: longest number of a document.
    :param int description_length: longest text of a line; 0: any. Longer ones are
        shortened by ``lib.adapt``.
    :param int reference_length: longest reference of a document; 0: any.
    :param Digits digits: decimals that the lines of documents keep.
    :param bool credit_discounts: lines of credit notes may have a discount.
    :param tuple lists: kinds of ``ListItem`` that can be read.
    :param bool void: a document or payment can be voided after it was posted.
    :param bool reallocate: a posted payment can be allocated otherwise.
    :param bool payment_steps: money takes several calls, of which some may be missing.
        So money that a person points out there is sent once more, and gone on with.
    :param int books_hours: how long holds what the books told of themselves: 0 asks
        at the start of each run; more where each call names the books anyway.
    :param tuple fields: the fields of ``CustomerData`` that it gives back; only these
        are compared when both sides changed.
    :param str own_key_customers: how the books call the field of a customer that keeps
        ``Member.own_key``; "": they have none, so that nobody can tell for sure what
        became of a lost call but by the ids that were kept.
    :param str own_key_documents: the same for invoices and credit notes.
    :param str own_key_payments: the same for payments and refunds.
    :param str own_key_allocations: the same for what a credit note settles.
    :param bool unique_numbers: the books take a document number once, among invoices
        and among credit notes.
    :param bool own_numbers: the books give documents numbers of their own; ours is a
        reference there.
    :param bool unique_codes: the books take a customer code once.
    :param bool code_is_identity: what they call a customer is his code, so that he is
        known by it before they told of him.
    :param bool answers: the books say what became of what they get. False: they take
        files, see ``HANDED_OVER``; a write call makes a file and talks to nobody.
    :param bool import_reports: books that take files export what became of them, see
        ``_read_import_report``.
    :param Pace pace: how fast they may be called, where their answers do not tell what
        is left.
    """

    outside: bool = True
    customer_batch: int = 1
    code_length: int = 15
    name_length: int = 255
    pull: bool = False
    balances: bool = False
    documents: bool = False
    tells_deleted: bool = False
    credit_limit: bool = False
    hold: bool = False
    archive: bool = False
    currencies: bool = False
    own_rates: bool = False
    delivery_address: bool = False
    categories: bool = False
    sales_reps: bool = False
    price_lists: bool = False
    emails: bool = False
    sub_accounts: str = ""
    document_batch: int = 0
    payment_batch: int = 0
    allocation_batch: int = 0
    number_length: int = 255
    description_length: int = 0
    reference_length: int = 0
    digits: Digits = field(default_factory=Digits)
    credit_discounts: bool = False
    lists: tuple = ()
    void: bool = False
    reallocate: bool = False
    payment_steps: bool = False
    books_hours: int = 0
    fields: tuple = ()
    own_key_customers: str = ""
    own_key_documents: str = ""
    own_key_payments: str = ""
    own_key_allocations: str = ""
    unique_numbers: bool = True
    unique_codes: bool = True
    code_is_identity: bool = False
    answers: bool = True
    import_reports: bool = False
    own_numbers: bool = False
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True)
class Budget:
    """Calls that the ledger still allows, read from its answers; -1 = unknown.

    It travels in all that books tell; the engine keeps it on the ledger.

    :param int shared_remaining: calls that this ledger and the others of the same
        login or application may still make together in this minute.
    :param datetime until: naive UTC time before which they want no further call,
        though they answered this one; None: no such wish.
    :param int calls: calls that it took to find this out, since the last that told;
        0: none. They are counted where ``Capabilities.pace`` tells the limits, since
        the books do not.
    """

    minute_remaining: int = -1
    day_remaining: int = -1
    day_limit: int = -1
    shared_remaining: int = -1
    until: datetime | None = None
    calls: int = 1


@dataclass(frozen=True)
class Books:
    """What books tell of themselves.

    :param str key: their identity; never changes, and no other books have it.
    :param str name: as people know them.
    :param str currency: ISO 4217 code of their base currency; "" when not told.
    :param Budget budget: calls left; no part of what they are.
    """

    key: str
    name: str = ""
    currency: str = ""
    budget: Budget = field(default_factory=Budget, compare=False)


@dataclass(frozen=True)
class Email:
    """One of a customer's e-mail addresses.

    :param tuple purposes: what goes there: invoices, statements, orders; () for all
        that goes to no other address.
    """

    address: str
    purposes: tuple = ()


@dataclass(frozen=True)
class CustomerData:
    """One customer as the books know it; texts are "" and never None.

    :param str external_id: the record's identity in the books ("" if unknown).
    :param str version: the books' own word for what they have now, where they refuse
        to write over another one (optimistic locking); "" where they do not.
    :param str email: the first address, for books that keep one.
    :param tuple emails: ``Email``: the customer's own, then those of contacts to whom
        some of his mails go, where ``Capabilities.emails`` says that they are kept.
    :param str sub_account: number of a part of the account (Sub Acc #).
    :param str sales_rep: name of who sells to him.
    :param str price_list: name of the list of prices that he was given; "" for the one
        that everybody in his country has.
    :param str credit_limit: decimal number as text, as it goes over the wire.
    :param str state: code of the state or province, as it is used in that country.
    :param str country: ISO 3166 alpha-2 code.
    :param str state_name: English name of the state, for books that keep no codes; as
        the three names below it is never read back.
    :param str currency: ISO 4217 code.
    :param str term_kind: one of the four trading terms (see
        ``account.payment.term._get_trading_term``), or "".
    :param int term_days: days or day of the month of that term.
    :param bool supplier: a supplier only, so no customer of the books yet: taken in so
        that it can be matched, and no customer until somebody says so.
    :param str category: group of customers that the books keep it in; "" for none.
    :param dict extra: what only this kind of books keeps; plain JSON, read and written
        by the connector's addon.
    """

    external_id: str = ""
    code: str = ""
    name: str = ""
    contact_name: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    vat: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    zip: str = ""
    state: str = ""
    country: str = ""
    delivery_street: str = ""
    delivery_street2: str = ""
    delivery_city: str = ""
    delivery_zip: str = ""
    delivery_state: str = ""
    delivery_country: str = ""
    currency: str = ""
    term_kind: str = ""
    term_days: int = 0
    credit_limit: str = "0.00"
    held: bool = False
    archived: bool = False
    supplier: bool = False
    category: str = ""
    version: str = ""
    emails: tuple = ()
    sub_account: str = ""
    sales_rep: str = ""
    price_list: str = ""
    state_name: str = ""
    country_name: str = ""
    delivery_state_name: str = ""
    delivery_country_name: str = ""
    extra: dict = field(default_factory=dict, hash=False)

    @classmethod
    def from_dict(cls, values):
        """Return the record that ``as_dict`` made these of, also by way of JSON.

        :param dict values: those of the record; what is none of its fields is left.
        :rtype: CustomerData
        """
        known = {k: v for k, v in values.items() if k in cls.__dataclass_fields__}
        emails = known.get("emails") or ()
        found = (Email(e["address"], tuple(e["purposes"])) for e in emails)
        return cls(**known | {"emails": tuple(found)})

    @property
    def label(self):
        """The customer as sentences name it, as everywhere: code and name.

        :rtype: str
        """
        return f"[{self.code}] {self.name}" if self.code else self.name

    def as_dict(self):
        """Return the record as a plain dict, fit for JSON.

        :rtype: dict
        """
        return dict(vars(self)) | {"emails": [asdict(email) for email in self.emails]}


@dataclass(frozen=True)
class BooksRecord:
    """A record of the books that may be ours, as a person tells it from others.

    :param str external_id: its identity in the books.
    :param str number: as people see it over there.
    :param str date: ISO 8601.
    :param str total: decimal number as text.
    :param str name: of its customer over there.
    """

    external_id: str
    number: str = ""
    date: str = ""
    total: str = ""
    name: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one member of a batch.

    ``OK``: the books hold it as it was sent. ``REJECTED``: they refused it.
    The others answer a reconciliation. ``NOT_FOUND``: the write never happened, or not
    to its end; it is sent again, to ``external_id`` when the record is there.
    ``ALTERED``: it is ours, by key or id, but somebody changed or voided it there;
    ``message`` says what, and a person decides. ``CANDIDATES``: something is there that
    may be ours, and neither key nor id tells; a person picks one of ``candidates``, or
    says that it is none of them.
    ``HANDED_OVER``: it is in a file of the answer, for somebody to import it; a person,
    or a file that the books export, says later what became of it.

    :param int res_id: id of the record that was sent.
    :param str outcome: one of those above.
    :param str external_id: the record's identity in the books; of what is handed over,
        the one that it has once it is imported, "" for our own key.
    :param str message: the books' own words when they refused, a sentence when altered.
    :param str number: number of a document over there, as people see it.
    :param str date: its date over there, ISO 8601.
    :param str total: its total over there, decimal number as text; "" if not told.
    :param str tax: the tax in it; "" if not told.
    :param tuple parts: all that this record made in the books, where that is more than
        the one ``external_id``: plain dicts with ``kind`` (the connector's word) and
        ``id`` of each, and what else the connector needs to know of it, such as
        ``document`` and ``amount``. None: nothing is said, what was kept stays.
    :param tuple candidates: ``BooksRecord``.
    :param str version: the books' own word for what they have now, see
        ``CustomerData``; "" leaves what was known.
    """

    res_id: int
    outcome: str = OK
    external_id: str = ""
    message: str = ""
    number: str = ""
    date: str = ""
    total: str = ""
    tax: str = ""
    parts: tuple | None = None
    candidates: tuple = ()
    version: str = ""

    def __post_init__(self):
        """Take what came back from JSON as it was: records in tuples."""
        if self.parts is not None:
            object.__setattr__(self, "parts", tuple(self.parts))
        records = (
            c if isinstance(c, BooksRecord) else BooksRecord(**c)
            for c in self.candidates
        )
        object.__setattr__(self, "candidates", tuple(records))

    def as_dict(self):
        """Return the result as a plain dict, fit for JSON.

        :rtype: dict
        """
        candidates = [dict(vars(record)) for record in self.candidates]
        return dict(vars(self)) | {"candidates": candidates}


@dataclass(frozen=True)
class Page:
    """One page of an incremental read.

    :param tuple customers: ``CustomerData`` in the order of their change.
    :param dict cursor: where the next read goes on; opaque to the engine, stored
        after the page was taken over, so that a killed run resumes there.
    :param tuple odd: ``Oddity``: records that could not be read.
    :param tuple deleted: identities of customers that the books deleted; they are
        archived here, and people are told.
    :param Budget budget: calls left after this page.
    :param bool is_last: no page follows, so no call is waited for to learn that.
    """

    customers: tuple = ()
    cursor: dict = field(default_factory=dict)
    odd: tuple = ()
    budget: Budget = field(default_factory=Budget)
    deleted: tuple = ()
    is_last: bool = False


@dataclass(frozen=True)
class Balance:
    """What one customer owes, in the currency of the books.

    :param Decimal outstanding: open amount.
    :param Decimal overdue: the part of it that is past its due date.
    """

    external_id: str
    outstanding: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)


@dataclass(frozen=True)
class BooksPayment:
    """A payment of a document as the books have it, whoever made it there.

    :param str external_id: its identity in the books.
    :param str document: identity of the document that it settles.
    :param str reference: as the books show it; ours carry our number.
    :param str date: ISO 8601.
    :param str amount: in the currency of the document, decimal number as text.
    :param str account: code of the account of the books that the money went to.
    :param bool removed: it was deleted there; the rest may be empty then.
    :param str money: what ``BooksPosting.external_id`` calls the money that this is a
        part of; "" when that is this.
    """

    external_id: str
    document: str = ""
    reference: str = ""
    date: str = ""
    amount: str = "0.00"
    account: str = ""
    removed: bool = False
    money: str = ""


@dataclass(frozen=True)
class BalancePage:
    """One page of balances, and of the payments that moved them.

    :param tuple balances: ``Balance``.
    :param dict cursor: where the next read goes on.
    :param tuple payments: ``BooksPayment``, where the books tell of single ones.
    :param tuple odd: ``Oddity``: records that could not be read.
    :param Budget budget: calls left after this page.
    :param bool is_last: as of ``Page``.
    """

    balances: tuple = ()
    cursor: dict = field(default_factory=dict)
    payments: tuple = ()
    odd: tuple = ()
    budget: Budget = field(default_factory=Budget)
    is_last: bool = False


@dataclass(frozen=True)
class BooksPosting:
    """An invoice, a credit note, or money, as the books have it now.

    Whoever made it there. Amounts are positive decimal numbers as text, in its own
    currency; what books do not tell is "", and is not compared.

    :param str external_id: its identity in the books: what ``Result.external_id`` told
        of a document or payment of ours, or the ``id`` of one of ``Result.parts``.
    :param str kind: invoice, credit_note, payment (received) or refund (paid out).
    :param str number: as people see it there, and as ``Result.number`` told it.
    :param str reference: what else it is called there.
    :param str own_key: the key of ours that it carries (``lib.identity.find_key``).
    :param str customer: identity of its customer in the books.
    :param str name: of that customer there, for those who are unknown here.
    :param str date: ISO 8601.
    :param str currency: ISO 4217 code.
    :param str total: with tax; of money, its amount.
    :param str tax: the tax in it.
    :param str open: of a document: what nothing settles yet.
    :param bool gone: it is not there any more: voided or deleted. All but its
        identity and kind may be empty then.
    :param bool draft: it is there, but does not count: not posted yet, or not any more.
        Whoever posts it there again lets it count.
    """

    external_id: str
    kind: str = ""
    number: str = ""
    reference: str = ""
    own_key: str = ""
    customer: str = ""
    name: str = ""
    date: str = ""
    currency: str = ""
    total: str = ""
    tax: str = ""
    open: str = ""
    gone: bool = False
    draft: bool = False


@dataclass(frozen=True)
class PostingPage:
    """One page of documents and money, see ``_pull_documents``.

    :param tuple postings: ``BooksPosting``; one that comes again is newer.
    :param dict cursor: where the next read goes on.
    :param tuple odd: ``Oddity``: records that could not be read.
    :param Budget budget: calls left after this page.
    :param bool is_last: as of ``Page``: all was read.
    """

    postings: tuple = ()
    cursor: dict = field(default_factory=dict)
    odd: tuple = ()
    budget: Budget = field(default_factory=Budget)
    is_last: bool = False


@dataclass(frozen=True)
class Member:
    """One record of a batch, written down before anything is sent.

    :param int res_id: id of the record.
    :param dict payload: exactly what is sent.
    :param str external_id: its identity in the books; "" asks to create it.
    :param str own_key: the identity that we gave it (lib.identity), which no other
        record has. It goes where the books keep it, see ``Capabilities``, and is what
        the record is known by. "": sent before there were keys, and never since.
    :param tuple parts: what ``Result.parts`` last said of it; () for nothing.
    :param str version: what the books last said that they have (``Result.version``,
        ``CustomerData.version``); a newer one there is a change by somebody else.
    """

    res_id: int
    payload: dict
    external_id: str = ""
    own_key: str = ""
    parts: tuple = ()
    version: str = ""


@dataclass(frozen=True)
class Batch:
    """The members of one write call, and the key that makes it repeatable.

    :param str channel: customers, documents, payments or allocations.
    :param str since: when it was written down, ISO 8601 in UTC: before that moment the
        books have nothing of it. "": nobody knows.
    :param int number: of the request, that people know it by: names of files have it.
    :param str asked: when the books were asked about it for the first time, ISO 8601 in
        UTC: whoever sent it has ended by then. "": nobody asked yet.
    """

    key: str
    members: tuple
    channel: str = "customers"
    since: str = ""
    number: int = 0
    asked: str = ""


@dataclass(frozen=True)
class BooksFile:
    """A file that somebody imports into the books.

    :param str name: as it is saved; no other batch has it.
    :param bytes content: the same whenever the same batch is handed over.
    :param str mimetype: such as ``text/csv``.
    """

    name: str
    content: bytes
    mimetype: str = "text/csv"


@dataclass(frozen=True)
class Answer:
    """What the ledger said to one batch.

    :param tuple results: ``Result``; a member without one counts as unknown, and the
        ledger is asked about it again.
    :param Budget budget: calls left, as far as the books tell.
    :param tuple files: ``BooksFile`` that the members handed over are in.
    :param tuple odd: ``Oddity``: what a report of the books tells besides the members.
    """

    results: tuple = ()
    budget: Budget = field(default_factory=Budget)
    files: tuple = ()
    odd: tuple = ()
