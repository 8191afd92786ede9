# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.synkd_connector.door import check_one, read_upload
from odoo.addons.synkd_connector.lib.errors import ConnectorError


class SynkdDemoImport(models.TransientModel):
    """The bookkeeper of the demo books imports a file, and gets a report about it."""

    _name = "synkd.demo.import"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Import a File into the Demo Books"

    ledger_id = fields.Many2one(
        "synkd.ledger",
        required=True,
        domain=[("connector", "=", "demo")],
        default=lambda self: self._default_ledger_id(),
    )
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    report = fields.Binary(readonly=True, attachment=False)
    report_name = fields.Char(readonly=True)

    def _default_ledger_id(self):
        """Return the demo books that take files, or else any."""
        ledgers = self.env["synkd.ledger"].search([("connector", "=", "demo")])
        return (ledgers.filtered("takes_files") or ledgers)[:1]

    def action_import(self):
        """Import the file, and offer the report.

        :rtype: dict
        :raise UserError: when it is no such file; says where it is.
        """
        check_one(self)
        ledger = self.ledger_id
        ledger.check_access("write")
        content = read_upload(self.env, self.file)
        if not content or ledger.connector != "demo":
            raise UserError(
                self.env._("Choose a file of %s first; this one is empty.", ledger.name)
            )
        connector = self.env["synkd.connector.demo"].sudo()
        try:
            report = connector._import_file(ledger.sudo(), content)
        except ConnectorError as error:
            raise UserError(error.message) from error
        name = (self.file_name or "file").rsplit(".", 1)[0]
        self.sudo().write(
            {"report": base64.b64encode(report), "report_name": f"{name}-report.csv"}
        )
        return self._get_dialog_action()
