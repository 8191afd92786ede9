# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What happens above a limit; what each weighs is in `lib.credit_control`.
LIMIT_CHOICES = [
    ("notify", "Notify"),
    ("reason", "Block, unless a credit manager gives a reason"),
    ("block", "Block"),
]


class SynkdCustomerClass(models.Model):
    """The posting behaviour of account customers, and their default terms."""

    _name = "synkd.customer.class"
    _description = "Customer Class"
    _inherit = ["synkd.class.mixin"]

    currency_id = fields.Many2one(related="company_id.currency_id")
    posting = fields.Selection(
        [
            ("decide", "Let me decide"),
            ("generic", "Post to a generic account customer"),
            ("account", "Post as the account customer itself"),
        ],
        required=True,
        default="decide",
        tracking=True,
        help="Let me decide: documents wait until a person chooses a class that posts."
        "\n"
        "Generic: paid documents are posted to one shared customer of the books.\n"
        "Account: documents are posted to the customer's own record in the books.",
    )
    generic_account_customer_id = fields.Many2one(
        "synkd.account.customer",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="The shared customer of the books, such as Counter sales.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Terms",
        tracking=True,
        help="Default terms of new account customers of this class.",
    )
    credit_limit = fields.Monetary(
        tracking=True,
        help="Default credit limit of new account customers of this class.",
    )
    sales_limit = fields.Monetary(
        tracking=True,
        help="The most that customers of this class may have ordered and not yet been"
        " invoiced for, unless a limit of their own says otherwise. 0: none.",
    )
    limit_action = fields.Selection(
        LIMIT_CHOICES,
        string="Above a Limit",
        required=True,
        default="notify",
        tracking=True,
        help="What happens to orders and invoices above the credit limit or the sales"
        " limit of a customer of this class.",
    )
    code_prefix = fields.Char(
        string="Account Code Prefix",
        tracking=True,
        help="Put before the generated codes of account customers of this class.",
    )
    invoice_prefix = fields.Char(
        tracking=True, help="Put before the numbers of documents in the books."
    )
    show_web = fields.Boolean(
        string="Show on Web",
        default=True,
        help="Off: its customers get no login of their own, and order nothing in the"
        " web shop.",
    )
    show_pos = fields.Boolean(
        string="Show in Point of Sale",
        default=True,
        help="Off: tills do not offer its customers, nor the class for others.",
    )
    show_service = fields.Boolean(
        default=True, help="Off: its customers are not offered in new repairs."
    )
    account_customer_ids = fields.One2many("synkd.account.customer", "class_id")
    account_customer_count = fields.Integer(compute="_compute_account_customer_count")

    _name_uniq = models.UniqueIndex(
        "(company_id, lower(name->>'en_US'))",
        "There is a customer class of this name already, maybe an archived one. Choose"
        " another name.",
    )

    @api.depends("account_customer_ids")
    def _compute_account_customer_count(self):
        groups = self.env["synkd.account.customer"]._read_group(
            [("class_id", "in", self.ids)], ["class_id"], ["__count"]
        )
        counts = {customer_class.id: count for customer_class, count in groups}
        for customer_class in self:
            customer_class.account_customer_count = counts.get(customer_class.id, 0)

    @property
    def _sent_fields(self):
        """Names of fields that the books get with each account customer of a class.

        This property serves as a hook: connectors add theirs.

        :rtype: frozenset[str]
        """
        return frozenset()

    def write(self, vals):
        """Override to send the account customers that the books get otherwise now."""
        result = super().write(vals)
        if self._sent_fields & vals.keys():
            mine = Domain("class_id", "in", self.ids) & Domain("active", "=", True)
            self.env["synkd.account.customer"]._set_all_queued(mine)
        return result

    @api.constrains("posting", "generic_account_customer_id")
    def _check_generic_account_customer(self):
        for customer_class in self:
            target = customer_class.generic_account_customer_id
            if customer_class.posting == "generic" and not target:
                raise ValidationError(
                    self.env._(
                        "Class %s posts to a generic account customer, but names none."
                        " Choose the generic account customer.",
                        customer_class.name,
                    )
                )
            if target and not target.active:
                raise ValidationError(
                    self.env._(
                        "Account customer %(account)s is archived, so class %(class)s"
                        " cannot post to it. Restore it, or choose another one.",
                        account=target.display_name,
                        **{"class": customer_class.name},
                    )
                )

    @api.constrains("credit_limit", "sales_limit")
    def _check_limits(self):
        for customer_class in self:
            if min(customer_class.credit_limit, customer_class.sales_limit) < 0:
                raise ValidationError(
                    self.env._(
                        "A limit of class %s is negative. Type 0 for none.",
                        customer_class.name,
                    )
                )

    @api.onchange("posting")
    def _onchange_posting(self):
        """Drop what the new posting does not use."""
        if self.posting != "generic":
            self.generic_account_customer_id = False
        if self.posting != "account":
            self.credit_limit = 0

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.sudo().with_context(active_test=False).account_customer_ids
        if used:
            raise UserError(
                self.env._(
                    "Class %s has account customers, so it cannot be deleted."
                    " Archive it instead.",
                    used[:1].class_id.name,
                )
            )

    def action_view_account_customers(self):
        """Open the account customers of this class.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_account_customer_action"
        )
        action["domain"] = [("class_id", "in", self.ids)]
        action["context"] = {"default_class_id": self[:1].id}
        return action

    @api.model
    def _create_ready_made(self, ledger):
        """Create the three ready-made classes of a ledger's company, once.

        :param recordset ledger: the `synkd.ledger`.
        """
        # An administrator of ledgers need not be a manager of classes.
        classes_sudo = self.sudo().with_context(active_test=False)
        company = ledger.company_id
        if classes_sudo.search_count([("company_id", "=", company.id)], limit=1):
            return
        counter = classes_sudo.env["synkd.account.customer"].create(
            {"name": self.env._("Counter Sales"), "ledger_id": ledger.id}
        )
        made = classes_sudo.create(self._ready_made_vals(company, counter))
        # Who is linked to the shared customer itself is a walk-in of its class.
        counter.class_id = made.filtered("generic_account_customer_id")

    def _ready_made_vals(self, company, counter):
        """Return the values of the three ready-made classes.

        :rtype: list[dict]
        """
        rows = [
            {"name": self.env._("Account"), "posting": "account"},
            {
                "name": self.env._("Counter sales"),
                "posting": "generic",
                "generic_account_customer_id": counter.id,
            },
            {"name": self.env._("Let me decide"), "posting": "decide"},
        ]
        return [
            row | {"company_id": company.id, "sequence": sequence}
            for sequence, row in enumerate(rows, start=1)
        ]
