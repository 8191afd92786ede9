# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...door import check_one
from ..ledger.synkd_ledger_ask import TYPE

LONGEST_WAIT = 365


class SynkdLedger(models.Model):
    """The files that were handed over to books without an answer."""

    _inherit = "synkd.ledger"

    takes_files = fields.Boolean(
        compute="_compute_takes_files",
        help="These books give no answer: they take files that somebody imports.",
    )
    import_reports = fields.Boolean(compute="_compute_takes_files")
    file_days = fields.Integer(
        string="Remind of Files After (days)",
        default=3,
        help="The responsible gets an activity about a file of which nobody said by"
        " then what became of it.",
    )
    file_count = fields.Integer(string="Files to Import", compute="_compute_file_count")

    @api.depends("connector")
    def _compute_takes_files(self):
        for ledger in self:
            capable = ledger._get_capabilities()
            ledger.takes_files = not capable.answers
            ledger.import_reports = capable.import_reports

    def _compute_file_count(self):
        groups = self.env["synkd.request"]._read_group(
            [("ledger_id", "in", self.ids), ("state", "=", "handed")],
            ["ledger_id"],
            ["__count"],
        )
        counts = {ledger.id: count for ledger, count in groups}
        for ledger in self:
            ledger.file_count = counts.get(ledger.id, 0)

    @api.constrains("file_days")
    def _check_file_days(self):
        for ledger in self:
            if not 1 <= ledger.file_days <= LONGEST_WAIT:
                raise ValidationError(
                    self.env._(
                        "Ledger %(ledger)s must remind of files after 1 day or more,"
                        " and after %(longest)s at most.",
                        ledger=ledger.name,
                        longest=LONGEST_WAIT,
                    )
                )

    def action_view_files(self):
        """Open the files that somebody has to import.

        :rtype: dict
        """
        return self._view("synkd_request_action_files")

    def action_upload_report(self):
        """Open the dialog in which a list of the books says what they imported.

        :rtype: dict
        :raise UserError: when the user may not say.
        """
        check_one(self)
        self.check_access("read")
        self.env["synkd.request"]._check_manager()
        return self.env["synkd.report.wizard"]._open(self)

    @api.model
    def _remind_of_files(self):
        """Give the responsible an activity for each file that waits too long, once."""
        requests = self.env["synkd.request"]
        late = requests.search(
            requests._late_domain() & Domain("reminded_at", "=", False)
        )
        for request in late:
            env = request.with_context(lang=request.ledger_id._get_language()).env
            request.ledger_id.activity_schedule(
                TYPE,
                summary=request._get_reminder(),
                note=env._(
                    "Nobody has said yet what became of this file, handed over on"
                    " %(date)s with %(count)s members. Import it, then say so on the"
                    " file.",
                    date=format_date(env, request.answered_at),
                    count=request.member_count,
                ),
                user_id=request.ledger_id.user_id.id or self.env.uid,
            )
        late.reminded_at = fields.Datetime.now()
