# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import Form, tagged

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

SELLER = "base.group_user,sales_team.group_sale_salesman_all_leads"


@tagged("post_install", "-at_install")
class TestOrderValues(QueueCommon):
    """What the customer's record says drives his orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls.create_user("order-rep", SELLER)
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.euro.id, "rate": 0.5, "company_id": cls.company.id}
        )
        cls.branch = cls.create_partner("Hope Works North", parent_id=cls.partner.id)

    def switch_pricelists(self, on=True):
        """Let Odoo have price lists, or none."""
        group = self.env.ref("product.group_product_pricelist")
        user = self.env.ref("base.group_user")
        user.implied_ids = [Command.link(group.id) if on else Command.unlink(group.id)]

    def pricelist(self, currency, **values):
        """Return a price list of the company."""
        vals = {"name": f"In {currency.name}", "company_id": self.company.id}
        vals["currency_id"] = currency.id
        return self.env["product.pricelist"].create(vals | values)

    def order(self, partner=None, **values):
        """Return a quotation for one product, entered by nobody in particular."""
        line = {"product_id": self.product.id}
        vals = {
            "partner_id": (partner or self.partner).id,
            "company_id": self.company.id,
            "order_line": [Command.create(line)],
        }
        return self.env["sale.order"].create(vals | values)

    # === SALES REP === #

    def test_the_rep_of_the_main_customer_has_the_order_of_a_branch(self):
        self.partner.user_id = self.rep
        self.assertEqual(self.order().user_id, self.rep)
        self.assertEqual(self.order(self.branch).user_id, self.rep)
        other = self.create_user("branch-rep", SELLER)
        self.branch.user_id = other
        self.assertEqual(self.order(self.branch).user_id, other)
        typed = self.order(self.branch, user_id=self.rep.id)
        self.assertEqual(typed.user_id, self.rep)

    def test_the_discount_of_the_rep_is_on_new_lines(self):
        self.partner.user_id = self.rep
        self.partner.rep_ids = [Command.create({"user_id": self.rep.id, "discount": 7})]
        order = self.order()
        self.assertEqual(order.order_line.discount, 7)
        self.assertEqual(self.order(self.branch).order_line.discount, 7)
        line = {"product_id": self.product.id, "discount": 0}
        order.order_line = [Command.create(line)]
        self.assertEqual(order.order_line[-1].discount, 0, "what is typed counts")
        order.order_line = [Command.create({"display_type": "line_note", "name": "x"})]
        self.assertEqual(order.order_line[-1].discount, 0)
        other = self.create_user("other-rep", SELLER)
        self.assertEqual(self.order(user_id=other.id).order_line.discount, 0)

    def test_the_form_proposes_it(self):
        self.partner.user_id = self.rep
        self.partner.rep_ids = [Command.create({"user_id": self.rep.id, "discount": 7})]
        group = self.env.ref("sale.group_discount_per_so_line")
        self.env.ref("base.group_user").implied_ids = [Command.link(group.id)]
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.partner
            with form.order_line.new() as line:
                line.product_id = self.product
                self.assertEqual(line.discount, 7)

    # === CURRENCY === #

    def test_who_buys_in_no_currency_is_told_nothing(self):
        partner = self.create_partner("Any Currency")
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "company_id": self.company.id}
        )
        self.assertIs(order.synkd_currency_notice, False)

    def test_without_price_lists_the_currency_of_the_customer_counts(self):
        self.switch_pricelists(False)
        self.partner.customer_currency_id = self.euro
        for partner in self.partner, self.branch:
            order = self.order(partner)
            self.assertEqual(order.currency_id, self.euro)
            self.assertEqual(order.order_line.price_unit, 50)
            self.assertFalse(order.synkd_currency_notice)

    def test_a_price_list_in_his_currency_is_taken(self):
        self.switch_pricelists()
        euros = self.pricelist(self.euro)
        self.partner.customer_currency_id = self.euro
        order = self.order()
        self.assertEqual(order.pricelist_id, euros)
        self.assertEqual(order.currency_id, self.euro)
        self.assertFalse(order.synkd_currency_notice)
        own = self.pricelist(self.company.currency_id, sequence=1)
        typed = self.order(pricelist_id=own.id)
        self.assertEqual(typed.currency_id, self.company.currency_id)
        self.assertIn("Choose a price list in EUR", typed.synkd_currency_notice)

    def test_where_no_price_list_has_it_the_order_says_so(self):
        self.switch_pricelists()
        everywhere = self.env["product.pricelist"].search([])
        everywhere.filtered(lambda p: p.currency_id == self.euro).active = False
        own = self.pricelist(self.company.currency_id)
        here = self.partner.with_company(self.company)
        here.specific_property_product_pricelist = own
        self.partner.customer_currency_id = self.euro
        order = self.order()
        self.assertEqual(order.pricelist_id, own)
        self.assertIn("no price list is in it", order.synkd_currency_notice)
        order.action_confirm()
        self.assertFalse(order.synkd_currency_notice, "it is agreed")

    def test_an_archived_currency_is_told(self):
        self.switch_pricelists(False)
        self.partner.customer_currency_id = self.euro
        self.euro.active = False
        order = self.order()
        self.assertEqual(order.currency_id, self.company.currency_id)
        self.assertIn("which is archived", order.synkd_currency_notice)

    def test_the_price_list_of_another_company_is_not_taken(self):
        self.switch_pricelists()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        everywhere = self.env["product.pricelist"].search([])
        everywhere.filtered(lambda p: p.currency_id == self.euro).active = False
        theirs = self.pricelist(self.euro, company_id=other.id)
        self.partner.customer_currency_id = self.euro
        self.assertNotEqual(self.order().pricelist_id, theirs)

    # === TERMS === #

    def test_a_branch_has_terms_and_price_list_of_the_main_customer(self):
        self.switch_pricelists()
        terms = self.env["account.payment.term"].create({"name": "60 Days"})
        prices = self.pricelist(self.company.currency_id)
        here = self.partner.with_company(self.company)
        here.property_payment_term_id = terms
        here.specific_property_product_pricelist = prices
        order = self.order(self.branch)
        self.assertEqual(order.payment_term_id, terms)
        self.assertEqual(order.pricelist_id, prices)
        own = self.env["account.payment.term"].create({"name": "7 Days"})
        self.branch.with_company(self.company).property_payment_term_id = own
        self.assertEqual(self.order(self.branch).payment_term_id, own)

    def test_a_branch_has_the_tax_type_of_the_main_customer(self):
        export = self.env["account.fiscal.position"].create(
            {"name": "Export", "company_id": self.company.id}
        )
        here = self.partner.with_company(self.company)
        here.property_account_position_id = export
        self.assertEqual(self.order(self.branch).fiscal_position_id, export)

    # === E-MAIL === #

    def test_mails_of_orders_go_to_the_contacts_who_get_orders(self):
        order = self.order()
        self.assertEqual(self.recipients(order), self.partner)
        buyer = self.env["res.partner"].create(
            {
                "name": "Buyer",
                "email": "buyer@example.com",
                "parent_id": self.partner.id,
                "mail_orders": True,
            }
        )
        self.assertEqual(self.recipients(order), buyer)
        self.assertEqual(self.recipients(self.order(self.branch)), buyer)

    def recipients(self, order):
        """Return whom the quotation is mailed to by default."""
        self.partner.email = "works@example.com"
        template = order._find_mail_template()
        values = template._generate_template(
            order.ids, ("partner_to",), find_or_create_partners=True
        )
        return self.env["res.partner"].browse(values[order.id]["partner_ids"])
