# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo import Command
from odoo.tests import tagged

from .test_xero_flow import XeroFlowCommon


class XeroMoneyCommon(XeroFlowCommon):
    """What is sent to Xero, and whether it is there to the cent."""

    def row_of(self, document):
        """Return the live row of a document."""
        mine = [("res_model", "=", document._name), ("res_id", "=", document.id)]
        mine += [("live", "=", True), ("kind", "!=", "allocation")]
        return self.env["synkd.transaction"].search(mine)

    def post_lines(self, lines, **values):
        """Post an invoice with lines of these values."""
        default = {
            "product_id": self.widget.id,
            "quantity": 1,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        lines = [Command.create(default | line) for line in lines]
        return self.create_invoice(invoice_line_ids=lines, **values)

    def sent(self, path="/Invoices"):
        """Return the element that was sent last."""
        calls = self.http_calls("PUT", "POST", path=path)
        return [call["body"] for call in calls if path[1:] in call["body"]][-1][
            path[1:]
        ][-1]

    def assert_in_xero(self, *documents):
        """Fail unless Xero has documents with their total and tax."""
        for document in documents:
            row = self.row_of(document)
            self.assertEqual(row.sync_state, "synced", row.reason_text)
            refund = document.move_type == "out_refund"
            number = "CreditNoteNumber" if refund else "InvoiceNumber"
            table = self.in_xero("credit_notes" if refund else "invoices")
            found = [each for each in table if each[number] == document.name]
            self.assertEqual(len(found), 1)
            self.assertEqual(float(found[0]["Total"]), document.amount_total)
            self.assertEqual(float(found[0]["TotalTax"]), document.amount_tax)


@tagged("post_install", "-at_install")
class TestXeroRates(XeroMoneyCommon):
    """Foreign money without a rate waits, or takes Xero's own rate of the day."""

    def setUp(self):
        super().setUp()
        self.dollar = self.env.ref("base.USD")
        self.dollar.active = True
        money = self.dollar | self.company.currency_id
        rates = self.env["res.currency.rate"]
        rates.search([("currency_id", "in", money.ids)]).unlink()
        self.map("currency", "USD", self.dollar)

    def test_without_a_rate_nothing_goes_out(self):
        invoice = self.create_invoice(currency_id=self.dollar.id)
        payment = self.pay(invoice, currency_id=self.dollar.id)
        self.run_ledger()
        for document in (invoice, payment):
            row = self.row_of(document)
            self.assertEqual((row.sync_state, row.reason), ("attention", "no_rate"))
            self.assertIn("no rate of USD for 03/", row.reason_text)
            self.assertIn("Missing Rates on the ledger", row.reason_text)
        self.assertFalse(self.in_xero("invoices"))

    def test_xero_s_own_rate_is_taken_where_the_ledger_says_so(self):
        invoice = self.create_invoice(currency_id=self.dollar.id)
        payment = self.pay(invoice, currency_id=self.dollar.id)
        row = self.row_of(invoice)
        self.assertEqual(row.reason, "no_rate")
        self.ledger.missing_rates = "books"
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.run_all()
        self.assertNotIn("CurrencyRate", self.sent())
        self.assertNotIn("CurrencyRate", self.sent("/Payments"))
        self.assert_in_xero(invoice)
        (stored,) = self.in_xero("invoices")
        self.assertNotEqual(float(stored["CurrencyRate"]), 1)
        self.assertEqual(float(stored["AmountDue"]), 0)
        self.ledger.missing_rates = "ask"
        before = self.write_calls()
        (row | self.row_of(payment))._note_change()
        self.run_all()
        self.assertEqual(self.write_calls(), before, "that is no change of it")

    def test_locks_of_odoo_do_not_stop_what_was_posted_before_them(self):
        invoice = self.create_invoice()
        self.company.sudo().fiscalyear_lock_date = "2026-03-31"
        self.run_ledger()
        self.assert_in_xero(invoice)
        self.assertEqual(self.sent()["Date"], "2026-03-10")


@tagged("post_install", "-at_install")
class TestXeroEarlyDiscount(XeroMoneyCommon):
    """A discount that takes tax back is paid from its account, and a person told."""

    def discounted(self, computation):
        """Return an invoice that is paid early, less 2 %, and its payment."""
        due = {"value": "percent", "value_amount": 100, "nb_days": 30}
        term = self.env["account.payment.term"].create(
            {
                "name": "2/7 net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "early_pay_discount_computation": computation,
                "line_ids": [Command.create(due)],
            }
        )
        invoice = self.create_invoice(33.33, invoice_payment_term_id=term.id)
        payment = self.pay(invoice, payment_date=invoice.date)
        self.assertFalse(invoice.amount_residual)
        lost = payment.move_id.line_ids.account_id - self.own_accounts(payment)
        for account in lost:
            self.map("account", "425", account)
        return invoice, payment

    def own_accounts(self, payment):
        """Return the accounts of a payment that are no discount: bank and customer."""
        liquidity, counterpart, _lost = payment._seek_for_lines()
        return (liquidity | counterpart).account_id

    def told(self, payment):
        """Return what the chatter of a payment's row says of tax."""
        row = self.row_of(payment)
        row.invalidate_recordset()
        said = " ".join(row.message_ids.mapped("body")).replace("&nbsp;", " ")
        return [text for text in said.split("</span>") if "of tax back" in text]

    def test_tax_included_is_settled_to_the_cent_and_told(self):
        invoice, payment = self.discounted("included")
        self.run_all()
        self.assert_in_xero(invoice)
        (stored,) = self.in_xero("invoices")
        self.assertEqual(float(stored["AmountDue"]), 0)
        self.assertEqual(float(stored["TotalTax"]), 15.00)
        paid = {float(each["Amount"]) for each in self.in_xero("payments")}
        self.assertEqual(paid, {112.69, 2.0, 0.3})
        (says,) = self.told(payment)
        self.assertIn("takes R 0.30 of tax back with its discount", says)
        self.assertIn("Credit that tax there by hand", says)

    def test_tax_that_stays_is_not_told(self):
        invoice, payment = self.discounted("excluded")
        self.run_all()
        self.assert_in_xero(invoice)
        self.assertEqual(float(self.in_xero("invoices")[0]["AmountDue"]), 0)
        self.assertFalse(self.told(payment))


@tagged("post_install", "-at_install")
class TestXeroDecimals(XeroMoneyCommon):
    """Lines go with the decimals that Xero keeps, and add up to the cent."""

    PLACES = {"Quantity": 4, "UnitAmount": 4, "DiscountRate": 2}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, digits in (
            ("product.decimal_discount", 3),
            ("uom.decimal_product_uom", 6),
            ("product.decimal_price", 6),
        ):
            cls.env.ref(name).digits = digits
        cls.included = cls.env["account.tax"].create(
            {
                "name": "VAT 15 incl.",
                "amount": 15,
                "price_include_override": "tax_included",
                "company_id": cls.company.id,
                "country_id": cls.company.account_fiscal_country_id.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.map("tax", "OUTPUT", self.included)

    def assert_decimals(self, element):
        """Fail unless each number has the decimals that Xero keeps."""
        for line in element["LineItems"]:
            for name, places in self.PLACES.items():
                with self.subTest(f"{name} {line}"):
                    value = line.get(name, 0)
                    self.assertEqual(value, round(value, places))

    def test_discounts_of_three_decimals(self):
        line = {"price_unit": 829, "discount": 96.019}
        for tax in (self.tax, self.included):
            invoice = self.post_lines([line | {"tax_ids": [Command.set(tax.ids)]}])
            self.run_ledger()
            self.assert_in_xero(invoice)
            self.assert_decimals(self.sent())
            self.assertEqual(self.sent()["LineItems"][0]["DiscountRate"], 96.02)

    def test_quantities_and_prices_of_six_decimals(self):
        invoice = self.post_lines(
            [
                {"price_unit": 0.012345, "quantity": 123456.123456},
                {"price_unit": 1234.567891, "quantity": 0.333333},
            ]
        )
        credit = invoice._reverse_moves([{"invoice_date": invoice.date}])
        credit.action_post()
        self.run_all()
        self.assert_in_xero(invoice, credit)
        self.assert_decimals(self.sent())
        self.assert_decimals(self.sent("/CreditNotes"))

    def test_a_discount_of_all_is_a_price_of_nothing(self):
        invoice = self.post_lines(
            [{"price_unit": 20, "discount": 100, "quantity": 2}, {"price_unit": 5}]
        )
        self.run_ledger()
        self.assert_in_xero(invoice)
        free = self.sent()["LineItems"][0]
        self.assertNotIn("DiscountRate", free)
        self.assertEqual((free["Quantity"], free["UnitAmount"]), (2, 0))

    def test_random_lines_arrive_to_the_cent(self):
        chance = random.Random(9)
        invoices = [
            self.post_lines([self.draw(chance, tax) for _n in range(8)])
            for tax in (self.tax, self.included) * 6
        ]
        self.run_ledger()
        self.assert_in_xero(*invoices)
        for call in self.http_calls("PUT", path="/Invoices"):
            for element in call["body"]["Invoices"]:
                self.assert_decimals(element)

    def draw(self, chance, tax):
        """Return the values of a random line."""
        return {
            "quantity": round(chance.uniform(0, 500), chance.randint(0, 6)),
            "price_unit": round(chance.uniform(0, 900), chance.randint(0, 6)),
            "discount": chance.choice((0, round(chance.uniform(0, 100), 3), 100)),
            "tax_ids": [Command.set(tax.ids)],
        }


@tagged("post_install", "-at_install")
class TestXeroTexts(XeroMoneyCommon):
    """Long texts arrive as far as Xero keeps them, and Preview says so."""

    def test_long_descriptions_are_shortened(self):
        for text in ("x" * 4001, "\U0001f600" * 2001):
            with self.subTest(text[:1]):
                invoice = self.post_lines([{"price_unit": 10, "name": text}])
                preview = self.row_of(invoice).action_preview()
                wizard = self.env[preview["res_model"]].browse(preview["res_id"])
                self.assertIn("4000 characters that the books keep", wizard.message)
                self.run_ledger()
                self.assert_in_xero(invoice)
                sent = self.sent()["LineItems"][0]["Description"]
                self.assertEqual(sent[-1], "…")
                self.assertLessEqual(len(sent.encode("utf-16-le")), 8000)
                self.assertTrue(text.startswith(sent[:-1]))

    def test_texts_that_fit_are_whole(self):
        invoice = self.post_lines([{"price_unit": 10, "name": "x" * 4000}])
        preview = self.row_of(invoice).action_preview()
        wizard = self.env[preview["res_model"]].browse(preview["res_id"])
        self.assertNotIn("characters", wizard.message)
        self.run_ledger()
        self.assertEqual(self.sent()["LineItems"][0]["Description"], "x" * 4000)

    def test_references_have_no_length_that_xero_publishes(self):
        invoice = self.create_invoice(ref="R" * 300)
        self.run_ledger()
        self.assert_in_xero(invoice)
        self.assertEqual(self.sent()["Reference"], "R" * 300)
