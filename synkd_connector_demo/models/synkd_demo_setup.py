# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command

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

    @api.model
    def _make_agency(self, agency, names):
        """Let an agency be billed once a month for its properties, and serve each.

        :param recordset agency: one `res.partner` with a ledger.
        :param list names: of its properties, sub-customers that are made.
        :return: the posted invoices, which wait under Batch Billing.
        :rtype: recordset of `account.move`
        """
        company = agency.company_id
        ledger = company._get_synkd_ledger()
        if not ledger:
            return self.env["account.move"]
        customer_class = self.env["synkd.customer.class"].create(
            {
                "name": self.env._("Agencies, Billed Monthly"),
                "company_id": company.id,
                "posting": "account",
                "payment_term_id": agency.property_payment_term_id.id,
                "batch_billing": True,
                "batch_period": "month",
                "batch_day": 1,
            }
        )
        account = self.env["synkd.account.customer"].create(
            {
                "name": agency.name,
                "email": agency.email,
                "ledger_id": ledger.id,
                "class_id": customer_class.id,
                "payment_term_id": agency.property_payment_term_id.id,
            }
        )
        self.env["synkd.customer.link"]._link([(agency, account)])
        properties = self.env["res.partner"].create(
            [self._property_vals(agency, name) for name in names]
        )
        return self._invoice_properties(company, properties)

    def _property_vals(self, agency, name):
        """Return the values of a sub-customer."""
        return {
            "name": name,
            "parent_id": agency.id,
            "is_company": True,
            "customer_rank": 1,
            "company_id": agency.company_id.id,
            "street": name,
            "city": agency.city,
            "country_id": agency.country_id.id,
        }

    def _invoice_properties(self, company, properties):
        """Post an invoice for each property."""
        product = self.env["product.product"].create(
            {
                "name": self.env._("Pool and Garden Service"),
                "type": "service",
                "categ_id": self.env.ref("product.product_category_services").id,
            }
        )
        moves = self.env["account.move"].with_company(company)
        invoices = moves.create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": each.id,
                    "invoice_date": fields.Date.context_today(self),
                    "invoice_line_ids": [
                        Command.create(
                            {"product_id": product.id, "price_unit": 350 + 25 * number}
                        )
                    ],
                }
                for number, each in enumerate(properties)
            ]
        )
        invoices.action_post()
        return invoices
