# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    synkd_account_ids = fields.Many2many(
        "synkd.account.customer", compute="_compute_synkd_links"
    )
    synkd_links_text = fields.Text(compute="_compute_synkd_links")
    synkd_kept_id = fields.Many2one(
        "synkd.account.customer",
        string="Billed As",
        domain="[('id', 'in', synkd_account_ids)]",
        help="Empty: as the destination contact is billed now, else as the oldest link"
        " says.",
    )
    synkd_left = fields.Selection(
        [
            ("keep", "Keep them, without a customer"),
            ("archive", "Archive them too, here and in the books"),
        ],
        string="The Other Account Customers",
        default="keep",
    )

    @api.depends("partner_ids")
    def _compute_synkd_links(self):
        may = self.env.user.has_group("synkd_connector.group_user")
        for wizard in self:
            links = wizard._get_synkd_links()
            accounts = links.account_customer_id
            several = may and len(accounts) > len(links.ledger_id)
            wizard.synkd_account_ids = accounts.sudo(False) if several else False
            wizard.synkd_links_text = (
                "\n".join(links.mapped(wizard._explain_synkd_link))
                if several
                else False
            )

    def _get_synkd_links(self):
        """Return the live links of the contacts that are merged.

        :rtype: recordset of `synkd.customer.link`
        """
        links = self.env["synkd.customer.link"].sudo()
        links = links._get_links(self.partner_ids._origin)
        return links.sudo(False)._filtered_access("read").sudo()

    def _explain_synkd_link(self, link):
        """Return the sentence about one contact and its account customer.

        :rtype: str
        """
        return self.env._(
            "%(customer)s is billed as %(account)s; documents that wait: %(count)s.",
            customer=link.partner_id.display_name,
            account=link.account_customer_id.display_name,
            count=link._count_waiting(),
        )

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override to bring the links over, with their history.

        Odoo would delete the links of the merged customers where the customer that
        stays is linked in the same ledger.
        """
        dst_partner._take_strictest(src_partners)
        links_sudo = self.env["synkd.customer.link"].sudo()
        left = links_sudo._move(src_partners, dst_partner, self.synkd_kept_id)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        self._archive_synkd_left(left)
        below = [("partner_id", "child_of", dst_partner.ids)]
        self.env["synkd.transaction"]._redecide(below)
        return result

    def _update_values(self, src_partners, dst_partner):
        """Override to hand the Tracking # over: two may not have one, not for a moment.

        The number of the contact that stays wins, else the first of the others.
        """
        numbers = [p.tracking_number for p in [dst_partner, *src_partners]]
        src_partners.tracking_number = False
        src_partners.flush_recordset(["tracking_number"])
        # The status is taken over by `_take_strictest`, with its history.
        dst_partner = dst_partner.with_context(synkd_keep_status=True)
        result = super()._update_values(src_partners, dst_partner)
        dst_partner.tracking_number = next(filter(None, numbers), False)
        return result

    def _archive_synkd_left(self, accounts):
        """Archive account customers that the merge left without any customer."""
        if self.synkd_left != "archive":
            return
        left = accounts.filtered(lambda a: not a.link_count and not a.generic_class_ids)
        left = left.sudo(False)
        left.check_access("write")
        left.active = False
