# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
from collections import Counter

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.mask import mask
from ...lib.results import (
    ALTERED,
    CANDIDATES,
    HANDED_OVER,
    NOT_FOUND,
    OK,
    Member,
)

_logger = logging.getLogger(__name__)


# The states of members of which something may still be said.
MOVABLE_STATES = ("open", "asked", "handed")


class SynkdRequestLine(models.Model):
    """One member of a request: what was sent for it, and what became of it."""

    _name = "synkd.request.line"
    _description = "Request Member"
    _inherit = ["synkd.fields.mixin"]
    _order = "id"
    _rec_name = "res_id"

    request_id = fields.Many2one(
        "synkd.request", required=True, index=True, ondelete="cascade"
    )
    ledger_id = fields.Many2one(related="request_id.ledger_id")
    company_id = fields.Many2one(related="request_id.company_id")
    model = fields.Char(required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="model", required=True
    )
    payload = fields.Json(required=True, groups="base.group_system")
    payload_text = fields.Text(
        string="What Was Sent",
        compute="_compute_payload_text",
        help="Personal data is masked; the customer's Preview shows it whole.",
    )
    fingerprint = fields.Char(required=True)
    books_fingerprint = fields.Char()
    revision = fields.Integer()
    external_id = fields.Char(string="Identity Before")
    own_key = fields.Char(
        string="Our Key", help="Empty: it was sent before records had keys."
    )
    books_version = fields.Char(string="Version Before")
    books_parts = fields.Json(string="Parts Before", groups="base.group_system")
    candidates = fields.Json(
        help="What the books have that may be this record; a person tells."
    )
    state = fields.Selection(
        [
            ("open", "Answer Unknown"),
            ("asked", "A Person Is Asked"),
            ("handed", "In a File"),
            ("ok", "In the Books"),
            ("rejected", "Refused"),
            ("void", "Not Written"),
        ],
        default="open",
        required=True,
    )
    message = fields.Text()

    _open_uniq = models.UniqueIndex(
        "(model, res_id) WHERE state IN ('open', 'asked', 'handed')",
        "This record is in another request, or file, whose answer is unknown.",
    )

    @api.depends("payload")
    def _compute_payload_text(self):
        for line in self:
            payload = mask(line.sudo().payload)
            line.payload_text = json.dumps(payload, indent=2, sort_keys=True)

    # === WRITTEN DOWN BEFORE IT IS SENT === #

    @api.model
    def _write_down(self, request, members):
        """Write the members of a request down, by one statement.

        :param recordset request: the new `synkd.request`.
        :param list members: as for ``synkd.request._write_down``.
        """
        request.flush_recordset()
        rows = [self._to_row(request, *member) for member in members]
        columns = list(rows[0])
        self.env.cr.execute(
            SQL(
                "INSERT INTO synkd_request_line (%s) VALUES %s",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(tuple(row.values()) for row in rows),
            )
        )
        request.invalidate_recordset(["line_ids"], flush=False)
        sent = self.env[members[0][0]._name].browse(row["res_id"] for row in rows)
        sent.invalidate_recordset(["request_line_ids"], flush=False)

    def _to_row(self, request, record, payload, fingerprint, books_fingerprint):
        """Return one new member as the columns of the table take it.

        :rtype: dict
        """
        now = self.env.cr.now()
        values = {
            "request_id": request.id,
            "model": record._name,
            "res_id": record.id,
            **self._get_links(record._name, record.id),
            "payload": payload,
            "external_id": record.external_id,
            "own_key": record.own_key,
            "books_version": record.books_version,
            "books_parts": list(record._get_books_parts()),
            "fingerprint": fingerprint,
            "books_fingerprint": books_fingerprint,
            "revision": record.revision,
            "state": "open",
        }
        stamps = {"create_uid": self.env.uid, "write_uid": self.env.uid}
        stamps |= {"create_date": now, "write_date": now}
        return {
            name: self._fields[name].convert_to_column(value, self)
            for name, value in values.items()
        } | stamps

    @api.model
    def _get_links(self, model, res_id):
        """Return the links to a member that rooms add to its line.

        This method serves as a hook: each sets its own, empty for other models.

        :param str model: of what is sent.
        :param int res_id: its id.
        :rtype: dict
        """
        return {}

    # === STATE: the only methods that move it === #

    def _set_outcome(self, state, message=None):
        """Note what became of members: from *open*, *asked* or *handed*.

        :param str state: ok, rejected or void; asked when only a person can tell;
            handed when they are in a file.
        :param str message: what the books said; None leaves what is there.
        """
        moved = self.filtered(lambda line: line.state in MOVABLE_STATES)
        said = {} if message is None else {"message": message}
        moved.write({"state": state} | said)

    def _set_open(self):
        """Let *asked* members be asked about again.

        :return: the lines that moved.
        """
        moved = self.filtered(lambda line: line.state == "asked")
        moved.write({"state": "open"})
        return moved

    def _as_member(self):
        """Return this line as connectors take it.

        :rtype: Member
        """
        return Member(
            self.res_id,
            self.payload,
            self.external_id or "",
            self.own_key or "",
            tuple(self.books_parts or ()),
            self.books_version or "",
        )

    def _get_records(self):
        """Return the records of lines that are all of one model."""
        model = self[:1].model or "synkd.sync.mixin"
        return self.env[model].browse(self.mapped("res_id"))

    def _apply_all(self, results, run):
        """Put results on the records of these lines.

        :param dict results: lib.results.Result as dict, by id of the record.
        :param recordset run: the `synkd.run` that counts them.
        """
        records = self._get_records().with_context(tracking_disable=True)
        by_id = {record.id: record for record in records}
        taken = self._set_taken(results)
        taken._apply_taken_all(by_id, results)
        counts = Counter("changed" if line.external_id else "created" for line in taken)
        counts.update(
            line._apply(by_id[line.res_id], results[line.res_id])
            for line in self - taken
        )
        records._after_answers()
        for counter, number in counts.items():
            run._count(counter, number)
        for line in self.filtered(lambda line: line.state == "asked"):
            run._note(line.message)

    def _set_taken(self, results):
        """Note which members the books took: all that were told the same at once.

        :param dict results: lib.results.Result as dict, by id of the record.
        :return: these lines.
        """
        taken = self.filtered(
            lambda line: results[line.res_id]["outcome"] in (OK, ALTERED)
        )
        for message, lines in taken.grouped(
            lambda line: results[line.res_id]["message"]
        ).items():
            lines._set_outcome("ok", message)
        return taken

    def _refuse_taken(self, results, run):
        """Let those wait that are answered with an identity which another row has.

        Two documents are never one record of the books, whatever the books say: what
        is taken for another one would be missing there. One query, if anything is new.

        :param dict results: lib.results.Result as dict, by id of the record.
        :param recordset run: the `synkd.run`.
        :return: the lines that wait now.
        """
        records = self._get_records()
        if records._kept_apart:
            return self.browse()
        by_id = {record.id: record for record in records}
        fresh, owners = {}, {}
        for line in self:
            handed = results[line.res_id]["outcome"] == HANDED_OVER
            identity = not handed and results[line.res_id]["external_id"]
            if identity and identity != by_id[line.res_id].external_id:
                fresh[line] = identity
        if fresh:
            owners = records._find_owners(set(fresh.values()))
        doubtful = self.browse()
        for line, identity in fresh.items():
            record = by_id[line.res_id]
            owner = owners.setdefault(identity, record)
            if owner != record:
                line._apply_taken(record, results[line.res_id], owner)
                doubtful |= line
        return doubtful

    def _apply_taken(self, record, result, owner):
        """Let a record wait that is answered with the identity of another one."""
        why = self.env._(
            "The books answered with %(identity)s, but that is %(owner)s.",
            identity=result["external_id"],
            owner=owner.display_name,
        )
        record = record.with_context(tracking_disable=True)
        self._apply_candidates(record, result | {"candidates": [], "message": why})

    def _apply_failed(self, error, run):
        """Let a record wait for a person whose answer does not fit to what is here.

        :param Exception error: what happened.
        :param recordset run: the `synkd.run` that counts it.
        """
        _logger.warning("The answer to %s does not fit", self, exc_info=error)
        record = self._get_records().with_context(tracking_disable=True)
        message = self._get_misfit_message(record, error)
        self._set_outcome("rejected", message)
        record._set_attention(message)
        run._count("refused")

    def _get_misfit_message(self, record, error):
        """Return the sentence about an answer that could not be put on its record.

        :rtype: str
        """
        if isinstance(error, psycopg2.errors.UniqueViolation):
            return self.env._(
                "The books took %s, but gave it the identity of another record. Look it"
                " up over there, correct it, then press Retry.",
                record.display_name,
            )
        if isinstance(error, UserError):
            return self.env._(
                "The books took %(record)s, but it could not be noted here: %(reason)s"
                " Correct that, then press Retry.",
                record=record.display_name,
                reason=error,
            )
        return self.env._(
            "The books took %s, but their answer could not be kept here. Ask your"
            " administrator to look into the server's log, then press Retry.",
            record.display_name,
        )

    def _apply(self, record, result):
        """Put one result on its record, that the books did not take (yet).

        :param recordset record: what was sent.
        :param dict result: a lib.results.Result.
        :return: the counter of the run that it belongs to, or "".
        :rtype: str
        """
        if result["outcome"] == NOT_FOUND:
            self._apply_not_found(record, result)
            return ""
        if result["outcome"] == CANDIDATES:
            self._apply_candidates(record, result)
            return ""
        if result["outcome"] == HANDED_OVER:
            self._set_outcome("handed")
            record._set_in_file()
            return "handed"
        self._apply_rejected(record, result)
        return "refused"

    def _apply_rejected(self, record, result):
        """Let a refused record wait for a person, unless he mended it meanwhile."""
        self._set_outcome("rejected", result["message"])
        # A part of it may be in the books: it has to be found again.
        self._keep_identity(record, result)
        record._note_half_written()
        if record.revision == self.revision:
            record._set_attention(result["message"])
        else:
            record._set_pending(from_states=("sending",))

    def _apply_taken_all(self, by_id, results):
        """Note that the books hold what was sent, which may be outdated by now.

        What is written on each is written on all at once; what follows from what the
        books said hangs on the record.

        :param dict by_id: what was sent, by its id.
        :param dict results: lib.results.Result as dict, by the same.
        """
        if not self:
            return
        records = self._get_records().with_context(tracking_disable=True)
        seen = {record: record.books_data for record in records if record.books_data}
        records._set_synced(
            each={
                line.res_id: line._get_taken_values(by_id[line.res_id], results)
                for line in self
            }
        )
        for line in self:
            record, result = by_id[line.res_id], results[line.res_id]
            if result["outcome"] == ALTERED:
                # What it settles may be told anew any time: then it is asked again.
                record._note_half_written()
                record._set_altered(result["message"])
            else:
                record._check_answer(result)
            if record.revision != line.revision:
                record._set_pending(from_states=("synced",))
            if record in seen:
                record._note_seen(seen[record])

    def _get_taken_values(self, record, results):
        """Return what the books' answer fills in on a record that they took.

        :param recordset record: what was sent.
        :param dict results: lib.results.Result as dict, by its id.
        :rtype: dict
        """
        result = results[self.res_id]
        return {
            "external_id": result["external_id"] or record.external_id,
            "fingerprint": self.fingerprint,
            "books_fingerprint": self.books_fingerprint,
            "books_version": result.get("version") or record.books_version,
        } | record._answer_values(result)

    def _apply_not_found(self, record, result):
        """Let a record whose write never happened wait for the next batch."""
        self._set_outcome("void")
        self._keep_identity(record, result)
        record._note_half_written()
        seen_meanwhile = record.books_data
        record._set_unsent()
        if seen_meanwhile:
            record._note_seen(seen_meanwhile)

    def _apply_candidates(self, record, result):
        """Let a record wait for a person who tells which one of the books is it.

        What is another record of ours, by its identity, is no candidate.
        """
        found = result["candidates"]
        owners = record._find_owners({c["external_id"] for c in found}) if found else {}
        left = [c for c in found if owners.get(c["external_id"], record) == record]
        if found and not left:
            self._apply_not_found(record, result)
            return
        message = self.env._(
            "Nobody can tell by itself whether the books have %(record)s already, so it"
            " is not sent again. A manager of the books looks at what they have, says"
            " which it is, or that it is none of them. %(why)s",
            record=record.display_name,
            why=result["message"] or "",
        ).strip()
        self._set_outcome("asked", message)
        self.candidates = left
        record._set_unsure(message)

    def _keep_identity(self, record, result):
        """Keep what the books call a record, or the parts of it, that is not done."""
        values = record._answer_values(result)
        if result["external_id"]:
            values["external_id"] = result["external_id"]
        if result.get("version"):
            values["books_version"] = result["version"]
        if values:
            record.write(values)
