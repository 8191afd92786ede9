# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money of Odoo as rows of Pastel's cashbooks and journals, kind by kind."""

import csv
import io
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import OK

from .common import PastelFlowHooks, PastelQueueCommon

# Places in a row, from 0.
PERIOD, DAY, BOOK, CODE, REFERENCE, TEXT, AMOUNT = range(7)
OPEN, CONTRA, BATCH = 9, 11, 14


class PastelMoneyCase(PastelFlowHooks, PastelQueueCommon):
    """A customer in Pastel, and payments that go on their way at once."""

    def setUp(self):
        super().setUp()
        outstanding = self.env["account.account"].create(
            {
                "name": "On its way",
                "code": "111997",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        methods = self.bank.inbound_payment_method_line_ids
        methods |= self.bank.outbound_payment_method_line_ids
        methods.payment_account_id = outstanding
        self.bring()

    def handed(self):
        """Return the files that wait, oldest first."""
        self.env.invalidate_all()
        domain = [("ledger_id", "=", self.ledger.id), ("state", "=", "handed")]
        return self.env["synkd.request"].search(domain, order="id")

    def bring(self):
        """Run, import and say so, until nothing waits."""
        self.run_ledger()
        while requests := self.handed():
            for request in requests:
                for file in request.sudo().file_ids.sorted("id"):
                    self.pastel.import_file(file.name, file.raw)
                request._say_all(OK)
            self.run_ledger()

    def rows(self):
        """Return the rows of the files that wait, by what file they are in."""
        self.run_ledger()
        found = {}
        for file in self.handed().sudo().file_ids.sorted("id"):
            text = io.StringIO(file.raw.decode("cp1252"), newline="")
            name = file.name.rsplit("-", 2)[0]
            found[name] = list(csv.reader(text))
        return found

    def pay(self, moves, **values):
        """Pay documents; return the payment."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        defaults = {
            "journal_id": self.bank.id,
            "payment_date": "2026-04-12",
            "group_payment": True,
        }
        return wizard.create(defaults | values)._create_payments()

    def own_key(self, record):
        """Return the key that a document or payment carries."""
        rows = self.env["synkd.transaction"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        return rows.own_key


@tagged("post_install", "-at_install")
class TestPastelMoney(PastelMoneyCase):
    def test_a_receipt_settles_its_invoice(self):
        invoice = self.create_invoice()
        self.bring()
        payment = self.pay(invoice)
        (name, rows), *others = self.rows().items()
        self.assertEqual((name, others), ("cashbook-8400000", []))
        (row,) = rows
        self.assertEqual(len(row), 18)
        self.assertEqual((row[PERIOD], row[DAY]), ("2", "12/04/2026"))
        self.assertEqual((row[BOOK], row[CODE]), ("D", self.account.code))
        self.assertEqual((row[AMOUNT], row[OPEN]), ("-115.00", "A"))
        self.assertEqual(row[CONTRA], "8400000")
        key, settled = row[TEXT].split()
        self.assertEqual(key, self.own_key(payment))
        self.assertEqual(f"SK{settled}", self.own_key(invoice))

    def test_a_receipt_of_two_invoices_has_a_row_for_each(self):
        invoices = self.create_invoice() | self.create_invoice()
        self.bring()
        self.pay(invoices)
        rows = self.rows()["cashbook-8400000"]
        self.assertEqual([row[AMOUNT] for row in rows], ["-115.00", "-115.00"])
        self.assertEqual(len({row[TEXT] for row in rows}), 2)

    def test_what_is_paid_in_part_leaves_the_rest_open(self):
        invoice = self.create_invoice()
        self.bring()
        self.pay(invoice, amount=15.0)
        self.bring()
        (document,) = self.pastel.documents
        self.assertEqual(self.pastel.outstanding(document), 100)

    def test_what_is_paid_more_is_an_original(self):
        invoice = self.create_invoice()
        self.bring()
        self.pay(invoice, amount=120.0, payment_difference_handling="open")
        rows = self.rows()["cashbook-8400000"]
        told = [(row[AMOUNT], row[OPEN]) for row in rows]
        self.assertEqual(told, [("-115.00", "A"), ("-5.00", "O")])

    def test_what_is_written_off_is_in_the_journal(self):
        invoice = self.create_invoice()
        self.bring()
        self.pay(
            invoice,
            amount=110.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        files = self.rows()
        self.assertEqual(set(files), {"cashbook-8400000", "journal"})
        (cash,), (loss,) = files["cashbook-8400000"], files["journal"]
        self.assertEqual((cash[AMOUNT], loss[AMOUNT]), ("-110.00", "-5.00"))
        self.assertEqual((loss[CONTRA], loss[OPEN]), ("3800000", "A"))
        self.bring()
        (document,) = self.pastel.documents
        self.assertEqual(self.pastel.outstanding(document), 0)

    def test_a_refund_is_a_debit_that_settles_the_credit_note(self):
        note = self.create_invoice(move_type="out_refund")
        self.bring()
        self.pay(note)
        (row,) = self.rows()["cashbook-8400000"]
        self.assertEqual((row[AMOUNT], row[OPEN]), ("115.00", "A"))
        self.bring()
        self.assertEqual(self.pastel.outstanding(self.pastel.documents[0]), 0)

    def test_what_a_credit_note_settles_comes_to_nothing(self):
        invoice = self.create_invoice()
        note = self.create_invoice(move_type="out_refund", line={"price_unit": 40.0})
        self.bring()
        lines = (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        debit, credit = self.rows()["journal"]
        self.assertEqual((debit[AMOUNT], credit[AMOUNT]), ("46.00", "-46.00"))
        self.assertEqual((debit[CONTRA], credit[CONTRA]), ("9990000", "9990000"))
        self.bring()
        left = {d.kind: self.pastel.outstanding(d) for d in self.pastel.documents}
        self.assertEqual(left, {"invoice": 69, "credit_note": 0})

    def test_without_an_account_for_allocations_it_says_what_to_do(self):
        self.ledger.pastel_contra_id = False
        invoice = self.create_invoice()
        note = self.create_invoice(move_type="out_refund")
        self.bring()
        lines = (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.run_ledger()
        rows = self.env["synkd.transaction"].search([("channel", "=", "allocations")])
        self.assertEqual(rows.mapped("sync_state"), ["attention"])
        self.assertIn("Account for Allocations", rows.reason_text)

    def test_a_document_of_another_company_with_our_number_confirms_nothing(self):
        self.create_invoice()
        self.run_ledger()
        (request,) = self.handed()
        (file,) = request.sudo().file_ids
        self.pastel.import_file(file.name, file.raw)
        (document,) = self.pastel.documents
        total = document.total
        for more, told in (("0.00", 1), ("0.01", 1), ("50.00", 0)):
            document.total = total + Decimal(more)
            results, odd = request._read_report(self.pastel.export_transactions())
            self.assertEqual((len(results), len(odd)), (told, 1 - told), more)
        self.assertIn("a document of another company", odd[0].reason)
        self.pastel.shows_messages = True
        results, odd = request._read_report(self.pastel.export_transactions())
        self.assertEqual((len(results), odd), (1, []), "the key tells that it is ours")

    def test_a_line_without_tax_waits_until_somebody_says_what_that_is(self):
        """Type 0 is habit, and nobody's word: it is mapped as any other."""
        invoice = self.create_invoice(line={"tax_ids": [Command.clear()]})
        self.assertEqual(self.rows(), {})
        domain = [("move_id", "=", invoice.id)]
        row = self.env["synkd.transaction"].search(domain)
        self.assertEqual(row.sync_state, "attention")
        self.assertIn("no tax", row.reason_text)
        mappings = self.env["synkd.mapping"]
        mapping = mappings._ensure(self.ledger, {("tax", "")})
        mapping.item_id = self.item("tax", "0")
        _header, detail, *_remarks = self.rows()["invoices"]
        self.assertEqual(detail[6], "0")

    def test_pastel_s_own_number_is_the_reference_once_a_list_told_it(self):
        invoice = self.create_invoice()
        self.run_ledger()
        (request,) = self.handed()
        for file in request.sudo().file_ids:
            self.pastel.import_file(file.name, file.raw)
        results, _odd = request._read_report(self.pastel.export_transactions())
        request._say(results, "list.csv")
        self.pay(invoice)
        (row,) = self.rows()["cashbook-8400000"]
        self.assertEqual(row[REFERENCE], "IN100001")

    def test_a_number_longer_than_an_order_number_is_refused_for_documents_only(self):
        long = self.create_invoice(name="INVOICE/2026/00001")
        invoice = self.create_invoice(name="A/0001")
        self.run_ledger()
        row = self.env["synkd.transaction"].search([("move_id", "=", long.id)])
        self.assertEqual(row.sync_state, "attention")
        self.assertIn("order number of Pastel takes 15", row.reason_text)
        self.ledger.pastel_order_width = "25"
        row.action_retry()
        self.bring()
        self.assertEqual(row.sync_state, "synced")
        payment = self.pay(invoice)
        self.assertGreater(len(payment.name), 15)
        self.assertEqual(len(self.rows()["cashbook-8400000"]), 1)

    def test_what_was_imported_is_not_taken_back_by_a_file(self):
        invoice = self.create_invoice()
        self.bring()
        invoice.button_draft()
        invoice.button_cancel()
        self.run_ledger()
        row = self.env["synkd.transaction"].search([("move_id", "=", invoice.id)])
        self.assertNotIn("pending", row.mapped("sync_state"))
        self.assertEqual(len(self.pastel.documents), 1)
        self.assertFalse(self.handed())


@tagged("post_install", "-at_install")
class TestPastelInStep(PastelMoneyCase):
    """24 customers with all they buy, return and pay, in step with Pastel."""

    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"]
        links = []
        for number in range(24):
            partner = self.create_partner(f"Shop {number:02}")
            links.append((partner, self.create_account(partner.name)))
            self.partners |= partner
        self.env["synkd.customer.link"]._link(links)
        self.bring()

    def trade(self, number, partner):
        """Invoice a customer, who returns it or pays: whole, in part, too much."""
        price = 10 + number * 7.77
        invoice = self.create_invoice(
            partner_id=partner.id,
            line={"price_unit": price, "quantity": 1 + number % 3},
        )
        if number % 4 == 0:
            note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
            note.action_post()
            lines = (invoice | note).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            lines.filtered(lambda line: not line.reconciled).reconcile()
        else:
            shares = {1: 1.0, 2: 0.5, 3: 1.25}
            amount = round(invoice.amount_total * shares[number % 4], 2)
            self.pay(invoice, amount=amount)

    def test_each_customer_owes_there_what_he_owes_here(self):
        for number, partner in enumerate(self.partners):
            self.trade(number, partner)
        self.bring()
        self.assertEqual(self.pastel.errors, [])
        balances = self.pastel.balances()
        for partner in self.partners:
            account = self.env["synkd.account.customer"].search(
                [("name", "=", partner.name), ("ledger_id", "=", self.ledger.id)]
            )
            lines = self.env["account.move.line"].search(
                [
                    ("partner_id", "=", partner.id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                ]
            )
            owed = Decimal(f"{sum(lines.mapped('balance')):.2f}")
            self.assertEqual(balances[account.code], owed, partner.name)
        self.assertEqual(
            self.env["synkd.transaction"].search_count(
                [("live", "=", True), ("sync_state", "!=", "synced")]
            ),
            0,
        )
