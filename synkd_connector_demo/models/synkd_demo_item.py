# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.synkd_connector.lib.documents import (
    ACCOUNT,
    BANK,
    CURRENCY,
    ITEM,
    TAX,
    ListItem,
)

ITEMS_MOST = 1000
# What the books have besides the things that are called the same in Odoo.
OWN = (
    (ITEM, "SALES", "Sales", 0),
    (ITEM, "SHOP", "Shop Sales", 0),
    (ITEM, "SERV", "Service", 0),
    (ACCOUNT, "ROUND", "Rounding", 0),
    (ACCOUNT, "WOFF", "Written off", 0),
    (BANK, "BANK", "Bank", 0),
    (TAX, "T0", "No Tax", 0),
    (TAX, "T15", "Standard Rate 15%", 15),
)


class SynkdDemoItem(models.Model):
    """An item of a list of the demo books: a tax, an account, an item ...

    Filled from the company when first read; then the bookkeeper's, who may add, rename
    and remove items over there, and sees what it does here.
    """

    _name = "synkd.demo.item"
    _description = "List Item in the Demo Books"
    _order = "kind, code, id"
    _rec_names_search = ["code", "name"]

    ledger_id = fields.Many2one("synkd.ledger", required=True, index=True)
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    kind = fields.Selection(
        [
            (TAX, "Tax"),
            (ACCOUNT, "Account"),
            (ITEM, "Item"),
            (BANK, "Bank or Cash"),
            (CURRENCY, "Currency"),
        ],
        required=True,
    )
    code = fields.Char(required=True, help="How documents name it.")
    name = fields.Char(required=True)
    rate = fields.Float(digits=(7, 4), help="Percentage of a tax.")

    _code_uniq = models.UniqueIndex(
        "(ledger_id, kind, upper(code))",
        "The demo books have an item of this kind and code.",
    )

    @api.model
    def _get_items(self, ledger):
        """Return all items of a ledger; fills the lists at the first time.

        :rtype: recordset of `synkd.demo.item`
        """
        return self.search([("ledger_id", "=", ledger.id)]) or self._seed(ledger)

    @api.model
    def _get_codes(self, ledger, wanted):
        """Return which kinds and codes the books know.

        :param set wanted: pairs of kind and code.
        :rtype: set[tuple[str, str]]
        """
        if not self.search_count([("ledger_id", "=", ledger.id)], limit=1):
            self._seed(ledger)
        codes = sorted({code for _kind, code in wanted})
        found = self.search_fetch(
            [("ledger_id", "=", ledger.id), ("code", "in", codes)], ["kind", "code"]
        )
        return {(item.kind, item.code) for item in found} & wanted

    def _as_data(self):
        """Return the item as connectors give it.

        :rtype: ListItem
        """
        self.ensure_one()
        rate = f"{self.rate:.4f}" if self.kind == TAX else ""
        return ListItem(self.kind, f"E{self.id:06}", self.code, self.name, rate)

    # === FILLING === #

    def _seed(self, ledger):
        """Fill the lists from what the company uses.

        :rtype: recordset of `synkd.demo.item`
        """
        company = ledger.company_id
        source = self.with_company(company)
        rows, taken = [], set()
        for kind, code, name, rate in (
            *source._seed_taxes(company),
            *source._seed_accounts(company),
            *source._seed_banks(company),
            *source._seed_items(company),
            *source._seed_currencies(),
            *OWN,
        ):
            if (kind, code.upper()) not in taken:
                taken.add((kind, code.upper()))
                rows.append({"kind": kind, "code": code, "name": name, "rate": rate})
        return self.create([row | {"ledger_id": ledger.id} for row in rows]).sorted()

    def _seed_taxes(self, company):
        """Return a tax for each group and rate that the company sells with."""
        taxes = self.env["account.tax"]
        found = taxes.search(
            [
                *taxes._check_company_domain(company),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "in", ("percent", "division")),
            ],
            order="sequence, id",
        )
        groups = found.grouped(lambda tax: (tax.tax_group_id.id, tax.amount))
        rows, used = [], set()
        for (_group, rate), same in groups.items():
            code = f"T{rate:g}"
            code = code if code not in used else f"{code}-{same[0].id}"
            used.add(code)
            rows.append((TAX, code, same[0].name, rate))
        return rows

    def _seed_accounts(self, company):
        """Return the company's accounts of income and expense."""
        accounts = self.env["account.account"]
        found = accounts.search(
            [
                *accounts._check_company_domain(company),
                ("internal_group", "in", ("income", "expense")),
            ]
        )
        return [(ACCOUNT, a.code, a.name, 0) for a in found if a.code]

    def _seed_banks(self, company):
        """Return where the company's payments arrive."""
        journals = self.env["account.journal"]
        found = journals.search(
            [
                *journals._check_company_domain(company),
                ("type", "in", ("bank", "cash")),
            ]
        )
        return [(BANK, journal.code, journal.name, 0) for journal in found]

    def _seed_items(self, company):
        """Return the company's products that have an internal reference."""
        products = self.env["product.product"]
        domain = Domain(products._check_company_domain(company))
        domain &= Domain("default_code", "not in", (False, ""))
        order = "default_code, id"
        names = ["default_code", "name"]
        found = products.search_fetch(domain, names, order=order, limit=ITEMS_MOST)
        return [(ITEM, p.default_code, p.name, 0) for p in found]

    def _seed_currencies(self):
        """Return the currencies in use."""
        found = self.env["res.currency"].search([("active", "=", True)])
        return [(CURRENCY, c.name, c.full_name or c.name, 0) for c in found]
