# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.odd import Oddity, printable
from odoo.addons.synkd_connector.lib.results import OK, Answer, Result

from ..const import (
    STEP_CUSTOMERS,
    STEP_LIST,
    STEP_LOOK,
    STEP_OPEN,
    STEP_UPDATE,
    STEPS_MENU,
    UNREADABLE,
)
from ..lib import exports, report


class SynkdConnectorPastel(models.AbstractModel):
    """What a list that Pastel exported tells of what was in a file."""

    _inherit = "synkd.connector.pastel"

    @api.model
    def _read_import_report(self, ledger, batch, content):
        """Override: the list of customers, or that of transactions."""
        try:
            if batch.channel == "customers":
                return self._read_customer_list(batch, content)
            return self._read_transaction_list(batch, content)
        except exports.Unreadable as error:
            sentence = self._in_words(UNREADABLE[error.reason]) % error.facts
            raise RejectedError(sentence) from error

    def _read_once(self, read, *given):
        """Return what a reader finds: one list is held against all files that wait.

        Kept as long as the transaction, with why it cannot be read.

        :param callable read: of ``lib``.
        :param given: what it gets.
        :raise exports.Unreadable: when it can make nothing of it.
        """
        memo = self.env.cr.cache.setdefault("synkd_pastel_report", {})
        key = (read, *given)
        if key not in memo:
            try:
                memo[key] = read(*given)
            except exports.Unreadable as error:
                memo[key] = error
        if isinstance(memo[key], exports.Unreadable):
            raise memo[key]
        return memo[key]

    # === CUSTOMERS === #

    def _read_customer_list(self, batch, content):
        """Say which customers are there by their codes and names."""
        table = self._read_once(exports.read_table, "customers", content)
        columns = exports.find_columns("customers", table.headings)
        missing = {*exports.NEEDED["customers"]} - {*columns}
        if missing:
            raise exports.Unreadable("columns", missing=", ".join(sorted(missing)))
        members = {m.payload["fields"]["CustomerCode"]: m for m in batch.members}
        results, odd = [], self._describe_short(table.short)
        for line, cells in exports.each_row(table, columns):
            member = members.get(cells["code"].upper())
            if not member:
                continue
            ours, theirs = member.payload["fields"]["CustomerDesc"], cells["name"]
            key = find_key(cells.get("key", ""))
            if ours.upper() != theirs.upper():
                why = self.env._(
                    "line %(line)s has another name there, %(theirs)s instead of"
                    " %(ours)s",
                    line=line,
                    theirs=printable(theirs),
                    ours=ours,
                )
            elif key not in ("", member.own_key):
                why = self.env._(
                    "line %s has the key of another customer of ours in its first user"
                    " field: look whether this is the list of another company",
                    line,
                )
            else:
                results.append(Result(member.res_id, OK, cells["code"].upper()))
                continue
            odd.append(self._odd(cells["code"], why))
        return Answer(tuple(results), odd=tuple(odd))

    # === DOCUMENTS AND MONEY === #

    def _read_transaction_list(self, batch, content):
        """Say which documents, or records of money, are there and with what."""
        rows, short = self._read_once(report.read_transactions, content)
        found = report.group_by_member(rows, batch.members)
        results, odd = [], self._describe_short(short)
        for member in batch.members:
            theirs = found.get(member.res_id, [])
            strange = [row for row in theirs if row.code != member.payload["customer"]]
            if strange:
                odd.append(self._describe_strange(member, strange[0]))
            elif theirs:
                judge = self._judge_money
                if batch.channel == "documents":
                    judge = self._judge_document
                judge(member, theirs, results, odd)
        for key, numbers in report.find_doubles(rows, batch.members).items():
            why = self.env._("it is there more than once, as %s", ", ".join(numbers))
            odd.append(self._odd(key, why))
        odd += self._describe_doubled_money(rows, batch.members)
        return Answer(tuple(results), odd=tuple(odd))

    def _judge_document(self, member, rows, results, odd):
        """Say what is there of a document; each of its numbers there is one."""
        by_number = {}
        for row in rows:
            by_number.setdefault(row.number, []).append(row)
        for number, some in by_number.items():
            taxes = [row.tax for row in some]
            total = abs(sum(row.amount for row in some))
            if report.is_strange(member, some, total):
                odd.append(self._describe_other(member, total))
                continue
            results.append(
                Result(
                    member.res_id,
                    OK,
                    member.external_id or member.own_key,
                    number=number,
                    total=f"{total:.2f}",
                    tax="" if None in taxes else f"{abs(sum(taxes)):.2f}",
                )
            )

    def _judge_money(self, member, rows, results, odd):
        """Say what is there of a record of money; a second import doubles its rows."""
        times = report.count_times(member, rows)
        if not times:
            why = self.env._(
                "its amounts there are %(theirs)s instead of %(ours)s",
                theirs=", ".join(f"{row.amount:.2f}" for row in rows),
                ours=", ".join(
                    member.payload[side]
                    for side in ("debit", "credit")
                    if float(member.payload[side])
                ),
            )
            odd.append(self._odd(member.payload["number"], why))
        identity = member.external_id or member.own_key
        result = Result(member.res_id, OK, identity, number=rows[0].number)
        results.extend([result] * times)

    # === WHAT IS ODD === #

    def _odd(self, name, why):
        """Return something odd in the file of Pastel."""
        return Oddity(self.env._("Pastel"), printable(name), why)

    def _describe_short(self, lines):
        """Return the lines that make no sense, as one oddity."""
        if not lines:
            return []
        shown = ", ".join(map(str, lines[:10])) + ("…" if len(lines) > 10 else "")
        why = self.env._("cut off or without an amount, so it tells nothing")
        return [self._odd(self.env._("line %s", shown), why)]

    def _describe_other(self, member, total):
        """Return what is odd about a document that only has the number of ours."""
        why = self.env._(
            "its total there is %(theirs)s instead of %(ours)s, and no key of ours is"
            " beside it (Message 3): look whether this is a document of another"
            " company",
            theirs=f"{total:.2f}",
            ours=member.payload["total"],
        )
        return self._odd(member.payload["number"], why)

    def _describe_doubled_money(self, rows, members):
        """Return the payments, and what settles others, that were imported again."""
        times = report.find_doubled_money(rows, members)
        ours = self.env["synkd.transaction"].search([("own_key", "in", [*times])])
        names = {row.own_key: row.display_name for row in ours}
        return [
            self._odd(
                names.get(key, key),
                self.env._("it is there %s times: somebody imported it again", count),
            )
            for key, count in times.items()
        ]

    def _describe_strange(self, member, row):
        """Return what is odd about a document that another customer has there."""
        why = self.env._(
            "line %(line)s has it with customer %(theirs)s instead of %(ours)s",
            line=row.line,
            theirs=printable(row.code),
            ours=member.payload["customer"],
        )
        return self._odd(member.payload["number"], why)

    @api.model
    def _get_import_steps(self, channel):
        """Override: the menus of Pastel."""
        is_document = channel != "customers"
        steps = [STEP_OPEN, STEPS_MENU[channel]]
        steps += (
            [STEP_LOOK, STEP_UPDATE, STEP_LIST] if is_document else [STEP_CUSTOMERS]
        )
        return [self._in_words(step) for step in steps]
