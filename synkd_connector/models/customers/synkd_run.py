# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.errors import MisconfiguredError


class SynkdRun(models.Model):
    """A run's customers: which ones were asked for, and what became of them."""

    _inherit = "synkd.run"

    content = fields.Selection(
        selection_add=[("customers", "Customers")], ondelete={"customers": "cascade"}
    )
    partner_domain = fields.Json(
        string="Customers Asked For",
        readonly=True,
        help="The filter of the customer list when Sync was pressed; empty: all.",
    )
    create_class_id = fields.Many2one(
        "synkd.customer.class",
        string="Create in Class",
        readonly=True,
        help="Customers without an account customer get one of this class, or are"
        " linked to its shared one.",
    )
    linked = fields.Integer(
        readonly=True,
        help="Customers linked to the shared account customer of a generic class.",
    )

    @api.model
    def _get_counters(self):
        """Override to count who was linked to a shared account customer.

        :rtype: tuple[str]
        """
        return (*super()._get_counters(), "linked")

    @api.model
    def _get_wishes(self, vals):
        """Override: people ask for some customers, to be created in a class.

        :rtype: list
        """
        asked = [vals.get("partner_domain"), vals.get("create_class_id")]
        # Which customers a filter finds hangs on who looks.
        who = [vals.get("requested_by_id")] if any(asked) else []
        return [*super()._get_wishes(vals), *(each or False for each in asked), *who]

    def _is_narrow(self):
        """Whether this run sends only the customers that it has marked.

        :rtype: bool
        """
        return self.scoped or self.content not in ("all", "customers")

    def _get_partners_env(self):
        """Return `res.partner` with the eyes of the user who pressed Sync.

        :rtype: recordset of `res.partner`
        :raise MisconfiguredError: when that user lost the company meanwhile.
        """
        user = self.requested_by_id or self.env.user
        allowed = [
            company.id
            for company in self.ledger_id._get_companies()
            if company in user.company_ids
        ]
        if not allowed:
            raise MisconfiguredError(
                self.env._(
                    "%(user)s asked for this run, but has no access to %(company)s any"
                    " more. Press Sync again as somebody who has.",
                    user=user.name,
                    company=self.company_id.name,
                )
            )
        return (
            self.env["res.partner"]
            .with_user(user)
            .with_context(allowed_company_ids=allowed)
        )

    def _unlinked_domain(self):
        """Return the customers asked for that have no account customer.

        :rtype: Domain
        """
        return Domain(self.partner_domain or []) & Domain(
            "account_customer_id", "=", False
        )

    @api.model
    def _accounts_of(self, ledger, domain, partners=None):
        """Return the query of the account customers of some operational ones.

        :param Domain domain: which `res.partner`.
        :param recordset partners: an empty `res.partner` with a user's eyes.
        :rtype: SQL
        """
        partners = self.env["res.partner"] if partners is None else partners
        links = self.env["synkd.customer.link"]
        links.flush_model()
        partners.flush_model(["parent_id"])
        return links._accounts_sql(partners._search(domain).subselect(), ledger)

    def _mark_scope(self):
        """Override to mark the account customers of the customers asked for."""
        if self.scoped and self.content in ("all", "customers"):
            self._mark_customers()
        return super()._mark_scope()

    def _mark_customers(self):
        """Mark the account customers of the customers asked for: one statement."""
        domain = Domain(self.partner_domain or [])
        query = self._accounts_of(self.ledger_id, domain, self._get_partners_env())
        self.env.flush_all()
        mine = Domain("ledger_id", "=", self.ledger_id.id)
        meant = mine & Domain("id", "in", SQL("(%s)", query))
        self.env["synkd.account.customer"]._update_all(meant, {"run_id": self.id})

    def action_view_attention(self):
        """Open the account customers that this run left to a person.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_account_customer_action"
        )
        accounts = self.env["synkd.account.customer"]
        action["domain"] = list(self._left_domain(accounts))
        action["context"] = {"active_test": False}
        return action
