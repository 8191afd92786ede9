# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, models

from odoo.addons.synkd_connector.lib.adapt import adapt
from odoo.addons.synkd_connector.lib.documents import ACCOUNT, BANK, ITEM, TAX, VOID
from odoo.addons.synkd_connector.lib.errors import MisconfiguredError, RejectedError
from odoo.addons.synkd_connector.lib.prices import Digits
from odoo.addons.synkd_connector.lib.results import (
    HANDED_OVER,
    Answer,
    BooksFile,
    Capabilities,
    Result,
)

from ..const import MISFITS
from ..lib import customers, documents, money
from ..lib.shape import CODE, NAME, Misfit

CAPABILITIES = {
    "customer_batch": 1000,
    "code_length": CODE,
    "name_length": NAME,
    "credit_limit": True,
    "hold": True,
    "delivery_address": True,
    "document_batch": 200,
    "payment_batch": 200,
    "allocation_batch": 200,
    # Prices to the cent; what a discount leaves is the price.
    "digits": Digits(quantity=4, price=2, discount=-1),
    "lists": (TAX, ACCOUNT, ITEM, BANK),
    "answers": False,
    "import_reports": True,
    "own_numbers": True,
    "code_is_identity": True,
}
KINDS = {"invoice": "invoices", "credit_note": "creditnotes"}
# An answer has no more files; each bank has its cashbook.
MOST_BANKS = 9
TEXT_TYPE = "text/csv"


class SynkdConnectorPastel(models.AbstractModel):
    """Books in Pastel Partner or Xpress: files out, files in, and nobody to talk to."""

    _name = "synkd.connector.pastel"
    _description = "Connector: Sage Pastel Partner"
    _inherit = ["synkd.connector"]
    _connector_label = "Sage Pastel Partner / Xpress"

    # === CONTRACT === #

    @api.model
    def _capabilities(self, ledger):
        """Override: what files can do."""
        return Capabilities(**CAPABILITIES)

    @api.model
    def _check(self, ledger):
        """Override: whether all is set up that files need."""
        return ledger._find_pastel_problems()

    @api.model
    def _read_books(self, ledger):
        """Override: files cannot tell which books they come to."""
        if problems := ledger._find_pastel_problems():
            raise MisconfiguredError(" ".join(problems))

    @api.model
    def _customer_payload(self, ledger, data):
        """Override: the fields by Pastel's names, and what was replaced in them."""
        with self._fitting():
            return customers.to_customer(data, ledger._get_pastel_settings())

    @api.model
    def _document_payload(self, ledger, data):
        """Override: the rows of its file."""
        self._refuse_void(data)
        fitted = adapt(data, self._capabilities(ledger))
        with self._fitting():
            return documents.to_document(fitted, self._get_settings(ledger))

    @api.model
    def _payment_payload(self, ledger, data):
        """Override: the rows of its cashbook and journal."""
        self._refuse_void(data)
        with self._fitting():
            return money.to_payment(data, self._get_settings(ledger))

    @api.model
    def _allocation_payload(self, ledger, data):
        """Override: the rows of its journal."""
        with self._fitting():
            return money.to_allocation(data, self._get_settings(ledger))

    @api.model
    def _push_customers(self, ledger, batch):
        """Override: one file; a customer's identity is his code."""
        is_sdk = ledger.pastel_customer_layout == "sdk"
        write = customers.write_sdk if is_sdk else customers.write_headed
        content = write(batch.members, batch.number)
        codes = {m.res_id: m.payload["fields"]["CustomerCode"] for m in batch.members}
        ending = "txt" if is_sdk else "csv"
        file = self._file(ledger, batch, "customers", content, ending)
        return Answer(
            tuple(Result(id_, HANDED_OVER, code) for id_, code in codes.items()),
            files=(file,),
        )

    @api.model
    def _push_documents(self, ledger, batch):
        """Override: one file of invoices, one of credit notes."""
        by_kind = {}
        for member in batch.members:
            by_kind.setdefault(KINDS[member.payload["kind"]], []).append(member)
        contents = {
            name: documents.write_documents(members, batch.number)
            for name, members in by_kind.items()
        }
        return self._hand_over(ledger, batch, contents)

    @api.model
    def _push_payments(self, ledger, batch):
        """Override: a cashbook for each bank, and a journal for differences."""
        return self._push_entries(ledger, batch)

    @api.model
    def _push_allocations(self, ledger, batch):
        """Override: a journal."""
        return self._push_entries(ledger, batch)

    def _push_entries(self, ledger, batch):
        """Return rows of money, a file for each book that they are of."""
        books = {}
        for member in batch.members:
            for row in member.payload["rows"]:
                is_cash = row["book"] == money.CASHBOOK
                name = f"cashbook-{row['contra']}" if is_cash else money.JOURNAL
                books.setdefault(name, []).append((member, row))
        if len(books) > MOST_BANKS and len(batch.members) > 1:
            raise RejectedError(
                self.env._(
                    "These payments are of more than %s banks, each with a file of its"
                    " own. They are handed over in parts.",
                    MOST_BANKS,
                )
            )
        contents = {
            name: money.write_entries(pairs, batch.number)
            for name, pairs in books.items()
        }
        return self._hand_over(ledger, batch, contents)

    # === FILES === #

    def _hand_over(self, ledger, batch, contents):
        """Return all members of a batch as handed over.

        :param dict contents: of the files, by what they are.
        :rtype: Answer
        """
        return Answer(
            tuple(Result(member.res_id, HANDED_OVER) for member in batch.members),
            files=tuple(
                self._file(ledger, batch, name, content)
                for name, content in sorted(contents.items())
            ),
        )

    def _file(self, ledger, batch, name, content, ending="csv"):
        """Return a file whose name says what is in it, of which batch and company."""
        company = "-".join((ledger.pastel_company or "").split())
        parts = (name, f"{batch.number:06}", *filter(None, [company]))
        return BooksFile(f"{'-'.join(parts)}.{ending}", content, TEXT_TYPE)

    # === SENTENCES === #

    def _get_settings(self, ledger):
        """Return how the company wants its files, once all is set up.

        :rtype: Settings
        :raise MisconfiguredError: says what is missing.
        """
        settings = ledger._get_pastel_settings()
        if not settings.year_start:
            raise MisconfiguredError(" ".join(ledger._find_pastel_problems()))
        return settings

    @contextmanager
    def _fitting(self):
        """Say in a sentence what does not fit.

        :raise RejectedError: the sentence.
        """
        try:
            yield
        except Misfit as misfit:
            raise RejectedError(self._explain(misfit)) from misfit

    @api.model
    def _explain(self, misfit):
        """Return the sentence about something that does not fit.

        :param Misfit misfit: what was found.
        :rtype: str
        """
        return self._in_words(MISFITS[misfit.reason]) % misfit.facts

    def _refuse_void(self, data):
        """Refuse to take something back: no file can."""
        if data.operation == VOID:
            raise RejectedError(
                self.env._(
                    "Pastel takes nothing back that %s brought by a file. Send a credit"
                    " note, or correct it in Pastel.",
                    data.number,
                )
            )
