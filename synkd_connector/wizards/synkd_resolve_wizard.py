# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import QUEUE_REASONS
from ..door import check_one

# Which part of the dialog a reason is resolved in.
SECTIONS = {
    "not_linked": "customers",
    "no_walk_in": "walk_in",
    "no_class": "customers",
    "decide": "customers",
    "no_generic": "customers",
    "payment_required": "customers",
    "archived": "customers",
    "held": "customers",
    "invalid_lines": "lines",
    "unmapped": "mapping",
    "no_rate": "explain",
    "closed": "date",
    "mixed": "explain",
    "refused_customer": "explain",
    "refused": "refused",
    "difference": "posted",
    "changed": "posted",
    "altered": "posted",
    "unsure": "explain",
}
# Sentences of one cause that are shown.
MOST_SENTENCES = 5


class SynkdResolveWizard(models.TransientModel):
    """Resolves documents that wait for the same cause, one or many at a time.

    What a person chooses here is remembered where it belongs: on links, account
    customers, products, categories, remembered texts and the mapping. So all waiting
    documents that the choice is about are decided again, not only the chosen ones.
    """

    _name = "synkd.resolve.wizard"
    _description = "Resolve Documents"
    _inherit = ["synkd.dialog.mixin"]

    row_ids = fields.Many2many(
        "synkd.transaction", string="Documents", required=True, readonly=True
    )
    later_ids = fields.Many2many(
        "synkd.transaction",
        "synkd_resolve_wizard_later_rel",
        string="Documents With Other Causes",
        readonly=True,
    )
    ledger_id = fields.Many2one("synkd.ledger", required=True, readonly=True)
    company_id = fields.Many2one(related="ledger_id.company_id", related_sudo=False)
    reason = fields.Selection(QUEUE_REASONS, required=True, readonly=True)
    section = fields.Char(compute="_compute_section")
    row_count = fields.Integer(compute="_compute_section")
    later_count = fields.Integer(compute="_compute_section")
    message = fields.Text(compute="_compute_message")
    touched_count = fields.Integer(
        string="Other waiting documents decided again", compute="_compute_touched_count"
    )
    scope_text = fields.Char(compute="_compute_scope_text")
    done_text = fields.Char(
        readonly=True, help="What became of the cause that was resolved just before."
    )
    ahead_text = fields.Char(compute="_compute_ahead_text")
    post_date = fields.Date(string="Date in the Books")

    # === COMPUTE METHODS === #

    @api.depends("reason", "row_ids", "later_ids")
    def _compute_section(self):
        for wizard in self:
            wizard.section = SECTIONS.get(wizard.reason, "explain")
            wizard.row_count = len(wizard.row_ids)
            wizard.later_count = len(wizard.later_ids)

    @api.depends("row_ids", "reason")
    def _compute_message(self):
        for wizard in self:
            sentences = {row._sentence(wizard.reason): None for row in wizard.row_ids}
            shown = list(sentences)[:MOST_SENTENCES]
            if more := len(sentences) - len(shown):
                shown.append(self.env._("… and %s more.", more))
            wizard.message = "\n".join(shown)

    @api.depends("row_ids", "customer_ids", "line_ids.scope", "need_ids")
    def _compute_touched_count(self):
        rows = self.env["synkd.transaction"]
        for wizard in self:
            domain = wizard._touched_domain() & Domain(
                "id", "not in", wizard.row_ids._origin.ids
            )
            wizard.touched_count = rows._count_waiting(domain)

    @api.depends("row_count", "touched_count")
    def _compute_scope_text(self):
        for wizard in self:
            count = wizard.row_count
            texts = [
                wizard.row_ids.display_name
                if count == 1
                else self.env._("%s documents chosen", count)
            ]
            if wizard.touched_count:
                texts.append(
                    self.env._(
                        "other waiting documents that this decides again: %s",
                        wizard.touched_count,
                    )
                )
            wizard.scope_text = " · ".join(texts)

    @api.depends("row_ids", "later_ids", "reason")
    def _compute_ahead_text(self):
        labels = dict(self._fields["reason"]._description_selection(self.env))
        for wizard in self:
            ahead = {r for row in wizard.row_ids for r in row._get_reasons()}
            ahead |= {row._get_reasons()[0] for row in wizard.later_ids}
            names = [labels[r] for r in labels if r in ahead - {wizard.reason}]
            text = self.env._("Comes next: %s", ", ".join(names))
            wizard.ahead_text = text if names else False

    # === OPENING === #

    @api.model
    def _open(self, rows, done=False):
        """Open the dialog for documents that require attention.

        Documents of different causes cannot be resolved together: those with the most
        frequent cause come first, the others right after.

        :param recordset rows: `synkd.transaction` in the state attention.
        :param str done: what became of the cause that was resolved just before.
        :rtype: dict
        """
        rows.check_access("read")
        causes = rows.grouped(lambda row: (row.ledger_id, row.reason or "refused"))
        (ledger, reason), mine = max(causes.items(), key=lambda item: len(item[1]))
        wizard = self._create_dialog(
            {
                "row_ids": mine.ids,
                "later_ids": (rows - mine).ids,
                "ledger_id": ledger.id,
                "reason": reason,
                "done_text": done,
            }
        )
        wizard.sudo()._prepare()
        return wizard._get_action()

    def _prepare(self):
        """Fill the part of the dialog that the cause needs with proposals."""
        if self.section == "customers":
            self._prepare_customers()
        elif self.section == "lines":
            self._prepare_lines()
        elif self.section == "mapping":
            self._prepare_needs()
        elif self.section == "posted":
            self._prepare_differences()
        elif self.section == "date":
            self.post_date = fields.Date.add(self._get_closed_until(), days=1)

    def _get_action(self):
        """Return the action that shows this dialog.

        :rtype: dict
        """
        return self._get_dialog_action(self.env._("Resolve")) | {
            "context": {"dialog_size": "extra-large"}
        }

    # === RESOLVING === #

    def action_confirm(self):
        """Do what was chosen, remember it, and decide again what waits for it.

        :return: a notification that says how many documents are Ready to Post now,
            followed by the dialog for what is left.
        :rtype: dict
        :raise UserError: when something is not chosen yet; says what.
        """
        self._get_rows()
        resolve = {
            "customers": self._resolve_customers,
            "lines": self._resolve_lines,
            "mapping": self._resolve_mapping,
            "date": self._resolve_date,
            "walk_in": self._resolve_walk_in,
            "refused": self._resolve_refused,
        }.get(self.section)
        if not resolve:
            raise UserError(
                self.env._(
                    "This cause is not resolved here. Use the buttons of the dialog."
                )
            )
        return self._resolve(resolve)

    def _resolve(self, method):
        """Call a method and tell what became of the documents that it touches.

        :rtype: dict
        """
        rows = self.env["synkd.transaction"].sudo()
        domain = self._touched_domain() | Domain("id", "in", self.row_ids.ids)
        waiting = rows.search(Domain("sync_state", "=", "attention") & domain)
        method()
        waiting.invalidate_recordset()
        return self._tell(waiting)

    def _get_rows(self):
        """Return the chosen documents that still wait for this cause.

        :raise UserError: when somebody resolved them meanwhile.
        """
        check_one(self)
        self.row_ids.check_access("read")
        self.ledger_id.check_access("read")
        rows = self.row_ids.filtered(
            lambda row: (
                row.sync_state == "attention"
                and (row.reason or "refused") == self.reason
                and row.ledger_id == self.ledger_id
            )
        )
        if not rows:
            raise UserError(
                self.env._(
                    "Nothing is left to resolve here: somebody else resolved it, or it"
                    " waits for another cause now. Close this and look at the list."
                )
            )
        return rows

    def _touched_domain(self):
        """Return the waiting documents that the choice is about.

        :rtype: Domain
        """
        domains = {
            "customers": self._touched_by_customers,
            "lines": self._touched_by_lines,
            "mapping": self._touched_by_mapping,
            "walk_in": self._touched_by_walk_in,
        }
        domain = domains[self.section]() if self.section in domains else Domain.FALSE
        return Domain("ledger_id", "=", self.ledger_id.id) & domain

    def _tell(self, waiting):
        """Return the notification about documents that waited, and what comes next.

        :param recordset waiting: `synkd.transaction` that required attention before.
        :rtype: dict
        """
        left = waiting.filtered(lambda r: r.sync_state == "attention" and not r.stale)
        same = left.filtered(lambda row: (row.reason or "refused") == self.reason)
        ready = waiting.filtered(lambda r: r.sync_state == "pending")
        message = self._describe_outcome(
            ready, same, left - same, waiting.filtered("stale")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if same and not ready else "success",
                "ready": len(ready),
                "left": len(left),
                "next": self._get_next_action(message),
            },
        }

    def _describe_outcome(self, ready, same, other, marked):
        """Return the sentences about what became of documents that waited.

        :param recordset ready: what the next run sends.
        :param recordset same: what waits for the same cause still.
        :param recordset other: what waits for another cause now.
        :param recordset marked: what the next run decides.
        :rtype: str
        """
        voided = ready.filtered(lambda row: row.operation == "void")
        sentences = [
            (ready - voided, self.env._("Ready to Post now: %s.")),
            (voided, self.env._("The next run takes back in the books: %s.")),
            (other, self.env._("Documents with one more question: %s.")),
            (same, self.env._("Still waiting: %s.")),
            (marked, self.env._("The next run decides: %s.")),
        ]
        told = [sentence % len(rows) for rows, sentence in sentences if rows]
        return " ".join(told) or self.env._("Nothing waits for this any more.")

    def _get_next_action(self, message):
        """Return the dialog for the chosen documents that wait for another cause.

        :param str message: what became of this cause; the dialog repeats it, because
            people look there, and would take a new question for a failure.
        :rtype: dict
        """
        rows = self.row_ids | self.later_ids
        rows.invalidate_recordset()
        left = rows.filtered(
            lambda row: (
                row.sync_state == "attention"
                and not row.stale
                and (row in self.later_ids or row.reason != self.reason)
            )
        )
        if not left:
            return {"type": "ir.actions.act_window_close"}
        labels = dict(self._fields["reason"]._description_selection(self.env))
        done = self.env._(
            "%(cause)s: done. %(outcome)s",
            cause=labels[self.reason],
            outcome=message,
        )
        return self._open(left, done)

    def action_skip(self):
        """Leave these documents waiting, and go on with the chosen ones after them.

        :return: the dialog for the next cause, or what closes this one.
        :rtype: dict
        """
        left = self.later_ids.filtered(lambda row: row.sync_state == "attention")
        if left:
            return self._open(left)
        return {"type": "ir.actions.act_window_close"}

    def action_ask_manager(self):
        """Ask a manager of the books to go on: an activity with each document.

        :return: the notification that says who was asked.
        :rtype: dict
        """
        rows = self._get_rows()
        return self.ledger_id._ask(rows, self.message or "")

    # === SECTION: closed period === #

    def _get_closed_until(self):
        """Return the last day of the closed period that the documents fall into.

        :rtype: datetime.date
        """
        days = [
            fields.Date.to_date((row.reason_data or {}).get("closed")) or row.date
            for row in self.row_ids
        ]
        return max(days)

    def _resolve_date(self):
        """Give the documents another date in the books.

        :raise UserError: when that is in the closed period too.
        """
        closed = self._get_closed_until()
        if not self.post_date or self.post_date <= closed:
            raise UserError(
                self.env._(
                    "The books are closed until %s. Choose a later day, or close this"
                    " and wait until the period is opened again.",
                    fields.Date.to_string(closed),
                )
            )
        self._get_rows().action_set_post_date(self.post_date)

    # === SECTION: a shop whose walk-ins have no class === #

    def _touched_by_walk_in(self):
        """Return the documents of the same shops that lack a class too."""
        places = self.row_ids.summary_id.mapped("place")
        return Domain("summary_id.place", "in", places) & Domain(
            "reason", "=", self.reason
        )

    def _resolve_walk_in(self):
        """Give the walk-ins of these shops a class, for now and from now on.

        :raise UserError: when none is chosen that posts to a generic account customer.
        """
        rows = self._get_rows()
        self.env["synkd.customer.link"].check_access("create")
        self.answer = "generic"
        self._check_class()
        rows.sudo().summary_id._choose_walk_in(self.class_id)

    # === SECTION: explained only, or refused by the books === #

    def _resolve_refused(self):
        """Let the books be tried again."""
        self._get_rows().action_retry()

    def action_view_document(self):
        """Open the document.

        :rtype: dict
        """
        return self.row_ids[:1].action_view_document()

    def action_view_account_customer(self):
        """Open the account customer.

        :rtype: dict
        """
        return self.row_ids.account_customer_id[:1]._get_records_action()

    def action_preview(self):
        """Show what would be sent of the document.

        :rtype: dict
        """
        return self.row_ids[:1].action_preview()
