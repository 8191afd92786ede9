# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ...lib.alone import each_alone

BATCH = 200
NOTES_KEPT = 20


class SynkdCategoryChange(models.Model):
    """A changed category is applied to its customers, in the background.

    It goes by the customers' ids and keeps the last one, so that a killed worker takes
    none twice and leaves none out.
    """

    _name = "synkd.category.change"
    _description = "Category Applied to Customers"
    _order = "id desc"
    _rec_name = "category_id"

    category_id = fields.Many2one(
        "synkd.customer.category", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True)
    user_id = fields.Many2one("res.users", string="Asked for by")
    state = fields.Selection(
        [("waiting", "Under Way"), ("done", "Done")],
        default="waiting",
        required=True,
        index=True,
    )
    values = fields.Json(
        required=True,
        help="By field of the customer: the new id, and the ids that it replaces.",
    )
    left_out_ids = fields.Many2many("res.partner")
    position = fields.Integer(help="The last customer that was looked at.")
    changed_count = fields.Integer(string="Customers Changed")
    notes = fields.Text(help="Customers that could not take the values, and why.")

    def _set_done(self):
        """End what is under way."""
        self.filtered(lambda c: c.state == "waiting").write({"state": "done"})

    @api.model
    def _start(self, vals):
        """Write down what is to be applied, and wake the cron.

        :param dict vals: of this model.
        """
        self.create(vals | {"user_id": self.env.uid})
        cron = self.env.ref("synkd_connector.ir_cron_apply_categories").sudo()
        cron._switch_on()
        cron._trigger()

    @api.model
    def _cron_apply(self):
        """Apply what waits, oldest first; a batch of customers is committed at once."""
        cron = self.env["ir.cron"]
        waiting = self.search([("state", "=", "waiting")], order="id")
        cron._commit_progress(remaining=sum(c._count_left() for c in waiting))
        for waits in waiting:
            change = waits.with_context(lang=waits.user_id.lang)
            while partners := change._get_next():
                change._apply(partners)
                if not cron._commit_progress(len(partners)):
                    return
            change._set_done()
            cron._commit_progress()

    def _get_domain(self):
        """Return the customers that are still to be changed.

        :rtype: Domain
        """
        category = self.category_id.with_company(self.company_id)
        have_old = Domain.OR(
            Domain(name, "in", [old or False for old in olds])
            for name, (_new, olds) in self.values.items()
        )
        return (
            category._get_customers_domain()
            & Domain("id", ">", self.position)
            & Domain("id", "not in", self.left_out_ids.ids)
            & have_old
        )

    def _get_partners(self):
        """Return `res.partner` as the company of this change sees it."""
        return self.env["res.partner"].with_company(self.company_id)

    def _count_left(self):
        """Return how many customers are still to be changed.

        :rtype: int
        """
        return self._get_partners().search_count(self._get_domain())

    def _get_next(self):
        """Return the next customers, in the order of their ids."""
        return self._get_partners().search(self._get_domain(), order="id", limit=BATCH)

    def _apply(self, partners):
        """Give customers the new values in place of those that were chosen."""
        groups = {}
        for partner in partners:
            names = tuple(
                name
                for name, (_new, olds) in self.values.items()
                if partner[name].id in [old or False for old in olds]
            )
            groups.setdefault(names, partner.browse())
            groups[names] += partner
        self.position = partners[-1].id
        for names, members in groups.items():
            vals = {name: self.values[name][0] for name in names}
            each_alone(
                self.env.cr.savepoint,
                members,
                lambda some, vals=vals: self._write_some(some, vals),
                self._leave_out,
            )

    def _write_some(self, partners, vals):
        """Write, at once, so that an error meets those who caused it."""
        partners.write(vals)
        partners.flush_recordset()
        self.changed_count += len(partners)

    def _leave_out(self, partner, error):
        """Note a customer that could not take the values."""
        notes = (self.notes or "").splitlines()[-NOTES_KEPT + 1 :]
        self.notes = "\n".join([*notes, f"{partner.display_name}: {error}"])
