# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from dataclasses import replace

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import check_one
from ...lib.errors import ConnectorError
from ...lib.odd import Oddity
from ...lib.results import NOT_FOUND, OK, REJECTED, Batch, Result

_logger = logging.getLogger(__name__)

# So many records are named in a sentence.
MOST_NAMED = 10


class SynkdRequest(models.Model):
    """What people say became of members that the books gave no answer about.

    Of what is in a file nobody but a manager of the books, or a file that they export
    and he uploads, says what became of each member; until then it is never sent again.
    Of books that answer it is what they were asked about in vain.
    """

    _inherit = "synkd.request"

    # === WHAT PEOPLE SAY === #

    def action_all_imported(self):
        """Say that all members that are in the file still were imported.

        :rtype: bool
        :raise UserError: when there is nothing to say, or the user may not.
        """
        return self._say_all(OK)

    def action_none_imported(self):
        """Say that none of the members in the file was imported: all wait again.

        :rtype: bool
        :raise UserError: when there is nothing to say, or the user may not.
        """
        return self._say_all(NOT_FOUND)

    def _say_all(self, outcome):
        """Say the same of all members that are in the file still."""
        check_one(self)
        self._check_may_say()
        handed = self.sudo().line_ids.filtered(lambda line: line.state == "handed")
        self._say({line.res_id: Result(line.res_id, outcome) for line in handed})
        return True

    def action_tell_members(self):
        """Open the dialog in which a manager says what became of each member.

        :rtype: dict
        :raise UserError: when there is nothing to say, or the user may not.
        """
        check_one(self)
        self._check_may_say()
        return self.env["synkd.members.wizard"]._open(self)

    def action_take_back(self):
        """Take back what was said of the members of a file: they are in it again.

        :rtype: bool
        :raise UserError: when it is too late for one of them; says why.
        """
        check_one(self)
        self.check_access("read")
        return self.line_ids.action_take_back()

    def _say(self, results, source=""):
        """Note what became of members, all at once or none.

        :param dict results: ``Result`` by id of the record.
        :param str source: the file of the books that says so; "" for the user himself.
        :raise UserError: when it was said before, the user may not, or an identity is
            another record's.
        """
        self._check_may_say()
        request = self.sudo()
        lines = request._get_awaited().filtered(lambda line: line.res_id in results)
        if len(lines) != len(results) or not lines:
            raise self._said_already_error()
        results = {line.res_id: line._complete(results[line.res_id]) for line in lines}
        request._check_identities(lines, results)
        said = {
            line.res_id: line._describe_word(results[line.res_id], source)
            for line in lines
        }
        lines._apply_told(results, said)
        request.message = self.env._(
            "%(user)s said on %(date)s what became of %(count)s of %(total)s members.",
            user=self.env.user.name,
            date=fields.Date.context_today(self),
            count=len(lines),
            total=request.member_count,
        )
        request.ledger_id._wake()

    def _get_awaited(self):
        """Return the members about which a word of a person is awaited."""
        return self.line_ids.filtered(lambda line: line.state in ("handed", "open"))

    def _check_identities(self, lines, results):
        """Refuse identities that are another record's, or two members'.

        :raise UserError: names the identity.
        """
        owned = {}
        for line in lines:
            result = results[line.res_id]
            if result.outcome == OK and result.external_id:
                if result.external_id in owned:
                    raise self._identity_taken_error(
                        result.external_id, owned[result.external_id]._get_records()
                    )
                owned[result.external_id] = line
        if owned:
            for identity, owner in lines._get_records()._find_owners({*owned}).items():
                if owner.id != owned[identity].res_id:
                    raise self._identity_taken_error(identity, owner)

    # === A FILE OF THE BOOKS === #

    def _read_report(self, content):
        """Read a file that the books export, about the members that are in the file.

        Nothing is changed: what it tells is shown to who uploaded it first.

        :param bytes content: of the file.
        :return: ``Result`` by id of the record, and ``Oddity`` of what else it tells.
        :rtype: tuple[dict, list]
        :raise UserError: says why it cannot be read.
        """
        self._check_may_say()
        request = self.sudo()
        lines = request.line_ids.filtered(lambda line: line.state == "handed")
        members = tuple(line._as_member() for line in lines)
        batch = Batch(self.key, members, self.channel, number=self.id)
        answer = self._ask_report(batch, content)
        return request._judge_report(lines, answer)

    @api.model
    def _find_handed(self, ledger):
        """Return the files of a ledger that wait for their import, oldest first.

        :rtype: recordset
        """
        return self.search(
            [("ledger_id", "=", ledger.id), ("state", "=", "handed")], order="id"
        )

    @api.model
    def _find_odd(self, ledger, content):
        """Return what is odd in a file of the books, whoever waits: as what is doubled.

        It is read as one about no members, for each kind of files that there were.

        :param recordset ledger: one `synkd.ledger`.
        :param bytes content: of the file.
        :rtype: list[Oddity]
        """
        self._check_manager()
        groups = self.sudo()._read_group(
            [("ledger_id", "=", ledger.id), ("by_file", "=", True)],
            ["channel"],
            ["id:max"],
        )
        odd = {}
        for channel, last in groups:
            batch = Batch("", (), channel, number=last)
            try:
                answer = self.browse(last)._ask_report(batch, content)
            except UserError:
                continue
            odd |= dict.fromkeys(answer.odd)
        return list(odd)

    def _ask_report(self, batch, content):
        """Let the connector read a report.

        :rtype: Answer
        :raise UserError: says why it cannot.
        """
        ledger = self.sudo().ledger_id
        try:
            return ledger._get_connector()._read_import_report(ledger, batch, content)
        except ConnectorError as error:
            raise UserError(error.message) from error
        except psycopg2.Error:
            raise
        except Exception as error:
            _logger.exception("A report about %s could not be read", self)
            raise UserError(
                self.env._(
                    "This file cannot be read: something in it is odd. Export it again"
                    " from the books; if that does not help, say by hand what became of"
                    " each."
                )
            ) from error

    def _judge_report(self, lines, answer):
        """Return what a report tells about members, each once, and what is odd in it.

        :rtype: tuple[dict, list]
        """
        told, odd = {}, list(answer.odd)
        for result in answer.results:
            told.setdefault(result.res_id, []).append(result)
        results = {}
        owners = lines._get_records()._find_owners(
            {result.external_id for result in answer.results if result.external_id}
        )
        for line in lines:
            record, said = line._get_records(), told.get(line.res_id, [])
            owner = owners.get(said[0].external_id, record) if said else record
            if len(said) > 1:
                numbers = dict.fromkeys(each.number for each in said if each.number)
                why = self.env._("it is there more than once: look it up")
                if len(numbers) > 1:
                    why = self.env._(
                        "it is there more than once, as %s: look it up",
                        ", ".join(numbers),
                    )
            elif owner != record:
                why = self.env._("its identity there is that of %s", owner.display_name)
            else:
                why = ""
                results |= dict.fromkeys([line.res_id], said[0]) if said else {}
            if why:
                odd.append(Oddity(self.env._("The file"), record.display_name, why))
        return results, odd

    # === CHECKS === #

    def _check_may_say(self):
        """Let only managers say, and only of what nobody knows.

        :raise UserError: says who may, or why there is nothing to say.
        """
        if self.state != "handed":
            self._check_may_decide()
            return
        self.check_access("read")
        self._check_manager()

    def _check_manager(self):
        """Refuse others than managers of the books.

        :raise UserError: says whom to ask.
        """
        if not self.env.user.has_group("synkd_connector.group_manager"):
            raise UserError(
                self.env._(
                    "Only managers of the books say what became of a file. Ask one of"
                    " them: press Ask a Manager."
                )
            )

    def _said_already_error(self):
        """Return the error about members of which somebody said it meanwhile.

        :rtype: UserError
        """
        return UserError(
            self.env._(
                "Somebody said meanwhile what became of members of %s. Nothing was"
                " changed; open it again.",
                self.display_name,
            )
        )


