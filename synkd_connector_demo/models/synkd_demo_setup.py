# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.synkd_connector.lib.documents import Lists


class SynkdDemoSetup(models.AbstractModel):
    """Makes demo books ready to take documents, so that a newcomer sees them flow.

    Only here is something mapped without a person: these books are a game.
    """

    _name = "synkd.demo.setup"
    _description = "Set-Up of Demo Books"

    @api.model
    def _move_home(self, company):
        """Let the generic chart of a company be that of the country it moved to.

        The chart was loaded before the demo company had a country. Left there, all
        its customers would count as foreign, and be invoiced without tax; its
        sales orders would be in the currency of that time.

        :param recordset company: one `res.company`.
        """
        pricelists = self.env["product.pricelist"].with_context(active_test=False)
        own = pricelists.search([("company_id", "=", company.id)])
        own.currency_id = company.currency_id
        old, new = company.account_fiscal_country_id, company.country_id
        if company.chart_template != "generic_coa" or old == new:
            return
        company.account_fiscal_country_id = new
        mine = [("company_id", "=", company.id), ("country_id", "=", old.id)]
        for name in ("account.tax.group", "account.tax", "account.fiscal.position"):
            records = self.env[name].with_context(active_test=False)
            records.search(mine).country_id = new

    @api.model
    def _create_ledger(self, company):
        """Give a company that never had a ledger demo books, posting switched on.

        :param recordset company: one `res.company`.
        """
        ledgers = self.env["synkd.ledger"].with_context(active_test=False)
        if not ledgers.search_count([("company_id", "=", company.id)], limit=1):
            admin = self.env.ref("base.user_admin")
            ledgers.create(self._ledger_vals(company) | {"user_id": admin.id})

    def _ledger_vals(self, company):
        """Return the values of a company's demo ledger."""
        return {
            "name": self.env._("Demo books"),
            "company_id": company.id,
            "connector": "demo",
            "post_accounts": True,
        }

    @api.model
    def _make_ready(self, ledger):
        """Read the lists of demo books, accept the suggestions, class all products.

        The books are read in this database transaction, which made their ledger.

        :param recordset ledger: one `synkd.ledger` of the demo connector, or none.
        """
        if not ledger:
            return
        ledger_sudo = ledger.sudo()
        items_sudo = self.env["synkd.demo.item"].sudo()._get_items(ledger_sudo)
        lists = Lists(tuple(item._as_data() for item in items_sudo))
        self.env["synkd.books.item"].sudo()._take(ledger_sudo, lists)
        self.env["synkd.mapping"].sudo()._accept_suggestions(ledger_sudo)
        self._class_products(ledger_sudo)

    def _class_products(self, ledger):
        """Post products without a class as the departmental items of the books."""
        company = ledger.company_id
        departmental = self.env["synkd.product.class"]._create_departmental(ledger)
        categories = self.env["product.category"].with_company(company).sudo()
        roots = categories.search(
            [("parent_id", "=", False), ("synkd_product_class_id", "=", False)]
        )
        if departmental:
            roots.synkd_product_class_id = departmental
