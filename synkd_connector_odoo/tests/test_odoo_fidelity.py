# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odd documents, and what the second Odoo makes of them, which adds up by itself."""

from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.fidelity import SETS, TAXES, Fidelity

from .test_odoo_flow import OdooFlowCommon

# The documents; customers and what a bookkeeper set up stay.
EMPTY = """
DELETE FROM account_partial_reconcile;
DELETE FROM account_full_reconcile;
DELETE FROM account_move;
DELETE FROM ir_model_data WHERE module = '__synkd__' AND model = 'account.move';
"""
# As the second Odoo has them: prices go without tax, so none is in prices there.
THERE = {
    name: {n: value for n, value in values.items() if n != "price_include_override"}
    for name, values in TAXES.items()
}
# Decimals of prices and quantities: as Odoo begins with, or as we have them.
COARSE, FINE = "two decimals there", "as many decimals there"
DIGITS = {
    COARSE: {"Product Price": 2, "Product Unit": 2},
    FINE: {"Product Price": 6, "Product Unit": 3},
}


class OdooFidelity(Fidelity, OdooFlowCommon):
    """The hooks, for the second Odoo."""

    rates = {"EUR": 0.917431, "JPY": 151.3237}
    ways = tuple(DIGITS)

    def setUp(self):
        self.set_up_there()
        super().setUp()
        self.income = self.journal.default_account_id
        self.set_up_fidelity()

    def set_up_there(self):
        """Let the books know currencies and taxes, as their bookkeeper would."""
        everybody = {"context": {"active_test": False}}
        wanted = [("name", "in", list(self.rates)), ("active", "=", False)]
        ask = self.remote.ask
        idle = ask("res.currency", "search", wanted, **everybody)
        ask("res.currency", "write", idle, {"active": True})
        self.addCleanup(ask, "res.currency", "write", idle, {"active": False})
        self.addCleanup(self.set_way, COARSE)
        made = {name: self.create_tax(name, **values) for name, values in THERE.items()}
        normal = self.create_tax("normal", amount=15)
        self.codes_of_taxes = {}
        for names in set(SETS):
            children = [made.get(name, normal) for name in names]
            # One percentage may be chosen itself; the rest in a group.
            alone = [TAXES.get(name, {}).get("amount_type") for name in names] == [None]
            code = children[0] if alone else made["zero"]
            if children and not alone:
                code = self.create_tax(
                    "group " + "+".join(names),
                    amount_type="group",
                    children_tax_ids=[(6, 0, children)],
                )
            self.codes_of_taxes[names] = str(code)
        # Before the taxes, which documents keep from being deleted.
        self.addCleanup(self.remote.sql, EMPTY)

    def create_tax(self, name, **values):
        """Create a tax over there, until the end of the test; return its id."""
        values |= {"name": f"Odd {name}", "type_tax_use": "sale"}
        made = self.remote.ask("account.tax", "create", values)
        self.addCleanup(self.remote.ask, "account.tax", "unlink", [made])
        return made

    def goods(self):
        return self.widget

    def begin_chunk(self):
        """Let the second Odoo forget the documents: nothing takes it back with ours."""
        self.remote.sql(EMPTY)

    def set_way(self, way):
        """Let a bookkeeper choose with how many decimals the second Odoo reckons."""
        for name, digits in DIGITS[way].items():
            found = self.remote.ask(
                "decimal.precision", "search", [("name", "=", name)]
            )
            self.remote.ask("decimal.precision", "write", found, {"digits": digits})

    def check_refused(self, move, row):
        """Fail unless both totals are told, where it is totals that differ."""
        if "comes to" in row.reason_text:
            ours = f"{move.amount_total:.{move.currency_id.decimal_places}f}"
            self.assertIn(ours, row.reason_text)

    def books_amounts(self):
        rows = self.remote.sql(
            "SELECT id, amount_total, amount_tax FROM account_move"
            " WHERE state = 'posted' AND move_type LIKE 'out_%'"
        )
        return {id_: (Decimal(total), Decimal(tax)) for id_, total, tax in rows}

    def map_item(self, kind, key, like):
        mappings = self.env["synkd.mapping"]
        item = mappings._ensure(self.ledger, {(kind, like)}).item_id
        if kind == "tax":
            ids = [int(id_) for id_ in key.split(",") if id_]
            chosen = self.env["account.tax"].browse(ids)
            names = next(n for n in set(SETS) if self.pick_taxes(n) == chosen)
            item = self.env["synkd.books.item"].search(
                [
                    ("ledger_id", "=", self.ledger.id),
                    ("kind", "=", kind),
                    ("code", "=", self.codes_of_taxes[names]),
                ]
            )
        mappings._ensure(self.ledger, {(kind, key)}).item_id = item


@tagged("post_install", "-at_install")
class TestOdooFidelity(OdooFidelity):
    def test_odd_documents_arrive_to_the_cent_or_are_shown(self):
        outcomes = self.explore_documents(40)
        self.assertGreater(outcomes["to the cent"], 0.3 * sum(outcomes.values()))
        self.assertEqual({way for way, _what in self.ways_seen}, set(DIGITS))
