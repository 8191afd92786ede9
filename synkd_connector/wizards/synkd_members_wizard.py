# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..door import check_one, read_text, read_upload
from ..lib.results import NOT_FOUND, OK, REJECTED, Result

OUTCOMES = {"ok": OK, "rejected": REJECTED, "void": NOT_FOUND}
# So many sentences about odd rows are shown.
MOST_ODD = 20


class SynkdMembersWizard(models.TransientModel):
    """Asks a manager what became of each member of a file, or of a lost call.

    What he leaves empty waits on. A file that the books export fills it in; it counts
    only when he confirms.
    """

    _name = "synkd.members.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "What Became of Each?"

    request_id = fields.Many2one("synkd.request", required=True, readonly=True)
    by_file = fields.Boolean(related="request_id.by_file", related_sudo=False)
    file_names = fields.Char(related="request_id.file_names", related_sudo=False)
    channel = fields.Selection(related="request_id.channel", related_sudo=False)
    import_reports = fields.Boolean(
        related="request_id.import_reports", related_sudo=False
    )
    report = fields.Binary(string="File of the Books", attachment=False)
    report_name = fields.Char()
    report_said = fields.Text(readonly=True)
    line_ids = fields.One2many("synkd.members.line", "wizard_id")

    @api.model
    def _open(self, request):
        """Open the dialog about the members whose fate nobody knows.

        :param recordset request: one `synkd.request`.
        :rtype: dict
        """
        awaited = request.sudo()._get_awaited()
        lines = zip(awaited, awaited._get_records(), strict=True)
        wizard = self._create_dialog(
            {
                "request_id": request.id,
                "line_ids": [
                    Command.create(
                        {"member_id": line.id, "name": record._describe_member()}
                    )
                    for line, record in lines
                ],
            }
        )
        return wizard._get_dialog_action()

    # === A FILE OF THE BOOKS === #

    def action_read(self):
        """Read the file of the books, and fill in what it says; nothing counts yet.

        :rtype: dict
        :raise UserError: when there is none, or it cannot be read; says why.
        """
        check_one(self)
        content = read_upload(self.env, self.report)
        if not content:
            raise UserError(
                self.env._(
                    "Choose the file that the books exported first; the one here is"
                    " empty."
                )
            )
        results, odd = self.request_id._read_report(content)
        dialog = self.sudo()
        for line in dialog.line_ids:
            line._take_report(results.get(line.member_id.res_id))
        dialog.report_said = self._describe_report(results, odd)
        return self._get_dialog_action()

    def _describe_report(self, results, odd):
        """Return what the file of the books says, in sentences.

        :rtype: str
        """
        outcomes = [result.outcome for result in results.values()]
        count = len(self.line_ids)
        says = [
            self.env._(
                "It tells of %(told)s of %(count)s: imported %(ok)s, refused"
                " %(rejected)s, not imported %(void)s. Of %(left)s it tells nothing:"
                " they wait on. Nothing is changed before you confirm.",
                told=len(results),
                count=count,
                ok=outcomes.count(OK),
                rejected=outcomes.count(REJECTED),
                void=outcomes.count(NOT_FOUND),
                left=count - len(results),
            )
        ]
        for each in odd[:MOST_ODD]:
            named = " ".join(filter(None, (each.what, each.name)))
            says.append(
                self.env._("Left out: %(name)s: %(why)s.", name=named, why=each.reason)
            )
        if len(odd) > MOST_ODD:
            says.append(self.env._("And %s more.", len(odd) - MOST_ODD))
        return "\n".join(says)

    # === CONFIRMING === #

    def action_confirm(self):
        """Note what is said of each member.

        :rtype: dict
        :raise UserError: when nothing is said, a reason is missing, or it was said
            meanwhile.
        """
        check_one(self)
        told = self.line_ids.filtered(lambda line: line._get_word())
        if not told:
            raise UserError(
                self.env._("Say of one of them at least what became of it.")
            )
        results = {line.member_id.res_id: line._get_result() for line in told}
        source = (self.report_said and self.report_name) or ""
        self.request_id._say(results, read_text(self.env, source))
        return {"type": "ir.actions.act_window_close"}


class SynkdMembersLine(models.TransientModel):
    """One member, and what became of it."""

    _name = "synkd.members.line"
    _inherit = ["synkd.dialog.mixin"]
    _description = "What Became of It?"

    wizard_id = fields.Many2one(
        "synkd.members.wizard", required=True, ondelete="cascade"
    )
    member_id = fields.Many2one("synkd.request.line", required=True, readonly=True)
    name = fields.Char(string="Sent From Here", readonly=True)
    outcome = fields.Selection(
        [("ok", "Imported"), ("rejected", "Refused"), ("void", "Not Imported")],
        string="What Became of It",
    )
    there = fields.Selection(
        [("ok", "It Is in the Books"), ("void", "It Is Not")], string="What You See"
    )
    reason = fields.Char(help="Why the books refused it, as they said it.")
    number = fields.Char(string="Number There")
    external_id = fields.Char(string="Identity in the Books")
    reported = fields.Json(readonly=True)

    def _get_word(self):
        """Return what is said of this member: ok, rejected, void, or nothing."""
        return self.outcome if self.member_id.by_file else self.there

    def _take_report(self, result):
        """Fill in what a file of the books says, if it says anything.

        :param Result result: about this member, or None.
        """
        word = {outcome: name for name, outcome in OUTCOMES.items()}
        told = result and word.get(result.outcome)
        self.write(
            {
                "reported": result.as_dict() if told else False,
                "outcome": told or False,
                "reason": told and result.message,
                "number": told and result.number,
                "external_id": told and result.external_id,
            }
        )

    def _get_result(self):
        """Return what is said of this member, as connectors say it.

        :rtype: Result
        :raise UserError: when the books refused it, and no reason is given; or when its
            identity in the books has to be known.
        """
        outcome = OUTCOMES[self._get_word()]
        reason = read_text(self.env, self.reason)
        identity = read_text(self.env, self.external_id)
        if outcome == REJECTED and not reason:
            raise UserError(
                self.env._("Say why the books refused %s, as they said it.", self.name)
            )
        request = self.wizard_id.request_id
        if outcome == OK and not self.member_id.by_file and not identity:
            request._check_identity_given(identity)
        known = self.reported or {}
        if known.get("outcome") != outcome:
            known = {}
        return Result(
            **known
            | {
                "res_id": self.member_id.res_id,
                "outcome": outcome,
                "external_id": identity if outcome == OK else "",
                "number": read_text(self.env, self.number) if outcome == OK else "",
                "message": reason if outcome == REJECTED else "",
            }
        )
