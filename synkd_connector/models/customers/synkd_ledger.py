# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...const import IN_FILE


class SynkdLedger(models.Model):
    """The account customers of a ledger: how many are where, and what they hinder."""

    _inherit = "synkd.ledger"

    pending_count = fields.Integer(compute="_compute_counts")
    attention_count = fields.Integer(compute="_compute_counts")
    synced_count = fields.Integer(compute="_compute_counts")
    account_file_count = fields.Integer(compute="_compute_counts")
    match_count = fields.Integer(compute="_compute_match_count")

    def _compute_counts(self):
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        mine = [("ledger_id", "in", self.ids), ("supplier_only", "=", False)]
        groups = accounts._read_group(mine, ["ledger_id", "sync_state"], ["__count"])
        counts = {(ledger.id, state): count for ledger, state, count in groups}
        mine += list(accounts._get_asked_domain())
        asked = dict(accounts._read_group(mine, ["ledger_id"], ["__count"]))
        for ledger in self:
            count = {state: n for (id_, state), n in counts.items() if id_ == ledger.id}
            unsure = asked.get(ledger, 0)
            waiting = count.get("pending", 0) + count.get("sending", 0)
            left = count.get("attention", 0) + count.get("conflict", 0)
            ledger.pending_count = waiting - unsure
            ledger.attention_count = left + unsure
            ledger.synced_count = count.get("synced", 0)
            ledger.account_file_count = count.get(IN_FILE, 0)

    def _compute_match_count(self):
        groups = self.env["synkd.match"]._read_group(
            [("ledger_id", "in", self.ids), ("state", "=", "proposed")],
            ["ledger_id"],
            ["account_customer_id:count_distinct"],
        )
        counts = {ledger.id: count for ledger, count in groups}
        for ledger in self:
            ledger.match_count = counts.get(ledger.id, 0)

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

    def action_view_pending(self):
        """Open the account customers that wait for the next run.

        :rtype: dict
        """
        asked = self.env["synkd.account.customer"]._get_asked_domain()
        return self._view_accounts(
            Domain("sync_state", "in", ("pending", "sending")) & ~asked
        )

    def action_view_attention(self):
        """Open the account customers that wait for a person.

        :rtype: dict
        """
        asked = self.env["synkd.account.customer"]._get_asked_domain()
        return self._view_accounts(
            Domain("sync_state", "in", ("attention", "conflict")) | asked
        )

    def action_view_synced(self):
        """Open the account customers that are in the books as they are here.

        :rtype: dict
        """
        return self._view_accounts(Domain("sync_state", "=", "synced"))

    def action_view_account_file(self):
        """Open the account customers that are in a file.

        :rtype: dict
        """
        return self._view_accounts(Domain("sync_state", "=", IN_FILE))

    def action_view_matches(self):
        """Open the proposed matches of this ledger.

        :rtype: dict
        """
        return self._view("synkd_match_action")

    def _view_accounts(self, domain):
        """Return the action of some account customers."""
        domain &= Domain("supplier_only", "=", False)
        return self._view("synkd_account_customer_action", list(domain))
