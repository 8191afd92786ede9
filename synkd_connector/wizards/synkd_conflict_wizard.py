# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from ..lib.results import CustomerData


class SynkdConflictWizard(models.TransientModel):
    """Shows both sides of a conflict, and settles it as a person decides."""

    _name = "synkd.conflict.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Resolve Conflict"

    account_customer_id = fields.Many2one(
        "synkd.account.customer", required=True, readonly=True
    )
    message = fields.Text(
        related="account_customer_id.sync_message", related_sudo=False
    )
    same_code = fields.Boolean(readonly=True)
    line_ids = fields.One2many("synkd.conflict.line", "wizard_id", readonly=True)

    @api.model
    def _open(self, account):
        """Open the dialog for one account customer.

        :rtype: dict
        :raise UserError: when it has no conflict.
        """
        if account.sync_state != "conflict":
            raise UserError(
                self.env._("%s has no conflict to resolve.", account.display_name)
            )
        ours, theirs = account.sudo()._books_fields(), account.sudo().books_data
        wizard = self._create_dialog(
            {
                "account_customer_id": account.id,
                "same_code": theirs.get("__kind__") == "code",
                "line_ids": [
                    fields.Command.create(vals)
                    for vals in self._prepare_lines(ours, theirs)
                ],
            }
        )
        return wizard._get_dialog_action(self.env._("Resolve Conflict"))

    def _prepare_lines(self, ours, theirs):
        """Return the fields in which both sides differ.

        :rtype: list[dict]
        """
        return [
            {
                "label": name.replace("_", " ").capitalize(),
                "ours": f"{value}",
                "theirs": f"{theirs.get(name)}",
            }
            for name, value in ours.items()
            if theirs.get(name) != value
        ]

    def action_take_ours(self):
        """Send our values over the books'.

        :rtype: dict
        """
        return self._resolve(take_theirs=False)

    def action_take_theirs(self):
        """Take the books' values over ours.

        :rtype: dict
        """
        return self._resolve(take_theirs=True)

    def action_new_code(self):
        """Say that both are different customers: ours gets a code of its own.

        :rtype: dict
        """
        account = self.account_customer_id
        account.check_access("write")
        account_sudo = account.sudo()
        if (account_sudo.books_data or {}).get("__kind__") != "code":
            raise UserError(
                self.env._(
                    "The code of %s is no other customer's in the books any more."
                    " Nothing was changed.",
                    account.display_name,
                )
            )
        self._part(account_sudo)
        return {"type": "ir.actions.act_window_close"}

    def _part(self, account_sudo):
        """Give ours a fresh code, and take the books' customer over as another one.

        The books' customer was read already and is not told again, so it becomes an
        account customer of its own now.
        """
        ledger = account_sudo.ledger_id
        data = CustomerData.from_dict(account_sudo.books_data)
        vals = {"name": account_sudo.name, "class_id": account_sudo.class_id.id}
        self.env["synkd.code.counter"]._fill(ledger, [vals])
        account_sudo.write({"code": vals["code"]})
        account_sudo._set_pending(from_states=("conflict",))
        account_sudo.books_data = False
        account_sudo.flush_recordset(["code"])
        self._import(ledger, data)

    def _import(self, ledger, data):
        """Make an account customer of one customer of the books, if there is none.

        :param CustomerData data: as the books told it.
        """
        accounts_sudo = self.env["synkd.account.customer"].sudo()
        accounts_sudo = accounts_sudo.with_context(active_test=False)
        known = [
            ("ledger_id", "=", ledger.id),
            ("external_id", "=", data.external_id),
        ]
        if accounts_sudo.search_count(known, limit=1):
            return
        # Defaults of the window that the dialog was opened from are not meant.
        importer = self.env["synkd.importer"].sudo()
        importer = importer.with_context(clean_context(self.env.context))
        importer._import(ledger, [data], importer._prepare_lookup([data]))

    def _resolve(self, take_theirs):
        """Settle the conflict with the rights of the source record."""
        account = self.account_customer_id
        account.check_access("write")
        importer = self.env["synkd.importer"].sudo()
        importer._resolve_conflict(account.sudo(), take_theirs)
        return {"type": "ir.actions.act_window_close"}


class SynkdConflictLine(models.TransientModel):
    """One field in which Odoo and the books differ."""

    _name = "synkd.conflict.line"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Conflicting Field"

    wizard_id = fields.Many2one(
        "synkd.conflict.wizard", required=True, ondelete="cascade"
    )
    label = fields.Char(string="Field", readonly=True)
    ours = fields.Char(string="Here", readonly=True)
    theirs = fields.Char(string="In the Books", readonly=True)
