# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..door import check_one, read_text, read_upload
from ..lib.results import Result

# So many names are in a sentence, and so many sentences are shown.
MOST_NAMED = 10
MOST_SAID = 40


class SynkdReportWizard(models.TransientModel):
    """Reads a list that books exported against all files that wait for their import.

    What is in the list was imported: that is noted when the manager confirms. What is
    missing, different or there twice is named, and waits on.
    """

    _name = "synkd.report.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "What Did the Books Import?"

    ledger_id = fields.Many2one("synkd.ledger", required=True, readonly=True)
    report = fields.Binary(string="File of the Books", attachment=False)
    report_name = fields.Char()
    said = fields.Text(readonly=True)
    told_count = fields.Integer(readonly=True)
    told = fields.Json(readonly=True)

    @api.model
    def _open(self, ledger):
        """Open the dialog for the files of a ledger.

        :param recordset ledger: one `synkd.ledger`.
        :rtype: dict
        """
        return self._create_dialog({"ledger_id": ledger.id})._get_dialog_action()

    def action_read(self):
        """Read the list, and say what it tells of which file; nothing counts yet.

        :rtype: dict
        :raise UserError: when there is none, or it tells nothing; says why.
        """
        check_one(self)
        content = self._get_content()
        waiting = self.env["synkd.request"]._find_handed(self.ledger_id)
        told, said, odd = {}, [], {}
        for request, results, strange in self._read_all(waiting, content):
            if results:
                told[str(request.id)] = [r.as_dict() for r in results.values()]
            if request:
                said += self._describe(request, results)
            odd |= dict.fromkeys(strange)
        count = sum(map(len, told.values()))
        if not count:
            said.insert(0, self._describe_nothing(waiting, odd))
        said += [self._describe_odd(each) for each in odd]
        if len(said) > MOST_SAID:
            more = self.env._("And %s more.", len(said) - MOST_SAID)
            said = [*said[:MOST_SAID], more]
        self.sudo().write({"told": told, "told_count": count, "said": "\n".join(said)})
        return self._get_dialog_action()

    def action_confirm(self):
        """Note that what the list has was imported, in all files.

        :rtype: dict
        :raise UserError: when it tells of nothing, or it was said meanwhile.
        """
        check_one(self)
        if not self.told_count:
            raise UserError(
                self.env._("Press Read It first: nothing is known to be imported yet.")
            )
        source = read_text(self.env, self.report_name) or self._description
        requests = self.env["synkd.request"].browse(map(int, self.told))
        for request in requests:
            results = [Result(**each) for each in self.told[str(request.id)]]
            request._say({result.res_id: result for result in results}, source)
        return {"type": "ir.actions.act_window_close"}

    # === READING === #

    def _get_content(self):
        """Return the bytes of the file.

        :raise UserError: when there are none.
        """
        content = read_upload(self.env, self.report)
        if not content:
            raise UserError(
                self.env._(
                    "Choose the file that the books exported first; the one here is"
                    " empty."
                )
            )
        return content

    def _read_all(self, waiting, content):
        """Read the list against each file that waits.

        A list of customers tells nothing of files of documents, and says so. Where it
        tells nothing of any that waits, it is read for what is odd in it: somebody may
        have imported once more what was confirmed long ago.

        :return: tuples of request, results by id of the record, and oddities.
        :rtype: list[tuple]
        :raise UserError: when it can be read for none that waits, and tells nothing
            odd of the others.
        """
        read, problems = [], []
        for request in waiting:
            try:
                read.append((request, *request._read_report(content)))
            except UserError as error:
                problems.append(error)
        if any(results or odd for _request, results, odd in read):
            return read
        odd = waiting._find_odd(self.ledger_id, content)
        if not read and not odd:
            raise problems[0] if waiting else UserError(self._describe_nothing(waiting))
        return [*read, (waiting.browse(), {}, odd)]

    def _describe_nothing(self, waiting, odd=()):
        """Return the sentence about a list that confirms nothing."""
        if waiting and odd:
            return self.env._(
                "Nothing in it is confirmed before somebody looked at what is named"
                " below."
            )
        if not waiting:
            return self.env._(
                "No file of ledger %s waits for its import, so there is nothing to"
                " confirm.",
                self.ledger_id.name,
            )
        return self.env._(
            "Nothing in it was in a file of ledger %s that waits. Is it the list of"
            " another company, or of other days?",
            self.ledger_id.name,
        )

    def _describe(self, request, results):
        """Return what a list tells of a file, and what is missing in it."""
        lines = request.sudo().line_ids.filtered(lambda line: line.state == "handed")
        missing = lines.filtered(lambda line: line.res_id not in results)
        said = [
            self.env._(
                "%(file)s: %(told)s of %(count)s are there, each once.",
                file=request.file_names or request.display_name,
                told=len(results),
                count=len(lines),
            )
        ]
        if missing and results:
            names = missing[:MOST_NAMED]._get_records().mapped("display_name")
            more = ["…"] if len(missing) > MOST_NAMED else []
            said.append(
                self.env._(
                    "Not there, so they wait on: %s.", ", ".join([*names, *more])
                )
            )
        return said

    def _describe_odd(self, odd):
        """Return a sentence about something odd in the list."""
        named = " ".join(filter(None, (odd.what, odd.name)))
        return self.env._("Look at it: %(name)s: %(why)s.", name=named, why=odd.reason)
