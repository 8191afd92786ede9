# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...const import BATCH, IN_FILE, QUEUE_REASONS, QUEUE_STATES


class SynkdLedger(models.Model):
    """The daily mail to whoever is responsible: what waits, since when, how much."""

    _inherit = "synkd.ledger"

    send_summary = fields.Boolean(
        string="Daily Summary",
        default=True,
        help="Mails the responsible each day what waits in the transaction queue;"
        " nothing is sent when nothing waits.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: with the first ledger there is something to mail about."""
        ledgers = super().create(vals_list)
        everyone = self.sudo().with_context(active_test=False)
        if everyone.search_count([], limit=len(ledgers) + 1) == len(ledgers):
            self._set_summaries_on()
        return ledgers

    def _set_summaries_on(self):
        """Switch the daily schedule on; later it is left as a person sets it."""
        cron = self.env.ref(
            "synkd_connector.ir_cron_send_summaries", raise_if_not_found=False
        )
        if cron:
            cron.sudo().active = True

    @api.model
    def _cron_send_summaries(self):
        """Mail each ledger's responsible what waits: called by the daily schedule."""
        self._remind_of_files()
        wanted = [("send_summary", "=", True), ("user_id.email", "!=", False)]
        ledgers = self.search(wanted, order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(ledgers))
        for ledger in ledgers:
            ledger._send_summary()
            if not cron._commit_progress(1):
                break

    def _send_summary(self):
        """Mail the responsible what waits in this ledger, if anything does.

        :return: the id of the mail, or False.
        :rtype: int
        """
        self.ensure_one()
        if not self._get_summary():
            return False
        template = self.env.ref("synkd_connector.synkd_ledger_mail_template_summary")
        return template.sudo().send_mail(
            self.id, email_layout_xmlid="mail.mail_notification_light"
        )

    def _get_summary_subject(self):
        """Return the subject of the mail.

        :rtype: str
        """
        return self.env._(
            "%(ledger)s: %(count)s documents wait for the books",
            ledger=self.name,
            count=sum(line["count"] for line in self._get_summary()),
        )

    def _get_summary(self):
        """Return what waits, one line for each reason or state, decisions first.

        In the language of the environment; asked by the mail template.

        :return: label, count, amount in the company's currency, oldest (a date) and
            address of the list.
        :rtype: list[dict]
        """
        self.ensure_one()
        rows = self.env["synkd.transaction"].sudo()
        groups = rows._read_group(
            [("ledger_id", "=", self.id), ("sync_state", "in", self._summary_states())],
            ["sync_state", "reason"],
            ["__count", "amount_company:sum", "create_date:min"],
        )
        lines = [self._summary_line(rows, *group) for group in groups]
        return sorted(lines, key=lambda line: (line["rank"], -line["count"]))

    def _summary_states(self):
        """Return the states that the summary is about.

        :rtype: tuple
        """
        return ("attention", "pending", BATCH, "held", IN_FILE)

    def _summary_line(self, rows, state, reason, count, amount, oldest):
        """Return one line of the summary.

        :rtype: dict
        """
        is_reason = state == "attention" and bool(reason)
        name, value = ("reason", reason) if is_reason else ("sync_state", state)
        known = dict(QUEUE_REASONS if is_reason else QUEUE_STATES)
        labels = dict(rows._fields[name]._description_selection(self.env))
        paths = {"attention": "requires-attention", IN_FILE: "in-a-file"}
        paths[BATCH] = "batch-billing"
        path = paths.get(state, "ready-to-post")
        return {
            "rank": (state != "attention", [*known].index(value)),
            "label": labels[value],
            "attention": state == "attention",
            "count": count,
            "amount": amount,
            "oldest": oldest.date(),
            "url": f"{self.get_base_url()}/odoo/{path}",
        }
