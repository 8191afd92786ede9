# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from odoo.addons.synkd_connector.lib.credit_control import DELIVER, PICK

ENDED = ("done", "cancel")


class StockPicking(models.Model):
    """Goods leave when their customer may have them; until then the paper says so."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "synkd.credit.mixin"]

    # Odoo's own "Carrier" is what customers call the delivery method.
    transport_partner_id = fields.Many2one(
        "res.partner",
        string="Transport Company",
        compute="_compute_transport_partner_id",
        store=True,
        readonly=False,
        check_company=True,
        help="Who brings the goods: as the order says, else the customer.",
    )

    def _auto_init(self):
        """Override: pickings from before have none, which need not be computed."""
        if not column_exists(self.env.cr, "stock_picking", "transport_partner_id"):
            create_column(self.env.cr, "stock_picking", "transport_partner_id", "int4")
        return super()._auto_init()

    @api.depends("partner_id", "sale_id.transport_partner_id")
    def _compute_transport_partner_id(self):
        for picking in self.filtered(lambda p: p.state not in ENDED):
            carrier = picking.sudo().sale_id.transport_partner_id
            if not carrier and picking._is_for_customer():
                carrier = picking.partner_id._get_inherited("transport_partner_id")
            picking.transport_partner_id = carrier.sudo(False)

    # === THE CUSTOMER'S STANDING === #

    def button_validate(self):
        """Override to ask for the customer's standing before anything else is asked.

        :raise UserError: when a customer may not have it now: why, what to do.
        """
        self.filtered(lambda p: p.state not in ENDED)._check_synkd_delivery()
        return super().button_validate()

    def _check_synkd_delivery(self):
        """Refuse what leaves for customers who may not have it now.

        :raise UserError: names the customers, why, and what to do.
        """
        self.filtered(lambda p: p._is_for_customer())._check_synkd_credit(DELIVER)

    def _is_for_customer(self):
        """Whether goods leave for a customer with this transfer.

        :rtype: bool
        """
        return self.location_dest_id.usage == "customer"

    def _get_synkd_credit_facts(self):
        """Override: who ordered it, else who gets it; its amount is the order's."""
        partner = self.sudo().sale_id.partner_id or self.partner_id
        return partner, 0.0, self.company_id.currency_id

    def _get_synkd_credit_action(self):
        """Override: goods are to be delivered, or picked for an order before that."""
        if self.state in ENDED:
            return ""
        if self._is_for_customer():
            return DELIVER
        internal = self.picking_type_id.code == "internal"
        return PICK if internal and self.sudo().sale_id else ""

    def _group_synkd_credit(self, method, action=None):
        """Override: what a till hands over was asked about when it was sold."""
        asked = self - self._filter_synkd_till()
        return super(StockPicking, asked)._group_synkd_credit(method, action)

    def _filter_synkd_till(self):
        """Return those that a till, where Point of Sale is installed, hands over.

        What it only sold, and is shipped later, leaves from here like any order.

        :rtype: recordset
        """
        if "pos_order_id" not in self._fields:
            return self.browse()
        kinds = [("picking_type_id", "in", self.picking_type_id.ids)]
        tills = self.env["pos.config"].sudo().search(kinds)
        return self.filtered(
            lambda p: (
                p.picking_type_id in tills.picking_type_id
                and not (p.sudo().sale_id or p.pos_order_id)
            )
        )

    def _get_synkd_sign(self):
        """Return what the picking list says of the customer while goods are picked.

        :return: a line for each finding; "" for customers in good standing.
        :rtype: str
        """
        self.ensure_one()
        if self.state in ENDED or not self._get_synkd_credit_action():
            return ""
        signs = [
            advice.found
            for advices in self._group_synkd_credit("_ask", PICK)
            for advice in advices.values()
        ]
        return "\n".join(signs)
