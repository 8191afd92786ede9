# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from math import copysign

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import (
    BATCH,
    BOOKS_REASONS,
    DIFFERENCE_REASONS,
    ENDED_STATES,
    IN_FILE,
    QUEUE_REASONS,
    QUEUE_TABS,
    REASON_GROUPS,
    UNDER_WAY_STATES,
    WAITING_STATES,
)

# Counting stops here, so that a tab of a million rows opens as fast as one of ten.
MOST_COUNTED = 1000


class SynkdTransaction(models.Model):
    """What the screens show of a transaction, computed when it is looked at."""

    _inherit = "synkd.transaction"

    waiting_since = fields.Datetime(compute="_compute_waiting_since")
    age = fields.Integer(
        string="Waits (Days)",
        compute="_compute_waiting_since",
        help="Days since it entered the queue; since it changed, when it was posted"
        " before.",
    )
    books_signed = fields.Monetary(
        string="Their Total",
        compute="_compute_books_signed",
        help="As the books have it, in the document's currency; what lowers the"
        " customer's debt is negative.",
    )
    reason_group = fields.Selection(
        REASON_GROUPS,
        string="Kind of Reason",
        compute="_compute_reason_group",
        search="_search_reason_group",
    )

    # === COMPUTE METHODS === #

    @api.depends("sync_state", "posted_at", "queued_at")
    def _compute_waiting_since(self):
        now = fields.Datetime.now()
        for row in self:
            since = row.queued_at if row.posted_at else row.create_date
            waits = row.sync_state in (*WAITING_STATES, *UNDER_WAY_STATES) and since
            row.waiting_since = waits or False
            row.age = (now - since).days if waits else 0

    @api.depends("books_total", "amount_company")
    def _compute_books_signed(self):
        for row in self:
            row.books_signed = copysign(row.books_total, row.amount_company)

    @api.depends("sync_state", "reason")
    def _compute_reason_group(self):
        for row in self:
            if row.sync_state != "attention":
                row.reason_group = False
            elif row.reason in DIFFERENCE_REASONS:
                row.reason_group = "changed"
            elif not row.reason or row.reason in BOOKS_REASONS:
                row.reason_group = "books"
            else:
                row.reason_group = "decision"

    @api.model
    def _search_reason_group(self, operator, value):
        if operator != "in":
            return NotImplemented
        grouped = {
            "books": {False, *BOOKS_REASONS},
            "changed": set(DIFFERENCE_REASONS),
            "decision": {reason for reason, _label in QUEUE_REASONS}
            - {*BOOKS_REASONS, *DIFFERENCE_REASONS},
        }
        reasons = set().union(*(grouped.get(name, ()) for name in value))
        waiting = Domain("sync_state", "=", "attention")
        found = waiting & Domain("reason", "in", list(reasons))
        return found | ~waiting if False in value else found

    # === TABS === #

    @api.model
    def get_queue_tabs(self):
        """Return the tabs above the lists, as far as the user may see them.

        That of files is there where books take files, that of batch billing where a
        class bills so, or something waits there still.

        :return: name, window action, address and count of each; a count of 1000 means
            that many or more, None that it is not counted. Under ``notices``: sentences
            that stand above the list.
        :rtype: list[dict]
        """
        whole = self.env.user.has_group("synkd_connector.group_user")
        labels = dict(self._fields["sync_state"]._description_selection(self.env))
        ledgers = (
            self.env["synkd.ledger"].search([("active", "=", True)]) if whole else None
        )
        tabs = []
        for state, xmlid, path, states in QUEUE_TABS:
            if not whole and state != "synced":
                continue
            counted = states and [("sync_state", "in", states)]
            count = self.search_count(counted, limit=MOST_COUNTED) if counted else None
            if not (count or self._shows_tab(state, ledgers)):
                continue
            tabs.append(
                {
                    "name": labels.get(state) or self.env._("All"),
                    "action": f"synkd_connector.{xmlid}",
                    "path": path,
                    "count": count,
                    "notices": ledgers._get_notices() if state == "pending" else [],
                }
            )
        return tabs

    def _shows_tab(self, state, ledgers):
        """Whether a tab is shown though nothing is in it.

        :param str state: that it is named after.
        :param recordset ledgers: that the user may see.
        :rtype: bool
        """
        if state == IN_FILE:
            return any(ledgers.mapped("takes_files"))
        if state == BATCH:
            gathered = [("batch_billing", "=", True)]
            return bool(
                self.env["synkd.customer.class"].search_count(gathered, limit=1)
            )
        return True

    def _view_rows(self, domain):
        """Return the action of the list of all rows, narrowed.

        :param list domain: which rows.
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_transaction_action"
        )
        action["domain"] = domain
        return action

    def _view_state(self, state, domain=()):
        """Return the action of one tab, narrowed.

        :param str state: that the tab is named after.
        :param list domain: which rows.
        :rtype: dict
        """
        tab = next(tab for tab in QUEUE_TABS if tab[0] == state)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"synkd_connector.{tab[1]}"
        )
        action["domain"] = [("sync_state", "in", tab[3]), *domain]
        return action

    # === BADGES ELSEWHERE === #

    def _get_badge_state(self):
        """Return the state that the badge of a document shows.

        That of the live row; without one what ended in the books, else False: the
        document is not on its way to the books.

        :rtype: str | bool
        """
        rows = self.filtered(lambda row: row.kind != "allocation")
        if live := rows.filtered("live")[:1]:
            return live.sync_state
        ended = rows.filtered(lambda row: row.sync_state in ENDED_STATES)
        return ended[:1].sync_state

    @api.model
    def _forget_badges(self):
        """Let documents look anew at rows that were written by a statement."""
        for name in ("account.move", "account.payment"):
            names = ["synkd_transaction_ids", "synkd_state"]
            self.env[name].invalidate_model(names, flush=False)
