# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import NAME_LENGTH
from ..door import check_one

EVERY = Domain("customer_rank", ">", 0)
# Counted anew when another site is chosen, with the eyes of who looks.
COUNTED = {"compute": "_compute_counts", "store": True, "compute_sudo": False}


class SynkdSyncWizard(models.TransientModel):
    """The Sync dialog: says what would happen, and writes the wish down on Yes.

    Everything it shows is counted in this database by a few statements; the books are
    asked by the run, never by this dialog.
    """

    _name = "synkd.sync.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Synchronise Customers"

    ledger_id = fields.Many2one("synkd.ledger", required=True, readonly=True)
    post_accounts = fields.Boolean(
        related="ledger_id.post_accounts", related_sudo=False
    )
    pause_reason = fields.Text(related="ledger_id.pause_reason", related_sudo=False)
    partner_domain = fields.Json(readonly=True)
    narrow = fields.Boolean(
        readonly=True, help="Send nobody else, even when these are all customers."
    )
    site_ids = fields.Many2many(
        "res.company", string="Sites", compute="_compute_site_ids"
    )
    site_id = fields.Many2one(
        "res.company",
        domain="[('id', 'in', site_ids)]",
        help="Only the customers of this company or branch. Empty: of all of them.",
    )
    selected_count = fields.Integer(string="Customers", **COUNTED)
    scoped = fields.Boolean(**COUNTED)
    mode = fields.Selection(
        [("leave", "Leave them"), ("create", "Give them an account customer by class")],
        string="Customers without an account customer",
        default="leave",
        required=True,
    )
    class_id = fields.Many2one("synkd.customer.class")
    create_count = fields.Integer(string="Created", **COUNTED)
    posting = fields.Selection(related="class_id.posting", related_sudo=False)
    new_count = fields.Integer(compute="_compute_new_count")
    link_count = fields.Integer(
        string="To be linked",
        compute="_compute_new_count",
        help="To the shared account customer of the class.",
    )
    is_idle = fields.Boolean(
        compute="_compute_new_count", help="Nothing would happen to those chosen."
    )
    extra_count = fields.Integer(
        string="of these not linked",
        help="Account customers that nobody is linked to, such as the shared one of a"
        " class. They are created in the books too.",
        **COUNTED,
    )
    change_count = fields.Integer(string="Changed", **COUNTED)
    unchanged_count = fields.Integer(string="Unchanged", **COUNTED)
    imported_count = fields.Integer(string="Imported and not linked", **COUNTED)
    attention_count = fields.Integer(string="Cannot be sent", **COUNTED)
    unlinked_count = fields.Integer(string="Without an account customer", **COUNTED)
    likely_count = fields.Integer(string="Wait in Match", **COUNTED)
    unfit_count = fields.Integer(string="Without a usable name", **COUNTED)
    incomplete_count = fields.Integer(string="Incomplete, left out", **COUNTED)
    cannot_text = fields.Text(string="Why Not", **COUNTED)

    @api.depends("ledger_id")
    def _compute_site_ids(self):
        for wizard in self:
            allowed = wizard.ledger_id.sudo()._get_companies() & self.env.companies
            wizard.site_ids = allowed.sudo(False)

    @api.depends("ledger_id", "partner_domain", "narrow", "site_id")
    def _compute_counts(self):
        for wizard in self:
            wizard.update(wizard._count_all())

    @api.depends(
        "mode", "class_id", "scoped", "create_count", "change_count", "unlinked_count"
    )
    def _compute_new_count(self):
        for wizard in self:
            free = wizard.unlinked_count - wizard.likely_count
            creates = wizard.mode == "create" and wizard.posting != "generic"
            links = wizard.mode == "create" and wizard.posting == "generic"
            unfit = wizard.unfit_count + wizard.incomplete_count
            more = max(free - unfit, 0) if creates else 0
            wizard.new_count = wizard.create_count + more
            wizard.link_count = max(free, 0) if links else 0
            sent = wizard.new_count + wizard.link_count + wizard.change_count
            wizard.is_idle = wizard.scoped and not sent

    @api.model
    def _open(self, domain, scoped=False):
        """Open the dialog for some operational customers.

        :param list domain: which `res.partner`; [] is all customers.
        :param bool scoped: send nobody else, even when these are all customers.
        :rtype: dict
        :raise UserError: when the company has no ledger that can run.
        """
        self.env["synkd.run"].check_access("read")
        ledger = self.env.company._get_synkd_ledger()
        if not ledger:
            raise self.env.company._no_synkd_ledger_error()
        ledger._check_can_run()
        # Whom somebody selected is meant, also without a sale so far.
        chosen = Domain(domain) if scoped else Domain(domain) & EVERY
        wizard = self._create_dialog(
            {
                "ledger_id": ledger.id,
                "partner_domain": list(chosen),
                "narrow": scoped,
                "class_id": self._default_class(ledger).id,
            }
        )
        # Counted with the eyes of who looks, not with ours who filled it in.
        for field in self._fields.values():
            if field.store and field.compute == "_compute_counts":
                self.env.add_to_compute(field, wizard)
        if wizard.unlinked_count and wizard.unlinked_count == wizard.selected_count:
            # They cannot have been chosen for anything else.
            wizard.mode = "create"
        return wizard._get_dialog_action(self.env._("Synchronise Customers"))

    def _get_domain(self):
        """Return the customers that the run is about: those chosen, of the site.

        :rtype: Domain
        """
        site = self.site_id
        narrowed = Domain("company_id", "=", site.id) if site else Domain.TRUE
        return Domain(self.partner_domain or []) & narrowed

    def _count_all(self):
        """Count what a run would do.

        :rtype: dict
        """
        ledger = self.ledger_id
        partners = self._get_partners(ledger)
        domain = self._get_domain()
        total = partners.search_count(domain)
        scoped = self.narrow or total < partners.search_count(EVERY)
        unlinked = domain & Domain("account_customer_id", "=", False)
        likely = self.env["synkd.match"].sudo()
        likely = likely._search(likely._likely_domain(ledger))
        return {
            "selected_count": total,
            "scoped": scoped,
            "unlinked_count": partners.search_count(unlinked),
            "unfit_count": partners.search_count(unlinked & self._unfit_domain()),
            "incomplete_count": self._count_incomplete(partners, unlinked),
            "likely_count": partners.search_count(
                unlinked & Domain("id", "in", likely.subselect("partner_id"))
            ),
        } | self._count_accounts(ledger, partners, domain if scoped else None)

    def _count_incomplete(self, partners, unlinked):
        """Return how many lack what their company wants before they are linked.

        :param recordset partners: an empty `res.partner` with the user's eyes.
        :param Domain unlinked: who has no account customer.
        :rtype: int
        """
        company = self.ledger_id.company_id
        if not company.sudo().synkd_only_complete:
            return 0
        fit = unlinked & ~self._unfit_domain()
        partners = partners.with_company(company)
        return partners.search_count(fit & partners._get_lacking_domain(fit))

    def _get_partners(self, ledger):
        """Return `res.partner` as the run will see it: this ledger's companies only."""
        allowed = ledger._get_companies() & self.env.companies
        return self.env["res.partner"].with_context(allowed_company_ids=allowed.ids)

    def _unfit_domain(self):
        """Return the customers whose name the books cannot take.

        :rtype: Domain
        """

        def to_sql(model, alias, query):
            """Count the characters of the name without blanks around it."""
            name = model._field_to_sql(alias, "name", query)
            return SQL(
                "COALESCE(length(trim(%s)), 0) NOT BETWEEN 1 AND %s", name, NAME_LENGTH
            )

        return Domain.custom(to_sql=to_sql)

    def _default_class(self, ledger):
        """Return the class that is proposed for new account customers."""
        return self.env["synkd.customer.class"].search(
            [("company_id", "=", ledger.company_id.id), ("posting", "=", "account")],
            limit=1,
        )

    def _count_accounts(self, ledger, partners, domain):
        """Count the account customers by what a run would do with them.

        :param recordset partners: an empty `res.partner` with the user's eyes.
        :param Domain domain: operational customers, or None for the whole ledger.
        :rtype: dict
        """
        accounts = self.env["synkd.account.customer"].sudo()
        accounts = accounts.with_context(active_test=False)
        scope = Domain("ledger_id", "=", ledger.id)
        if domain is not None:
            query = self.env["synkd.run"]._accounts_of(ledger, domain, partners)
            scope &= Domain("id", "in", query)
        groups = accounts._read_group(scope, ["sync_state", "origin"], ["__count"])
        waiting = scope & Domain("sync_state", "in", ("pending", "sending"))
        new = accounts.search_count(waiting & Domain("external_id", "=", False))
        count = lambda *s: sum(n for state, _origin, n in groups if state in s)
        return {
            "create_count": new,
            "change_count": count("pending", "sending") - new,
            "unchanged_count": count("synced"),
            "attention_count": count("attention", "conflict"),
            "extra_count": accounts.search_count(
                waiting
                & Domain([("external_id", "=", False), ("link_ids", "=", False)])
            ),
            "imported_count": accounts.search_count(
                scope & Domain([("origin", "=", "books"), ("link_ids", "=", False)])
            ),
            "cannot_text": self._explain_cannot(accounts, scope),
        }

    def _explain_cannot(self, accounts, scope):
        """Return the reasons of those that wait for a person, counted."""
        groups = accounts._read_group(
            scope & Domain("sync_state", "in", ("attention", "conflict")),
            ["sync_message"],
            ["__count"],
            order="__count desc",
            limit=5,
        )
        return "\n".join(f"{count} × {message or ''}" for message, count in groups)

    def action_confirm(self):
        """Write the wish down and start the run; Yes in the dialog.

        :return: the client action that shows the progress.
        :rtype: dict
        :raise UserError: when account customers shall be created without a class.
        """
        check_one(self)
        self._check_may_sync()
        self.ledger_id.check_access("read")
        if self.mode == "create":
            self._check_class()
        run = self.ledger_id.sudo()._request_run(
            {
                "requested_by_id": self.env.uid,
                "partner_domain": list(self._get_domain()),
                "scoped": self.scoped,
                "content": "customers",
                "create_class_id": self.mode == "create" and self.class_id.id,
            }
        )
        return run._get_watch_action()

    def _check_class(self):
        """Refuse a class in which no account customers can be created.

        :raise UserError: says which to choose.
        """
        chosen = self.class_id
        if not chosen:
            raise UserError(
                self.env._("Choose the class of the account customers to create.")
            )
        chosen.check_access("read")
        shared = chosen.sudo().generic_account_customer_id
        if chosen.posting == "generic" and shared.ledger_id != self.ledger_id:
            raise UserError(
                self.env._(
                    "Class %(class)s posts to %(account)s of other books than ledger"
                    " %(ledger)s. Give the class a shared account customer of this"
                    " ledger first, or choose another class.",
                    account=shared.display_name,
                    ledger=self.ledger_id.name,
                    **{"class": chosen.name},
                )
            )
        if not chosen.active or chosen.company_id != self.ledger_id.company_id:
            raise UserError(
                self.env._(
                    "Class %(class)s is archived or of another company than ledger"
                    " %(ledger)s. Choose another class.",
                    ledger=self.ledger_id.name,
                    **{"class": chosen.name},
                )
            )

    @api.model
    def _check_may_sync(self):
        """Let only managers write to the books.

        :raise UserError: says who may.
        """
        if not self.env.user.has_group("synkd_connector.group_manager"):
            raise UserError(
                self.env._(
                    "Only managers of the books may synchronise customers. Ask one of"
                    " them, or wait for the next scheduled run."
                )
            )

    def action_view_matches(self):
        """Open the matches of the ledger.

        :rtype: dict
        """
        return self.ledger_id.action_view_matches()
