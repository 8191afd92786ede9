# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..door import check_one
from ..models.customers.synkd_merge import MOST_MERGED


class SynkdMergeWizard(models.TransientModel):
    """Says what moves when duplicates are merged, and merges them."""

    _name = "synkd.merge.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Merge Selected"

    partner_ids = fields.Many2many(
        "res.partner", readonly=True, context={"active_test": False}
    )
    account_ids = fields.Many2many(
        "synkd.account.customer", readonly=True, context={"active_test": False}
    )
    is_financial = fields.Boolean(compute="_compute_choices")
    kept_partner_id = fields.Many2one(
        "res.partner",
        string="Customer That Stays",
        domain="[('id', 'in', partner_ids)]",
        help="The oldest, unless you choose another one.",
    )
    kept_account_id = fields.Many2one(
        "synkd.account.customer",
        string="Account Customer That Stays",
        domain="[('id', 'in', account_ids)]",
        help="The oldest, unless you choose another one.",
    )
    billed_choice_ids = fields.Many2many(
        "synkd.account.customer", compute="_compute_choices", string="Can Be Billed As"
    )
    billed_id = fields.Many2one(
        "synkd.account.customer",
        string="Billed As",
        domain="[('id', 'in', billed_choice_ids)]",
        help="Empty: as the one that stays is billed now, else as the oldest link"
        " says.",
    )
    archive_left = fields.Boolean(
        string="Archive Account Customers That Bill Nobody Then",
        help="Here, and in the books. Else they stay, without a customer.",
    )
    preview = fields.Text(compute="_compute_preview")

    @api.model
    def _open(self, records):
        """Open the dialog for customers or account customers.

        :param recordset records: as the user selected them.
        :rtype: dict
        :raise UserError: when it is one only, or too many.
        """
        if len(records) < 2:
            raise UserError(
                self.env._(
                    "%s alone cannot be merged. Select the duplicate as well.",
                    records.display_name,
                )
            )
        if len(records) > MOST_MERGED + 1:
            raise UserError(
                self.env._(
                    "%(count)s are selected, and at most %(most)s are merged at once."
                    " Take some off the list.",
                    count=len(records),
                    most=MOST_MERGED + 1,
                )
            )
        oldest = records.sorted(lambda r: (not r.active, r.create_date, r.id))[:1]
        is_partner = records._name == "res.partner"
        kept = "kept_partner_id" if is_partner else "kept_account_id"
        vals = {records._selected_in: [Command.set(records.ids)], kept: oldest.id}
        return self._create_dialog(vals)._get_dialog_action()

    @api.depends("partner_ids", "account_ids")
    def _compute_choices(self):
        links = self.env["synkd.customer.link"].sudo()
        for wizard in self:
            wizard.is_financial = bool(wizard._origin.account_ids)
            accounts = links._get_links(wizard._origin.partner_ids).account_customer_id
            accounts = accounts.filtered("active").sudo(False)
            wizard.billed_choice_ids = accounts._filtered_access("read")

    def _get_kept(self):
        """Return the one that stays."""
        return (self.kept_account_id or self.kept_partner_id)._origin

    def _get_others(self):
        """Return those that are merged into it."""
        origin = self._origin
        return (origin.partner_ids or origin.account_ids) - self._get_kept()

    # === PREVIEW === #

    @api.depends("kept_partner_id", "kept_account_id", "billed_id", "archive_left")
    def _compute_preview(self):
        for wizard in self:
            kept = wizard._get_kept()
            said = wizard._explain(kept) if kept else []
            wizard.preview = "\n".join(said)

    def _explain(self, kept):
        """Return what moves to the one that stays.

        :rtype: list[str]
        """
        others = self._get_others()
        said = [
            self.env._(
                "%(others)s: archived, and merged into %(kept)s. It can be undone for"
                " 30 days.",
                others=", ".join(others.mapped("display_name")),
                kept=kept.display_name,
            )
        ]
        if self.is_financial:
            return said + self._explain_accounts(kept, others)
        return said + self._explain_partners(kept, others)

    def _explain_accounts(self, kept, others):
        """Return what moves to an account customer, and what stays in the books.

        :rtype: list[str]
        """
        rows = self.env["synkd.transaction"].sudo()
        posted = [
            ("account_customer_id", "in", others.ids),
            ("external_id", "!=", False),
        ]
        said = [
            self.env._("Ext Acc # that stays: %s", kept.code or ""),
            self.env._(
                "Customers that are billed as it then: %s",
                len(others.link_ids.filtered("active")),
            ),
            self.env._(
                "Waiting documents that are decided again: %s",
                rows._count_waiting(others._waiting_domain()),
            ),
            self.env._(
                "Documents in the books that stay there under the old ones: %s",
                rows.search_count(posted),
            ),
        ]
        if unsettled := self.env["synkd.merge"]._get_unsettled(others):
            said.append(
                self.env._(
                    "Not settled in the books, and therefore active until it is; the"
                    " bookkeeper gets a to-do: %s",
                    ", ".join(unsettled.mapped("display_name")),
                )
            )
        if not kept.ledger_id._get_capabilities().archive:
            said.append(
                self.env._(
                    "%s archives nobody: its bookkeeper gets a to-do.",
                    kept.ledger_id.name,
                )
            )
        if any(others.mapped("held")) and not kept.held:
            said.append(self.env._("It will be on hold, since one of them is."))
        return said

    def _explain_partners(self, kept, others):
        """Return what moves to an operational customer.

        :rtype: list[str]
        """
        links = self.env["synkd.customer.link"].sudo()._get_links(kept | others)
        said = [
            self.env._(
                "%(customer)s is billed as %(account)s.",
                customer=link.partner_id.display_name,
                account=link.account_customer_id.display_name,
            )
            for link in links
        ]
        rows = self.env["synkd.transaction"].sudo()
        mine = Domain("partner_id", "in", others.ids)
        said += [
            self.env._(
                "Documents of the queue: %(all)s, of them waiting and decided again:"
                " %(waiting)s",
                all=rows.search_count(mine),
                waiting=rows._count_waiting(mine),
            )
        ]
        counts = self.env["synkd.merge"].sudo()._count_rows(others)
        names = self.env["ir.model"].sudo()
        said += [
            f"{names._get(model).name}: {count}" for model, count in counts.items()
        ]
        statuses = others.mapped("customer_status")
        if "hold" in statuses and kept.customer_status != "hold":
            said.append(self.env._("It will be on hold, since one of them is."))
        return said

    # === CONFIRM === #

    def action_confirm(self):
        """Merge them.

        :return: the action that opens what was merged.
        :rtype: dict
        :raise AccessError: when the user may not.
        :raise UserError: when they cannot be merged; says why.
        """
        check_one(self)
        kept = self._get_kept()
        choices = {}
        if not self.is_financial:
            choices = {"account": self.billed_id.sudo() or None}
            choices["archive_left"] = self.archive_left
        merge = self.env["synkd.merge"]._merge(kept, self._get_others(), **choices)
        kept.action_synkd_unselect()
        self._get_others().action_synkd_unselect()
        return merge._get_records_action()
