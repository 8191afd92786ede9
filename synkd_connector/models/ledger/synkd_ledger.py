# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.constants import GC_UNLINK_LIMIT

from ...lib.errors import MisconfiguredError
from ...lib.results import Capabilities

CONNECTOR_PREFIX = "synkd.connector."
KEEP_LONGEST = 3650


class SynkdLedger(models.Model):
    """One set of books in one accounting system, of one company.

    It owns its cron: Odoo's lock on that record is what makes its runs one at a time
    on every worker and host. Buttons only write a wish down and trigger the cron.
    """

    _name = "synkd.ledger"
    _description = "Ledger"
    _inherit = [
        "synkd.guard.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "company_id, name"
    _check_company_auto = True

    # Configuration
    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self._default_company_id(),
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    connector = fields.Selection(
        selection="_selection_connector",
        tracking=True,
        help="The kind of accounting system that keeps these books.",
    )
    post_accounts = fields.Boolean(
        tracking=True,
        help="Off: nothing is written to the books; everything waits and can be"
        " previewed.",
    )
    push_on_save = fields.Boolean(
        string="Push Saved Customers at Once",
        help="On: a saved account customer goes to the books right after saving."
        " Off: it waits for the schedule.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.uid,
        help="Gets an activity when the connection needs a person.",
    )
    import_class_id = fields.Many2one(
        "synkd.customer.class",
        string="Class of Imported Customers",
        check_company=True,
        help="Given to customers that are imported from the books. Empty: none.",
    )
    keep_days = fields.Integer(
        string="Keep Runs for (days)",
        default=90,
        help="Finished runs and requests, and calls to the demo books, are removed"
        " after this time.",
    )

    # Counts
    run_ids = fields.One2many("synkd.run", "ledger_id")
    last_run_id = fields.Many2one("synkd.run", compute="_compute_last_run_id")
    state = fields.Selection(
        [
            ("ok", "Connected"),
            ("off", "Post Accounts Off"),
            ("paused", "Paused"),
            ("person", "Needs You"),
            ("login", "Not Connected"),
            ("setup", "Not Set Up"),
        ],
        compute="_compute_state",
    )
    pending_count = fields.Integer(compute="_compute_counts")
    attention_count = fields.Integer(compute="_compute_counts")
    synced_count = fields.Integer(compute="_compute_counts")
    match_count = fields.Integer(compute="_compute_match_count")

    _company_uniq = models.UniqueIndex(
        "(company_id) WHERE active",
        "This company has a live ledger already. Archive it first.",
    )

    def _default_company_id(self):
        return self.env.company.root_id

    @api.model
    def _selection_connector(self):
        """Return code and name of each connector that is installed.

        :rtype: list[tuple[str, str]]
        """
        models_ = (
            self.env[name] for name in self.env if name.startswith(CONNECTOR_PREFIX)
        )
        return sorted(
            (model._name.removeprefix(CONNECTOR_PREFIX), model._connector_label)
            for model in models_
        )

    # === COMPUTE METHODS === #

    @api.depends("run_ids")
    def _compute_last_run_id(self):
        groups = self.env["synkd.run"]._read_group(
            [("ledger_id", "in", self.ids), ("state", "!=", "waiting")],
            ["ledger_id"],
            ["id:max"],
        )
        last = {ledger.id: run_id for ledger, run_id in groups}
        for ledger in self:
            ledger.last_run_id = last.get(ledger.id)

    @api.depends(
        "connector", "post_accounts", "paused_until", "needs_person", "next_step"
    )
    def _compute_state(self):
        for ledger in self:
            if not ledger._has_connector():
                ledger.state = "setup"
            elif ledger.needs_person:
                ledger.state = "person"
            elif ledger.next_step:
                ledger.state = "login"
            elif ledger._is_paused():
                ledger.state = "paused"
            else:
                ledger.state = "ok" if ledger.post_accounts else "off"

    def _compute_counts(self):
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        mine = [("ledger_id", "in", self.ids), ("supplier_only", "=", False)]
        groups = accounts._read_group(mine, ["ledger_id", "sync_state"], ["__count"])
        counts = {(ledger.id, state): count for ledger, state, count in groups}
        for ledger in self:
            count = {state: n for (id_, state), n in counts.items() if id_ == ledger.id}
            ledger.pending_count = count.get("pending", 0) + count.get("sending", 0)
            ledger.attention_count = count.get("attention", 0) + count.get(
                "conflict", 0
            )
            ledger.synced_count = count.get("synced", 0)

    def _compute_match_count(self):
        groups = self.env["synkd.match"]._read_group(
            [("ledger_id", "in", self.ids), ("state", "=", "proposed")],
            ["ledger_id"],
            ["account_customer_id:count_distinct"],
        )
        counts = {ledger.id: count for ledger, count in groups}
        for ledger in self:
            ledger.match_count = counts.get(ledger.id, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("keep_days")
    def _check_keep_days(self):
        for ledger in self:
            if not 1 <= ledger.keep_days <= KEEP_LONGEST:
                raise ValidationError(
                    self.env._(
                        "Ledger %(ledger)s must keep its runs for 1 day or more, and"
                        " for %(longest)s at most.",
                        ledger=ledger.name,
                        longest=KEEP_LONGEST,
                    )
                )

    @api.constrains("connector")
    def _check_connector(self):
        for ledger in self:
            if ledger.connector and not ledger._has_connector():
                raise ValidationError(
                    self.env._(
                        "There is no connector %(connector)s here for %(ledger)s."
                        " Choose one of the list, or install its addon first.",
                        connector=ledger.connector,
                        ledger=ledger.name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_kept(self):
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        for ledger in self:
            foreign = [
                ("ledger_id", "=", ledger.id),
                ("class_id.company_id", "not in", [False, ledger.company_id.id]),
            ]
            if accounts.search_count(foreign, limit=1):
                raise ValidationError(
                    self.env._(
                        "Ledger %s has account customers already, so it cannot move to"
                        " another company. Create a ledger there.",
                        ledger.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to give each company its ready-made classes."""
        ledgers = super().create(vals_list)
        for ledger in ledgers:
            self.env["synkd.customer.class"]._create_ready_made(ledger)
        return ledgers

    def write(self, vals):
        """Override to keep the books.

        :raise UserError: when other books are to take over the records of these.
        """
        for ledger in self if "connector" in vals else ():
            ledger._check_connector_kept(vals["connector"])
        return super().write(vals)

    def _check_connector_kept(self, connector):
        """Refuse another accounting system for records that know the old one.

        :raise UserError: says to create a ledger for the other system.
        """
        if not connector or not self.connector or connector == self.connector:
            return
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        known = [("ledger_id", "=", self.id), ("external_id", "!=", False)]
        if accounts.sudo().search_count(known, limit=1):
            raise UserError(
                self.env._(
                    "Account customers of ledger %s are in its books already, so it"
                    " cannot change to another accounting system. Archive it, and"
                    " create a ledger for the other system.",
                    self.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "Ledger %s cannot be deleted, since its history would go with it."
                " Archive it instead.",
                self[:1].name,
            )
        )

    # === ACTIONS: write the wish down, never talk to the books === #

    def action_run_now(self):
        """Ask for a run right after this transaction.

        :return: the client action that shows its progress.
        :rtype: dict
        """
        self.check_access("read")
        self.env["synkd.sync.wizard"]._check_may_sync()
        return self.sudo()._request_run()._get_watch_action()

    def action_test_connection(self):
        """Ask the next run to test configuration and connection.

        :rtype: dict
        """
        self.check_access("write")
        run = self.sudo()._request_run({"origin": "check"})
        return run._get_watch_action()

    def action_resume(self):
        """End a pause, for example after the connection was mended.

        :rtype: dict
        """
        self.check_access("write")
        ledger_sudo = self.sudo()
        ledger_sudo._set_resumed()
        domain = [("ledger_id", "=", self.id), ("state", "=", "paused")]
        paused = self.env["synkd.run"].sudo().search(domain, order="id", limit=1)
        if not paused:
            return self.action_run_now()
        ledger_sudo._wake()
        return paused._get_watch_action()

    def action_view_runs(self):
        """Open the runs of this ledger.

        :rtype: dict
        """
        return self._view("synkd_run_action")

    def action_view_pending(self):
        """Open the account customers that wait for the next run.

        :rtype: dict
        """
        return self._view_accounts(("pending", "sending"))

    def action_view_attention(self):
        """Open the account customers that wait for a person.

        :rtype: dict
        """
        return self._view_accounts(("attention", "conflict"))

    def action_view_synced(self):
        """Open the account customers that are in the books as they are here.

        :rtype: dict
        """
        return self._view_accounts(("synced",))

    def action_view_matches(self):
        """Open the proposed matches of this ledger.

        :rtype: dict
        """
        return self._view("synkd_match_action")

    def action_view_books(self):
        """Open the books themselves, where the connector keeps them in this database.

        :rtype: dict
        """
        self.ensure_one()
        return self._get_connector()._get_books_action(self)

    def _view(self, name, domain=()):
        """Return one of the addon's window actions, narrowed to this ledger."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"synkd_connector.{name}"
        )
        action["domain"] = [("ledger_id", "in", self.ids), *domain]
        action["context"] = {"active_test": False}
        return action

    def _view_accounts(self, states):
        """Return the action of the account customers in some states."""
        domain = [("sync_state", "in", states), ("supplier_only", "=", False)]
        return self._view("synkd_account_customer_action", domain)

    # === RUNS === #

    def _request_run(self, vals=None):
        """Write down that a user wants a run, and wake the cron.

        :param dict vals: values of the `synkd.run`.
        :return: the waiting run.
        :raise UserError: when the ledger is archived or has no connector.
        """
        self.ensure_one()
        self._check_can_run()
        wish = {"ledger_id": self.id, "requested_by_id": self.env.uid, "origin": "user"}
        run = self.env["synkd.run"].sudo().create(wish | (vals or {}))
        self._wake()
        return run

    def _check_can_run(self):
        """Refuse a run that could not do anything.

        :raise UserError: when the ledger is archived or has no connector.
        """
        if not self.active:
            raise UserError(
                self.env._(
                    "Ledger %s is archived, so nothing can be synchronised. Restore it"
                    " under Invoicing > Books > Ledgers.",
                    self.name,
                )
            )
        if not self._has_connector():
            raise UserError(self._no_connector_message())

    def _cron_run(self):
        """Make one pass: called by the ledger's cron."""
        self.ensure_one()
        self.env["synkd.engine"]._run(self)

    def _get_companies(self):
        """Return the companies whose books these are: its own, and branches without
        a ledger of their own.

        :rtype: recordset of `res.company`
        """
        self.ensure_one()
        companies = self.env["res.company"].sudo()
        branches = companies.search([("id", "child_of", self.company_id.id)])
        mine = branches.filtered(lambda c: c._get_synkd_ledger() == self)
        return mine.sorted(lambda company: company != self.company_id)

    def _get_kept(self):
        """Return every ledger, and the time before which its runs are removed.

        :rtype: list[tuple]
        """
        ledgers = self.with_context(active_test=False).search([("id", "!=", False)])
        now = fields.Datetime.now()
        return [(ledger, now - timedelta(days=ledger.keep_days)) for ledger in ledgers]

    @api.model
    def _vacuum(self, model_name, domain=()):
        """Remove records that are older than their ledger keeps them.

        :param str model_name: a model with a `ledger_id`.
        :param list domain: which of them may go.
        :return: how many went, and whether there may be more, for the autovacuum.
        :rtype: tuple[int, bool]
        """
        done = 0
        for ledger, before in self._get_kept():
            mine = [("ledger_id", "=", ledger.id), ("create_date", "<", before)]
            old = self.env[model_name].search([*mine, *domain], limit=GC_UNLINK_LIMIT)
            done += len(old)
            old.unlink()
        return done, done >= GC_UNLINK_LIMIT

    # === CONNECTOR === #

    def _has_connector(self):
        """Whether the code of this ledger's connector is installed."""
        return f"{CONNECTOR_PREFIX}{self.connector}" in self.env

    def _no_connector_message(self):
        """Return the sentence about a missing connector."""
        return self.env._(
            "Ledger %s has no connector. Choose one under Invoicing > Books >"
            " Ledgers, or install the addon of its accounting system.",
            self.name,
        )

    def _get_connector(self):
        """Return the connector's model.

        :raise MisconfiguredError: when its addon is not installed.
        """
        self.ensure_one()
        if not self._has_connector():
            raise MisconfiguredError(self._no_connector_message())
        return self.env[f"{CONNECTOR_PREFIX}{self.connector}"]

    def _get_capabilities(self):
        """Return what the ledger's system can do; the defaults without a connector.

        :rtype: Capabilities
        """
        if not self or not self._has_connector():
            return Capabilities()
        return self.sudo()._get_connector()._capabilities(self.sudo())

    def _get_pulled_fields(self):
        """Return the names of the ``CustomerData`` fields that the books give back.

        :rtype: tuple[str]
        """
        return self._get_capabilities().fields
