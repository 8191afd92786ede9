# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_datetime

from ..door import read_moment, read_text
from ..lib.credit_control import strictest
from .customers.synkd_customer_class import LIMIT_CHOICES
from .customers.synkd_customer_status import CUSTOMER_STATUSES

CREDIT = "synkd_connector.group_credit"
STAFF = "base.group_user"
# Who may know what all customers owe; sellers know it of their own ones.
MONEY = f"{CREDIT},synkd_connector.group_user"
# What is computed in one go of what customers owe and may owe.
CREDIT_FIELDS = (
    *("credit_visible", "credit_owed", "credit_open_sales"),
    *("credit_exposure", "credit_overdue", "credit_limit_used", "sales_limit_used"),
    "credit_notice",
)
HOLD_HOURS = 48
# Moved by `_set_customer_status` alone: a client uses the buttons' methods.
STATUS_FIELDS = frozenset(
    ("customer_status", "hold_reason", "hold_since", "hold_until", "hold_user_id")
    + ("hold_reminded", "approval_user_id")
)
# What only some may type, and nobody gives by a default of his own.
LIMITS = frozenset(("credit_limit", "limit_action", "overdue_since", "sales_limit"))
# From where each status may be reached; archiving is Odoo's own, from anywhere.
SOURCES = {
    "to_approve": ("new",),
    "new": ("to_approve",),
    "active": ("new", "to_approve", "hold", "inactive"),
    "hold": ("active", "hold"),
    "inactive": ("new", "to_approve", "active", "hold"),
}


