# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..door import check_one
from ..lib.decision import NOT_LINKED
from ..models.customers.synkd_match import LIKELY


class SynkdResolveWizard(models.TransientModel):
    """Resolve: the customer has no account customer that posts.

    Two plain answers for all chosen customers, neither of them preselected, since a
    wrong one reaches the books. A counter sale links each to the generic account
    customer of a class; an account to one of his own, chosen among the candidates or
    made anew. Only then is asked what the answer still needs.
    """

    _inherit = "synkd.resolve.wizard"

    answer = fields.Selection(
        [("generic", "Counter Sale"), ("account", "Account")],
        string="Billed",
        compute="_compute_answer",
        store=True,
        readonly=False,
        help="Counter Sale: as the shared account customer of a class.\n"
        "Account: in the customer's own name.",
    )
    class_id = fields.Many2one(
        "synkd.customer.class",
        domain="[('company_id', '=', company_id), ('posting', '=', answer)]",
    )
    posting = fields.Selection(related="class_id.posting", related_sudo=False)
    is_class_needed = fields.Boolean(compute="_compute_is_class_needed")
    ending_text = fields.Text(compute="_compute_ending_text")
    likely_count = fields.Integer(compute="_compute_counts")
    open_count = fields.Integer(
        compute="_compute_counts", help="Customers that nothing is chosen for yet."
    )
    target_id = fields.Many2one(
        related="class_id.generic_account_customer_id", related_sudo=False
    )
    blocked_id = fields.Many2one(
        "synkd.account.customer",
        string="Account customer in the way",
        compute="_compute_blocked_id",
    )
    customer_ids = fields.One2many("synkd.resolve.customer", "wizard_id")
    candidate_ids = fields.One2many(
        "synkd.resolve.candidate", "wizard_id", readonly=True
    )

    @api.depends("reason", "row_ids")
    def _compute_blocked_id(self):
        for wizard in self:
            accounts = wizard.row_ids.account_customer_id
            blocked = wizard.reason in ("archived", "held") and len(accounts) == 1
            wizard.blocked_id = accounts if blocked else False

    @api.depends("class_id")
    def _compute_answer(self):
        for wizard in self:
            posting = wizard.class_id.posting
            known = posting in ("generic", "account")
            wizard.answer = posting if known else wizard.answer

    @api.depends("answer", "customer_ids.make_new", "customer_ids.account_customer_id")
    def _compute_is_class_needed(self):
        for wizard in self:
            lines = wizard.customer_ids
            accounts = lines.account_customer_id
            wizard.is_class_needed = wizard.answer == "generic" or (
                wizard.answer == "account"
                and (
                    any(lines.mapped("make_new"))
                    or any(account.posting != "account" for account in accounts)
                )
            )

    @api.depends("customer_ids.make_new", "customer_ids.account_customer_id")
    def _compute_counts(self):
        for wizard in self:
            left = wizard.customer_ids.filtered(lambda line: line._is_open())
            wizard.open_count = len(left)
            wizard.likely_count = len(left.filtered(lambda line: line._get_likely()))

    @api.depends(
        "answer",
        "class_id",
        "customer_ids.make_new",
        "customer_ids.account_customer_id",
    )
    def _compute_ending_text(self):
        for wizard in self:
            ending = wizard._get_ending_links()
            sentences = [
                self.env._(
                    "%(customer)s was billed as %(account)s. That link ends; the"
                    " account customer itself stays as it is.",
                    customer=link.partner_id.display_name,
                    account=link.account_customer_id.display_name,
                )
                for link in ending
            ]
            wizard.ending_text = "\n".join(sentences) or False

    def _get_ending_links(self):
        """Return the links that another one takes the place of, as it is answered.

        :rtype: recordset of `synkd.customer.link`
        """
        if not self.answer:
            return self.env["synkd.customer.link"]
        shared = self.class_id.generic_account_customer_id
        wanted = {
            line.partner_id._origin.id: shared
            if self.answer == "generic"
            else line.account_customer_id._origin
            for line in self.customer_ids
            if self.answer == "generic" or not line._is_open()
        }
        return self._get_links(list(wanted)).filtered(
            lambda link: link.account_customer_id != wanted[link.partner_id.id]
        )

    def _get_links(self, partner_ids):
        """Return the live links of customers in the ledger of the dialog.

        :rtype: recordset of `synkd.customer.link`
        """
        return (
            self.env["synkd.customer.link"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partner_ids),
                    ("ledger_id", "=", self.ledger_id.id),
                ]
            )
        )

    # === PROPOSALS === #

    def _prepare_customers(self):
        """List the customers, and the account customers that look like them.

        Nothing is chosen here but what is linked already.
        """
        wizard = self.sudo()
        owners = wizard._get_owners()
        customers = self.env["res.partner"].union(*owners.values())
        found = wizard._find_candidates(customers)
        kept = wizard._get_kept(customers)
        counts = [owners.get(row.partner_id.id) for row in wizard.row_ids]
        rows = [
            {
                "partner_id": customer.id,
                "document_count": counts.count(customer),
                "account_customer_id": kept.get(customer.id),
                "new_name": customer.name,
            }
            for customer in customers
        ]
        self.write(
            {
                "customer_ids": [Command.create(vals) for vals in rows],
                "candidate_ids": [
                    Command.create(
                        {
                            "partner_id": customer.id,
                            "account_customer_id": account_id,
                            "score": score,
                            "reasons": reasons,
                        }
                    )
                    for customer in customers
                    for account_id, score, reasons in found.get(customer.id, ())
                    if account_id != kept.get(customer.id)
                ],
            }
        )

    def _find_candidates(self, customers):
        """Return the candidates of customers, without those that are in the way.

        :rtype: dict[int, list[tuple[int, int, str]]]
        """
        found = self.env["synkd.match"]._find_candidates(self.ledger_id, customers)
        blocked = self.reason in ("archived", "held")
        barred = self.row_ids.account_customer_id.ids if blocked else ()
        return {
            partner_id: [one for one in some if one[0] not in barred]
            for partner_id, some in found.items()
        }

    def _get_owners(self):
        """Return whose link decides about the documents' customers, by partner id.

        Without a link it is who is billed: a company, for a person who works there.

        :rtype: dict[int, recordset]
        """
        return self._find_owners(self.ledger_id, self.row_ids.partner_id)

    @api.model
    def _find_owners(self, ledger, partners):
        """Return whose link decides about customers, see ``_get_owners``.

        :rtype: dict[int, recordset]
        """
        links = self.env["synkd.customer.link"].sudo()
        nearest = links._get_nearest(partners, ledger)
        return {
            partner.id: links.browse(nearest.get(partner.id)).partner_id
            or partner.commercial_partner_id
            for partner in partners
        }

    def _get_kept(self, customers):
        """Return the account customers that may stay linked, by partner id.

        :rtype: dict[int, int]
        """
        mine = self._get_links(customers.ids)
        shared = self._get_generic()
        return {
            link.partner_id.id: link.account_customer_id.id
            for link in mine
            if link.account_customer_id not in shared
            and link.account_customer_id.active
            and not link.account_customer_id.held
        }

    def _get_generic(self):
        """Return the account customers that classes post to.

        :rtype: recordset of `synkd.account.customer`
        """
        classes = self.env["synkd.customer.class"].sudo()
        classes = classes.with_context(active_test=False)
        company = [("company_id", "=", self.ledger_id.company_id.id)]
        return classes.search(company).generic_account_customer_id

    # === THE TWO ANSWERS === #

    def action_answer_counter(self):
        """Bill the customers as a counter sale.

        Done at once when one class only has a shared account customer, and nobody
        loses a link by it; else the dialog asks what it still needs.

        :return: as ``action_confirm``, or the action that shows the dialog again.
        :rtype: dict
        :raise UserError: when no class posts to a shared account customer.
        """
        self._get_rows()
        if not self._give_answer("generic"):
            raise UserError(
                self.env._(
                    "No customer class of %s posts to a shared account customer, such"
                    " as Counter Sales. Have a manager of the books make one under"
                    " Books > Customer Classes, or answer Account.",
                    self.ledger_id.company_id.name,
                )
            )
        if self.class_id and not self.ending_text:
            return self.action_confirm()
        return self._get_action()

    def action_answer_account(self):
        """Bill the customers in their own names; asks as whom.

        :return: the action that shows the dialog again.
        :rtype: dict
        """
        self._get_rows()
        self._give_answer("account")
        return self._get_action()

    def action_answer_none(self):
        """Go back to the two answers.

        :return: the action that shows the dialog again.
        :rtype: dict
        """
        self.write({"class_id": False, "answer": False})
        return self._get_action()

    def _give_answer(self, posting):
        """Note an answer, and the class when no other one fits it.

        :return: the classes that fit.
        :rtype: recordset of `synkd.customer.class`
        """
        company = [("company_id", "=", self.ledger_id.company_id.id)]
        classes = self.env["synkd.customer.class"].search(
            [*company, ("posting", "=", posting)]
        )
        only = classes if len(classes) == 1 else classes.browse()
        self.write({"class_id": only.id, "answer": posting})
        return classes

    def action_use_likely(self):
        """Choose the likely account customer for each customer without a choice.

        :return: the action that shows the dialog again.
        :rtype: dict
        """
        for line in self.customer_ids.filtered(lambda line: line._is_open()):
            line.account_customer_id = line._get_likely()
        return self._get_action()

    def action_use_new(self):
        """Choose a new account customer for each customer without a choice.

        :return: the action that shows the dialog again.
        :rtype: dict
        """
        self.customer_ids.filtered(lambda line: line._is_open()).make_new = True
        return self._get_action()

    # === RESOLVING === #

    def _touched_by_customers(self):
        """Return the documents that the links of these customers decide about."""
        customers = self.customer_ids.partner_id
        links = self.env["synkd.customer.link"].sudo()
        return links._documents_of(customers, self.ledger_id)

    def _resolve_customers(self):
        """Link the customers as the class says, which decides what waits again.

        :raise UserError: when the answer, the class or a customer is missing.
        """
        if not self.customer_ids:
            raise UserError(
                self.env._(
                    "%s names no customer. Open it, and choose its customer there.",
                    self.row_ids[:1].display_name,
                )
            )
        self.customer_ids._check_owned(self._get_owners())
        self._bill()

    def _bill(self):
        """Link the customers as it was answered.

        :raise UserError: when the answer, the class or a customer is missing.
        """
        self._check_answer()
        if self.answer == "generic":
            target = self.class_id.generic_account_customer_id
            self._give_class(target)
            self._link_to([(line.partner_id, target) for line in self.customer_ids])
            return
        existing = self.customer_ids.filtered("account_customer_id")
        self._check_accounts(existing.account_customer_id)
        self._give_class(existing.account_customer_id)
        self._link_to([(e.partner_id, e.account_customer_id) for e in existing])
        (self.customer_ids - existing)._create_accounts()

    @api.model
    def _answer_for(self, ledger, partner, customer_class, account):
        """Answer about one customer before a document asks, by the rules of the dialog.

        Whoever calls this has looked whether its user may answer.

        :param recordset ledger: the `synkd.ledger`.
        :param recordset partner: whose link it is, see ``_find_owners``.
        :param recordset customer_class: none where the account customer's own posts.
        :param recordset account: none to make one, or to use the shared one.
        :raise UserError: when it cannot be done so; says why.
        """
        posting = customer_class.posting or "account"
        line = {
            "partner_id": partner.id,
            "account_customer_id": account.id,
            "make_new": posting == "account" and not account,
            "new_name": partner.name,
        }
        wizard = self._create_dialog(
            {
                "ledger_id": ledger.id,
                "reason": NOT_LINKED,
                "class_id": customer_class.id,
                "answer": posting != "decide" and posting,
                "customer_ids": [Command.create(line)],
            }
        )
        wizard.sudo()._bill()

    def _check_answer(self):
        """Refuse what leaves a question open.

        :raise UserError: says which.
        """
        if not self.answer:
            raise UserError(
                self.env._(
                    "Choose first how these are billed: Counter Sale, or Account."
                )
            )
        if self.answer == "account":
            self.customer_ids._check_chosen()
        if self.is_class_needed or self.class_id:
            self._check_class()

    def _check_class(self):
        """Refuse a class that does not post, or is of other books.

        :raise UserError: says what to choose.
        """
        chosen = self.class_id
        if not chosen or chosen.posting != self.answer:
            raise UserError(
                self.env._("Choose the customer class that says how to post these.")
            )
        chosen.check_access("read")
        if not chosen.active or chosen.company_id != self.ledger_id.company_id:
            raise UserError(
                self.env._(
                    "Class %(class)s is archived or of another company than ledger"
                    " %(ledger)s. Choose another class.",
                    ledger=self.ledger_id.name,
                    **{"class": chosen.name},
                )
            )

    def _check_accounts(self, accounts):
        """Refuse account customers that documents cannot be posted to.

        :raise UserError: names the first, and says what to choose.
        """
        accounts.check_access("read")
        shared = self._get_generic()
        for account in accounts:
            if account.ledger_id != self.ledger_id or not account.active:
                raise UserError(
                    self.env._(
                        "%(account)s is archived, or in other books than"
                        " %(ledger)s. Choose another account customer.",
                        account=account.display_name,
                        ledger=self.ledger_id.name,
                    )
                )
            if account in shared:
                raise UserError(
                    self.env._(
                        "%s is the generic account customer of a class. Choose that"
                        " class, or an account customer of the customer's own.",
                        account.display_name,
                    )
                )

    def _give_class(self, accounts):
        """Set the chosen class on account customers whose own does not post like it."""
        others = accounts.filtered(lambda account: account.posting != self.answer)
        if others:
            others.check_access("write")
            others.class_id = self.class_id

    def _link_to(self, pairs):
        """Link customers, with the rights of who may create links."""
        links = self.env["synkd.customer.link"]
        links.check_access("create")
        for partner, account in pairs:
            partner.check_access("read")
            account.check_access("read")
        links.sudo()._link(pairs)

    def action_restore(self):
        """Restore or release the account customers that are in the way.

        :return: as ``action_confirm``.
        :rtype: dict
        """
        rows = self._get_rows()
        accounts = rows.account_customer_id
        accounts.check_access("write")
        vals = {"active": True} if self.reason == "archived" else {"held": False}
        return self._resolve(lambda: accounts.write(vals))

    def action_pay(self):
        """Open Odoo's dialog that registers a payment for the invoices.

        :rtype: dict
        """
        action = self._get_rows().move_id.action_register_payment()
        # As the invoice's own button does: back to the queue, not on to the payment.
        action["context"] = action["context"] | {"dont_redirect_to_payments": True}
        return action


