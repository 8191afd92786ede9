# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.synkd_connector.lib.credit_control import JOB, QUOTE

BEGUN = ("confirmed", "under_repair")


class RepairOrder(models.Model):
    """A job is taken on, and begun, for customers who may have it."""

    _name = "repair.order"
    _inherit = ["repair.order", "synkd.credit.mixin"]

    partner_id = fields.Many2one(domain="[('shown_service', '=', True)]")

    @api.model_create_multi
    def create(self, vals_list):
        """Override to take on new jobs only of those who may have them.

        :raise UserError: when a customer may not: why, what to do.
        """
        repairs = super().create(vals_list)
        repairs._check_synkd_job()
        return repairs

    def write(self, vals):
        """Override to ask for the customer's standing, however a job is begun.

        :raise UserError: when a customer may not have it: why, what to do.
        """
        moved = self.filtered(lambda repair: repair.state != vals.get("state"))
        if vals.get("state") in BEGUN:
            # What an order asks for was asked about there; its start is asked here.
            ordered = moved.filtered(lambda r: r.state in ("draft", "cancel"))
            ordered = ordered.filtered(lambda r: r._is_synkd_ordered())
            (moved - ordered)._check_synkd_credit(JOB)
        result = super().write(vals)
        if "partner_id" in vals:
            # Whoever was asked about before is not the one who gets it.
            self._check_synkd_job()
        return result

    def _check_synkd_job(self):
        """Refuse jobs of customers who may not have them as they stand now.

        :raise UserError: names the customers, why, and what to do.
        """
        self.filtered(lambda r: not r._is_synkd_ordered())._check_synkd_shown()
        self.filtered(lambda r: r.state == "draft")._check_synkd_credit(QUOTE)
        begun = self.filtered(lambda r: r.state in BEGUN)
        begun.filtered(lambda r: not r._is_synkd_ordered())._check_synkd_credit(JOB)

    def _check_synkd_shown(self):
        """Refuse jobs of customers who are not shown in Service.

        :raise UserError: names the first customer, his class, and what to do.
        """
        for company, repairs in self.grouped("company_id").items():
            partners = repairs.partner_id.with_company(company)
            for partner in partners.filtered(lambda p: not p.shown_service):
                raise UserError(
                    self.env._(
                        "%s gets no service jobs: the class of this customer is not"
                        " shown in Service. Choose another customer, or have Show in"
                        " Service ticked on the class.",
                        partner.display_name,
                    )
                )

    def _is_synkd_ordered(self):
        """Whether a confirmed sales order asks for this job.

        :rtype: bool
        """
        return self.sudo().sale_order_id.state == "sale"

    def _get_synkd_credit_facts(self):
        """Override: what the parts come to, unless an order has them."""
        amount = 0.0 if self._is_synkd_ordered() else self._get_synkd_amount()
        return self.partner_id, amount, self.company_id.currency_id

    def _get_synkd_amount(self):
        """Return what the parts of this repair come to, as an order would have them.

        By the prices of products, with tax; nothing under warranty.

        :rtype: float
        """
        repair = self.sudo()
        if repair.under_warranty:
            return 0.0
        parts = repair.move_ids.filtered(
            lambda m: m.repair_line_type == "add" and m.state != "cancel"
        )
        return sum(part._get_synkd_price(repair) for part in parts)

    def _get_synkd_credit_action(self):
        """Override: a job is to be taken on, then to be started."""
        return JOB if self.state in ("draft", "confirmed") else ""

    def _filter_synkd_begun(self):
        """Override: a job that was taken on is finished."""
        return self.filtered(lambda repair: repair.state in BEGUN)

    def _filter_synkd_counted(self):
        """Override: jobs that were taken on are counted as sold."""
        return self._filter_synkd_begun()
