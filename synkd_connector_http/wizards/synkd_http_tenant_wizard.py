# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.synkd_connector.door import check_one
from odoo.addons.synkd_connector.lib.errors import ConnectorError

from ..lib.access import Tenant

# So many organisations are asked about themselves while the person waits.
MOST_ASKED = 20


class SynkdHttpTenantWizard(models.TransientModel):
    """Lets a person choose one of the organisations that the login reaches."""

    _name = "synkd.http.tenant.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Choose the Organisation"

    ledger_id = fields.Many2one("synkd.ledger", required=True, readonly=True)
    line_ids = fields.One2many(
        "synkd.http.tenant.line", "wizard_id", readonly=True, string="Organisations"
    )

    @api.model
    def _open(self, ledger):
        """Open the dialog for a ledger whose login is kept.

        :param recordset ledger: one `synkd.ledger`, as superuser.
        :rtype: dict
        :raise UserError: when the books cannot be asked, or there are none.
        """
        try:
            tenants = ledger._read_http_tenants()
        except ConnectorError as error:
            raise UserError(error.message) from error
        if not tenants:
            raise UserError(
                self.env._(
                    "The login of ledger %s reaches no organisation. Press Reconnect"
                    " and allow one.",
                    ledger.name,
                )
            )
        commands = [
            fields.Command.create(self._get_line_vals(ledger, tenant, place))
            for place, tenant in enumerate(tenants)
        ]
        wizard = self._create_dialog({"ledger_id": ledger.id, "line_ids": commands})
        return wizard._get_dialog_action(self.env._("Choose the Organisation"))

    def _get_line_vals(self, ledger, tenant, place):
        """Return the values of one organisation, with what it tells of itself.

        Of very many organisations the later ones are asked when they are chosen.

        :param Tenant tenant: what the login reaches.
        :rtype: dict
        """
        vals = {
            "tenant_key": tenant.key,
            "name": tenant.name,
            "connection_key": tenant.connection,
        }
        if place >= MOST_ASKED:
            return vals
        try:
            books = ledger._read_http_books(tenant)
        except ConnectorError as error:
            return vals | {"problem": error.message}
        is_known = ledger.books_key == books.key
        problem = ledger._find_currency_problem(books.name, books.currency)
        if not problem and not is_known and ledger._get_sharing(books.key):
            problem = ledger._find_identity_problem(books)
        return vals | {"currency": books.currency, "problem": problem}


class SynkdHttpTenantLine(models.TransientModel):
    """One organisation that can be chosen, as the books told of it."""

    _name = "synkd.http.tenant.line"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Organisation of a Login"

    wizard_id = fields.Many2one(
        "synkd.http.tenant.wizard", required=True, ondelete="cascade"
    )
    name = fields.Char(readonly=True)
    tenant_key = fields.Char(readonly=True, string="Organisation ID")
    currency = fields.Char(readonly=True, string="Kept In")
    problem = fields.Char(readonly=True, string="Why Not")
    connection_key = fields.Char(readonly=True)

    def action_choose(self):
        """Take this organisation as the ledger's books.

        :rtype: dict
        :raise UserError: when the ledger's customers are in other books.
        """
        check_one(self)
        ledger = self.wizard_id.ledger_id._check_may_connect()
        connection = self.connection_key or ""
        tenant = Tenant(self.tenant_key, self.name or "", connection)
        try:
            ledger._choose_http_tenant(tenant)
        except ConnectorError as error:
            raise UserError(error.message) from error
        return {"type": "ir.actions.act_window_close"}
