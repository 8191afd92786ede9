# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever people did, both sides agree; whatever is changed there, is found.

Days of business made by chance, with fixed seeds: what comes of it has to agree, to the
cent and customer by customer. Then one thing is changed in the books, and the next
comparison has to name that document and no other.
"""

import random

from odoo.tests import tagged

from ..agreement_common import AgreementCommon

# What somebody changes in the books, and what is said of it.
TAMPERED = {
    "document": (
        ({"number": "ELSE"}, "number"),
        ({"date": "2026-06-29"}, "date"),
        ({"total": 9999.0, "outstanding": 9999.0}, "total"),
        ({"tax": 3.33}, "tax"),
        ({"status": "void"}, None),
    ),
    "payment": (
        ({"date": "2026-06-29"}, "date"),
        ({"amount": 7777.0}, "total"),
        ({"status": "void"}, None),
    ),
}


class Business:
    """What people of a company do by chance; each step is one of its methods."""

    def __init__(self, test, seed):
        self.test = test
        self.chance = random.Random(seed)
        self.open = []

    def step(self):
        """Do one thing, and run now and then."""
        steps = [self.sell, self.sell, self.pay, self.pay_together, self.credit]
        steps += [self.take_money, self.send, self.exclude, self.void]
        self.chance.choice(steps)()

    def sell(self):
        price = self.chance.choice((0.01, 9.99, 33.33, 100.0, 1234.56))
        partner = self.chance.choice(self.test.partners)
        day = f"2026-06-{self.chance.randint(1, 28):02}"
        lines = [{"price_unit": price, "quantity": self.chance.choice((1, 3, 7))}]
        invoice = self.test.post_invoice(partner, lines, invoice_date=day)
        self.open.append(invoice)

    def _take_open(self):
        if not self.open:
            self.sell()
        return self.open.pop(self.chance.randrange(len(self.open)))

    def pay(self):
        invoice = self._take_open()
        share = self.chance.choice((1, 1, 0.5, 1.5))
        amount = round(invoice.amount_residual * share, 2)
        if amount:
            self.test.pay(invoice, amount=amount, payment_date="2026-06-28")

    def pay_together(self):
        first = self._take_open()
        same = [each for each in self.open if each.partner_id == first.partner_id][:2]
        for each in same:
            self.open.remove(each)
            first |= each
        self.test.pay(first, payment_date="2026-06-28")

    def credit(self):
        self.test.reverse(self._take_open())

    def take_money(self):
        """Take money for nothing that is there yet."""
        payment = self.test.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.chance.choice(self.test.partners).id,
                "amount": self.chance.choice((10.0, 250.5)),
                "date": "2026-06-20",
                "journal_id": self.test.bank.id,
            }
        )
        payment.action_post()

    def send(self):
        self.test.post_all(expect_ready=False)

    def exclude(self):
        row = self.test.row_of(self._take_open())
        if row.sync_state == "pending" and not row.external_id:
            row.action_exclude("By chance")

    def void(self):
        invoice = self._take_open()
        invoice.button_draft()
        row = self.test.row_of(invoice)
        if row.sync_state == "attention" and row.external_id:
            row.action_void()
        if self.chance.random() < 0.5:
            invoice.action_post()
            self.open.append(invoice)


@tagged("post_install", "-at_install")
class TestAgreementInStep(AgreementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.partner
        for name in ("Zed Traders", "Corner Café"):
            partner, account = cls.create_partner(name), cls.create_account(name)
            cls.env["synkd.customer.link"]._link([(partner, account)])
            cls.partners |= partner

    def business(self, seed, steps=14):
        """Let people work, until all that can be posted is."""
        business = Business(self, seed)
        for _step in range(steps):
            business.step()
        for _run in range(3):
            business.send()
        return business

    def assert_agrees(self, agreement):
        """Fail unless nothing differs, and the sums are those of both sides."""
        wrong = agreement.line_ids.filtered(lambda line: line.state != "fine")
        self.assertFalse(wrong, wrong.mapped("why"))
        documents = self.env["synkd.demo.document"].search(
            [("ledger_id", "=", self.ledger.id), ("status", "!=", "void")]
        )
        money = self.env["synkd.demo.payment"].search(
            [("ledger_id", "=", self.ledger.id), ("status", "!=", "void")]
        )
        total = sum(d.total * (1 if d.kind == "invoice" else -1) for d in documents)
        total -= sum(p.amount * (1 if p.kind == "payment" else -1) for p in money)
        self.assertAlmostEqual(agreement.books_amount, total, 2)
        agreed = agreement.line_ids.filtered(lambda line: line.verdict == "agrees")
        self.assertEqual(len(agreed), len(documents) + len(money))

    def test_whatever_people_did_both_sides_agree(self):
        for seed in (1, 2, 3):
            with self.subTest(seed=seed):
                self.business(seed)
                self.assert_agrees(self.compare())

    def test_whatever_is_changed_there_is_found(self):
        self.business(4)
        self.assert_agrees(self.compare())
        for model, changes in TAMPERED.items():
            for values, fact in changes:
                with self.subTest(model=model, values=values):
                    self.tamper(model, values, fact)

    def tamper(self, model, values, fact):
        """Change one posting there, and put it back after it was found."""
        posting = self.env[f"synkd.demo.{model}"].search(
            [("ledger_id", "=", self.ledger.id), ("status", "!=", "void")],
            order="id",
            limit=1,
        )
        before = {name: posting[name] for name in values}
        if "outstanding" in values:
            # What is settled stays: only the total is another one.
            values = values | {
                "outstanding": values["total"] - posting.total + posting.outstanding
            }
        posting.write(values)
        self.env.flush_all()
        agreement = self.compare()
        wrong = agreement.line_ids.filtered(
            lambda line: line.state == "open" and line.kind != "balance"
        )
        row = self.env["synkd.transaction"].search([("ledger_id", "=", self.ledger.id)])
        row = row.filtered(lambda each: each.external_id == posting.external_id)
        found = wrong.filtered(lambda line: line.transaction_id == row)
        self.assertEqual(found.verdict, "differs" if fact else "missing")
        self.assertEqual(found.facts or None, fact)
        self.assertEqual(wrong, found, "and no other")
        posting.write(before)
        self.env.flush_all()
