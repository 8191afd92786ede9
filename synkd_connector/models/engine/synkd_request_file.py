# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...lib.errors import RejectedError
from ...lib.results import HANDED_OVER, REJECTED

# What people carry by hand; a batch that makes more is halved until it fits.
MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 10
NAME_LENGTH = 150


class SynkdRequest(models.Model):
    """What is handed over as a file, to books that give no answer."""

    _inherit = "synkd.request"

    by_file = fields.Boolean(string="As a File", readonly=True)
    file_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        string="Files",
        domain=[("res_model", "=", "synkd.request")],
        readonly=True,
    )
    file_names = fields.Char(
        string="File", compute="_compute_file_names", compute_sudo=True
    )
    download_text = fields.Text(
        string="Downloaded",
        readonly=True,
        copy=False,
        help="Who downloaded its files and when, the last one first. Ask them what they"
        " imported before you say what became of it.",
    )
    import_reports = fields.Boolean(compute="_compute_import_reports")
    import_steps = fields.Text(
        string="How It Is Imported", compute="_compute_import_steps"
    )
    is_late = fields.Boolean(
        string="Waits Too Long", compute="_compute_is_late", search="_search_is_late"
    )
    reminded_at = fields.Datetime(readonly=True)

    _handed_idx = models.Index("(ledger_id, answered_at) WHERE state = 'handed'")

    # === COMPUTE METHODS === #

    @api.depends("file_ids.name")
    def _compute_file_names(self):
        for request in self:
            request.file_names = ", ".join(request.file_ids.sorted("id").mapped("name"))

    @api.depends("ledger_id")
    def _compute_import_reports(self):
        for request in self:
            capable = request.ledger_id._get_capabilities()
            request.import_reports = capable.import_reports

    @api.depends("ledger_id", "channel")
    @api.depends_context("lang")
    def _compute_import_steps(self):
        for request in self:
            ledger = request.ledger_id.sudo()
            steps = []
            if request.by_file and ledger._has_connector():
                steps = ledger._get_connector()._get_import_steps(request.channel)
            request.import_steps = "\n".join(
                f"{number}. {step}" for number, step in enumerate(steps, 1)
            )

    @api.depends("state", "answered_at", "ledger_id.file_days")
    def _compute_is_late(self):
        late = self.filtered_domain(self._late_domain())
        for request in self:
            request.is_late = request in late

    def _search_is_late(self, operator, _value):
        """Find files that wait too long; only ``= True`` is asked for."""
        return self._late_domain() if operator == "in" else NotImplemented

    @api.model
    def _late_domain(self):
        """Return the files that wait longer for their import than their ledger says.

        :rtype: Domain
        """
        now = fields.Datetime.now()
        ledgers = self.env["synkd.ledger"].sudo().search([("active", "=", True)])
        return Domain("state", "=", "handed") & Domain.OR(
            Domain("ledger_id", "in", some.ids)
            & Domain("answered_at", "<", now - timedelta(days=days))
            for days, some in ledgers.grouped("file_days").items()
        )

    # === HANDING OVER === #

    def _check_files(self, batch, answer):
        """Refuse an answer whose files nobody could keep track of; none is kept.

        :param Batch batch: what was handed over.
        :param Answer answer: of the connector.
        :raise RejectedError: they are too large; a batch is halved then.
        :raise ValueError: when the connector breaks the contract.
        """
        outcomes = {result.res_id: result.outcome for result in answer.results}
        handed = HANDED_OVER in outcomes.values()
        names = [file.name for file in answer.files]
        if handed != bool(names) or (handed and not self.by_file):
            raise ValueError("What is handed over is in a file, and only that is")
        if self.by_file and any(
            outcomes.get(member.res_id) not in (HANDED_OVER, REJECTED)
            for member in batch.members
        ):
            raise ValueError("Each member is handed over, or refused")
        if len(names) > MOST_FILES or len(set(names)) != len(names):
            raise ValueError("Files are few, and have names of their own")
        for name in names:
            odd = not name.isprintable() or {*"/\\"} & {*name}
            if odd or not 0 < len(name) <= NAME_LENGTH:
                raise ValueError("That is no name of a file")
        if sum(len(file.content) for file in answer.files) > MOST_BYTES:
            raise RejectedError(
                self.env._(
                    "Its file would be larger than %s MB, which nobody imports. Make"
                    " the document smaller, or split it.",
                    MOST_BYTES // 1024**2,
                )
            )

    def _keep_files(self, files):
        """Keep the files that were handed over, for people to download.

        :param tuple files: ``BooksFile``.
        """
        self.env["ir.attachment"].create(
            [
                {
                    "name": file.name,
                    "raw": file.content,
                    "mimetype": file.mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for file in files
            ]
        )

    def _note_download(self, name):
        """Note that the user downloads a file.

        :param str name: of the file.
        """
        for request in self.filtered("by_file"):
            said = self.env._(
                "%(user)s downloaded %(file)s on %(time)s UTC.",
                user=self.env.user.name,
                file=name,
                time=fields.Datetime.now().replace(microsecond=0),
            )
            before = request.download_text
            request.download_text = f"{said}\n{before}" if before else said

    # === REMINDERS === #

    def _get_reminder(self):
        """Return the summary of the reminder of this file, for whoever asks the same.

        :rtype: str
        """
        theirs = self.with_context(lang=self.ledger_id._get_language())
        return theirs.env._("File %s waits for its import", self.file_names)

    def _set_settled(self):
        """Override: nobody has to be reminded of what is done."""
        settled = super()._set_settled()
        if self.state == "done" and self.reminded_at:
            summary = self._get_reminder()
            reminders = self.ledger_id.activity_ids
            reminders.filtered(lambda each: each.summary == summary).unlink()
        return settled
