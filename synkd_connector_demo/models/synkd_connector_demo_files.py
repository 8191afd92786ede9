# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import partial

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.odd import Oddity, printable
from odoo.addons.synkd_connector.lib.results import (
    ALTERED,
    HANDED_OVER,
    NOT_FOUND,
    OK,
    REJECTED,
    Answer,
    BooksFile,
    Member,
    Result,
)

from ..lib import files
from .synkd_connector_demo_documents import MODELS

OUTCOMES = {files.IMPORTED: OK, files.REFUSED: REJECTED, files.LEFT_OUT: NOT_FOUND}
WORDS = {OK: files.IMPORTED, ALTERED: files.IMPORTED, REJECTED: files.REFUSED}


class SynkdLedger(models.Model):
    _inherit = "synkd.ledger"

    demo_answers = fields.Selection(
        [("at_once", "At Once"), ("file", "By File")],
        string="Answers",
        default="at_once",
        help="By File: they play books that give no answer. They take files, which"
        " somebody imports under Demo Books > Import a File.",
    )


class SynkdConnectorDemo(models.AbstractModel):
    """The demo books as books without an answer: files out, reports in."""

    _inherit = "synkd.connector.demo"

    # === CONTRACT === #

    @api.model
    def _capabilities(self, ledger):
        """Override: who takes files tells nothing, and takes nothing back."""
        capable = super()._capabilities(ledger)
        if ledger.demo_answers != "file":
            return capable
        return replace(
            capable,
            answers=False,
            import_reports=True,
            pull=False,
            balances=False,
            documents=False,
            fields=(),
            void=False,
            reallocate=False,
        )

    @api.model
    def _push_customers(self, ledger, batch):
        """Override: into a file, where the books take files."""
        return self._push_by(ledger, batch, super()._push_customers)

    @api.model
    def _push_documents(self, ledger, batch):
        """Override: into a file, where the books take files."""
        return self._push_by(ledger, batch, super()._push_documents)

    @api.model
    def _push_payments(self, ledger, batch):
        """Override: into a file, where the books take files."""
        return self._push_by(ledger, batch, super()._push_payments)

    @api.model
    def _push_allocations(self, ledger, batch):
        """Override: into a file, where the books take files."""
        return self._push_by(ledger, batch, super()._push_allocations)

    def _push_by(self, ledger, batch, push):
        """Make one write call, or the file that stands for it.

        :param callable push: makes the call.
        :rtype: Answer
        """
        # Read apart: no transaction of ours is open while the books think.
        with self.env.registry.cursor() as cursor:
            apart = ledger.with_env(api.Environment(cursor, api.SUPERUSER_ID, {}))
            by_file = apart.demo_answers == "file"
        if not by_file:
            return push(ledger, batch)
        file = BooksFile(
            f"{batch.channel}-{batch.number:06}.json",
            files.write_import(batch.channel, batch.members),
            "application/json",
        )
        handed = (Result(member.res_id, HANDED_OVER) for member in batch.members)
        return Answer(tuple(handed), files=(file,))

    @api.model
    def _read_import_report(self, ledger, batch, content):
        """Override: the table that the demo books give for an imported file."""
        try:
            rows = files.read_report(content)
        except ValueError as error:
            raise RejectedError(
                self.env._(
                    "This is no report of the demo books. Take the one that they give"
                    " when a file was imported."
                )
            ) from error
        by_key = {member.own_key: member for member in batch.members}
        by_number = {m.payload.get("number", ""): m for m in batch.members}
        results, odd = [], []
        for position, row in enumerate(rows, 2):
            member = by_key.get(find_key(row["key"]))
            if not row["key"] and self._capabilities(ledger).unique_numbers:
                member = row["number"] and by_number.get(row["number"])
            if member and self._is_readable(row):
                results.append(self._to_result(member, row))
            elif member or not self._is_readable(row):
                name = printable(row["number"] or row["key"])
                why = self.env._("line %s makes no sense", position)
                odd.append(Oddity(self.env._("The report"), name, why))
        return Answer(tuple(results), odd=tuple(odd))

    def _is_readable(self, row):
        """Whether a row of a report has a status, and amounts that are numbers."""
        try:
            finite = all(Decimal(row[n] or "0").is_finite() for n in ("total", "tax"))
        except InvalidOperation:
            return False
        known = row["status"] in files.STATUSES
        return finite and known and bool(row["key"] or row["number"])

    def _to_result(self, member, row):
        """Return what a row of a report says of a member.

        :rtype: Result
        """
        outcome = OUTCOMES[row["status"]]
        if outcome != OK:
            return Result(member.res_id, outcome, message=row["reason"])
        told = {name: row[name] for name in ("number", "date", "total", "tax")}
        return Result(member.res_id, OK, row["identity"], **told)

    # === THE BOOKS' SIDE === #

    @api.model
    def _import_file(self, ledger, content):
        """Let the demo books import a file, as their bookkeeper does.

        What they have already as it is in the file they do not take twice.

        :param bytes content: of the file.
        :return: the report about it.
        :rtype: bytes
        :raise RejectedError: when it is no such file.
        """
        try:
            channel, records = files.read_import(content)
        except (ValueError, RecursionError) as error:
            raise RejectedError(
                self.env._(
                    "This is no file for the demo books. Download the one that a run"
                    " made: Files, on the ledger."
                )
            ) from error
        books = self.env["synkd.demo.customer"]
        identities = self._find_identities(ledger, records)
        members = tuple(
            Member(
                number,
                self._name_by(identities, record["data"]),
                identities.get(record["key"]) or record["identity"],
                record["key"],
            )
            for number, record in enumerate(records)
        )
        results = self._import_members(books, ledger, channel, members)
        return files.write_report(
            self._to_row(members[result.res_id], result) for result in results
        )

    def _import_members(self, books, ledger, channel, members):
        """Take what is not there yet as it is in the file.

        :return: one result for each member, in their order.
        :rtype: list[Result]
        """
        if channel in MODELS:
            model = self.env[MODELS[channel]]
            there = model._find_out(ledger, members)
            take = model._take
        else:
            there = self._find_customers(ledger, members)
            take = partial(self._write_members, books)
        known = {each.res_id: each for each in there if each.outcome in WORDS}
        left = tuple(member for member in members if member.res_id not in known)
        taken = take(ledger, left) if left else ()
        known |= {result.res_id: result for result in taken}
        return [known[member.res_id] for member in members]

    def _find_customers(self, ledger, members):
        """Say of each customer whether the books hold what is in the file."""
        keys = [member.own_key for member in members]
        numbers = [member.external_id for member in members if member.external_id]
        named = ["|", ("reference", "in", keys), ("number", "in", numbers)]
        customers = self.env["synkd.demo.customer"]
        found = customers.search([("ledger_id", "=", ledger.id), *named])
        known = {customer.reference: customer for customer in found}
        known |= {("no", customer.number): customer for customer in found}
        return [self._compare(known, member) for member in members]

    def _find_identities(self, ledger, records):
        """Return what the books call the records whose keys are in a file.

        :rtype: dict[str, str]
        """
        keys = {key for record in records for key in self._find_keys(record)}
        mine = [("ledger_id", "=", ledger.id)]
        customers = self.env["synkd.demo.customer"].search(
            [*mine, ("reference", "in", sorted(keys))]
        )
        found = {customer.reference: customer.number for customer in customers}
        for model in ("synkd.demo.document", "synkd.demo.payment"):
            live = [("sender_key", "in", sorted(keys)), ("status", "!=", "void")]
            records = self.env[model].search([*mine, *live])
            found |= {record.sender_key: record.external_id for record in records}
        return found

    def _find_keys(self, value):
        """Return the keys of ours that are anywhere in a record."""
        if isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            return {key for each in inner for key in self._find_keys(each)}
        return {value} if isinstance(value, str) and find_key(value) == value else set()

    def _name_by(self, identities, value):
        """Return a record that names others as the books do, and not by our keys."""
        if isinstance(value, dict):
            return {k: self._name_by(identities, each) for k, each in value.items()}
        if isinstance(value, list):
            return [self._name_by(identities, each) for each in value]
        return identities.get(value, value) if isinstance(value, str) else value

    def _to_row(self, member, result):
        """Return what a report says of a member.

        :rtype: dict
        """
        number = member.payload.get("number") or member.payload.get("code") or ""
        return vars(result) | {
            "key": member.own_key,
            "number": result.number or number,
            "identity": result.external_id,
            "status": WORDS[result.outcome],
            "reason": result.message,
        }
