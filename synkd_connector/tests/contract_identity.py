# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector has to pass about identity, from documents here to the books.

Odoo gives numbers twice, and documents may be equal in all that people see; answers get
lost, and meanwhile people edit, renumber and cancel. Whatever they do, the books end
with each document once, to the cent, under an identity of its own.

A connector's test class inherits ``IdentityContract`` before a common class that has a
company with ``partner``, ``account``, ``bank``, ``tax`` and ``ledger``, and says how
its simulated books are read and broken: the methods under *hooks*.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo.fields import Command

from .contract import LOST_AFTER, LOST_BEFORE

FAULTS = (None, LOST_BEFORE, LOST_AFTER)
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
CHANNELS = tuple(dict.fromkeys(KINDS.values()))
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


class IdentityContract:
    """The contract about identity, as tests: each case with each kind and fault."""

    # === HOOKS: to be overridden === #

    def goods(self):
        """Return the product that is sold."""
        raise NotImplementedError

    def loss_account(self):
        """Return an account of ours that differences may be written off to."""
        raise NotImplementedError

    def break_next(self, fault):
        """Let the next write call meet a fault, see contract.py; None mends."""
        raise NotImplementedError

    def let_time_pass(self):
        """Let what waits for a time, or for Resume, go in the next run."""
        raise NotImplementedError

    def books_open(self):
        """Return the invoices and credit notes of the books that are not void.

        :return: total, tax and what is open, by identity.
        :rtype: dict[str, tuple[Decimal, Decimal, Decimal]]
        """
        raise NotImplementedError

    def books_money(self):
        """Return what customers were credited by payments that are not void.

        That is the money and what was written off; refunds count below zero.

        :return: amounts by the key of ours that the books keep with them.
        :rtype: dict[str, Decimal]
        """
        raise NotImplementedError

    # === WHAT THE TESTS SHARE === #

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
        self.armed = {}
        for name in CHANNELS:
            self.watch(name)

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

    def watch(self, name):
        """Let calls of a connector's method meet the fault that is armed for it."""
        connector = type(self.ledger._get_connector())
        real = getattr(connector, name)

        def call(model, ledger, batch):
            fault = self.armed.pop(name, None)
            if not fault:
                return real(model, ledger, batch)
            self.break_next(fault)
            try:
                return real(model, ledger, batch)
            finally:
                self.break_next(None)

        self.patch(connector, name, call)

    def run_into(self, fault, pairs, meanwhile=None):
        """Make runs in which the first call of each channel meets a fault.

        :param meanwhile: what people do with a pair while its answer is awaited.
        """
        waits = set(CHANNELS)
        self.armed = dict.fromkeys(CHANNELS, fault) if fault else {}
        for _run in range(4):
            self.run_ledger()
            met = waits.difference(self.armed)
            for pair in pairs:
                if meanwhile and KINDS[pair.kind] in met:
                    meanwhile(pair)
            waits -= met
            self.let_time_pass()
            if not waits:
                break
        self.assertFalse(self.armed, "a call met the fault")

    def finish(self):
        """Let runs go on until nothing waits; void what was changed meanwhile."""
        for _run in range(4):
            self.let_time_pass()
            self.run_ledger()
            rows = self.live_rows()
            changed = rows.filtered(
                lambda r: r.sync_state == "attention" and r.reason == "changed"
            )
            if changed:
                changed.void()
            elif not rows.filtered(lambda r: r.sync_state in ("pending", "sending")):
                break

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
            row.external_id: (
                cents(row.move_id.amount_total),
                cents(row.move_id.amount_tax),
                cents(row.move_id.amount_residual),
            )
            for row in documents
        }
        self.assertEqual(self.books_open(), ours)
        ours = {
            row.own_key: cents(
                -sum(self.open_of(row.payment_id.move_id).mapped("balance"))
            )
            for row in payments
        }
        self.assertEqual(self.books_money(), ours)

    def assert_renumbered(self, kind, *documents):
        """Fail unless each waits with both numbers; let it be posted by its new one.

        Money is known by our key alone: its number is a mere reference, so nothing
        waits, and the row follows.
        """
        for document in documents:
            document = document[:1]
            rows = self.live_rows().filtered(
                lambda r, d=document: (r.res_model, r.res_id) == (d._name, d.id)
            )
            row = rows.filtered(lambda r: r.kind != "allocation")
            told = (row.sync_state, row.reason)
            if row.channel == "payments":
                self.assertEqual(told, ("synced", False), kind)
                self.assertEqual(row.document_number, document.name)
                continue
            self.assertEqual(told, ("attention", "changed"), kind)
            self.assertIn(document.name, row.reason_text)
            self.assertIn(row.number, row.reason_text)
            if kind == "allocation":
                row.leave("As it is")
            else:
                row.void()

    # === CASES === #

    def typed_number(self):
        """Return a number that is no next one of any journal, and shows no date."""
        self.count += 1
        word = "".join(chr(ord("A") + int(digit)) for digit in str(self.count))
        return f"{word}/0001"

    def pairs(self, partners=(None, None), which=(0, 1)):
        """Return a pair for each kind, with what they need in the books already."""
        pairs = []
        for kind in KINDS:
            number = self.typed_number()
            note = kind == "allocation"
            bases = tuple(
                self.base_of(
                    kind, partners[n], n if note else which[n], note and number
                )
                for n in (0, 1)
            )
            pairs.append(Pair(kind, number, partners, which, bases))
        self.run_ledger()
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

    def each(self, meanwhile=None, between=None, **values):
        """Bring one of each kind into the books, then its twin, through each fault.

        :param meanwhile: what people do while the answer about the second is awaited.
        :param between: what they do with the first before there is a second.
        """
        for fault in FAULTS:
            with self.subTest(fault=fault):
                pairs = self.pairs(**values)
                for pair in pairs:
                    self.make_of(pair, 0)
                self.run_ledger()
                for pair in pairs:
                    if between:
                        between(pair)
                    self.make_of(pair, 1)
                self.run_into(fault, pairs, meanwhile)
                self.finish()
                self.assert_right()

    def test_twins_of_one_number(self):
        self.each()

    def test_twins_of_one_call(self):
        for fault in FAULTS:
            with self.subTest(fault=fault):
                pairs = self.pairs()
                for pair in pairs:
                    self.make_of(pair, 0)
                    self.make_of(pair, 1)
                self.run_into(fault, pairs)
                self.finish()
                self.assert_right()

    def test_walk_ins_of_one_customer_of_the_books(self):
        partners = [self.create_partner(f"Walk-in {number}") for number in range(2)]
        for partner in partners:
            account = self.create_account(partner.name, class_id=self.class_generic.id)
            self.env["synkd.customer.link"]._link([(partner, account)])
        for fault in FAULTS:
            with self.subTest(fault=fault):
                pairs = self.pairs(partners)
                for pair in pairs:
                    for which, partner in enumerate(partners):
                        self.make_of(pair, which)
                        self.pay_at_once(pair, partner, which)
                self.run_into(fault, pairs)
                self.finish()
                self.assert_right()

    def pay_at_once(self, pair, partner, which):
        """Settle an invoice or credit note of a walk-in."""
        paid = {"invoice": "payment", "credit_note": "refund"}.get(pair.kind)
        if paid:
            self.make(paid, pair.made[which], partner, which, pair.number)

    def test_branches_of_a_customer(self):
        branch = self.create_partner("Branch", parent_id=self.partner.id)
        branch.account_customer_id = self.create_account("Branch")
        self.each(partners=(None, branch))

    def test_branch_companies_with_numbers_of_their_own(self):
        branch = self.env["res.company"].create(
            {
                "name": "North Branch",
                "parent_id": self.company.id,
                "country_id": self.tax.country_id.id,
                "account_fiscal_country_id": self.tax.country_id.id,
                "currency_id": self.company.currency_id.id,
            }
        )
        self.env.user.company_ids |= branch
        chart = self.env["account.chart.template"]
        chart.try_loading(self.company.chart_template, branch, install_demo=False)
        both = [self.company.id, branch.id]
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=both))
        self.sales = (self.sales[0], self.move_to(branch, self.sales[1]))
        self.banks = (self.banks[0], self.move_to(branch, self.banks[1]))
        self.map_bank(self.banks[1])
        self.each()

    def move_to(self, branch, journal):
        """Return a journal of a branch like one of its company, of the same code."""
        like = next(j for j in (*self.sales, *self.banks) if j.type == journal.type)
        journals = self.env["account.journal"].with_company(branch)
        moved = journals.create(
            {
                "name": f"{journal.name} North",
                "code": journal.code,
                "type": journal.type,
                "company_id": branch.id,
                "default_account_id": like.default_account_id.id,
            }
        )
        methods = moved.inbound_payment_method_line_ids
        methods |= moved.outbound_payment_method_line_ids
        known = self.banks[0].inbound_payment_method_line_ids
        methods.payment_account_id = known.payment_account_id[:1]
        return moved

    def test_a_number_that_is_used_again(self):
        self.each(
            between=lambda pair: self.cancel(pair.kind, pair.made[0]), which=(0, 0)
        )

    def test_numbers_that_are_dealt_anew(self):
        for fault in FAULTS:
            with self.subTest(fault=fault):
                pairs = self.pairs()
                for pair in pairs:
                    self.make_of(pair, 0)
                    self.make_of(pair, 1)
                    self.rename_all(pair.kind, pair.made[1], f"U{pair.number}")
                self.run_ledger()
                for pair in pairs:
                    self.swap(pair.kind, *pair.made)
                self.run_ledger()
                for pair in pairs:
                    # The second note was sent by the number that it has again.
                    others = 1 if pair.kind == "allocation" else 2
                    self.assert_renumbered(pair.kind, *pair.made[:others])
                self.armed = {CHANNELS[0]: fault} if fault else {}
                self.run_ledger()
                self.assertFalse(self.armed)
                self.finish()
                self.assert_right()

    def test_an_edit_while_the_answer_is_lost(self):
        self.each(lambda pair: self.edit(pair.kind, pair.made[1]))

    def test_a_new_number_while_the_answer_is_lost(self):
        self.each(
            lambda pair: self.rename_all(pair.kind, pair.made[1], f"V{pair.number}")
        )

    def test_a_cancelled_one_leaves_its_twin_alone(self):
        self.each(lambda pair: self.cancel(pair.kind, pair.made[1]))
