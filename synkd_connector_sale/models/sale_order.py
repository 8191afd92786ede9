# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.synkd_connector.lib.credit_control import ORDER, QUOTE


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "synkd.credit.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        """Override to quote only to those who may be quoted to.

        :raise UserError: when a customer may not have it: why, what to do.
        """
        orders = super().create(vals_list)
        confirmed = orders.filtered(lambda order: order.state == "sale")
        confirmed._check_synkd_credit(ORDER)
        (orders - confirmed)._check_synkd_quote()
        return orders

    def write(self, vals):
        """Override to ask for the customer's standing, however an order is confirmed.

        :raise UserError: when a customer may not have it: why, what to do.
        """
        confirming = vals.get("state") == "sale"
        fresh = self.filtered(lambda order: confirming and order.state != "sale")
        fresh._check_synkd_credit(ORDER)
        # A form saves an order with all its lines at once.
        with (self if "order_line" in vals else self.browse())._watch_synkd_growth():
            result = super().write(vals)
        if "partner_id" in vals:
            # Whoever was asked about before is not the one who gets it.
            fresh._check_synkd_credit(ORDER)
            quotes = self.filtered(lambda order: order.state in ("draft", "sent"))
            quotes._check_synkd_quote()
        return result

    def _check_synkd_quote(self):
        """Refuse quotations to those who may not have one.

        The cart of the web shop is none: it is asked about before it is paid.

        :raise UserError: names the customers, why, and what to do.
        """
        (self - self._filter_synkd_web())._check_synkd_credit(QUOTE)

    @contextmanager
    def _watch_synkd_growth(self):
        """Ask again about the confirmed ones that come to more within than before.

        What Odoo adds as superuser, such as the cost of a delivery, is no sale.

        :raise UserError: when a customer may not have more: why, what to do.
        """
        control = self.env["synkd.credit.control"]
        confirmed = self.filtered(lambda order: order.state == "sale")
        confirmed = control._filter_unasked(confirmed)
        if self.env.su or not confirmed:
            yield
            return
        before = {order: order.amount_total for order in confirmed}
        with control._as_asked(confirmed):
            yield
        grown = confirmed.filtered(
            lambda o: o.currency_id.compare_amounts(o.amount_total, before[o]) > 0
        )
        grown._check_synkd_growth()

    def _check_synkd_growth(self):
        """Refuse what is added to confirmed orders, if their customers allow no more.

        :raise UserError: names the customers, why, and what to do.
        """
        try:
            self._check_synkd_credit(ORDER)
        except UserError as error:
            raise UserError(
                self.env._(
                    "%(found)s\n%(orders)s: confirmed already, so nothing can be added."
                    " Make a quotation of its own for what is added: a credit manager"
                    " can allow that one with a reason.",
                    found=self._get_synkd_found(ORDER),
                    orders=", ".join(self.mapped("name")),
                )
            ) from error

    def _check_synkd_credit(self, action=None):
        """Override: customers who order by themselves are not told what we know.

        :raise UserError: when a customer may not have it now.
        """
        try:
            return super()._check_synkd_credit(action)
        except UserError as error:
            if self.env.user._is_internal():
                raise
            raise UserError(
                self.env._(
                    "%(order)s cannot be placed online at the moment. Please contact"
                    " %(company)s.",
                    order=self[:1].name,
                    company=self[:1].company_id.name,
                )
            ) from error

    def _get_synkd_credit_facts(self):
        """Override: the total of the order."""
        return self.partner_id, self.amount_total, self.currency_id

    def _get_synkd_credit_action(self):
        """Override: a quotation is to be confirmed."""
        return ORDER if self.state in ("draft", "sent") else ""

    def _filter_synkd_counted(self):
        """Override: confirmed orders are counted as sold."""
        return self.filtered(lambda order: order.state == "sale")

    def _filter_synkd_web(self):
        """Override: the web shop, where it is installed, marks its orders."""
        if "website_id" not in self._fields:
            return self.browse()
        return self.filtered("website_id")
