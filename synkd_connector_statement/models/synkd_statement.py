# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

REPORT = "partner_statement.action_print_outstanding_statement"
TEMPLATE = "synkd_connector_statement.mail_template_statement"
# Each takes about a second to print: more of them is nothing to wait for.
AT_ONCE = 10
# Nothing is sent in a request: Odoo's outgoing mails have their own cron.
QUEUED = {"mail_notify_force_send": False, "mail_create_nosubscribe": True}


class SynkdStatement(models.Model):
    """A statement of account that goes to a customer by e-mail, once.

    Rows are made by the dialog; what it does not send at once, the cron does. Sent
    means that the mail is in Odoo's outgoing mails, which tell by themselves when a
    server refuses it.
    """

    _name = "synkd.statement"
    _description = "Statement of Account"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date_end = fields.Date(string="As of", required=True, readonly=True)
    aging_type = fields.Selection(
        [("days", "Days"), ("months", "Months")],
        string="Age by",
        required=True,
        readonly=True,
    )
    consolidated = fields.Boolean(readonly=True, help="With its sub-customers.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Not Sent")],
        required=True,
        readonly=True,
        default="waiting",
    )
    sent_at = fields.Datetime(readonly=True)
    sent_to = fields.Char(readonly=True)
    message = fields.Text(string="Why Not", readonly=True)

    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    # === HOW A STATE MOVES === #

    def _set_sent(self, sent_to):
        """Note that a *waiting* statement is in the outgoing mails."""
        if self.state == "waiting":
            now = fields.Datetime.now()
            self.write({"state": "sent", "sent_at": now, "sent_to": sent_to})

    def _set_failed(self, message):
        """Let a *waiting* statement wait for a person, with a sentence."""
        if self.state == "waiting":
            self.write({"state": "failed", "message": message})

    def _set_waiting(self):
        """Let *failed* statements be sent again."""
        failed = self.filtered(lambda statement: statement.state == "failed")
        failed.write({"state": "waiting", "message": False})

    # === ACTIONS === #

    def action_retry(self):
        """Send statements that were not sent, now or by the cron.

        :rtype: bool
        """
        self.check_access("read")
        self.sudo()._set_waiting()
        self.sudo()._dispatch()
        return True

    # === SENDING === #

    def _dispatch(self):
        """Send a few of those that wait at once, and leave many to the cron."""
        waiting = self.filtered(lambda statement: statement.state == "waiting")
        if len(waiting) > AT_ONCE:
            self.env.ref("synkd_connector_statement.ir_cron_send_statements")._trigger()
            return
        for statement in waiting:
            statement._try_to_send()

    @api.model
    def _cron_send(self):
        """Send what waits, one after the other, as long as there is time."""
        waiting = self.search([("state", "=", "waiting")], order="id")
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(waiting))
        for statement in waiting:
            statement.with_context(lang=statement.create_uid.lang)._try_to_send()
            if not progress(1):
                break

    def _try_to_send(self):
        """Send one; what hinders it is told, and hinders no other one."""
        try:
            with self.env.cr.savepoint():
                self._send()
        except UserError as error:
            self._set_failed(str(error))

    def _send(self):
        """Put the mail with the PDF into the outgoing mails and the chatter.

        :raise UserError: when there is no address, or nothing to print with.
        """
        partner = self._as_asker(self.partner_id).with_context(**QUEUED)
        partner.check_access("read")
        recipients = partner._get_statement_recipients().get(partner)
        if not recipients:
            raise UserError(
                self.env._(
                    "%s has no e-mail address for statements. Type one on the customer,"
                    " then press Retry.",
                    partner.display_name,
                )
            )
        partner.sudo().message_post(**self._prepare_message(recipients))
        self._set_sent(", ".join(recipients.mapped("email")))

    def _as_asker(self, records):
        """Return records with the rights of who asked for it, in its company."""
        mine = records.with_user(self.create_uid).with_company(self.company_id)
        return mine.with_context(allowed_company_ids=self.company_id.ids)

    def _prepare_message(self, recipients):
        """Return the message to the recipients, with the PDF."""
        template = self.env.ref(TEMPLATE)
        # Words of the customer's language, as the statement itself.
        subject, body = (
            template._render_field(name, self.ids, compute_lang=True)[self.id]
            for name in ("subject", "body_html")
        )
        return {
            "author_id": self.create_uid.partner_id.id,
            "email_from": template._render_field("email_from", self.ids)[self.id],
            "subject": subject,
            "body": body,
            "message_type": "comment",
            "partner_ids": recipients.ids,
            "attachments": [(self._get_file_name(), self._render_pdf())],
            "email_layout_xmlid": "mail.mail_notification_light",
            "mail_auto_delete": template.auto_delete,
        }

    def _get_subject(self):
        """Return the subject of the mail, in the words of the language at hand."""
        return self.env._(
            "%(company)s: statement of account as of %(date)s",
            company=self.company_id.name,
            date=format_date(self.env, self.date_end),
        )

    def _get_file_name(self):
        """Return the name of the PDF, such as "Statement Hope Works 2026-12-31.pdf"."""
        return self.env._(
            "Statement %(customer)s %(date)s.pdf",
            customer=(self.partner_id.name or "").replace("/", "-"),
            date=self.date_end,
        )

    def _render_pdf(self):
        """Return the statement as a PDF."""
        dialog, partner = self.env["synkd.statement.wizard"], self.partner_id
        reports = self._as_asker(self.env["ir.actions.report"])
        data = dialog._prepare_data(self, partner)
        return reports._render_qweb_pdf(REPORT, partner.ids, data=data)[0]
