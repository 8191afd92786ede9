# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...door import check_one

# What can be changed of operational customers; of account customers only some.
CUSTOMER_CHANGES = [
    ("class", "Class"),
    ("link", "Link To"),
    ("archive", "Archive"),
    ("restore", "Restore"),
    ("category", "Category"),
    ("terms", "Terms"),
    ("limit", "Credit Limit"),
    ("site", "Site"),
]
ACCOUNT_CHANGES = [
    each for each in CUSTOMER_CHANGES if each[0] not in ("link", "category", "site")
]
# The field of each that changes, and the model of its value.
CUSTOMER_FIELDS = {
    "class": "customer_class_id",
    "link": "account_customer_id",
    "archive": "active",
    "restore": "active",
    "category": "customer_category_id",
    "terms": "property_payment_term_id",
    "limit": "own_credit_limit",
    "site": "company_id",
}
ACCOUNT_FIELDS = {
    "class": "class_id",
    "archive": "active",
    "restore": "active",
    "terms": "payment_term_id",
    "limit": "credit_limit",
}


class SynkdBulkChange(models.Model):
    """What was modified in the Data Manager: done in the background, by who asked.

    It has his rights and his company, so that nothing changes that he could not have
    changed one by one; what cannot be changed is left out and named.
    """

    _name = "synkd.bulk.change"
    _inherit = ["synkd.change.mixin"]
    _description = "Modified in the Data Manager"
    _rec_name = "value_text"
    _cron = "synkd_connector.ir_cron_apply_changes"

    partner_ids = fields.Many2many("res.partner", context={"active_test": False})
    account_ids = fields.Many2many(
        "synkd.account.customer", context={"active_test": False}
    )
    what = fields.Selection(CUSTOMER_CHANGES, string="Changed Field", required=True)
    value_id = fields.Integer(string="Record That They Get")
    value_amount = fields.Float(string="Amount That They Get")
    value_text = fields.Char(string="They Get")
    archives_left = fields.Boolean(
        help="Account customers that bill nobody else are archived as well."
    )
    total_count = fields.Integer(string="Selected")
    progress = fields.Float(compute="_compute_progress")

    @api.depends("position", "state")
    def _compute_progress(self):
        for change in self:
            left = change._count_left() if change.state == "waiting" else 0
            total = change.total_count or 1
            change.progress = 100 * (total - left) / total

    def _set_done(self):
        """Override to tell who asked."""
        result = super()._set_done()
        for change in self:
            said = change.env._(
                "Data Manager: %(what)s was changed of %(count)s; left out: %(left)s.",
                what=change._get_label(),
                count=change.changed_count,
                left=change.left_count,
            )
            change.user_id._bus_send(
                "simple_notification", {"type": "success", "message": said}
            )
        return result

    def _get_label(self):
        """Return how people call what is changed."""
        return dict(self._fields["what"]._description_selection(self.env))[self.what]

    def action_refresh(self):
        """Let the form show how far it is by now.

        :rtype: bool
        """
        check_one(self)
        self.check_access("read")
        return True

    # === WHO === #

    def _get_ids(self):
        """Return the ids of those that were selected.

        :rtype: list[int]
        """
        return (self.partner_ids or self.account_ids).ids

    def _get_records(self):
        """Override: as who asked sees them, in the company that he was in."""
        name = (self.partner_ids or self.account_ids)._name
        asked = self.env[name].with_user(self.user_id)
        return asked.with_company(self.company_id).with_context(active_test=False)

    def _get_domain(self):
        """Override: those selected; who is out of reach by now is not found."""
        return Domain("id", "in", self._get_ids()) & Domain("id", ">", self.position)

    # === WHAT === #

    def _get_field(self):
        """Return the name of the field that changes.

        :rtype: str
        """
        names = CUSTOMER_FIELDS if self.partner_ids else ACCOUNT_FIELDS
        return names[self.what]

    def _get_value(self):
        """Return what they get: a record, an amount, or whether they are active."""
        if self.what in ("archive", "restore"):
            return self.what == "restore"
        if self.what == "limit":
            return self.value_amount
        records = self._get_records()
        field = records._fields[self._get_field()]
        return records.env[field.comodel_name].browse(self.value_id or [])

    def _apply_to(self, records):
        """Override: what the dialog said."""
        # Archived ones are searched for; what hangs on them is seen as always.
        records = records.with_context(active_test=True)
        if self.what == "class" and self.partner_ids:
            self._apply_class(records)
        elif self.what == "archive" and self.partner_ids:
            self._each_alone(records, self._archive)
        else:
            self._change(records, self._get_field(), self._get_value())

    def _change(self, records, name, value):
        """Give records a value that have another one."""

        def give(some):
            others = some.filtered(lambda record: record[name] != value)
            if others:
                others[name] = value
            return others

        self._each_alone(records, give)

    def _archive(self, partners):
        """Archive customers, and what bills nobody else when that was asked for.

        :return: those that were active.
        """
        partners = partners.filtered("active")
        partners.active = False
        if self.archives_left:
            left = self.env["synkd.customer.link"].sudo()._get_last(partners)
            left.account_customer_id.with_env(partners.env).active = False
        return partners

    def _apply_class(self, partners):
        """Bill customers by another class: it stands on their account customers.

        A class that posts to a shared one needs none of their own.
        """
        wanted = self._get_value()
        if wanted.posting == "generic":
            shared = wanted.generic_account_customer_id
            self._change(partners, "account_customer_id", shared)
            return
        fit = partners.filtered(
            lambda p: p.account_customer_id and not p.account_customer_id._is_shared()
        )
        for partner in partners - fit:
            self._leave_out(partner, UserError(self._explain_no_class(partner)))

        def give(some):
            others = some.filtered(lambda p: p.customer_class_id != wanted)
            others.account_customer_id.class_id = wanted
            return others

        self._each_alone(fit, give)

    def _explain_no_class(self, partner):
        """Return why a customer cannot be given a class.

        :rtype: str
        """
        if not partner.account_customer_id:
            return self.env._(
                "Not linked, and the class stands on the account customer. Link it, or"
                " press Sync."
            )
        return self.env._(
            "It is billed as %s, which is shared. Link it to an account customer of its"
            " own first.",
            partner.account_customer_id.display_name,
        )
