# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from odoo.addons.synkd_connector.door import check_one

from ..models.synkd_statement import REPORT

# One PDF of more is printed for longer than a browser waits.
MOST_PRINTED = 500
MOST_NAMED = 10


class SynkdStatementWizard(models.TransientModel):
    """Statements of some customers: printed, or sent by e-mail."""

    _name = "synkd.statement.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Statement of Account"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_ids = fields.Many2many("res.partner", required=True, readonly=True)
    date_end = fields.Date(
        string="As of",
        required=True,
        default=fields.Date.context_today,
        help="Items that were open at the end of that day.",
    )
    aging_type = fields.Selection(
        [("days", "Days"), ("months", "Months")],
        string="Age by",
        required=True,
        default="days",
    )
    has_below = fields.Boolean(readonly=True)
    sub_customers = fields.Selection(
        [
            ("without", "Without: the chosen customers only"),
            ("together", "On the statement of their main customer"),
            ("apart", "On statements of their own"),
        ],
        string="Sub-Customers",
        required=True,
        default="without",
    )
    consolidated = fields.Boolean(compute="_compute_consolidated")
    only_owing = fields.Boolean(
        string="Skip Who Has No Open Items",
        default=True,
        help="Untick to have a statement also for customers with no open item.",
    )
    statement_count = fields.Integer(string="Statements", compute="_compute_recipients")
    without_ids = fields.Many2many(
        "res.partner", string="No E-Mail", compute="_compute_recipients"
    )

    @api.depends("date_end", "sub_customers", "only_owing")
    def _compute_recipients(self):
        for wizard in self:
            partners = wizard._get_customers()
            reached = partners._get_statement_recipients()
            wizard.statement_count = len(partners)
            wizard.without_ids = partners.filtered(lambda p, r=reached: p not in r)

    @api.depends("sub_customers")
    def _compute_consolidated(self):
        for wizard in self:
            wizard.consolidated = wizard.sub_customers == "together"

    # === WHOM IT IS ABOUT === #

    @api.model
    def _open(self, partners):
        """Open the dialog for some customers; people stand for their company.

        :param recordset partners: `res.partner`.
        :rtype: dict
        :raise UserError: when none was chosen.
        """
        self.check_access("create")
        customers = partners.commercial_partner_id._filtered_access("read")
        if not customers:
            raise UserError(
                self.env._(
                    "No customer is chosen. Tick some in the list, then try again."
                )
            )
        dialog = self._create_dialog(
            {
                "company_id": self.env.company.id,
                "partner_ids": customers.ids,
                "has_below": bool(self._get_below(customers) - customers),
            }
        )
        return dialog._get_dialog_action()

    @api.model
    def _get_below(self, customers):
        """Return customers and their sub-customers, as far as they are billed apart."""
        members = customers._get_statement_members().values()
        everybody = customers.browse({id_ for ids in members for id_ in ids})
        return everybody.filtered(lambda p: p.commercial_partner_id == p)

    def _get_customers(self):
        """Return who gets a statement, by what was chosen."""
        # Also who was archived meanwhile: what is open stays open.
        customers = self.with_context(active_test=False).partner_ids._origin
        customers = customers.with_env(self.env)
        if self.sub_customers == "apart":
            customers = self._get_below(customers)
        elif self.consolidated:
            members = customers._get_statement_members()
            listed = {i for head, ids in members.items() for i in ids if i != head}
            customers = customers.filtered(lambda p: p.id not in listed)
        return self._filter_owing(customers) if self.only_owing else customers

    def _filter_owing(self, customers):
        """Return those of some customers who have an open item at that day."""
        joined = customers._get_statement_members() if self.consolidated else {}
        report = self.env["report.partner_statement.outstanding_statement"]
        report = report.with_context(synkd_statement_members=joined)
        lines = customers and report._get_account_display_lines(
            self.company_id.id, customers.ids, None, self.date_end, "asset_receivable"
        )
        return customers.filtered(lambda p: lines[p.id])

    # === WHAT IS DONE === #

    @api.model
    def _prepare_data(self, options, partners):
        """Return the data with which OCA's statement is printed.

        :param record options: a dialog, or a statement that was made by one.
        :param recordset partners: whose statements.
        :rtype: dict
        """
        return {
            "date_end": fields.Date.to_string(options.date_end),
            "company_id": options.company_id.id,
            "partner_ids": partners.ids,
            "show_aging_buckets": True,
            "show_only_overdue": False,
            # Who gets one was decided before.
            "filter_non_due_partners": False,
            "filter_negative_balances": False,
            "account_type": "asset_receivable",
            "aging_type": options.aging_type,
            "excluded_accounts_ids": [],
            "consolidate": options.consolidated,
        }

    def _check_customers(self):
        """Return who gets a statement, or say that nobody does."""
        check_one(self)
        self.check_access("read")
        customers = self._get_customers()
        if not customers:
            raise UserError(
                self.env._(
                    "None of the chosen customers has an open item as of %s. Choose"
                    ' another day, or untick "Skip Who Has No Open Items".',
                    fields.Date.to_string(self.date_end),
                )
            )
        return customers

    def action_print(self):
        """Print the statements into one PDF.

        :rtype: dict
        :raise UserError: when there is none, or more than can be waited for.
        """
        customers = self._check_customers()
        if len(customers) > MOST_PRINTED:
            raise UserError(
                self.env._(
                    "These are %(count)s statements, and at most %(most)s are printed"
                    " at once. Choose fewer customers, or send them by e-mail.",
                    count=len(customers),
                    most=MOST_PRINTED,
                )
            )
        data = self._prepare_data(self, customers)
        return self.env.ref(REPORT).report_action(customers, data=data)

    def action_send(self):
        """Send the statements to those who have an address, and name the others.

        :return: a notification about what was done.
        :rtype: dict
        :raise UserError: when there is no statement, or nobody has an address.
        """
        customers = self._check_customers()
        reached = customers._get_statement_recipients()
        without = customers.filtered(lambda partner: partner not in reached)
        if customers == without:
            raise UserError(
                self.env._(
                    "Nobody of these has an e-mail address: %s. Type one on the"
                    " customer, or print the statement.",
                    self._name_some(without),
                )
            )
        statements = self._create_statements(customers - without)
        statements._dispatch()
        return self._tell(statements, without)

    def _create_statements(self, customers):
        """Return the statements of some customers, waiting."""
        vals = {
            "company_id": self.company_id.id,
            "date_end": self.date_end,
            "aging_type": self.aging_type,
            "consolidated": self.consolidated,
        }
        statements = self.env["synkd.statement"].sudo()
        for some in split_every(1000, customers.ids):
            statements |= statements.create(
                [vals | {"partner_id": partner_id} for partner_id in some]
            )
        return statements

    def _name_some(self, partners):
        """Return names of customers for a sentence; of many, the first ones."""
        names = ", ".join(partners[:MOST_NAMED].mapped("display_name"))
        more = len(partners) - MOST_NAMED
        if more <= 0:
            return names
        return self.env._("%(names)s and %(n)s more", names=names, n=more)

    def _tell(self, statements, without):
        """Return a notification: how many were sent, and who was not reached."""
        count = statements.mapped("state").count
        all_well = not without and not count("failed")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": " ".join(self._get_sentences(count, without)),
                "type": "success" if all_well else "warning",
                "sticky": not all_well,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_sentences(self, count, without):
        """Return what became of statements, in words.

        :param callable count: how many statements have a state.
        :param recordset without: customers without an address.
        :rtype: list[str]
        """
        sent, waiting, failed = map(count, ("sent", "waiting", "failed"))
        sentences = [
            (sent, self.env._("In the outgoing mails: %s statements.", sent)),
            (
                waiting,
                self.env._("Being sent in the background: %s statements.", waiting),
            ),
            (
                failed,
                self.env._(
                    "Not sent: %s statements. Invoicing > Customers > Statements says"
                    " why.",
                    failed,
                ),
            ),
            (
                len(without),
                self.env._("No e-mail address: %s.", self._name_some(without)),
            ),
        ]
        return [sentence for number, sentence in sentences if number]
