# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What our statements say as Odoo does, held against Odoo's own functions.

Those answer for one record, or for one day, and ours for any number of documents at
once. When Odoo changes what they mean, these tests fail.
"""

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..common_documents import DocumentsCommon

ACCOUNTS = {"asset_current": "111999", "income_other": "799998", "expense": "699998"}


@tagged("post_install", "-at_install")
class TestLineRuleCore(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["synkd.line.rule"]

    # === res.currency._get_rates ===

    def day_rate(self, currency, company, day):
        """Return the rate of a day as our statements find it."""
        self.env.flush_all()
        rate = self.rule._day_rate_sql(SQL("%s", currency.id), SQL("%s::date", day))
        query = SQL(
            "SELECT (%s) FROM res_company company WHERE company.id = %s",
            rate,
            company.id,
        )
        return self.env.execute_query(query)[0][0]

    def test_core_get_rates_finds_the_rate_of_a_day_that_we_find(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        currency = self.env["res.currency"].create({"name": "TWN", "symbol": "T"})
        rates = self.env["res.currency.rate"]
        days = ("2026-01-01", "2026-02-01", "2026-02-15", "2026-03-01", "2026-06-01")
        shapes = (
            [],
            [("2026-02-01", False, 2.5)],
            [("2026-02-01", False, 2.5), ("2026-03-01", False, 3.5)],
            [("2026-02-01", False, 2.5), ("2026-02-15", self.company, 4.5)],
            [("2026-03-01", self.company, 4.5), ("2026-02-01", False, 2.5)],
            [("2026-03-01", self.company, 4.5), ("2026-06-01", self.company, 5.5)],
        )
        for shape in shapes:
            currency.rate_ids.unlink()
            for day, company, rate in shape:
                vals = {"currency_id": currency.id, "name": day, "rate": rate}
                rates.create(vals | {"company_id": company and company.id})
            for day in days:
                for company in (self.company, branch):
                    with self.subTest(shape=shape, day=day, company=company.name):
                        date = fields.Date.to_date(day)
                        core = currency._get_rates(company, date)[currency.id]
                        ours = self.day_rate(currency, company, day)
                        self.assertEqual(ours is None, not shape)
                        self.assertAlmostEqual(float(ours or 1), float(core), 6)

    # === account.payment._seek_for_lines ===

    def accounts(self):
        """Return an outstanding account and two for differences."""
        return self.env["account.account"].create(
            [
                {
                    "name": kind,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_current",
                    "company_ids": [Command.set(self.company.ids)],
                }
                for kind, code in ACCOUNTS.items()
            ]
        )

    def differences(self, payment):
        """Return the lines that our statements take for differences."""
        self.env.flush_all()
        query = self.rule._differences_sql(SQL("%s", payment.move_id.id))
        rows = self.env.execute_query(SQL("SELECT id FROM (%s) d", query))
        return {line_id for (line_id,) in rows}

    def test_core_seek_for_lines_finds_the_differences_that_we_find(self):
        outstanding, gain, loss = self.accounts()
        self.map_all()
        self.bank.inbound_payment_method_line_ids.payment_account_id = outstanding
        off = {"payment_difference_handling": "reconcile"}
        shapes = {
            "whole": {},
            "part": {"amount": 40},
            "loss": off | {"amount": 100, "writeoff_account_id": loss.id},
            "gain": off | {"amount": 130, "writeoff_account_id": gain.id},
        }
        found = {}
        for name, values in shapes.items():
            invoice = self.create_invoice(self.line(self.desk, 100))
            payment = self.pay(invoice, **values)
            with self.subTest(shape=name):
                core = payment._seek_for_lines()[2]
                found[name] = self.differences(payment)
                self.assertEqual(found[name], set(core.ids))
            # Odoo then takes the one line that is left for the money.
            newer = self.move_money(payment)
            self.bank.inbound_payment_method_line_ids.payment_account_id = newer
            with self.subTest(shape=name, money="moved"):
                core = payment._seek_for_lines()[2]
                self.assertEqual(self.differences(payment), set(core.ids))
            self.bank.inbound_payment_method_line_ids.payment_account_id = outstanding
        self.assertFalse(found["whole"] | found["part"])
        self.assertTrue(found["loss"] and found["gain"])

    def move_money(self, payment):
        """Return another account for money, and forget the one that a payment used."""
        payment.outstanding_account_id = False
        return self.env["account.account"].create(
            {
                "name": "Newer",
                "code": f"11{payment.id:07d}",
                "account_type": "asset_current",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
