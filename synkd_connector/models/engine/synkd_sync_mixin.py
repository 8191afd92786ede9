# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ...const import IN_FILE, SYNC_STATES
from ...door import check_one
from ...lib.errors import ConnectorError
from ...lib.fingerprint import fingerprint
from ...lib.identity import new_key

MOST_ATTEMPTS = 10

# Only the engine moves these, through the _set_* methods below.
ENGINE_FIELDS = frozenset(
    (
        "sync_state",
        "sync_message",
        "external_id",
        "own_key",
        "fingerprint",
        "books_fingerprint",
        "books_data",
        "books_version",
        "revision",
        "retry_at",
        "attempts",
    )
)


class SynkdSyncMixin(models.AbstractModel):
    """A record that has a counterpart in the books.

    Life of a change: a save that touches one of ``_synced_fields`` raises the
    revision and sets *pending*. The engine writes a request down, sets *sending*,
    sends, and sets *synced* (or *pending* again when the revision moved on meanwhile).
    Books that take files let it be *in_file* until somebody says what became of it.
    What the books refuse goes to *attention*.

    Entry points: ``write`` for people, the ``_set_*`` methods for the engine.
    """

    _name = "synkd.sync.mixin"
    _inherit = ["synkd.guard.mixin"]
    _description = "Record With a Counterpart in the Books"
    _engine_fields = ENGINE_FIELDS

    # Names of the fields that the books keep too.
    _synced_fields = frozenset()
    # Whether the database alone keeps two from having one identity of the books.
    _kept_apart = False
    # In which a record waits for a person.
    _left_states = ("attention",)
    # Whether later runs find the identity of what a person said is in the books.
    _found_later = False

    ledger_id = fields.Many2one("synkd.ledger", required=True, ondelete="restrict")
    run_id = fields.Many2one(
        "synkd.run",
        string="Last Run",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    sync_state = fields.Selection(
        selection="_selection_sync_state",
        default="pending",
        required=True,
        readonly=True,
        copy=False,
    )
    sync_message = fields.Text(string="What Happened", readonly=True, copy=False)
    external_id = fields.Char(string="Identity in the Books", readonly=True, copy=False)
    own_key = fields.Char(
        string="Our Key",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: new_key(),
        help="Made here, and kept by the books with this record where they have room"
        " for it: by it the record is known there, whatever else is changed.",
    )
    queued_at = fields.Datetime(
        readonly=True, copy=False, default=lambda self: fields.Datetime.now()
    )
    retry_at = fields.Datetime(string="Next Try", readonly=True, copy=False)
    attempts = fields.Integer(readonly=True, copy=False)
    revision = fields.Integer(readonly=True, copy=False)
    fingerprint = fields.Char(readonly=True, copy=False)
    books_fingerprint = fields.Char(readonly=True, copy=False)
    books_data = fields.Json(readonly=True, copy=False)
    books_version = fields.Char(readonly=True, copy=False)

    file_request_id = fields.Many2one(
        "synkd.request",
        string="In File",
        compute="_compute_file_text",
        compute_sudo=True,
    )
    file_text = fields.Text(
        string="Where It Is", compute="_compute_file_text", compute_sudo=True
    )

    _own_key_uniq = models.UniqueIndex("(own_key)", "Another record has this key.")

    @api.model
    def _selection_sync_state(self):
        """Return the states that records of any kind have.

        Each model gives its field a list of its own, whose labels Odoo translates;
        it does not those of a method.

        :rtype: list[tuple[str, str]]
        """
        return SYNC_STATES

    # === COMPUTE METHODS === #

    @api.depends("sync_state", "revision", "request_line_ids.state")
    @api.depends_context("lang")
    def _compute_file_text(self):
        for record in self:
            lines = record.sync_state == IN_FILE and record.request_line_ids
            line = lines and lines.filtered(lambda line: line.state == "handed")[:1]
            record.file_request_id = line and line.request_id
            record.file_text = bool(line) and record._describe_file(line)

    def _describe_file(self, line):
        """Return where this is, and what has to happen.

        :param recordset line: the `synkd.request.line` of its file.
        :rtype: str
        """
        said = self.env._(
            "It is in file %(file)s since %(date)s, waiting for somebody to import it"
            " into the books. It is not sent again; a manager of the books says, on the"
            " file, what became of it.",
            file=line.request_id.file_names,
            date=format_datetime(
                self.env, line.request_id.answered_at, dt_format="short"
            ),
        )
        if self.revision == line.revision:
            return said
        changed = self.env._(
            "It was changed in Odoo after the file was made: that is looked at when the"
            " word has come."
        )
        return f"{said} {changed}"

    def action_view_file(self):
        """Open the file that this waits in.

        :rtype: dict
        :raise UserError: when it is in none.
        """
        check_one(self)
        self.check_access("read")
        if not self.file_request_id:
            raise UserError(
                self.env._(
                    "%s is in no file that waits for its import.", self.display_name
                )
            )
        return self.file_request_id.with_env(self.env)._get_records_action()

    # === CRUD METHODS === #

    def write(self, vals):
        """Override to queue a change of what the books keep too.

        :raise AccessError: when a user sets what only the engine sets.
        """
        self._check_engine_fields(vals)  # before anything is queued
        if vals.keys() & self._synced_fields and "sync_state" not in vals:
            self._queue()
        return super().write(vals)

    def _get_engine_message(self):
        """Override to name the buttons of a record."""
        return self.env._(
            "Only runs move the sync state of a record. Use the buttons Sync, Retry or"
            " Resolve Conflict."
        )

    # === SYNC STATE: the only methods that move it === #

    def _queue(self):
        """Raise the revision, and let what is not being sent wait for the next run.

        Allowed from every state; *sending* and *in_file* keep their state, the raised
        revision makes it wait again after the answer; any other state waits for a
        person.
        """
        records_sudo = self.sudo()
        for record in records_sudo:
            record.revision += 1
            record.attempts = 0
        records_sudo._set_pending(from_states=("pending", "synced", "attention"))

    def _set_pending(self, from_states=("attention", "sending")):
        """Let records of the given states wait for the next run.

        :param tuple from_states: states that may move; others stay as they are.
        :return: the records that moved.
        """
        moved = self.filtered(lambda record: record.sync_state in from_states)
        moved.write(
            {
                "sync_state": "pending",
                "queued_at": fields.Datetime.now(),
                "retry_at": False,
                "sync_message": False,
            }
        )
        moved._wake_ledgers()
        return moved

    def _set_sending(self, sent=None):
        """Mark *pending* records as members of a request that is written down.

        :param dict sent: the neutral records that are sent, by id of the record.
        :return: the records that moved.
        """
        moved = self.filtered(lambda record: record.sync_state == "pending")
        moved.write({"sync_state": "sending", "retry_at": False})
        return moved

    def _set_synced(self, values=None, each=None):
        """Mark records as being in the books as they are here; from every state.

        :param dict values: further technical values, such as the external id.
        :param dict each: such values of each of them, by id: all written at once.
        """
        done = {
            "sync_state": "synced",
            "sync_message": False,
            "retry_at": False,
            "attempts": 0,
            "books_data": False,
        }
        done |= values or {}
        if each is None:
            self.write(done)
        else:
            self._write_each({id_: done | some for id_, some in each.items()})

    def _set_attention(self, message):
        """Let *pending* or *sending* records wait for a person.

        :param str message: what happened and what to do.
        """
        moved = self.filtered(lambda r: r.sync_state in ("pending", "sending"))
        moved.write(
            {
                "sync_state": "attention",
                "sync_message": message,
                "retry_at": False,
                "attempts": 0,
            }
        )

    def _set_altered(self, message):
        """Let *synced* records wait that somebody changed over there meanwhile.

        :param str message: what is different.
        """
        self._set_pending(from_states=("synced",))
        self._set_attention(message)

    def _set_unsure(self, message):
        """Let *sending* records wait for a person who says which one over there it is.

        They stay as they are, so that nothing sends them again.

        :param str message: what happened and what to do.
        """
        moved = self.filtered(lambda record: record.sync_state == "sending")
        moved.write({"sync_message": message})
        return moved

    def _set_in_file(self):
        """Let *sending* records wait for the import of the file that they are in.

        :return: the records that moved.
        """
        moved = self.filtered(lambda record: record.sync_state == "sending")
        moved.write({"sync_state": IN_FILE, "sync_message": False, "retry_at": False})
        return moved

    def _set_sure(self):
        """Let records be *sending* again: what a person says is put on them now.

        From *in_file*, and for those that a person was asked about.
        """
        moved = self.filtered(lambda record: record.sync_state == IN_FILE)
        moved.write({"sync_state": "sending"})

    def _set_back_in_file(self, line):
        """Let a record wait for the word about its file again: the word was wrong.

        From where a word moves it: *synced*, *pending*, *attention*.

        :param recordset line: its `synkd.request.line` in the request of that file.
        """
        if self.sync_state in ("synced", "pending", "attention"):
            self.write(self._get_values_before(line) | {"sync_state": IN_FILE})

    def _get_values_before(self, line):
        """Return the values that this had when it was handed over.

        :param recordset line: as for ``_set_back_in_file``.
        :rtype: dict
        """
        return {
            "external_id": line.external_id,
            "fingerprint": False,
            "books_fingerprint": False,
            "sync_message": False,
            "retry_at": False,
        }

    def _get_followers(self):
        """Return what went to the books after these, and needs them there.

        This method serves as a hook for records that others hang on.

        :rtype: recordset
        """
        return self.browse()

    def _describe_member(self):
        """Return how people know this among the members of a file.

        :rtype: str
        """
        return self.display_name

    def _after_back_in_file(self):
        """Do what follows when records wait for the word about their file again."""

    def _note_half_written(self):
        """Note that the books may have a part of what was sent; nothing by default."""

    def _set_unsent(self):
        """Let *sending* records wait again whose write did not arrive.

        The first time at once, for a worker may have been killed; then longer with
        each attempt, so that a record that makes the books fail blocks nobody.
        """
        given_up = self.filtered(lambda record: record.attempts >= MOST_ATTEMPTS)
        given_up._set_attention(
            self.env._(
                "The books failed %s times when this was sent. Look for something odd"
                " in its fields, or ask those who run the books; then press Retry.",
                MOST_ATTEMPTS,
            )
        )
        moved = self._set_pending(from_states=("sending",))
        for record in moved:
            wait = self.env["synkd.engine"]._backoff(record.attempts)
            again = fields.Datetime.now() + timedelta(seconds=wait)
            record.write(
                {
                    "attempts": record.attempts + 1,
                    "retry_at": again if record.attempts else False,
                }
            )

    def _write_each(self, each):
        """Write technical values that differ from record to record, all at once.

        What only runs write: it asks no override of ``write``, which takes longer for
        each record than the statement for all. Computed fields follow.

        :param dict each: values by name of field, by id.
        """
        if not each:
            return
        records = self.browse(each)
        names = sorted({name for values in each.values() for name in values})
        records._check_engine_fields(names)
        records.flush_recordset()
        records._write_multi(
            [record._to_columns(each[record.id]) for record in records]
        )
        records.invalidate_recordset(names, flush=False)
        records.modified(names)

    def _to_columns(self, values):
        """Return values as the columns of the table take them.

        :param dict values: by name of field.
        :rtype: dict
        """
        return {
            name: self._fields[name].convert_to_column_insert(value, self)
            for name, value in values.items()
        }

    @api.model
    def _update_all(self, domain, values):
        """Write columns of all records of a domain in one statement.

        For what only runs read, and for any number of records: the ORM would read each
        of them first, and then write a hundred at a time. Nothing may hang on them.

        :param Domain domain: which records.
        :param dict values: plain values by name of column.
        :return: how many records there were of each ledger, by its id.
        :rtype: dict[int, int]
        """
        self.flush_model()
        found = self.with_context(active_test=False)._search(domain)
        columns = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in values.items()
        )
        query = SQL(
            "WITH done AS (UPDATE %s SET %s WHERE id IN %s RETURNING ledger_id)"
            " SELECT ledger_id, count(*) FROM done GROUP BY ledger_id",
            SQL.identifier(self._table),
            columns,
            found.subselect(),
        )
        counts = dict(self.env.execute_query(query))
        self.invalidate_model(list(values))
        return counts

    # === WHAT THE ENGINE ASKS OF A RECORD === #

    def _look_up(self, known=None):
        """Look up what the neutral records of these are made of; by default nothing.

        A constant number of queries, however many records.

        :param known: what ``_before_push`` found out already.
        :return: what ``_to_data`` takes.
        """

    def _to_data(self, lookup=None):
        """Return this record as the neutral record of the contract.

        :param lookup: what ``_look_up`` found for this and others; without it that is
            looked up for this one.
        :return: a frozen record of ``lib.results`` or ``lib.documents``.
        :raise RejectedError: when it cannot be expressed; says why.
        """
        raise NotImplementedError

    def _to_payload(self, data):
        """Return exactly what would be sent of a neutral record.

        :param data: from ``_to_data``.
        :rtype: dict
        :raise RejectedError: when the books could not take it; says why.
        """
        return self.ledger_id._get_connector()._to_payload(self.ledger_id, data)

    def _get_fingerprint(self, data, payload):
        """Return the fingerprint of what is sent, by which unchanged records are known.

        :param data: from ``_to_data``.
        :param dict payload: what is sent of it.
        :rtype: str
        """
        return fingerprint(payload)

    def _is_as_sent(self, digest):
        """Whether the books have what would be sent already: it needs no call.

        :param str digest: from ``_get_fingerprint``.
        :rtype: bool
        """
        return bool(self.external_id) and digest == self.fingerprint

    def _get_sent_fingerprint(self, lookup=None):
        """Return the fingerprint of what would be sent now; None: nothing can be.

        :param lookup: as in ``_to_data``.
        :rtype: str
        """
        try:
            data = self._to_data(lookup)
            return self._get_fingerprint(data, self._to_payload(data))
        except ConnectorError:
            return None

    def _get_payload(self):
        """Return exactly what would be sent, for Preview.

        :rtype: dict
        :raise UserError: when it cannot be sent; says why.
        """
        try:
            return self._to_payload(self._to_data())
        except ConnectorError as error:
            raise UserError(error.message) from error

    def _get_books_fingerprint(self, data):
        """Return the fingerprint of what the books would give back, or False.

        :param data: from ``_to_data``.
        :rtype: str
        """
        return False

    @api.model
    def _push_domain(self, run, channel):
        """Return the records that wait to be sent, see also ``_due_ways``.

        :param recordset run: the `synkd.run`.
        :param str channel: of requests: customers, documents, payments, allocations.
        :rtype: Domain
        """
        return Domain(
            [("ledger_id", "=", run.ledger_id.id), ("sync_state", "=", "pending")]
        )

    @api.model
    def _due_ways(self):
        """Return the two ways to be due: new, or its next try has come; with an order.

        Apart, since each is a range of an index: what is to be tried later, however
        much that is, is not looked at.

        :rtype: list[tuple[Domain, str]]
        """
        return [
            (Domain("retry_at", "=", False), "queued_at, id"),
            (Domain("retry_at", "<=", fields.Datetime.now()), "retry_at, id"),
        ]

    @api.model
    def _next_tries(self, run, channel):
        """Return when the first of what could not be sent is due again.

        :param recordset run: the `synkd.run` that ends.
        :param str channel: a kind of requests.
        :return: nothing, or a time that is False for at once.
        :rtype: list[datetime]
        """
        return []

    def _note_seen(self, told):
        """Take notice of what the books told of this record while it was sent.

        This method serves as a hook for what is read from the books as well.

        :param dict told: as it was kept in ``books_data``.
        """

    def _before_push(self):
        """Look once more at records that are about to be sent.

        This method serves as a hook for records that are decided before sending.

        :return: the records that are still to be sent, and what was found out about
            them that ``_look_up`` can use.
        :rtype: tuple
        """
        return self, None

    def _find_owners(self, identities):
        """Return who has some identities of the books already: one query.

        :param set identities: external ids.
        :return: records by external id.
        :rtype: dict
        """
        domain = self._owners_domain() & Domain("external_id", "in", list(identities))
        everybody = self.with_context(active_test=False)
        found = everybody.search_fetch(domain, ["external_id"], order="id desc")
        return {record.external_id: record for record in found}

    def _owners_domain(self):
        """Return the records that an identity of these records is of one only.

        :rtype: Domain
        """
        return Domain("ledger_id", "in", self.ledger_id.ids)

    def _get_books_parts(self):
        """Return what the books said that this record made there, part by part.

        :rtype: tuple[dict]
        """
        return ()

    def _answer_values(self, result):
        """Return further values that an answer of the books fills.

        :param dict result: a lib.results.Result.
        :rtype: dict
        """
        return {}

    def _check_answer(self, result):
        """Compare what the books answered with what was sent; after *synced*.

        :param dict result: a lib.results.Result.
        """

    def _after_answers(self):
        """Do what follows, once for all records that were answered together."""

    def _wake_ledgers(self):
        """Ask the ledgers that push at once for a run after this transaction."""
        self.ledger_id.sudo().filtered("push_on_save")._wake()