class SynkdRequestLine(models.Model):
    """One member of a file: what is said of it, and how that is taken back."""

    _inherit = "synkd.request.line"

    by_file = fields.Boolean(related="request_id.by_file")

    def _complete(self, result):
        """Return what is said of this member, with the identity that it has by that.

        :param Result result: as it was said.
        :rtype: Result
        """
        if result.outcome != OK or result.external_id or not self.by_file:
            return result
        for handed in self.request_id.answer or []:
            if handed["res_id"] == self.res_id and handed["external_id"]:
                return replace(result, external_id=handed["external_id"])
        identity = self.external_id or self.own_key
        return replace(result, external_id=identity)

    def _describe_word(self, result, source):
        """Return who said what of this member, for its history.

        :param Result result: what became of it.
        :param str source: as for ``_say``.
        :rtype: str
        """
        words = {
            "user": self.env.user.name,
            "date": fields.Date.context_today(self),
            "file": self.request_id.file_names or self.request_id.display_name,
            "identity": result.number or result.external_id,
            "reason": result.message,
        }
        if result.outcome == OK:
            said = self.env._("The books have it as %(identity)s (%(file)s).", **words)
        elif result.outcome == REJECTED:
            said = self.env._("The books refused it: %(reason)s (%(file)s).", **words)
        else:
            said = self.env._(
                "The books do not have it (%(file)s). It is sent again.", **words
            )
        if source:
            who = self.env._(
                "%(user)s read %(report)s on %(date)s.", report=source, **words
            )
        else:
            who = self.env._("%(user)s said so on %(date)s.", **words)
        return f"{said} {who}"

    # === TAKING BACK === #

    def action_take_back(self):
        """Take back what was said of members of a file: they are in it again.

        :rtype: bool
        :raise UserError: when it is too late for one of them; says why.
        """
        self.check_access("read")
        self.request_id._check_manager()
        lines = self.sudo().filtered(
            lambda line: line.by_file and line.state in ("ok", "rejected", "void")
        )
        if not lines:
            raise UserError(
                self.env._("Nothing was said of this yet. Nothing was changed.")
            )
        if problems := lines._find_follow_ups():
            raise UserError("\n".join(problems))
        said = self.env._(
            "%(user)s took back on %(date)s what was said of it: it is in the file"
            " again.",
            user=self.env.user.name,
            date=fields.Date.context_today(self),
        )
        lines._set_taken_back(said)
        return True

    def _find_follow_ups(self):
        """Return why it is too late to take back what was said of these members.

        :rtype: list[str]
        """
        records = self._get_records()
        sent = [("model", "=", records._name), ("res_id", "in", records.ids)]
        mine = {line.res_id: line.id for line in self}
        later = self.search([*sent, ("id", ">", min(self.ids))]).filtered(
            lambda line: line.id > mine[line.res_id]
        )
        problems = [
            self.env._(
                "%(record)s was sent again since, with %(request)s: say there what the"
                " books have.",
                record=records.browse(line.res_id).display_name,
                request=line.request_id.display_name,
            )
            for line in later[:MOST_NAMED]
        ]
        imported = self.filtered(lambda line: line.state == "ok")._get_records()
        if followers := imported._get_followers():
            problems.append(
                self.env._(
                    "It went to the books after these, and needs them there: %s. Take"
                    " back first what was said of that.",
                    ", ".join(followers[:MOST_NAMED].mapped("display_name")),
                )
            )
        states = ("synced", "pending", "attention")
        labels = dict(records._fields["sync_state"]._description_selection(self.env))
        gone = records.filtered(lambda record: record.sync_state not in states)
        return problems + [
            self.env._(
                "%(record)s cannot go back, since its state is: %(state)s.",
                record=record.display_name,
                state=labels[record.sync_state],
            )
            for record in gone[:MOST_NAMED]
        ]

    def _set_taken_back(self, said):
        """Let members be *handed* again, from *ok*, *rejected* and *void*.

        :param str said: who took it back, and when.
        """
        lines = self.filtered(lambda line: line.state in ("ok", "rejected", "void"))
        lines.write({"state": "handed", "message": said})
        records = self._get_records()
        for record, line in zip(records, self, strict=True):
            record._set_back_in_file(line)
        records._message_log_batch(bodies=dict.fromkeys(records.ids, said))
        records._after_back_in_file()
        for request in self.request_id:
            request._set_settled()
