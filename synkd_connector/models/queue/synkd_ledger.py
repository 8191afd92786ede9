# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import format_datetime

from ...const import IN_FILE

# Values that decide which documents enter the queue of which ledger.
OWNER_FIELDS = frozenset(("active", "company_id", "start_date", "lists_lock_date"))

LISTS_AGE = timedelta(days=1)
# Counting stops here, so that the card of a ledger opens at once.
MOST_COUNTED = 10000


class SynkdLedger(models.Model):
    """The queue's side of a ledger: what enters it, and how much waits there."""

    _inherit = "synkd.ledger"

    start_date = fields.Date(
        string="Documents From",
        default=fields.Date.context_today,
        tracking=True,
        help="Documents dated before this day never enter the transaction queue. An"
        " earlier day is for what is confirmed from now on: what is confirmed already"
        " has to be reset to draft and confirmed again.",
    )
    missing_rates = fields.Selection(
        [("ask", "Wait for a Person"), ("books", "Use the Rate of the Books")],
        default="ask",
        required=True,
        tracking=True,
        help="What becomes of a document or payment in a foreign currency of which Odoo"
        " had no rate on its day. The books' own rate differs from what Odoo booked.",
    )
    transaction_attention_count = fields.Integer(
        compute="_compute_transaction_counts", string="Documents Requiring Attention"
    )
    transaction_ready_count = fields.Integer(
        compute="_compute_transaction_counts", string="Documents Ready to Post"
    )
    transaction_file_count = fields.Integer(
        compute="_compute_transaction_counts", string="Documents in a File"
    )

    def _compute_transaction_counts(self):
        rows = self.env["synkd.transaction"]
        for ledger in self:
            counts = (
                rows.search_count(
                    [("ledger_id", "=", ledger.id), ("sync_state", "in", states)],
                    limit=MOST_COUNTED,
                )
                for states in (
                    ("attention",),
                    ("pending", "sending", "held"),
                    (IN_FILE,),
                )
            )
            ledger.transaction_attention_count = next(counts)
            ledger.transaction_ready_count = next(counts)
            ledger.transaction_file_count = next(counts)

    def action_view_transaction_attention(self):
        """Open the documents that require attention.

        :rtype: dict
        """
        mine = [("ledger_id", "in", self.ids)]
        return self.env["synkd.transaction"]._view_state("attention", mine)

    def action_view_transaction_ready(self):
        """Open the documents that are ready to post.

        :rtype: dict
        """
        mine = [("ledger_id", "in", self.ids)]
        return self.env["synkd.transaction"]._view_state("pending", mine)

    def action_view_transaction_file(self):
        """Open the documents that are in a file.

        :rtype: dict
        """
        mine = [("ledger_id", "in", self.ids)]
        return self.env["synkd.transaction"]._view_state(IN_FILE, mine)

    @api.model_create_multi
    def create(self, vals_list):
        """Override to forget which company posts to which ledger."""
        ledgers = super().create(vals_list)
        self.env.registry.clear_cache()
        return ledgers

    @api.constrains("missing_rates", "connector")
    def _check_missing_rates(self):
        for ledger in self.filtered(lambda l: l.missing_rates == "books"):
            if not ledger._get_capabilities().own_rates:
                raise ValidationError(
                    self.env._(
                        "The books of %s know no rates of their own. Let what has no"
                        " rate in Odoo wait for a person.",
                        ledger.name,
                    )
                )

    def write(self, vals):
        """Override to forget which company posts to which ledger.

        Where missing rates are to come from is asked of what waits for one.
        """
        result = super().write(vals)
        if "missing_rates" in vals:
            rateless = [("reason", "=", "no_rate")]
            self.env["synkd.line.rule"]._rules_changed(self, rateless)
        if OWNER_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    @tools.ormcache("self.id")
    def _get_start_date(self):
        """Return the first day whose documents enter the queue, from the cache."""
        return self.start_date or None

    @tools.ormcache("self.id")
    def _get_lists_lock_date(self):
        """Return the last day of the books' closed period, from the cache."""
        return self.lists_lock_date or None

    @tools.ormcache("self.id")
    def _has_own_rates(self):
        """Whether the books' rate counts where Odoo has none, from the cache."""
        return self.missing_rates == "books"

    def _get_notices(self):
        """Return why nothing goes to some books at the moment, ledger by ledger.

        :rtype: list[str]
        """
        still = self.filtered(lambda each: each.pause_reason or not each.post_accounts)
        return [ledger._get_standstill() for ledger in still]

    def _get_standstill(self):
        """Return the sentence about a ledger that sends nothing at the moment.

        :rtype: str
        """
        if not self.pause_reason:
            return self.env._(
                "Post Accounts is off for %s: what is Ready to Post waits until a"
                " manager of the books switches it on.",
                self.name,
            )
        words = {"ledger": self.name, "reason": self.pause_reason}
        if not self.paused_until:
            return self.env._("%(ledger)s is paused. %(reason)s", **words)
        time = format_datetime(self.env, self.paused_until, dt_format="short")
        return self.env._(
            "%(ledger)s is paused, and goes on by itself at %(time)s. %(reason)s",
            time=time,
            **words,
        )

    def _are_lists_due(self):
        """Whether the next run reads the lists of the books: asked for, or a day old.

        :rtype: bool
        """
        before = fields.Datetime.now() - LISTS_AGE
        return not self.lists_pulled_at or self.lists_pulled_at < before

    def _takes(self, date):
        """Whether a document of this date enters the queue.

        :param datetime.date date: its date.
        :rtype: bool
        """
        start = self._get_start_date()
        return not start or date >= start
