# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    """What the customer's record says drives the order."""

    _inherit = "sale.order"

    synkd_currency_notice = fields.Text(
        string="Customer's Currency", compute="_compute_synkd_currency_notice"
    )

    @api.depends("partner_id")
    def _compute_user_id(self):
        """Override of `sale`: a sub-customer without a rep has the main one's."""
        fresh = self.filtered(
            lambda o: o.partner_id and not (o._origin.id and o.user_id)
        )
        result = super()._compute_user_id()
        for order in fresh:
            if rep := order._get_inherited("user_id"):
                order.user_id = rep
        return result

    @api.depends("partner_id")
    def _compute_payment_term_id(self):
        """Override of `sale`: a sub-customer without terms has the main one's."""
        result = super()._compute_payment_term_id()
        for order in self.filtered(lambda o: not o.payment_term_id):
            order.payment_term_id = order._get_inherited("property_payment_term_id")
        return result

    @api.depends("partner_id", "company_id")
    def _compute_preferred_payment_method_line_id(self):
        """Override of `sale`: a sub-customer pays as the main one, if it says none."""
        result = super()._compute_preferred_payment_method_line_id()
        name = "property_inbound_payment_method_line_id"
        for order in self.filtered(lambda o: not o.preferred_payment_method_line_id):
            order.preferred_payment_method_line_id = order._get_inherited(name)
        return result

    @api.depends("partner_id", "company_id")
    def _compute_pricelist_id(self):
        """Override of `sale`: a price list in the currency that the customer buys in.

        A sub-customer has the main one's, before that of its country. The web shop has
        price lists of its own.
        """
        result = super()._compute_pricelist_id()
        name = "specific_property_product_pricelist"
        found = {}
        if not self._uses_pricelists():
            return result
        ours = self - self._filter_synkd_web()
        for order in ours.filtered(lambda o: o.state == "draft" and o.partner_id):
            if chosen := order._get_inherited(name):
                order.pricelist_id = chosen
            wanted = order._get_customer_currency()
            if not wanted or order.pricelist_id.currency_id == wanted:
                continue
            key = order.company_id, wanted
            if key not in found:
                found[key] = order._find_pricelist(wanted)
            order.pricelist_id = found[key] or order.pricelist_id
        return result

    @api.depends("partner_id", "pricelist_id", "company_id")
    def _compute_currency_id(self):
        """Override of `sale`: without any price list the customer's currency counts."""
        result = super()._compute_currency_id()
        ours = self - self._filter_synkd_web()
        open_ = ours.filtered(lambda o: o.state == "draft" and not o.pricelist_id)
        for order in open_:
            wanted = order._get_customer_currency()
            if wanted.active:
                order.currency_id = wanted
        return result

    @api.depends("partner_id", "currency_id", "state")
    @api.depends_context("lang")
    def _compute_synkd_currency_notice(self):
        for order in self:
            wanted = order._get_customer_currency()
            differs = wanted and wanted != order.currency_id
            told = bool(differs) and order.state in ("draft", "sent")
            order.synkd_currency_notice = told and order._tell_currency(wanted)

    def _tell_currency(self, wanted):
        """Return the sentence about an order that is not in its customer's currency.

        :param recordset wanted: `res.currency`.
        :rtype: str
        """
        names = {
            "customer": self.partner_id.display_name,
            "wanted": wanted.name,
            "taken": self.currency_id.name,
        }
        if not wanted.active:
            return self.env._(
                "%(customer)s buys in %(wanted)s, which is archived, so this is in"
                " %(taken)s. Have it activated under Invoicing > Configuration >"
                " Currencies, or give the customer another currency.",
                **names,
            )
        if not self._find_pricelist(wanted):
            return self.env._(
                "%(customer)s buys in %(wanted)s, but no price list is in it, so this"
                " is in %(taken)s. Make one under Sales > Products > Pricelists, then"
                " choose it here.",
                **names,
            )
        return self.env._(
            "%(customer)s buys in %(wanted)s, and this is in %(taken)s. Choose a price"
            " list in %(wanted)s if that is not meant.",
            **names,
        )

    def _get_customer_currency(self):
        """Return the currency that the customer buys in, if it has one.

        :rtype: recordset of `res.currency`
        """
        return self._get_inherited("customer_currency_id")

    @api.model
    def _uses_pricelists(self):
        """Whether Odoo has price lists at all here.

        :rtype: bool
        """
        groups = self.env["res.groups"]
        return groups._is_feature_enabled("product.group_product_pricelist")

    def _find_pricelist(self, currency):
        """Return the first price list of the company in a currency.

        :param recordset currency: one `res.currency`.
        :rtype: recordset of `product.pricelist`
        """
        domain = [("currency_id", "=", currency.id)]
        domain.append(("company_id", "in", (False, self.company_id.id)))
        pricelists = self.env["product.pricelist"]
        return pricelists.sudo().search(domain, limit=1).sudo(False)

    def _get_inherited(self, name):
        """Return a value of the customer, else of the nearest above that has one.

        :param str name: of a many2one field of `res.partner`.
        """
        self.ensure_one()
        partner = self.partner_id.sudo().with_company(self.company_id)
        return partner._get_inherited(name).sudo(False)

    def _message_add_default_recipients(self):
        """Override of `mail`: to the contacts who get orders, where some are marked."""
        found = super()._message_add_default_recipients()
        for order in self:
            contacts = order.partner_id._get_mail_contacts("mail_orders")
            if contacts:
                found[order.id]["partners"] = contacts
        return found
