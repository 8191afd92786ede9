# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the contracts share that begin with documents here and end in the books.

A test class inherits one of them before a common class that has a company with
``partner``, ``account``, ``bank``, ``tax`` and ``ledger``, and says how its simulated
books are read: the methods under *hooks*.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo.fields import Command

# What is sent, and by which of the connector's methods.
KINDS = {
    "invoice": "_push_documents",
    "credit_note": "_push_documents",
    "payment": "_push_payments",
    "refund": "_push_payments",
    "overpayment": "_push_payments",
    "write_off": "_push_payments",
    "allocation": "_push_allocations",
}
# What has to be in the books before: invoices and credit notes, and what is paid more.
BASES = {
    "payment": ("out_invoice", 0),
    "refund": ("out_refund", 0),
    "overpayment": ("out_invoice", 7),
    "write_off": ("out_invoice", -1),
    "allocation": ("out_refund", 0),
}


def cents(amount):
    """Return an amount as the books keep it.

    :rtype: Decimal
    """
    return Decimal(f"{float(amount):.2f}")


@dataclass
class Pair:
    """Two records of a kind that have one number."""

    kind: str
    number: str
    partners: tuple
    which: tuple
    bases: tuple
    made: list = field(default_factory=lambda: [None, None])


class FlowHarness:
    """Documents and money of every kind, made in Odoo, and what the books have."""

    # === HOOKS: to be overridden === #

    def goods(self):
        """Return the product that is sold."""
        raise NotImplementedError

    def loss_account(self):
        """Return an account of ours that differences may be written off to."""
        raise NotImplementedError

    def books_open(self):
        """Return the invoices and credit notes of the books that are not void.

        :return: total, tax and what is open, by identity; by our key, where the
            contract says so (``known_by``).
        :rtype: dict[str, tuple[Decimal, Decimal, Decimal]]
        """
        raise NotImplementedError

    def books_money(self):
        """Return what customers were credited by payments that are not void.

        That is the money and what was written off; refunds count below zero.

        :return: amounts by the key of ours that the books keep with them; by their
            identity, where the books keep no keys of payments.
        :rtype: dict[str, Decimal]
        """
        raise NotImplementedError

    # === WHAT THE TESTS SHARE === #

    # By which field of a row its document is found in the books.
    known_by = "external_id"
    # What is made; a variant of a class may be about some of it only.
    kinds = tuple(KINDS)

    @property
    def channels(self):
        """The connector's methods that send what is made, in the order of a run."""
        return tuple(dict.fromkeys(KINDS[kind] for kind in self.kinds))

    def bring(self):
        """Bring what is ready into the books."""
        self.run_ledger()

    def setUp(self):
        super().setUp()
        sales = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")], limit=1
        )
        self.sales = (sales, self.second(sales, "TWN"))
        outstanding = self.env["account.account"].create(
            {
                "name": "On its way",
                "code": "111997",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.banks = (self.bank, self.second(self.bank, "BTW"))
        for bank in self.banks:
            methods = bank.inbound_payment_method_line_ids
            methods |= bank.outbound_payment_method_line_ids
            methods.payment_account_id = outstanding
        self.map_bank(self.banks[1])
        self.price, self.count = 100, 0

    def second(self, journal, code):
        """Return a journal beside another one: its numbers may be the same."""
        return journal.copy({"code": code, "name": f"{journal.name} {code}"})

    def map_bank(self, bank):
        """Map a second bank to where the first one is in the books."""
        mappings = self.env["synkd.mapping"]
        known, new = (
            mappings._ensure(self.ledger, {("bank", str(journal.id))})
            for journal in (self.bank, bank)
        )
        new.item_id = known.item_id

    def live_rows(self):
        """Return the rows that stand for a record of the books."""
        self.env.invalidate_all()
        rows = self.env["synkd.transaction"].search(
            [("ledger_id", "=", self.ledger.id), ("live", "=", True)]
        )
        return rows.filtered(lambda r: r.sync_state not in ("voided", "excluded"))

    # === DOCUMENTS === #

    def sell(self, kind, partner=None, which=0, number=None):
        """Post an invoice or credit note.

        :param int which: of both journals.
        :param str number: as somebody typed it.
        """
        journal = self.sales[which]
        line = {
            "product_id": self.goods().id,
            "quantity": 1,
            "price_unit": self.price,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or self.partner).id,
                "journal_id": journal.id,
                "company_id": journal.company_id.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [Command.create(line)],
            }
        )
        if number:
            move.name = number
        move.action_post()
        return move

    def base_of(self, kind, partner=None, which=0, number=None):
        """Return what a record of a kind needs in the books before, posted here."""
        if kind not in BASES:
            return self.env["account.move"]
        base = self.sell(BASES[kind][0], partner, which, number)
        if kind == "allocation":
            base |= self.sell("out_invoice", partner, which)
        return base

    def make(self, kind, base, partner=None, which=0, number=None):
        """Make a record of a kind; return what is edited, renumbered and cancelled.

        :param recordset base: from ``base_of``, in the books by now.
        """
        if kind in ("invoice", "credit_note"):
            move_type = {"invoice": "out_invoice"}.get(kind, "out_refund")
            return self.sell(move_type, partner, which, number)
        if kind == "allocation":
            self.open_of(base).reconcile()
            return base
        values = {"payment_difference_handling": "open"}
        if kind == "write_off":
            values = {
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.loss_account().id,
            }
        values["amount"] = base.amount_total + BASES[kind][1]
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=base.ids
        )
        values |= {
            "journal_id": self.banks[which].id,
            "payment_date": "2026-03-12",
        }
        payment = wizard.create(values)._create_payments()
        if number:
            self.rename(payment, number)
        return payment

    def open_of(self, moves):
        """Return the lines of moves that settle one another."""
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def rename(self, document, number):
        """Give a posted document another number."""
        if document._name == "account.payment":
            document.move_id.name = number
        document.name = number

    def rename_all(self, kind, document, number):
        """Give what was made another number; of an allocation that is its note."""
        self.rename(document[:1] if kind == "allocation" else document, number)

    def swap(self, kind, one, two):
        """Let two posted documents change their numbers."""
        numbers = one[:1].name, two[:1].name
        self.rename_all(kind, one, f"X{one[:1].name}")
        self.rename_all(kind, two, numbers[0])
        self.rename_all(kind, one, numbers[1])

    def cancel(self, kind, document):
        """Take a document back in Odoo."""
        if kind == "allocation":
            self.open_of(document).remove_move_reconcile()
            return
        if document._name == "account.move":
            document.button_draft()
            document.button_cancel()
        else:
            document.action_draft()
            document.action_cancel()

    def edit(self, kind, document):
        """Change what a document is worth, in Odoo."""
        if kind in ("invoice", "credit_note"):
            document.button_draft()
            document.invoice_line_ids.price_unit += 11
            document.action_post()
        elif kind == "allocation":
            self.open_of(document).remove_move_reconcile()
        else:
            settled = document.reconciled_invoice_ids
            document.action_draft()
            document.amount -= 3
            document.action_post()
            lines = self.open_of(settled | document.move_id)
            lines.filtered(lambda line: not line.reconciled).reconcile()

    # === PROOFS === #

    def assert_right(self):
        """Fail unless the books have what Odoo has, each once, and nothing else."""
        rows = self.live_rows()
        told = [(r.number, r.kind, r.sync_state, r.reason_text) for r in rows]
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"}, told)
        documents = rows.filtered(lambda row: row.channel == "documents")
        payments = rows.filtered(lambda row: row.channel == "payments")
        for some in (documents, payments):
            identities = some.mapped("external_id")
            self.assertEqual(len(set(identities)), len(some))
        moves = self.env["account.move"].search(
            [
                ("company_id", "child_of", self.company.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ]
        )
        self.assertEqual(set(documents.move_id.ids), set(moves.ids))
        ours = {
            row[self.known_by]: (
                cents(row.move_id.amount_total),
                cents(row.move_id.amount_tax),
                cents(row.move_id.amount_residual),
            )
            for row in documents
        }
        self.assertEqual(self.books_open(), ours)
        has_keys = self.ledger._get_capabilities().own_key_payments
        by = "own_key" if has_keys else "external_id"
        ours = {
            row[by]: cents(-sum(self.open_of(row.payment_id.move_id).mapped("balance")))
            for row in payments
        }
        self.assertEqual(self.books_money(), ours)

    # === PAIRS === #

    def typed_number(self):
        """Return a number that is no next one of any journal, and shows no date."""
        self.count += 1
        word = "".join(chr(ord("A") + int(digit)) for digit in str(self.count))
        return f"{word}/0001"

    def pairs(self, partners=(None, None), which=(0, 1)):
        """Return a pair for each kind, with what they need in the books already."""
        pairs = []
        for kind in self.kinds:
            number = self.typed_number()
            note = kind == "allocation"
            bases = tuple(
                self.base_of(
                    kind, partners[n], n if note else which[n], note and number
                )
                for n in (0, 1)
            )
            pairs.append(Pair(kind, number, partners, which, bases))
        self.bring()
        return pairs

    def make_of(self, pair, which):
        """Make the first or the second of a pair."""
        pair.made[which] = self.make(
            pair.kind,
            pair.bases[which],
            pair.partners[which],
            pair.which[which],
            pair.number,
        )
