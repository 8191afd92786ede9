# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...door import check_one
from ...lib.errors import MisconfiguredError
from ...lib.results import Capabilities

CONNECTOR_PREFIX = "synkd.connector."
KEEP_LONGEST = 3650


class SynkdLedger(models.Model):
    """One set of books in one accounting system, of one company.

    It owns its cron: Odoo's lock on that record is what makes its runs one at a time
    on every worker and host.
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
        help="Finished runs and requests are removed after this time.",
    )

    shows_documents = fields.Boolean(
        compute="_compute_shows_documents",
        search="_search_shows_documents",
        help="Whether the user is in each company whose documents may be in these"
        " books, and so may read what the books themselves keep.",
    )

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

    _company_uniq = models.UniqueIndex(
        "(company_id) WHERE active",
        "This company has a live ledger already. Archive it first.",
    )

    def _default_company_id(self):
        return self.env.company.root_id

    @api.model
    def _selection_connector(self):
        """Return code and name of each connector that is installed.

        A model that names no system is the base of connectors, not one.

        :rtype: list[tuple[str, str]]
        """
        models_ = (
            self.env[name] for name in self.env if name.startswith(CONNECTOR_PREFIX)
        )
        labels = {
            model._name.removeprefix(CONNECTOR_PREFIX): model._in_words(label)
            for model in models_
            if (label := model._connector_label)
        }
        return sorted(labels.items())

    # === COMPUTE METHODS === #

    @api.depends_context("allowed_company_ids")
    def _compute_shows_documents(self):
        open_ledgers = self.filtered_domain(self._documents_domain())
        for ledger in self:
            ledger.shows_documents = ledger in open_ledgers

    def _search_shows_documents(self, operator, _value):
        """Find ledgers whose books the user may read; only ``= True`` is asked for."""
        return self._documents_domain() if operator == "in" else NotImplemented

    def _documents_domain(self):
        """Return the ledgers none of whose companies is closed to the user.

        :rtype: Domain
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        closed = companies.search([("id", "not in", self.env.companies.ids)])
        return ~Domain("company_id", "parent_of", closed.ids)

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

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "Ledger %s cannot be deleted, since its history would go with it."
                " Archive it instead.",
                self[:1].name,
            )
        )

    # === ACTIONS === #

    def action_view_books(self):
        """Open the books themselves, where the connector keeps them in this database.

        :rtype: dict
        """
        check_one(self)
        return self._get_connector()._get_books_action(self)

    def _view(self, name, domain=()):
        """Return one of the addon's window actions, narrowed to this ledger."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"synkd_connector.{name}"
        )
        action["domain"] = [("ledger_id", "in", self.ids), *domain]
        action["context"] = {"active_test": False}
        return action

    # === COMPANIES === #

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

    def _get_language(self):
        """Return the language of what is written down for people: the responsible's.

        :rtype: str
        """
        self.ensure_one()
        person = self.user_id.partner_id or self.company_id.sudo().partner_id
        return person.lang

    # === CONNECTOR === #

    def _has_connector(self):
        """Whether the code of this ledger's connector is installed."""
        name = f"{CONNECTOR_PREFIX}{self.connector}"
        return name in self.env and bool(self.env[name]._connector_label)

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