class ResPartner(models.Model):
    """The status of a customer, what it allows, and his limits.

    *New* and *To Approve* are passed only where the company asks for approval. On hold
    is what a person said; *Inactive* is what Odoo calls archived.
    """

    _inherit = "res.partner"

    customer_status = fields.Selection(
        CUSTOMER_STATUSES,
        default="active",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="New, To Approve: quotations only, until a credit manager approves.\n"
        "On Hold: quotations and cash sales only, until the customer is released.\n"
        "Inactive: archived; what was begun can be finished.",
    )
    # A customer with a login reads his own record: not what we say of him.
    approval_user_id = fields.Many2one(
        "res.users",
        string="Approval Asked By",
        readonly=True,
        copy=False,
        groups=STAFF,
    )
    hold_reason = fields.Char(readonly=True, copy=False, groups=STAFF)
    hold_since = fields.Datetime(
        string="On Hold Since", readonly=True, copy=False, groups=STAFF
    )
    hold_until = fields.Datetime(
        string="Release Expected", readonly=True, copy=False, groups=STAFF
    )
    hold_user_id = fields.Many2one(
        "res.users", string="Put on Hold By", readonly=True, copy=False, groups=STAFF
    )
    hold_reminded = fields.Boolean(readonly=True, copy=False, groups=STAFF)
    customer_status_ids = fields.One2many(
        "synkd.customer.status", "partner_id", string="Status History"
    )

    overdue_since = fields.Date(
        copy=False,
        tracking=True,
        groups=CREDIT,
        help="Set by hand: until it is emptied, orders say so and invoices are"
        " refused, whatever the books show.",
    )
    sales_limit = fields.Float(
        company_dependent=True,
        copy=False,
        groups=CREDIT,
        help="The most that may be ordered and not yet invoiced, in the customer's"
        " currency. 0: as the class says, else none.",
    )
    limit_action = fields.Selection(
        LIMIT_CHOICES,
        string="Above a Limit",
        copy=False,
        tracking=True,
        groups=CREDIT,
        help="Empty: as the customer class says.",
    )
    credit_permit_ids = fields.One2many(
        "synkd.credit.permit",
        "partner_id",
        string="Allowed With a Reason",
        groups=MONEY,
    )

    own_credit_limit = fields.Monetary(
        compute="_compute_own_limits",
        inverse="_inverse_own_credit_limit",
        currency_field="credit_currency_id",
        groups=CREDIT,
        help="The most that the customer, with all below him, may owe and have"
        " ordered. 0: as the books say, else none. This is Odoo's own credit limit.",
    )
    own_sales_limit = fields.Monetary(
        compute="_compute_own_limits",
        inverse="_inverse_own_sales_limit",
        currency_field="credit_currency_id",
        groups=CREDIT,
        help="The most that may be ordered and not yet invoiced. 0: as the class says,"
        " else none.",
    )

    credit_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_credit_currency_id",
        string="Currency of the Limits",
    )
    credit_visible = fields.Boolean(compute="_compute_credit")
    credit_owed = fields.Monetary(
        string="Owed", compute="_compute_credit", currency_field="credit_currency_id"
    )
    credit_open_sales = fields.Monetary(
        string="Ordered, Not Invoiced",
        compute="_compute_credit",
        currency_field="credit_currency_id",
        groups=MONEY,
    )
    credit_exposure = fields.Monetary(
        string="Exposure",
        compute="_compute_credit",
        currency_field="credit_currency_id",
        groups=MONEY,
        help="What the customer and his family owe and have ordered.",
    )
    credit_overdue = fields.Monetary(
        string="Overdue Amount",
        compute="_compute_credit",
        currency_field="credit_currency_id",
        groups=MONEY,
    )
    credit_limit_used = fields.Monetary(
        string="Credit Limit That Counts",
        compute="_compute_credit",
        currency_field="credit_currency_id",
        help="The customer's own, else that of the books. 0: none.",
    )
    sales_limit_used = fields.Monetary(
        string="Sales Limit That Counts",
        compute="_compute_credit",
        currency_field="credit_currency_id",
        groups=MONEY,
        help="The customer's own, else that of the class. 0: none.",
    )
    credit_notice = fields.Text(
        string="Standing",
        compute="_compute_credit",
        help="What an order of this customer would be told now.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("company")
    def _compute_credit_currency_id(self):
        # Apart, since lists of limits need it, and nothing else of the standing.
        company = self.env.company
        control = self.env["synkd.credit.control"]
        chains = control._get_chains(company, self._origin.ids)
        for partner in self:
            head = chains.get(partner._origin.id, partner)[-1:]
            partner.credit_currency_id = head._get_credit_currency(company)

    @api.depends_context("company", "uid", "lang")
    def _compute_credit(self):
        control = self.env["synkd.credit.control"]
        company = self.env.company
        known = control._get_known(company, self._origin.ids, money=True)
        sees_all = self._sees_all_credit()
        nothing = dict.fromkeys(CREDIT_FIELDS, False)
        values = {
            partner: nothing
            | self._get_credit_values(known.get(partner._origin.id), sees_all)
            for partner in self
        }
        # Most of a list have the same of many: each value is set once.
        for name in CREDIT_FIELDS:
            groups = self.grouped(lambda partner, name=name: values[partner][name])
            for value, partners in groups.items():
                partners[name] = value

    @api.model
    def _get_credit_values(self, facts, sees_all):
        """Return what the current user may know of a customer's credit, by field.

        :param Known facts: None for a customer that is not saved yet.
        :param bool sees_all: see ``_sees_all_credit``.
        :rtype: dict
        """
        if not facts or not self.env.user._is_internal():
            return {}
        visible = sees_all or self._sells_to(facts.chain)
        if not visible:
            facts = facts.without_money()
        return {
            "credit_visible": visible,
            "credit_owed": float(facts.owed.debt),
            "credit_open_sales": float(facts.owed.open_sales),
            "credit_exposure": float(facts.owed.exposure),
            "credit_overdue": float(facts.owed.overdue),
            "credit_limit_used": float(facts.standing.credit_limit),
            "sales_limit_used": float(facts.standing.sales_limit),
            "credit_notice": self.env["synkd.credit.control"]._notice(facts) or False,
        }

    @api.model
    def _sees_all_credit(self):
        """Whether the current user may know what all customers owe.

        This method serves as a hook for the apps whose people sell to all of them.

        :rtype: bool
        """
        return self.env.su or any(map(self.env.user.has_group, MONEY.split(",")))

    @api.model
    def _sells_to(self, chain_sudo):
        """Whether a customer, or one above, is the current user's own.

        :param recordset chain_sudo: the customer and those above.
        :rtype: bool
        """
        sellers = chain_sudo.user_id | chain_sudo.rep_ids.user_id
        return self.env.user in sellers

    @api.depends("credit_limit", "sales_limit")
    @api.depends_context("company")
    def _compute_own_limits(self):
        # Odoo shows its credit limit to those of the accounts only.
        for partner in self:
            partner.own_credit_limit = partner.sudo().credit_limit
            partner.own_sales_limit = partner.sales_limit

    def _inverse_own_credit_limit(self):
        # Many of a file have the same limit: each is written once.
        for limit, partners in self.grouped("own_credit_limit").items():
            partners.sudo().credit_limit = limit

    def _inverse_own_sales_limit(self):
        for limit, partners in self.grouped("own_sales_limit").items():
            partners.sales_limit = limit

    def _get_credit_currency(self, company):
        """Return the currency in which the limits of this customer are meant.

        :param recordset company: one `res.company`.
        :rtype: recordset
        """
        return self.customer_currency_id or company.currency_id

    # === CONSTRAINT METHODS === #

    @api.constrains("sales_limit", "credit_limit")
    def _check_limits(self):
        for partner in self.sudo():
            if partner.sales_limit < 0 or partner.credit_limit < 0:
                raise ValidationError(
                    self.env._(
                        "A limit of %s is negative. Type 0 for none.",
                        partner.display_name,
                    )
                )

    @api.constrains("overdue_since")
    def _check_overdue_since(self):
        today = fields.Date.context_today(self)
        for partner in self.sudo():
            if partner.overdue_since and partner.overdue_since > today:
                raise ValidationError(
                    self.env._(
                        "%s cannot be overdue since a day that is still to come. Type"
                        " today or an earlier day.",
                        partner.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Override: who may not type a limit has none as a default of his own.

        Odoo asks who may write what a client gives, but not what a default gives. That
        of the company, or of everybody, counts.
        """
        found = super().default_get(fields)
        typist, defaults_sudo = self.sudo(False), self.env["ir.default"].sudo()
        for name in LIMITS & found.keys():
            if typist._has_field_access(self._fields[name], "write"):
                continue
            del found[name]
            for company_id in (self.env.company.id, False):
                shared = defaults_sudo._get(self._name, name, company_id=company_id)
                if shared is not None:
                    found.setdefault(name, shared)
        return found

    @api.model_create_multi
    def create(self, vals_list):
        """Override to give new customers the status that their company starts with."""
        self._check_status_vals(*vals_list)
        statuses = [self._get_first_status(vals) for vals in vals_list]
        fresh = [
            vals | {"customer_status": status}
            for vals, status in zip(vals_list, statuses, strict=True)
        ]
        partners = super().create(fresh)
        partners._note_begun_inactive()
        pairs = zip(partners, vals_list, strict=True)
        limited = [partner.id for partner, vals in pairs if vals.get("credit_limit")]
        self.browse(limited)._mirror_limit()
        return partners

    def write(self, vals):
        """Override to let the status follow the archive, and the books the limit."""
        if self.env.context.get("synkd_keep_status"):
            # Odoo's merge writes whatever the others have. Who sets this himself can
            # only leave out what he may not write.
            vals = {n: v for n, v in vals.items() if n not in STATUS_FIELDS}
        self._check_status_vals(vals)
        moved = self.filtered(lambda p: "active" in vals and p.active != vals["active"])
        limited = self._get_changed(vals, ["credit_limit"])
        leaving = {"parent_id", "is_company"} & vals.keys()
        people = self.filtered(lambda p: leaving and not p._is_billed())
        result = super().write(vals)
        if moved:
            moved._follow_archive()
        if people:
            people._ask_anew()
        if limited:
            self._mirror_limit()
        return result

    def _check_status_vals(self, *vals_list):
        """Refuse a status that does not come from its buttons.

        :raise AccessError: names the field, and where the buttons are.
        """
        given = {name for vals in vals_list for name in STATUS_FIELDS & vals.keys()}
        if given and not self.env.su:
            raise AccessError(
                self.env._(
                    '"%s" of a customer is changed with the buttons Hold, Release, Ask'
                    " for Approval, Approve and Archive, so that its history is kept."
                    " Leave it out of the values, or of the file.",
                    self._fields[min(given)]._description_string(self.env),
                )
            )

    @api.model
    def _get_first_status(self, vals):
        """Return the status of a new customer.

        People of a company are as their company is.

        :param dict vals: as given to create.
        :rtype: str
        """
        if vals.get("customer_status"):
            return vals["customer_status"]
        if not vals.get("active", True):
            return "inactive"
        company = self.env["res.company"].sudo().browse(vals.get("company_id"))
        person = vals.get("parent_id") and not vals.get("is_company")
        asks = (company or self.env.company.sudo()).synkd_customer_approval
        return "new" if asks and not person else "active"

    def _note_begun_inactive(self):
        """Note of customers who begin archived that nobody has approved them."""
        begun = self.filtered(lambda p: p.customer_status == "inactive")
        for partner in begun:
            if (status := partner._get_status_anew()) == "new":
                partner._note_status("inactive", "", before=status)

    def _ask_anew(self):
        """Let people who are customers of their own by now be approved as such.

        They were what their company is, without anybody's word about them.
        """
        changes_sudo = self.env["synkd.customer.status"].sudo()
        for partner in self.filtered(lambda p: p._is_billed()):
            approved = [
                ("partner_id", "=", partner.id),
                ("from_status", "in", SOURCES["active"][:2]),
                ("to_status", "=", "active"),
            ]
            status = partner._get_status_anew()
            if (
                partner.customer_status == "active"
                and status == "new"
                and not changes_sudo.search_count(approved, limit=1)
            ):
                partner._note_status(status, "")
                partner.sudo().customer_status = status
                partner._log_status(status, "")

    def _get_status_anew(self):
        """Return the status that this customer would begin with.

        :rtype: str
        """
        names = ("company_id", "parent_id")
        return self._get_first_status(
            {name: self[name].id for name in names} | {"is_company": self.is_company}
        )

    def _follow_archive(self):
        """Let the status go with what Odoo's archive did."""
        gone = self.filtered(lambda p: not p.active)
        gone._set_customer_status("inactive")
        changes_sudo = self.env["synkd.customer.status"].sudo()
        for partner in self - gone:
            left = [("partner_id", "=", partner.id), ("to_status", "=", "inactive")]
            last = changes_sudo.search(left, limit=1)
            partner._set_customer_status(last.from_status or "active", restored=True)

    def _mirror_limit(self):
        """Let the books have the credit limit of those who keep in step."""
        accounts_sudo = self.env["synkd.account.customer"].sudo()
        mine = [("mirror_partner_id", "in", self.ids)]
        for account in accounts_sudo.search(mine) if self else ():
            partner = account.mirror_partner_id.with_company(account.company_id)
            if account.credit_limit != partner.credit_limit:
                account.credit_limit = partner.credit_limit

    @api.ondelete(at_uninstall=False)
    def _unlink_except_customer(self):
        used = self.sudo().filtered(lambda p: p.customer_status_ids)[:1]
        if used:
            raise UserError(
                self.env._(
                    "%s is a customer with a history, so it cannot be deleted. Archive"
                    " it instead.",
                    used.display_name,
                )
            )

    def _init_column(self, column_name):
        """Override: those who are archived when this is installed are inactive."""
        if column_name != "customer_status":
            return super()._init_column(column_name)
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner
                      SET customer_status = CASE WHEN active THEN 'active'
                                                 ELSE 'inactive' END
                    WHERE customer_status IS NULL"""
            )
        )
        return None

    # === THE STATUS MOVES === #

    def _set_customer_status(self, status, comment="", restored=False, **vals):
        """Move customers to a status, and write down who did it, and why.

        :param str status: of ``CUSTOMER_STATUSES``.
        :param str comment: of the user.
        :param bool restored: back from the archive, to what it was.
        :param vals: values of ``STATUS_FIELDS`` that go with it.
        :raise UserError: when one of them cannot be moved there.
        """
        sources = ("inactive",) if restored else SOURCES[status]
        wrong = self.filtered(lambda p: p.customer_status not in sources)[:1]
        if wrong:
            raise UserError(wrong._cannot_move(status))
        self._note_status(status, comment, vals.get("hold_until"))
        held = self.filtered(lambda p: p.customer_status == "hold")
        if status != "hold" and not restored and status != "inactive":
            vals |= dict.fromkeys(("hold_reason", "hold_since"), False)
            vals |= dict.fromkeys(("hold_until", "hold_user_id"), False)
        self.sudo().write({"customer_status": status, **vals})
        if status == "hold":
            self.env.ref("synkd_connector.ir_cron_remind_holds")._switch_on()
            self._mirror_hold(True)
        elif status == "active":
            held._mirror_hold(False)
        self._log_status(status, comment)

    def _note_status(self, status, comment, until=None, before=None):
        """Write down in the history that these customers get a status.

        :param datetime.datetime until: when they are to be released, if on hold.
        :param str before: the status they leave; the one they have, unless said.
        """
        now = fields.Datetime.now()
        self.env["synkd.customer.status"].sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "from_status": before or partner.customer_status,
                    "to_status": status,
                    "at": now,
                    "user_id": self.env.uid,
                    "comment": comment,
                    "release_expected_at": until,
                }
                for partner in self
            ]
        )

    def _cannot_move(self, status):
        """Return the sentence why this customer cannot get a status.

        :rtype: str
        """
        labels = dict(self._fields["customer_status"]._description_selection(self.env))
        return self.env._(
            "%(customer)s is %(current)s, so it cannot become %(wanted)s. Open the"
            " customer: the buttons there show what can be done.",
            customer=self.display_name,
            current=labels[self.customer_status],
            wanted=labels[status],
        )

    def _log_status(self, status, comment):
        """Say in the chatters what became of these customers."""
        labels = dict(self._fields["customer_status"]._description_selection(self.env))
        body = self.env._("Status: %s", labels[status])
        if comment:
            body = f"{body}. {comment}"
        author = self.env.user.partner_id.id
        self.sudo()._message_log_batch(
            bodies=dict.fromkeys(self.ids, body), author_id=author
        )

    def _mirror_hold(self, held):
        """Let the books hold, or release, the account customers that keep in step."""
        accounts_sudo = self.env["synkd.account.customer"].sudo()
        mine = accounts_sudo.search([("mirror_partner_id", "in", self.ids)])
        mine.filtered(lambda account: account.held != held).held = held

    # === ACTIONS === #

    def action_synkd_hold(self, reason, until=None, user_id=None):
        """Put customers on hold, or say anew why and until when.

        :param str reason: why; required.
        :param until: when release is expected, in UTC; 48 hours from now, unless said.
        :param int user_id: the employee who did it; the current user, unless said.
        :rtype: bool
        :raise AccessError: when the user is no credit manager.
        :raise UserError: without a reason, or with a date that is past.
        """
        self._check_credit_manager()
        now = fields.Datetime.now()
        reason = self._check_reason(reason)
        until = read_moment(self.env, until) or now + timedelta(hours=HOLD_HOURS)
        if until <= now:
            raise UserError(
                self.env._(
                    "Release is expected on %s, which is past. Choose a later time.",
                    format_datetime(self.env, until),
                )
            )
        user = self.env["res.users"].browse(user_id or self.env.uid).exists()
        for since, some in self.grouped("hold_since").items():
            some._set_customer_status(
                "hold",
                reason,
                hold_reason=reason,
                hold_since=since or now,
                hold_until=until,
                hold_user_id=(user or self.env.user).id,
                hold_reminded=False,
            )
        return True

    def action_synkd_release(self, comment=""):
        """Release customers from hold, here and in the books.

        :param str comment: why; may be empty.
        :rtype: bool
        :raise AccessError: when the user is no credit manager.
        :raise UserError: when one of them is not on hold.
        """
        self._check_credit_manager()
        comment = read_text(self.env, comment)
        held = self.filtered(lambda p: p.customer_status == "hold")
        books = (self - held)._get_held_in_books()
        for partner in self - held:
            if partner not in books.mirror_partner_id:
                raise UserError(
                    self.env._(
                        "%s is not on hold, so there is nothing to release.",
                        partner.display_name,
                    )
                )
        books.held = False
        held._set_customer_status("active", comment)
        return True

    def _get_held_in_books(self):
        """Return the account customers of these that only the books hold.

        :rtype: recordset of `synkd.account.customer`
        """
        accounts_sudo = self.env["synkd.account.customer"].sudo()
        domain = [("mirror_partner_id", "in", self.ids), ("held", "=", True)]
        return accounts_sudo.search(domain)

    def action_synkd_ask_approval(self, comment=""):
        """Ask a credit manager to approve new customers.

        :param str comment: for who approves; may be empty.
        :rtype: bool
        :raise UserError: when one of them is not new.
        """
        self.check_access("write")
        comment = read_text(self.env, comment)
        self._set_customer_status("to_approve", comment, approval_user_id=self.env.uid)
        return True

    def action_synkd_approve(self, comment=""):
        """Approve customers: from now on everything can be sold to them.

        :param str comment: kept in the history; may be empty.
        :rtype: bool
        :raise AccessError: when the user is no credit manager.
        :raise UserError: when he asked for the approval himself.
        """
        self._check_credit_manager()
        comment = read_text(self.env, comment)
        mine = self.filtered(lambda p: p.sudo().approval_user_id == self.env.user)[:1]
        if mine:
            raise UserError(
                self.env._(
                    "You asked for the approval of %s yourself, so another credit"
                    " manager has to approve it.",
                    mine.display_name,
                )
            )
        self._check_waiting()
        self._set_customer_status("active", comment, approval_user_id=False)
        return True

    def action_synkd_send_back(self, comment):
        """Send customers back to who asked for their approval.

        :param str comment: what is missing; required.
        :rtype: bool
        :raise AccessError: when the user is no credit manager.
        :raise UserError: without a comment, or when one does not wait for approval.
        """
        self._check_credit_manager()
        self._set_customer_status("new", self._check_reason(comment))
        return True

    def _check_waiting(self):
        """Refuse to approve what is not new, nor waits for approval."""
        done = self.filtered(lambda p: p.customer_status not in ("new", "to_approve"))
        if done:
            raise UserError(done[0]._cannot_move("active"))

    def _check_credit_manager(self):
        """Refuse whoever may not hold, release and approve.

        :raise AccessError: says who may.
        """
        self.check_access("read")
        if not self.env.user.has_group(CREDIT):
            raise AccessError(
                self.env._(
                    "Only a credit manager can hold, release and approve customers, so"
                    " %s was left as it is. Ask one of them.",
                    self[:1].display_name,
                )
            )

    def _check_reason(self, reason):
        """Return the reason that was typed.

        :raise UserError: when there is none.
        """
        reason = read_text(self.env, reason)
        if not reason:
            raise UserError(
                self.env._(
                    "Type the reason: whoever meets %s will be told it.",
                    self[:1].display_name,
                )
            )
        return reason

    def action_synkd_open_status(self):
        """Open the dialog that the context names in ``synkd_status_mode``.

        :rtype: dict
        """
        mode = self.env.context.get("synkd_status_mode")
        return self.env["synkd.status.wizard"]._open(self, mode)

    # === REMINDERS === #

    @api.model
    def _cron_remind_holds(self):
        """Remind those who put customers on hold that their release was expected."""
        late = self.sudo().search(
            [
                ("customer_status", "=", "hold"),
                ("hold_until", "<=", fields.Datetime.now()),
                ("hold_reminded", "=", False),
            ],
            limit=500,
        )
        for partner in late:
            user = partner.hold_user_id or self.env.user
            env = self.with_context(lang=user.lang).env
            partner.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=env._("Release from hold?"),
                note=env._(
                    "%(customer)s was to be released on %(until)s. Release it, or say"
                    " anew until when it is on hold.",
                    customer=partner.display_name,
                    until=format_datetime(env, partner.hold_until),
                ),
            )
        late.hold_reminded = True
        self.env["ir.cron"]._commit_progress(len(late))

    # === MERGING === #

    def _take_strictest(self, others):
        """Take the strictest status of customers that are merged into this one.

        :param recordset others: those that go.
        """
        self.ensure_one()
        strict = strictest((self | others).mapped("customer_status"))
        from_whom = others.filtered(lambda p: p.customer_status == strict)[:1]
        overdue = [p.overdue_since for p in (self | others).sudo() if p.overdue_since]
        if overdue:
            self.sudo().overdue_since = min(overdue)
        if strict in (self.customer_status, "inactive") or not from_whom:
            return
        names = STATUS_FIELDS - {"customer_status"}
        values = from_whom.sudo().read(sorted(names), load=False)[0]
        comment = self.env._(
            "Taken over from %s, which was merged into it", from_whom.display_name
        )
        self._note_status(strict, comment)
        kept = {name: values[name] for name in names}
        self.sudo().write({"customer_status": strict, **kept})
        self._mirror_hold(strict == "hold")
        self._log_status(strict, comment)

    def _take_back_status(self, status, comment):
        """Give this customer the status back that he had before a merge.

        :param str status: of ``CUSTOMER_STATUSES``.
        :param str comment: why.
        """
        self._note_status(status, comment)
        cleared = dict.fromkeys(("hold_reason", "hold_since", "hold_until"), False)
        cleared |= {"hold_user_id": False, "hold_reminded": False}
        self.sudo().write({"customer_status": status, **cleared})
        self._mirror_hold(status == "hold")
        self._log_status(status, comment)
