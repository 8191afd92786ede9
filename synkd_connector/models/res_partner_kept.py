# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..const import KEPT_WITH, MAIL_PURPOSES

MAIL_FIELDS = (
    *("email", "parent_id", "is_company", "active"),
    *(f"mail_{purpose}" for purpose in MAIL_PURPOSES),
)


class ResPartner(models.Model):
    """What books may keep of a customer that its account customer does not have.

    That is his category, sales rep, price list, Sub Acc # and whom mails go to. Where
    ``Capabilities`` say that the books keep it, each change is sent; a new name of a
    sales rep or price list goes along with the next change of each customer, so that
    one word sends no thousands of records.
    """

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to let the books know of new people who get mails."""
        partners = super().create(vals_list)
        partners.filtered("email").parent_id._queue_mails()
        return partners

    def write(self, vals):
        """Override to let the books know of what they keep."""
        kept = {KEPT_WITH[name] for name in self._get_changed(vals, KEPT_WITH)}
        is_mail = bool(self._get_changed(vals, MAIL_FIELDS))
        above = self.parent_id if is_mail else self.browse()
        result = super().write(vals)
        if kept:
            accounts = self.env["synkd.account.customer"].sudo()
            accounts._queue_kept([("mirror_partner_id", "in", self.ids)], kept)
        if is_mail:
            (above | self.parent_id)._queue_mails()
        return result

    def unlink(self):
        """Override to let the books know of people who get no mails any more."""
        above = self.parent_id - self
        result = super().unlink()
        above._queue_mails()
        return result

    def _queue_mails(self):
        """Let account customers wait whose books keep whom mails go to.

        Those of these customers, and of all below: they inherit it.
        """
        if self:
            accounts = self.env["synkd.account.customer"].sudo()
            below = [("mirror_partner_id", "child_of", self.ids)]
            accounts._queue_kept(below, {"emails"})
