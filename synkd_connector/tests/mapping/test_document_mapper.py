# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ...lib.errors import RejectedError
from ..common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestDocumentMapper(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()

    def data(self, move):
        """Return what is sent for an invoice, after checking what is always so."""
        data = self.row_of(move)._to_data()
        json.dumps(data.as_dict())
        self.assert_adds_up(data, move)
        return data

    def assert_adds_up(self, data, move):
        """Lines must add up to the document to the cent, and prices to their lines."""
        net = sum(Decimal(line.net) for line in data.lines)
        tax = sum(Decimal(line.tax) for line in data.lines)
        self.assertEqual(Decimal(data.tax), tax)
        self.assertEqual(Decimal(data.total), net + tax)
        self.assertEqual(float(data.total), move.amount_total)
        self.assertEqual(float(tax), move.amount_tax)
        for line in data.lines:
            price = Decimal(line.price) * Decimal(line.quantity)
            price *= 1 - Decimal(line.discount) / 100
            meant = Decimal(line.net) + (Decimal(line.tax) if data.tax_included else 0)
            self.assertAlmostEqual(price, meant, delta=Decimal("0.005"))
        self.assertTrue(all(line.tax_code for line in data.lines))

    def map_tax(self, taxes, code="t15"):
        """Map a combination of taxes."""
        self.map("tax", code, *taxes)

    # === LINES ===

    def test_an_invoice_is_mapped_with_the_codes_of_the_books(self):
        move = self.create_invoice(
            self.line(self.desk, 200, discount=12.5, quantity=3), self.line(self.chair)
        )
        data = self.data(move)
        self.assertEqual(
            (data.kind, data.operation, data.customer, data.currency, data.rate),
            ("invoice", "post", "hope", "USD", "1"),
        )
        self.assertEqual(data.customer_code, self.account.code)
        self.assertEqual((data.date, data.number), ("2026-03-10", move.name))
        desk, chair = data.lines
        self.assertEqual(
            (desk.item, desk.account, desk.tax_code), ("desk", "", "OUT15")
        )
        self.assertEqual((desk.quantity, desk.price), ("3", "200.00"))
        self.assertEqual(
            (desk.discount, desk.net, desk.tax), ("12.50", "525.00", "78.75")
        )
        self.assertEqual((chair.item, chair.discount), ("DEP", "0.00"))

    def test_the_source_chooses_the_departmental_item(self):
        move = self.create_invoice(self.line(self.chair))
        row = self.row_of(move)
        for source, item in (("shop", "DEP-SHOP"), ("service", "DEP"), ("sale", "DEP")):
            row.source = source
            self.assertEqual(row._to_data().lines[0].item, item)

    def test_a_line_chosen_as_direct_without_item_goes_to_its_account(self):
        move = self.create_invoice(
            self.line(synkd_product_class_id=self.direct.id, name="Call-out\nfee")
        )
        (line,) = self.data(move).lines
        self.assertEqual((line.item, line.account), ("", "4000"))
        self.assertEqual(line.description, "Call-out\nfee")

    def test_notes_sections_and_empty_lines_are_not_sent(self):
        move = self.create_invoice(
            Command.create({"display_type": "line_section", "name": "Section"}),
            self.line(self.desk),
            self.line(self.thing, price=0, quantity=0),
            Command.create({"display_type": "line_note", "name": "Note"}),
        )
        self.assertEqual([line.item for line in self.data(move).lines], ["desk"])

    def test_a_free_sample_is_sent_with_price_zero(self):
        move = self.create_invoice(self.line(self.desk), self.line(self.desk, 0))
        self.assertEqual(self.data(move).lines[1].net, "0.00")

    # === TAXES ===

    def test_rounding_per_line_and_globally_adds_up(self):
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            move = self.create_invoice(
                *[self.line(self.desk, price) for price in (0.33, 0.33, 0.33, 21.53)],
                *[self.line(self.chair, 17.79, quantity=3, discount=3.33)],
            )
            with self.subTest(method=method):
                self.assertFalse(self.data(move).tax_included)

    def test_prices_that_include_tax_stay_as_they_are_typed(self):
        tax = self.create_tax("VAT incl", 15, price_include_override="tax_included")
        self.map_tax([tax])
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            lines = [self.line(self.desk, 21.53, tax) for _i in range(7)]
            move = self.create_invoice(
                *lines, self.line(self.desk, 99.99, tax, discount=7)
            )
            data = self.data(move)
            with self.subTest(method=method):
                self.assertTrue(data.tax_included)
                self.assertEqual(data.lines[0].price, "21.53")

    def test_an_untaxed_line_does_not_change_how_prices_are_meant(self):
        tax = self.create_tax("VAT incl", 15, price_include_override="tax_included")
        self.map_tax([tax])
        none = self.env["account.tax"]
        move = self.create_invoice(
            self.line(self.desk, 115, tax), self.line(self.chair, 10, none)
        )
        data = self.data(move)
        self.assertTrue(data.tax_included)
        self.assertEqual([line.price for line in data.lines], ["115.00", "10.00"])
        self.assertEqual([line.tax_code for line in data.lines], ["OUT15", "NONE"])

    def test_mixed_prices_are_sent_without_tax(self):
        tax = self.create_tax("VAT incl", 15, price_include_override="tax_included")
        self.map_tax([tax])
        move = self.create_invoice(
            self.line(self.desk, 100, tax, quantity=3, discount=10),
            self.line(self.desk, 100),
        )
        data = self.data(move)
        self.assertFalse(data.tax_included)
        self.assertEqual(data.lines[0].price, "86.955556")
        self.assertEqual(data.lines[1].price, "100.00")

    def test_several_taxes_on_a_line_are_one_tax_of_the_books(self):
        city = self.create_tax("City", 2)
        fixed = self.create_tax("Eco", 1.13, amount_type="fixed")
        on_top = self.create_tax("Base", 10, include_base_amount=True, sequence=1)
        both = self.tax15 | city
        for taxes in (both, both | fixed, on_top | self.tax15):
            self.map_tax(taxes)
            move = self.create_invoice(
                self.line(self.desk, 33.33, taxes, quantity=3), self.line(self.desk)
            )
            with self.subTest(taxes=taxes.mapped("name")):
                self.assertEqual(self.data(move).lines[0].tax_code, "OUT15")

    def test_a_group_of_taxes_is_one_tax_of_the_books(self):
        parts = self.create_tax("A", 10) | self.create_tax("B", 5)
        group = self.create_tax(
            "Group", 0, amount_type="group", children_tax_ids=[Command.set(parts.ids)]
        )
        self.map_tax([group])
        data = self.data(self.create_invoice(self.line(self.desk, 10, group)))
        self.assertEqual(data.tax, "1.50")

    def test_a_tax_that_a_person_corrected_by_a_cent_counts(self):
        move = self.create_invoice(
            self.line(self.desk, 10.01), self.line(self.desk, 20.02), post=False
        )
        tax_line = move.line_ids.filtered("tax_line_id")
        receivable = move.line_ids.filtered(lambda l: l.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(tax_line.id, {"amount_currency": -4.51}),
                    Command.update(receivable.id, {"amount_currency": 34.54}),
                ]
            }
        )
        move.action_post()
        self.assertEqual(move.amount_tax, 4.51)
        self.assertEqual(self.data(move).tax, "4.51")

    # === AMOUNTS ===

    def test_a_credit_note_has_positive_amounts(self):
        move = self.create_invoice(
            self.line(self.desk, 99.99, quantity=2), move_type="out_refund"
        )
        data = self.data(move)
        self.assertEqual(data.kind, "credit_note")
        self.assertEqual((data.total, data.lines[0].net), ("229.98", "199.98"))
        self.assertEqual(data.due_date, data.date)

    def test_a_negative_line_lowers_the_total(self):
        move = self.create_invoice(
            self.line(self.desk, 100.01),
            self.line(self.chair, -33.33),
            self.line(self.chair, 10, quantity=-2),
        )
        data = self.data(move)
        self.assertEqual(
            [line.net for line in data.lines], ["100.01", "-33.33", "-20.00"]
        )
        self.assertEqual(data.lines[2].quantity, "-2")

    def test_a_total_of_zero_is_sent(self):
        move = self.create_invoice(self.line(self.desk), self.line(self.chair, -100))
        self.assertEqual((self.data(move).total, self.data(move).tax), ("0.00", "0.00"))
        move = self.create_invoice(self.line(self.desk, 100, discount=100))
        self.assertEqual(self.data(move).total, "0.00")

    def test_500_lines_add_up_in_a_constant_number_of_queries(self):
        lines = [
            self.line(
                self.desk, 0.37 + index / 7, quantity=1 + index % 3, discount=index % 11
            )
            for index in range(500)
        ]
        move = self.create_invoice(*lines)
        self.assertEqual(len(self.data(move).lines), 500)
        row = self.row_of(move)
        lookup = row._look_up()
        row._to_data(lookup)
        with self.assertQueryCount(0):
            row._to_data(lookup)

    def test_cash_rounding_is_a_line_or_a_part_of_the_tax(self):
        gain = self.company.income_currency_exchange_account_id
        loss = self.company.expense_currency_exchange_account_id
        self.map("account", "a900", gain)
        self.map("account", "a900", loss)
        for strategy in ("add_invoice_line", "biggest_tax"):
            rounding = self.env["account.cash.rounding"].create(
                {
                    "name": strategy,
                    "rounding": 0.05,
                    "strategy": strategy,
                    "profit_account_id": gain.id,
                    "loss_account_id": loss.id,
                    "rounding_method": "HALF-UP",
                }
            )
            for kind in ("out_invoice", "out_refund"):
                move = self.create_invoice(
                    self.line(self.desk, 10.01),
                    self.line(self.chair, 5.01),
                    invoice_cash_rounding_id=rounding.id,
                    move_type=kind,
                )
                data = self.data(move)
                self.assertEqual(Decimal(data.total) % Decimal("0.05"), 0)
                with self.subTest(strategy=strategy, kind=kind):
                    own = strategy == "add_invoice_line"
                    self.assertEqual(len(data.lines), 3 if own else 2)
                    if own:
                        self.assertEqual(data.lines[2].account, "9000")

    def test_a_discount_for_early_payment_that_lowers_the_tax_adds_up(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2/7 net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "early_pay_discount_computation": "mixed",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        move = self.create_invoice(
            self.line(self.desk, 1000),
            self.line(self.chair, 33.33),
            invoice_payment_term_id=term.id,
            post=False,
        )
        discount = move.line_ids.filtered(lambda l: l.display_type == "epd")
        self.assertTrue(discount)
        self.map("account", "a900", discount.account_id)
        move.action_post()
        self.assertEqual(
            self.row_of(move).sync_state, "pending", self.row_of(move).reason_text
        )
        data = self.data(move)
        self.assertEqual(data.tax, f"{1033.33 * 0.98 * 0.15:.2f}")

    # === CURRENCY AND DATES ===

    def test_a_foreign_currency_has_the_rate_of_the_document(self):
        self.euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": self.euro.id, "rate": 0.8, "name": "2026-01-01"}
        )
        self.map("currency", "c1", self.euro)
        move = self.create_invoice(
            self.line(self.desk, 33.33, quantity=3), currency_id=self.euro.id
        )
        data = self.data(move)
        self.assertEqual((data.currency, data.rate), ("USD", "0.8"))
        self.assertEqual(data.total, "114.99")

    def test_the_terms_of_the_account_customer_become_the_due_date(self):
        move = self.create_invoice(self.line(self.desk), invoice_date_due="2026-03-15")
        self.account.payment_term_id = False
        self.assertEqual(self.data(move).due_date, "2026-03-15")
        self.account.payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        self.assertEqual(self.data(move).due_date, "2026-04-09")
        self.row_of(move).post_date = "2026-04-01"
        data = self.data(move)
        self.assertEqual((data.date, data.due_date), ("2026-04-01", "2026-05-01"))
        self.account.payment_term_id = False
        self.assertEqual(self.data(move).due_date, "2026-04-01")

    # === REFUSALS ===

    def test_what_is_not_mapped_is_refused_in_words(self):
        move = self.create_invoice(self.line(self.desk), self.line(self.thing))
        row = self.row_of(move)
        with self.assertRaisesRegex(RejectedError, "Line Thing has no product class"):
            row._to_data()
        self.thing.product_tmpl_id.synkd_product_class_id = self.direct
        with self.assertRaisesRegex(RejectedError, "Item Thing is not in the books"):
            row._to_data()
        self.thing.product_tmpl_id.synkd_product_class_id = self.department
        row._to_data()
        self.env["synkd.mapping"].search([("kind", "=", "tax")]).unlink()
        with self.assertRaisesRegex(RejectedError, "Tax VAT 15 is not mapped"):
            row._to_data()

    def test_what_is_voided_needs_no_mapping(self):
        move = self.create_invoice(self.line(self.desk))
        row = self.row_of(move)
        row.write({"operation": "void", "external_id": "x1", "books_tax": 15})
        self.env["synkd.mapping"].search([]).unlink()
        data = row._to_data()
        self.assertEqual(
            (data.operation, data.external_id, data.lines), ("void", "x1", ())
        )
        self.assertEqual((data.total, data.tax), ("115.00", "15.00"))

    def test_a_batch_costs_as_many_queries_as_one_document(self):
        rows = self.env["synkd.transaction"]
        for _i in range(6):
            rows |= self.row_of(
                self.create_invoice(self.line(self.desk), self.line(self.chair))
            )
        counts = []
        for some in (rows[:1], rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lookup = some._look_up()
            for row in some:
                row._to_data(lookup)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
