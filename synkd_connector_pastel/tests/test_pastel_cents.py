# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Pastel works out of a file is what Odoo has, to the cent."""

import random
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import OK

from .common import PastelFlowHooks, PastelQueueCommon

ROUNDS = 12
# Quantities, prices and discounts that make thirds, halves and long decimals.
QUANTITIES = (1, 2, 3, 7, 0.5, 1.25, 13, 0.333)
DISCOUNTS = (0, 0, 10, 33.33, 12.5)


@tagged("post_install", "-at_install")
class TestPastelCents(PastelFlowHooks, PastelQueueCommon):
    def setUp(self):
        super().setUp()
        self.dice = random.Random(14)
        self.run_ledger()
        self.bring()

    def bring(self):
        """Import what waits, and say so."""
        domain = [("ledger_id", "=", self.ledger.id), ("state", "=", "handed")]
        for request in self.env["synkd.request"].search(domain, order="id"):
            for file in request.sudo().file_ids.sorted("id"):
                self.pastel.import_file(file.name, file.raw)
            request._say_all(OK)
        self.env.invalidate_all()

    def lines(self, tax):
        """Return lines as somebody types them."""
        return [
            Command.create(
                {
                    "product_id": self.product.id,
                    "quantity": self.dice.choice(QUANTITIES),
                    "price_unit": round(self.dice.uniform(0.01, 999), 2),
                    "discount": self.dice.choice(DISCOUNTS),
                    "tax_ids": [Command.set(tax.ids)],
                }
            )
            for _line in range(self.dice.randint(1, 5))
        ]

    def sell(self, kind, tax):
        """Post a document of random lines."""
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": self.lines(tax),
            }
        )
        move.action_post()
        return move

    def assert_same(self, moves):
        """Fail unless Pastel has the net amounts of moves, and their tax to a cent
        for each line: it works tax out line by line."""
        stored = {d.order: d for d in self.pastel.documents}
        self.assertEqual({*stored}, {*moves.mapped("name")})
        for move in moves:
            found = stored[move.name]
            tax = Decimal(f"{move.amount_tax:.2f}")
            net = Decimal(f"{move.amount_untaxed:.2f}")
            most = Decimal("0.01") * len(move.invoice_line_ids)
            if move.invoice_line_ids.tax_ids.price_include:
                total = abs(found.total)
                self.assertEqual(total, Decimal(f"{move.amount_total:.2f}"))
            else:
                self.assertEqual(abs(found.total) - abs(found.tax), net, move.name)
            self.assertLessEqual(abs(abs(found.tax) - tax), most, move.name)

    def test_prices_without_tax(self):
        moves = self.env["account.move"]
        for number in range(ROUNDS):
            kind = ("out_invoice", "out_refund")[number % 2]
            moves |= self.sell(kind, self.tax)
        self.run_ledger()
        self.bring()
        self.assert_same(moves)

    def test_prices_with_tax(self):
        included = self.tax.copy(
            {"name": "15 with", "price_include_override": "tax_included"}
        )
        mappings = self.env["synkd.mapping"]
        mapping = mappings._ensure(self.ledger, {("tax", str(included.id))})
        mapping.item_id = self.item("tax", "1")
        moves = self.env["account.move"]
        for _number in range(ROUNDS):
            moves |= self.sell("out_invoice", included)
        self.run_ledger()
        self.bring()
        self.assert_same(moves)

    def test_a_tax_that_is_not_mapped_is_never_assumed(self):
        other = self.tax.copy({"name": "Other 15"})
        move = self.sell("out_invoice", other)
        self.run_ledger()
        row = self.env["synkd.transaction"].search([("move_id", "=", move.id)])
        self.assertEqual(row.sync_state, "attention")
        self.assertIn("Other 15", row.reason_text)

    def test_a_line_without_tax_is_of_no_tax_type(self):
        mapping = self.env["synkd.mapping"]._ensure(self.ledger, {("tax", "")})
        mapping.item_id = self.item("tax", "0")
        move = self.sell("out_invoice", self.env["account.tax"])
        self.run_ledger()
        self.bring()
        row = self.env["synkd.transaction"].search([("move_id", "=", move.id)])
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        (found,) = self.pastel.documents
        self.assertEqual(found.tax, 0)
        self.assertEqual(found.total, Decimal(f"{move.amount_total:.2f}"))