class SynkdResolveCustomer(models.TransientModel):
    """One customer whose documents wait, and what he is billed as from now on."""

    _name = "synkd.resolve.customer"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Resolve: One Customer"

    wizard_id = fields.Many2one(
        "synkd.resolve.wizard", required=True, ondelete="cascade"
    )
    ledger_id = fields.Many2one(related="wizard_id.ledger_id", related_sudo=False)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True
    )
    document_count = fields.Integer(string="Documents", readonly=True)
    account_customer_id = fields.Many2one(
        "synkd.account.customer",
        domain="[('ledger_id', '=', ledger_id)]",
    )
    make_new = fields.Boolean(
        string="New", help="Make a new account customer, also in the books."
    )
    account_hint = fields.Char(compute="_compute_account_hint")
    match_text = fields.Char(string="Because", compute="_compute_match_text")
    new_name = fields.Char(help="Name of the new account customer.")
    new_code = fields.Char(
        string="New Ext Acc #",
        help="Code of the new account customer. Empty: one is made.",
    )

    @api.depends("account_customer_id")
    def _compute_match_text(self):
        for line in self:
            chosen = line.wizard_id.candidate_ids.filtered(
                lambda c, line=line: (
                    c.partner_id == line.partner_id
                    and c.account_customer_id == line.account_customer_id
                )
            )
            line.match_text = chosen.reasons

    @api.depends("make_new")
    def _compute_account_hint(self):
        for line in self:
            line.account_hint = (
                self.env._("A new one") if line.make_new else self.env._("Choose…")
            )

    @api.onchange("account_customer_id")
    def _onchange_account_customer_id(self):
        """Make nobody when an account customer is chosen that there is."""
        if self.account_customer_id:
            self.make_new = False

    @api.onchange("make_new")
    def _onchange_make_new(self):
        """Choose nobody when a new account customer is wanted."""
        if self.make_new:
            self.account_customer_id = False

    def _is_open(self):
        """Whether nothing is chosen for this customer yet.

        :rtype: bool
        """
        return not self.account_customer_id and not self.make_new

    def _get_likely(self):
        """Return the likeliest account customer, or nobody when none is likely.

        :rtype: recordset of `synkd.account.customer`
        """
        likely = self.wizard_id.candidate_ids.filtered(
            lambda c: c.partner_id == self.partner_id and c.score >= LIKELY
        )
        return likely[:1].account_customer_id

    def _check_chosen(self):
        """Refuse to make anybody whom nobody asked for.

        :raise UserError: names the first customer without a choice.
        """
        for line in self.filtered(lambda line: line._is_open()):
            raise UserError(
                self.env._(
                    "Nothing is chosen for %s. Choose the account customer that it is,"
                    " or New to make one.",
                    line.partner_id.display_name,
                )
            )

    def _check_owned(self, owners):
        """Refuse customers that the chosen documents are not about.

        :raise UserError: when links changed since the dialog was opened.
        """
        known = self.env["res.partner"].union(*owners.values())
        if strange := self.partner_id - known:
            raise UserError(
                self.env._(
                    "Meanwhile these documents are about other customers than %s."
                    " Close this, and press Resolve again.",
                    strange[:1].display_name,
                )
            )

    def _create_accounts(self):
        """Make and link an account customer for each, prefilled from the customer."""
        if not self:
            return
        accounts = self.env["synkd.account.customer"]
        accounts.check_access("create")
        wizard = self.wizard_id
        links = self.env["synkd.customer.link"].sudo()
        domain = Domain("ledger_id", "=", wizard.ledger_id.id)
        links.search(
            domain & Domain("partner_id", "in", self.partner_id.ids)
        )._archive_links()
        accounts.create([line._prepare_account() for line in self])

    def _prepare_account(self):
        """Return the values of the new account customer.

        :rtype: dict
        """
        accounts = self.env["synkd.account.customer"]
        wizard = self.wizard_id
        vals = accounts._prepare_from_partner(self.partner_id, wizard.class_id)
        named = {"ledger_id": wizard.ledger_id.id}
        if (self.new_name or "").strip():
            named["name"] = self.new_name.strip()
        if (self.new_code or "").strip():
            named["code"] = self.new_code.strip()
        return vals | named


class SynkdResolveCandidate(models.TransientModel):
    """An account customer that a customer may be, with the reason for it."""

    _name = "synkd.resolve.candidate"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Resolve: Candidate"

    wizard_id = fields.Many2one(
        "synkd.resolve.wizard", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    account_customer_id = fields.Many2one("synkd.account.customer", readonly=True)
    account_class_id = fields.Many2one(
        related="account_customer_id.class_id", related_sudo=False, string="Class"
    )
    score = fields.Integer(readonly=True, help="0 to 100; higher is likelier.")
    reasons = fields.Char(string="Because", readonly=True)

    def action_use(self):
        """Choose this account customer for the customer.

        :return: the action that shows the dialog again.
        :rtype: dict
        """
        check_one(self)
        wizard = self.wizard_id
        lines = wizard.customer_ids.filtered(
            lambda line: line.partner_id == self.partner_id
        )
        lines.write(
            {"account_customer_id": self.account_customer_id.id, "make_new": False}
        )
        return wizard._get_action()
