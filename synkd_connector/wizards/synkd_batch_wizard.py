# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..door import check_one


class SynkdBatchWizard(models.TransientModel):
    """Bills together what waits under Batch Billing, up to a day.

    Shows before what each account customer is billed, what is left out, and why.
    """

    _name = "synkd.batch.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Batch Billing"

    date = fields.Date(
        string="Bill Up To",
        required=True,
        help="What is dated later is left for the next time. It is the date of the"
        " bills in the books.",
    )
    class_ids = fields.Many2many(
        "synkd.customer.class",
        string="Classes",
        domain="[('batch_billing', '=', True)]",
        help="Whose account customers are billed. Without a class: of all.",
    )
    line_ids = fields.One2many(
        "synkd.batch.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=True,
    )
    has_bills = fields.Boolean(compute="_compute_has_bills")

    @api.model
    def _open(self, classes=None):
        """Open the dialog.

        :param recordset classes: `synkd.customer.class`; None: all with batch billing.
        :rtype: dict
        :raise UserError: when no class bills so.
        """
        chosen = (classes or self._get_all()).filtered("batch_billing")
        if not chosen:
            raise UserError(
                self.env._(
                    "No customer class bills together. Tick Batch Billing on a class"
                    " under Invoicing > Books > Customer Classes."
                )
            )
        day = self._get_day(chosen)
        vals = {"date": day, "class_ids": [Command.set(chosen.ids)]}
        return self._create_dialog(vals)._get_dialog_action()

    def _get_day(self, classes):
        """Return the day to begin with: the end of last month, if that bills anything.

        :rtype: datetime.date
        """
        today = fields.Date.context_today(self)
        day = today.replace(day=1) - timedelta(days=1)
        found = self.env["synkd.biller"]._find(classes, self.env.companies, day)
        return day if any(row[6] for row in found) else today

    def _get_all(self):
        """Return the classes with batch billing.

        :rtype: recordset of `synkd.customer.class`
        """
        return self.env["synkd.customer.class"].search([("batch_billing", "=", True)])

    def _get_classes(self):
        """Return whose customers are billed, as far as the user may see them.

        :rtype: recordset of `synkd.customer.class`
        """
        return self.class_ids or self._get_all()

    @api.depends("date", "class_ids")
    def _compute_line_ids(self):
        for wizard in self:
            found = wizard._find() if wizard.date else ()
            wizard.line_ids = [
                Command.clear(),
                *(Command.create(self._line_vals(*row)) for row in found),
            ]

    def _find(self):
        """Return what would be billed, of the sites that the user looks at.

        :rtype: list[tuple]
        """
        own = self.sudo(False)
        biller = self.env["synkd.biller"]
        return biller._find(own._get_classes(), own.env.companies, self.date)

    def _line_vals(
        self, ledger, site, account, _class, currency, total, ids, later, held, asked
    ):
        """Return the values of one line, see ``synkd.biller._find``.

        :rtype: dict
        """
        return {
            "ledger_id": ledger,
            "company_id": site,
            "account_customer_id": account,
            "currency_id": currency,
            "total": total or 0,
            "count": len(ids or ()),
            "later": later,
            "held": held,
            "asked": asked,
        }

    @api.depends("line_ids")
    def _compute_has_bills(self):
        for wizard in self:
            wizard.has_bills = any(wizard.line_ids.mapped("count"))

    def action_preview(self):
        """Look again at what waits.

        :rtype: dict
        """
        check_one(self)
        self.sudo()._compute_line_ids()
        return self._get_dialog_action()

    def action_run(self):
        """Bill what the dialog shows, and open the bills.

        :rtype: dict
        :raise UserError: when there is nothing to bill.
        """
        check_one(self)
        self.env["synkd.transaction"]._check_user("read")
        biller = self.env["synkd.biller"]
        bills = biller._bill(self._get_classes(), self.env.companies, self.date)
        if not bills:
            raise UserError(
                self.env._(
                    "Nothing waits under Batch Billing that is dated up to %s. Choose"
                    " a later day, or resolve what Requires Attention first.",
                    fields.Date.to_string(self.date),
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_batch_action"
        )
        return action | {"domain": [("id", "in", bills.ids)], "context": {}}


class SynkdBatchLine(models.TransientModel):
    """What one account customer would be billed, and what is left out."""

    _name = "synkd.batch.line"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Bill to Come"

    wizard_id = fields.Many2one("synkd.batch.wizard", ondelete="cascade", index=True)
    ledger_id = fields.Many2one("synkd.ledger", readonly=True)
    company_id = fields.Many2one("res.company", string="Site", readonly=True)
    account_customer_id = fields.Many2one("synkd.account.customer", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    total = fields.Monetary(readonly=True)
    count = fields.Integer(string="Documents", readonly=True)
    later = fields.Integer(readonly=True)
    held = fields.Integer(readonly=True)
    asked = fields.Integer(readonly=True)
    left_out = fields.Char(compute="_compute_left_out")

    @api.depends("later", "held", "asked")
    def _compute_left_out(self):
        for line in self:
            parts = (
                (line.later, line.env._("%s dated later", line.later)),
                (line.held, line.env._("%s held back", line.held)),
                (line.asked, line.env._("%s requiring attention", line.asked)),
            )
            line.left_out = ", ".join(text for count, text in parts if count)

    def action_view_documents(self):
        """Open the documents that are billed, or left out.

        :rtype: dict
        """
        check_one(self)
        return self.env["synkd.transaction"]._view_rows(
            [
                ("account_customer_id", "=", self.account_customer_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("company_id", "=", self.company_id.id),
                ("channel", "=", "documents"),
                ("batch_id", "=", False),
                ("sync_state", "in", ("batch", "held", "attention")),
            ]
        )
