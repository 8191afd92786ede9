# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import UNDER_WAY_STATES

# What the posting decision asks of an account customer, besides its sync state.
DECIDING_FIELDS = frozenset(("class_id", "active", "held"))
WAITING = "synkd.account.customer.decide_again"


class SynkdAccountCustomer(models.Model):
    """What becomes of waiting documents when an account customer changes."""

    _name = "synkd.account.customer"
    _inherit = ["synkd.account.customer", "synkd.waiting.mixin"]
    _waiting_field = "account_customer_id"

    def write(self, vals):
        """Override to decide the documents again that wait for these customers."""
        moves = "sync_state" in vals or "external_id" in vals
        refused = self._get_refused() if moves else self.browse()
        deciding = self._get_changing(DECIDING_FIELDS & vals.keys(), vals)
        result = super().write(vals)
        if deciding:
            domain = deciding._waiting_domain()
            self.env["synkd.transaction"]._redecide(domain)
        if moves:
            now = self._get_refused()
            ((refused - now) | (now - refused))._decide_again_later()
        return result

    def _get_changing(self, names, vals):
        """Return those that get another value in one of some fields.

        Runs write all that the books tell, mostly the same as before.

        :param set names: names of fields.
        :param dict vals: what is about to be written.
        """
        if not names:
            return self.browse()
        return self.filtered(
            lambda account: any(
                account._fields[name].convert_to_write(account[name], account)
                != (vals[name] or False)
                for name in names
            )
        )

    def _get_refused(self):
        """Return those that the books have not got, since they refused them."""
        return self.sudo().filtered(
            lambda a: not a.external_id and a.sync_state in ("attention", "conflict")
        )

    def _decide_again_later(self):
        """Decide the documents of these customers again when all of this is written.

        Answers of the books are put on one customer after the other; their documents
        are decided together.
        """
        if not self:
            return
        waiting = self.env.cr.precommit.data.setdefault(WAITING, set())
        if not waiting:
            self.env.cr.precommit.add(self.browse()._decide_again_now)
        waiting.update(self.ids)

    @api.model
    def _decide_again_now(self):
        """Decide the documents again that were noted for later."""
        ids = self.env.cr.precommit.data.pop(WAITING, ())
        if ids:
            domain = [("account_customer_id", "in", list(ids))]
            self.env["synkd.transaction"]._redecide(domain)
            self.env.flush_all()

    def _waiting_domain(self):
        """Return which documents are posted to these, or decided by their class.

        :rtype: Domain
        """
        links = self.env["synkd.customer.link"].sudo()
        domain = Domain("account_customer_id", "in", self.ids)
        for ledger, some in self.sudo().grouped("ledger_id").items():
            ids = SQL("SELECT unnest(%s::int[])", some.ids)
            users = SQL("(%s)", links._partners_sql(ids, ledger))
            mine = Domain("ledger_id", "=", ledger.id)
            domain |= mine & Domain("partner_id", "in", users)
        return domain

    @api.onchange("class_id")
    def _onchange_class_warn(self):
        """Say how many waiting documents a change of the class touches."""
        transactions = self.env["synkd.transaction"]
        if not self._origin or self._origin.class_id == self.class_id:
            return None
        count = transactions._count_waiting(self._origin._waiting_domain())
        if not count:
            return None
        return {
            "warning": {
                "title": self.env._("This changes how documents are posted"),
                "message": self.env._(
                    "%(count)s documents wait that are billed as %(account)s. They will"
                    " be decided again when you save.",
                    count=count,
                    account=self._origin.display_name,
                ),
            }
        }

    def _get_followers(self):
        """Override: documents that were sent for these customers."""
        return self.env["synkd.transaction"].search(
            [
                ("account_customer_id", "in", self.ids),
                ("live", "=", True),
                "|",
                ("external_id", "!=", False),
                ("sync_state", "in", UNDER_WAY_STATES),
            ]
        )

    def _after_answers(self):
        """Override: documents that waited for these customers may go."""
        arrived = self.filtered("external_id")
        self.env["synkd.transaction"]._customers_arrived(arrived)
