# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import format_datetime

from ...door import check_one

UNDO_DAYS = 30
# More at once than anybody looks at one by one.
MOST_MERGED = 20
MANAGER = "synkd_connector.group_manager"


class SynkdMerge(models.Model):
    """Duplicates that became one customer: what was moved, so that it can be undone.

    Nothing is deleted: those that are merged are archived, and what pointed to them
    points to the one that stays. ``moved`` says what, by ids; `_merge_...` and
    `_undo_...` for each kind are in files of their own.
    """

    _name = "synkd.merge"
    _description = "Merged Duplicates"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    state = fields.Selection(
        [("done", "Merged"), ("undone", "Undone")],
        default="done",
        required=True,
        readonly=True,
    )
    kept_partner_id = fields.Many2one(
        "res.partner",
        string="Customer That Stays",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers Merged",
        readonly=True,
        context={"active_test": False},
    )
    kept_account_id = fields.Many2one(
        "synkd.account.customer",
        string="Account Customer That Stays",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    account_ids = fields.Many2many(
        "synkd.account.customer",
        string="Account Customers Merged",
        readonly=True,
        context={"active_test": False},
    )
    moved = fields.Json(readonly=True)
    report = fields.Text(string="What Moved", readonly=True)
    undo_until = fields.Datetime(
        string="Undo Possible Until",
        readonly=True,
        default=lambda self: fields.Datetime.now() + timedelta(days=UNDO_DAYS),
    )
    undo_report = fields.Text(string="What Undo Left", readonly=True)
    undone_by_id = fields.Many2one("res.users", string="Undone by", readonly=True)

    @api.depends("kept_partner_id", "kept_account_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for merge in self:
            merge.name = (merge.kept_partner_id or merge.kept_account_id).display_name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "What was merged is kept, so that it can be told and undone. Press Undo"
                " instead."
            )
        )

    def _get_merged(self):
        """Return those that are merged into the one that stays.

        :rtype: recordset
        """
        return self.partner_ids or self.account_ids

    # === MERGING === #

    @api.model
    def _merge(self, kept, others, **choices):
        """Merge some records into another one.

        :param recordset kept: the one that stays, of customers or account customers.
        :param recordset others: those that are merged into it.
        :param choices: see ``_merge_partners``.
        :return: the `synkd.merge`.
        :raise AccessError: when the user is no manager, or may not write one of them.
        :raise UserError: when they cannot be merged; says why.
        """
        self._check_mergeable(kept, others)
        self._lock(kept | others)
        is_partner = kept._name == "res.partner"
        ids = fields.Command.set(others.ids)
        vals = (
            {"kept_partner_id": kept.id, "partner_ids": [ids]}
            if is_partner
            else {"kept_account_id": kept.id, "account_ids": [ids]}
        )
        company = self.env.company if is_partner else kept.company_id
        merge = self.sudo().create(vals | {"company_id": company.id})
        if is_partner:
            merge._merge_partners(**choices)
        else:
            merge._merge_accounts()
        merge._log_merged()
        return merge.with_env(self.env)

    @api.model
    def _lock(self, records):
        """Let nobody else change records until all is done.

        :param recordset records: those that are merged, or were.
        :raise UserError: when somebody changes one of them just now.
        """
        try:
            records.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is changing or merging %s just now. Wait a moment,"
                    " look what became of it, then try again.",
                    ", ".join(records.mapped("display_name")),
                )
            ) from error

    @api.model
    def _check_mergeable(self, kept, others):
        """Refuse what cannot be merged.

        :raise AccessError: when the user may not.
        :raise UserError: says why, and of whom.
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only managers of the books merge. Ask one of them.")
            )
        if len(kept) != 1 or not others - kept:
            raise UserError(
                self.env._(
                    "Nothing can be merged into itself. Select at least two, and say"
                    " which one stays."
                )
            )
        if len(others) > MOST_MERGED:
            raise UserError(
                self.env._(
                    "%(count)s were selected, and at most %(most)s are merged into one"
                    " at once. Take some off the list.",
                    count=len(others) + 1,
                    most=MOST_MERGED + 1,
                )
            )
        (kept | others).check_access("write")
        self._check_not_merged(kept, others)
        if kept._name == "res.partner":
            self._check_partners(kept, others)
        else:
            self._check_accounts(kept, others)

    @api.model
    def _check_not_merged(self, kept, others):
        """Refuse what was merged into the same one already, by somebody else at once.

        :raise UserError: names both.
        """
        names = ("kept_partner_id", "partner_ids")
        if kept._name != "res.partner":
            names = ("kept_account_id", "account_ids")
        mine = [("state", "=", "done"), (names[0], "=", kept.id)]
        known = self.sudo().search([*mine, (names[1], "in", others.ids)])
        gone = (known[names[1]] & others.sudo()).filtered(lambda o: not o.active)
        if gone:
            raise UserError(
                self.env._(
                    "%(other)s was merged into %(kept)s already. Take it off the list.",
                    other=gone[0].display_name,
                    kept=kept.display_name,
                )
            )

    @api.model
    def _refuse_different(self, field_label, kept, other, name):
        """Refuse to merge two that differ in a field.

        :raise UserError: names both, and their values.
        """
        raise UserError(
            self.env._(
                "%(kept)s and %(other)s differ in %(field)s: %(kept_value)s and"
                " %(other_value)s. They are not the same customer there; give both the"
                " same first, or leave one out.",
                kept=kept.display_name,
                other=other.display_name,
                field=field_label,
                kept_value=kept.sudo()[name].display_name or self.env._("none"),
                other_value=other.sudo()[name].display_name or self.env._("none"),
            )
        )

    def _log_merged(self):
        """Say in the chatters what was merged into what."""
        kept = self.kept_partner_id or self.kept_account_id
        others = self._get_merged()
        body = self.env._("Merged into %s", kept.display_name)
        others._message_log_batch(bodies=dict.fromkeys(others.ids, body))
        names = ", ".join(others.mapped("display_name"))
        kept._message_log(body=self.env._("Merged into this: %s", names))

    def _note(self, key, value):
        """Write down a part of what is moved."""
        self.moved = {**(self.moved or {}), key: value}

    # === UNDOING === #

    def action_undo(self):
        """Take a merge back: what is still where the merge put it goes back.

        :rtype: dict
        :raise AccessError: when the user is no manager, or may not write one of them.
        :raise UserError: when it is undone already, or too long ago.
        """
        check_one(self)
        self.check_access("read")
        kept = self.kept_partner_id or self.kept_account_id
        others = self._get_merged()
        self._check_undo(kept | others)
        self._lock(kept | others)
        merge = self.sudo()
        left = merge._undo_partners() if self.partner_ids else merge._undo_accounts()
        merge._set_undone("\n".join(left))
        body = self.env._("The merge was undone.")
        (kept | others)._message_log_batch(
            bodies=dict.fromkeys((kept | others).ids, body)
        )
        return self._tell_undone(left)

    def _tell_undone(self, left):
        """Return the notification that says what undo left where it is.

        :param list left: sentences.
        :rtype: dict
        """
        said = " ".join(left) or self.env._("All is back where it was.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Undone"),
                "message": said,
                "type": "warning" if left else "success",
                "sticky": bool(left),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_undo(self, records):
        """Refuse to undo what is undone, or too long ago.

        :raise AccessError: when the user may not.
        :raise UserError: says when it was, or until when it could be.
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only managers of the books undo a merge. Ask one of them.")
            )
        records.check_access("write")
        if self.state == "undone":
            raise UserError(
                self.env._("The merge into %s was undone already.", self.name)
            )
        if self.undo_until < fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The merge into %(name)s could be undone until %(until)s. Restore"
                    " the archived one, and link and move by hand what belongs to it.",
                    name=self.name,
                    until=format_datetime(self.env, self.undo_until),
                )
            )

    def _set_undone(self, left):
        """Note that what is *done* was taken back.

        :param str left: what could not be put back, and why.
        """
        self.filtered(lambda merge: merge.state == "done").write(
            {
                "state": "undone",
                "undo_report": left,
                "undone_by_id": self.env.uid,
            }
        )
