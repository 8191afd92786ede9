# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools.translate import LazyGettext

from ...lib.documents import CreditData, DocumentData, PaymentData
from ...lib.errors import NotSupportedError, RejectedError
from ...lib.results import Capabilities, CustomerData

PAYLOADS = {
    CustomerData: "_customer_payload",
    DocumentData: "_document_payload",
    PaymentData: "_payment_payload",
    CreditData: "_allocation_payload",
}


class SynkdConnector(models.AbstractModel):
    """The contract between the engine and one kind of accounting system.

    A connector is an abstract model named ``synkd.connector.<code>`` that inherits
    this one and names its system (``_connector_label``). It decides and maps: records
    come in, results go out. It writes nothing on customers, requests or runs; talking
    is left to a plain client class below it.
    What a connector does not override is refused in words, never silently passed.

    Errors: every method that talks may raise each of lib.errors. A write that raises
    ``RetryableError`` may have happened; after every other error it has not.

    Books without an answer (``Capabilities.answers`` is off): the ``_push_…`` methods
    are pure. They give each member ``HANDED_OVER``, or ``REJECTED``, and the files; the
    same batch gives the same files, names and bytes, since after a crash they are asked
    again, not ``_reconcile``.
    """

    _name = "synkd.connector"
    _description = "Connector Contract"

    # Name of the accounting system, as users know it. A model that sets it is offered
    # to them; one that does not is a base for others.
    _connector_label = None
    # Kinds of lists that only these books keep, beside those of ``lib.documents``:
    # pairs of a kind and its name for people. Items of other kinds are left out.
    _list_kinds = ()

    @api.model
    def _in_words(self, name):
        """Return a name that a connector gives as its readers call it.

        :param name: a name that is the same in all languages, or a lazy translation.
        :rtype: str
        """
        if isinstance(name, LazyGettext):
            return name._translate(self.env.lang or "en_US")
        return name

    @api.model
    def _capabilities(self, ledger):
        """Say what this system can do, possibly depending on the ledger's settings.

        :param recordset ledger: one `synkd.ledger`.
        :rtype: Capabilities
        """
        return Capabilities()

    @api.model
    def _check(self, ledger):
        """Test configuration and connection.

        :param recordset ledger: one `synkd.ledger`.
        :return: what a person must put right, one sentence each; empty when all is
            well.
        :rtype: list[str]
        """
        raise self._not_supported(self.env._("testing the connection"))

    @api.model
    def _read_books(self, ledger):
        """Ask the books which ones they are; the smallest of calls.

        Compared with what is known and with the company when they are chosen, and at
        the start of runs (see ``Capabilities.books_hours``), before anything else.

        :param recordset ledger: one `synkd.ledger`.
        :return: what they tell; None where books cannot tell, such as files.
        :rtype: Books
        """
        raise self._not_supported(self.env._("telling which books these are"))

    @api.model
    def _customer_payload(self, ledger, data):
        """Map a customer to exactly what would be sent, fit for JSON.

        Pure, as its sisters below: the same record and settings give the same payload;
        nothing is read but the ledger's settings, nothing is written, nobody is called.
        Preview shows the payload, and its fingerprint tells what is unchanged.

        :param recordset ledger: one `synkd.ledger`.
        :param CustomerData data: the neutral record.
        :rtype: dict
        :raise RejectedError: when the books could not take it; says why.
        """
        raise self._not_supported(self.env._("sending customers"))

    @api.model
    def _push_customers(self, ledger, batch):
        """Write one batch of customers in one call.

        :param recordset ledger: one `synkd.ledger`.
        :param Batch batch: written down and committed before.
        :return: one result per member, in any order.
        :rtype: Answer
        :raise RejectedError: the batch as a whole was refused, nothing was written.
        """
        raise self._not_supported(self.env._("sending customers"))

    @api.model
    def _document_payload(self, ledger, data):
        """Map an invoice or credit note to exactly what would be sent; pure.

        :param recordset ledger: one `synkd.ledger`.
        :param DocumentData data: its ``operation`` tells to post it or to void it.
        :rtype: dict
        :raise RejectedError: when the books could not take it; says why.
        """
        raise self._not_supported(self.env._("sending invoices"))

    @api.model
    def _payment_payload(self, ledger, data):
        """Map a payment or refund to exactly what would be sent; pure.

        :param recordset ledger: one `synkd.ledger`.
        :param PaymentData data: the neutral record.
        :rtype: dict
        :raise RejectedError: when the books could not take it; says why.
        """
        raise self._not_supported(self.env._("sending payments"))

    @api.model
    def _allocation_payload(self, ledger, data):
        """Map what a credit note settles to exactly what would be sent; pure.

        :param recordset ledger: one `synkd.ledger`.
        :param CreditData data: the neutral record.
        :rtype: dict
        :raise RejectedError: when the books could not take it; says why.
        """
        raise self._not_supported(self.env._("allocating credit notes"))

    @api.model
    def _push_documents(self, ledger, batch):
        """Write one batch of invoices and credit notes in one call.

        The results carry number, date, total and tax as the books have them.

        :param recordset ledger: one `synkd.ledger`.
        :param Batch batch: written down and committed before.
        :rtype: Answer
        :raise RejectedError: the batch as a whole was refused, nothing was written.
        """
        raise self._not_supported(self.env._("sending invoices"))

    @api.model
    def _push_payments(self, ledger, batch):
        """Write one batch of payments and refunds, with what they settle.

        :param recordset ledger: one `synkd.ledger`.
        :param Batch batch: written down and committed before.
        :rtype: Answer
        :raise RejectedError: the batch as a whole was refused, nothing was written.
        """
        raise self._not_supported(self.env._("sending payments"))

    @api.model
    def _push_allocations(self, ledger, batch):
        """Tell the books which invoices credit notes settle.

        :param recordset ledger: one `synkd.ledger`.
        :param Batch batch: written down and committed before.
        :rtype: Answer
        :raise RejectedError: the batch as a whole was refused, nothing was written.
        """
        raise self._not_supported(self.env._("allocating credit notes"))

    @api.model
    def _pull_lists(self, ledger):
        """Read the lists of the books that ours are mapped to, whole: they are short.

        :param recordset ledger: one `synkd.ledger`.
        :rtype: Lists
        """
        raise self._not_supported(self.env._("reading taxes and accounts"))

    @api.model
    def _reconcile(self, ledger, batch):
        """Find out what became of a batch whose answer is unknown.

        Each member is known by ``Member.own_key`` where the books keep it, then by the
        ids that were kept (``external_id``, ``parts``), and by nothing else: a number,
        a code, a reference or equal content is no proof, since two records may be
        equal. Content only says whether what was found is as it was sent.

        ``OK``: it is there, as it was sent. ``ALTERED``: it is there, but somebody
        changed or voided it since. ``NOT_FOUND``: it has to be sent (again), to the
        external id when it is there with what we sent before. ``CANDIDATES``: neither
        key nor id finds it, but records are there that could be it (without any key of
        ours, with its number, code, reference or content), since the key was removed
        there, or the member was sent without one. No result while nobody can tell.

        A key that was sent and is nowhere in the books, with nothing like it, was not
        written: ``NOT_FOUND``. A record with the key of another member is that one's,
        and never a candidate.

        :param recordset ledger: one `synkd.ledger`.
        :param Batch batch: as it was sent.
        :rtype: Answer
        """
        raise self._not_supported(self.env._("asking what became of a request"))

    @api.model
    def _read_import_report(self, ledger, batch, content):
        """Read a file that the books export: what became of what was handed over.

        No network and no writes; a person sees what it says before it counts. Members
        are known as in ``_reconcile``; by their number only where it is never given
        twice (``Capabilities.unique_numbers``), and the row has no key of anybody.

        ``OK``: it is there, with number, date, total and tax as far as it tells.
        ``REJECTED``: refused, with the books' words. ``NOT_FOUND``: it says that it was
        not imported. No result for what it does not tell about. Rows of others are no
        results; rows that make no sense are told (``Answer.odd``).

        :param recordset ledger: one `synkd.ledger`.
        :param Batch batch: the members whose word is awaited.
        :param bytes content: of the file, whatever that is; bounded by the engine.
        :rtype: Answer
        :raise RejectedError: it is no such file; says what is expected.
        """
        raise self._not_supported(self.env._("reading what was imported"))

    @api.model
    def _get_import_steps(self, channel):
        """Return how people import a file of a channel into the books, step by step.

        This method serves as a hook for books that take files.

        :param str channel: customers, documents, payments or allocations.
        :return: a sentence for each step, in the language of who reads it.
        :rtype: list[str]
        """
        return []

    @api.model
    def _pull_customers(self, ledger, cursor):
        """Read customers that changed in the books, page by page, oldest change first.

        :param recordset ledger: one `synkd.ledger`.
        :param dict cursor: of the last page that was taken over; {} at first.
        :return: pages; the cursor of each is stored once the page is taken over, and
            the last one says that it is.
        :rtype: Iterator[Page]
        """
        raise self._not_supported(self.env._("reading customers"))

    @api.model
    def _pull_balances(self, ledger, cursor):
        """Read what customers owe, page by page, as far as it changed; and payments.

        What was paid in the books without us is shown on the documents here.

        :param recordset ledger: one ``synkd.ledger``.
        :param dict cursor: of the last page that was taken over; {} at first.
        :rtype: Iterator[BalancePage]
        """
        raise self._not_supported(self.env._("reading balances"))

    @api.model
    def _ask_balances(self, cursor, ids):
        """Return the cursor by which the next read tells what some customers owe anew.

        This method serves as a hook for books whose read leaves out customers of whom
        no document changed.

        :param dict cursor: of the last page of balances that was taken over.
        :param list[str] ids: their identities in the books.
        :rtype: dict
        """
        return cursor

    @api.model
    def _pull_documents(self, ledger, cursor, since):
        """Read invoices, credit notes and money that changed, page by page.

        Customers' only, ours and all others, oldest change first where that can be
        asked for. What was voided or deleted is told (``BooksPosting.gone``), or
        ``Capabilities.tells_deleted`` is off: then each read begins with {}, and what
        it does not tell of is gone. A page has about a thousand of them at most.

        What was read counts once the last page was taken over; a read that is cut
        goes on from the cursor of the last page, in another run, another process.

        :param recordset ledger: one ``synkd.ledger``.
        :param dict cursor: of the last page that was taken over; {} reads everything.
        :param datetime.date since: what is dated before this day is not asked for; it
            may be told all the same. None: everything. The same as when the cursor was
            {}.
        :rtype: Iterator[PostingPage]
        """
        raise self._not_supported(self.env._("reading documents"))

    @api.model
    def _get_books_action(self, ledger):
        """Return the action that opens the books, for connectors that keep them here.

        :rtype: dict
        """
        raise self._not_supported(self.env._("opening the books from Odoo"))

    # === WHAT IS THE SAME FOR ALL === #

    @api.model
    def _to_payload(self, ledger, data):
        """Return exactly what would be sent of a neutral record of any kind.

        :param recordset ledger: one `synkd.ledger`.
        :param data: a record that one of the payload methods takes.
        :rtype: dict
        :raise RejectedError: when the books could not take it; says why.
        """
        self._refuse_too_long(ledger, data)
        return getattr(self, PAYLOADS[type(data)])(ledger, data)

    def _refuse_too_long(self, ledger, data):
        """Refuse names and numbers that the books would cut.

        :raise RejectedError: says by how much.
        """
        capable = self._capabilities(ledger)
        if isinstance(data, CustomerData) and len(data.name) > capable.name_length:
            raise RejectedError(
                self.env._(
                    "The name of %(account)s has %(count)s characters; the books take"
                    " %(length)s. Shorten it.",
                    account=data.label,
                    count=len(data.name),
                    length=capable.name_length,
                )
            )
        number = getattr(data, "number", "")
        if len(number) > capable.number_length:
            raise RejectedError(
                self.env._(
                    "The number %(number)s has %(count)s characters; the books take"
                    " %(length)s. Give the document a shorter number.",
                    number=number,
                    count=len(number),
                    length=capable.number_length,
                )
            )

    def _not_supported(self, what):
        """Return the error for something that this system cannot do."""
        return NotSupportedError(
            self.env._(
                "%(what)s is not supported by %(system)s.",
                what=what[:1].upper() + what[1:],
                system=self._connector_label or self._description,
            )
        )
