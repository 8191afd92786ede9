# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class SynkdConflictWizard(models.TransientModel):
    """Shows both sides of a conflict, and settles it as a person decides."""

    _name = "synkd.conflict.wizard"
    _description = "Resolve Conflict"

    account_customer_id = fields.Many2one("synkd.account.customer", required=True)
    message = fields.Text(related="account_customer_id.sync_message")
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
        wizard = self.create(
            {
                "account_customer_id": account.id,
                "same_code": theirs.get("__kind__") == "code",
                "line_ids": [
                    fields.Command.create(vals)
                    for vals in self._prepare_lines(
                        account.sudo()._books_fields(), theirs
                    )
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resolve Conflict"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

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
        self.account_customer_id.check_access("write")
        self.account_customer_id.sudo()._take_new_code()
        return {"type": "ir.actions.act_window_close"}

    def _resolve(self, take_theirs):
        """Settle the conflict with the rights of the source record."""
        account = self.account_customer_id
        account.check_access("write")
        self.env["synkd.importer"]._resolve_conflict(account.sudo(), take_theirs)
        return {"type": "ir.actions.act_window_close"}


class SynkdConflictLine(models.TransientModel):
    """One field in which Odoo and the books differ."""

    _name = "synkd.conflict.line"
    _description = "Conflicting Field"

    wizard_id = fields.Many2one(
        "synkd.conflict.wizard", required=True, ondelete="cascade"
    )
    label = fields.Char(string="Field")
    ours = fields.Char(string="Here")
    theirs = fields.Char(string="In the Books")
