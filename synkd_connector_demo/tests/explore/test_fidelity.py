# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odd documents, and what the demo books have of them."""

from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.fidelity import MOST_LINES, Fidelity

from ..faults_common import FaultsCommon


class DemoFidelity(Fidelity, FaultsCommon):
    """The hooks, for the demo books."""

    rates = {"EUR": 0.917431, "JPY": 151.3237, "KWD": 0.307123}

    def setUp(self):
        super().setUp()
        sales = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")], limit=1
        )
        self.income = sales.default_account_id
        self.set_up_fidelity()

    def add_currency(self, currency):
        items = self.env["synkd.demo.item"]
        known = {"ledger_id": self.ledger.id, "kind": "currency"}
        if not items.search(
            [(k, "=", v) for k, v in known.items()] + [("code", "=", currency.name)]
        ):
            items.create(known | {"code": currency.name, "name": currency.name})
        self.close_books("")

    def goods(self):
        return self.product

    def books_amounts(self):
        self.env.invalidate_all()
        live = self.all_documents().filtered(lambda d: d.status != "void")
        return {
            document.external_id: tuple(
                Decimal(f"{amount:.{document.currency_id.decimal_places}f}")
                for amount in (document.total, document.tax)
            )
            for document in live
        }

    def map_item(self, kind, key, like):
        mappings = self.env["synkd.mapping"]
        known = mappings._ensure(self.ledger, {(kind, like)})
        mappings._ensure(self.ledger, {(kind, key)}).item_id = known.item_id


@tagged("post_install", "-at_install")
class TestDemoFidelity(DemoFidelity):
    def test_odd_documents_arrive_to_the_cent_or_are_shown(self):
        outcomes = self.explore_documents(80)
        self.assertGreater(outcomes["to the cent"], 0.5 * sum(outcomes.values()))

    def test_hundreds_of_lines_arrive_to_the_cent(self):
        line = {"quantity": 0.333, "price_unit": 19.987654, "discount": 33.33}
        spec = {
            "move_type": "out_invoice",
            "currency": "JPY",
            "rounding": None,
            "globally": False,
            "down_payment": 0,
            "repeat": MOST_LINES,
            "lines": [line | {"taxes": names} for names in (("normal", "fixed"), ())],
        }
        self.assertEqual(len(self._as_vals(spec)["invoice_line_ids"]), MOST_LINES)
        self.send([spec])
        self.assertEqual(self.outcomes, {"to the cent": 1})
