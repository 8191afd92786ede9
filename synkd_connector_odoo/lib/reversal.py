# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Voiding what the other Odoo lets nobody cancel: a credit note against it.

Entries of a closed period and of a journal that seals them stay for ever. What takes
such a document back is one of the opposite kind, of this day, with the same lines; it
has an external id made of ours, so that it is made once, and settles the document.
"""

from dataclasses import replace
from datetime import date

from odoo.addons.synkd_connector.lib.documents import POST, VOID
from odoo.addons.synkd_connector.lib.results import OK, REJECTED, Batch

from . import loading
from .documents import (
    LINE,
    MODEL,
    RATE,
    RATE_SERIES,
    READ,
    TYPES,
    DocumentPush,
    money,
    to_result,
)
from .lists import LOCKS, read_lock_date
from .settling import Accounts

KINDS = {theirs: ours for ours, theirs in TYPES.items()}
OPPOSITE = {"invoice": "credit_note", "credit_note": "invoice"}
REVERSAL = "_reversal"
SEALS = ("inalterable_hash", "restrict_mode_hash_table", "date")
LINE_READ = ("move_id", "name", "quantity", "price_unit", "discount", "product_id")
LINE_READ += ("account_id", "tax_ids", "display_type", "price_subtotal")
# Keys of ``const.REFUSALS``: one is said of what went well.
REVERSED, UNDONE = "reversed", "undone"


def reversal_key(own_key):
    """Return the external id of what reverses a document of ours.

    :rtype: str
    """
    return f"{own_key}{REVERSAL}"


def find_reversed(client, members):
    """Return what reverses the documents of members already, or came half its way.

    :return: records by member.
    :rtype: dict[int, dict]
    """
    keys = {reversal_key(m.own_key): m.res_id for m in members if m.own_key}
    ids = loading.find_keys(client, MODEL, keys)
    found = client.read_ids(MODEL, ids.values(), READ)
    return {keys[key]: found[id_] for key, id_ in ids.items() if id_ in found}


def is_undone(record):
    """Whether what reverses a document was posted, and a bookkeeper took that back.

    :rtype: bool
    """
    return record["state"] != "posted" and not loading.is_unfinished(record)


def find_sealed(client, ids, locks):
    """Return the ids of posted entries that nobody can cancel any more.

    :param dict locks: the dates that close periods for them, see ``lists``.
    :rtype: set[int]
    """
    records = client.read_ids(MODEL, ids, SEALS)
    closed = read_lock_date(client, locks) if records else ""
    return {
        id_
        for id_, record in records.items()
        if record["inalterable_hash"]
        or record["restrict_mode_hash_table"]
        or str(record["date"]) <= closed
    }


class VoidingPush(DocumentPush):
    """Sends one batch; what nobody can cancel is voided by what reverses it."""

    def _prepare(self):
        """Override: find what is reversed already, or came half its way."""
        void = [m for m in self.batch.members if m.payload["operation"] == VOID]
        self.reversed = find_reversed(self.client, void)
        return super()._prepare()

    def _check_void(self, member, record):
        """Override: what is reversed is settled, by us, unless that was undone."""
        other = self.reversed.get(member.res_id)
        if not record or record["state"] != "posted" or not other:
            return super()._check_void(member, record)
        if not is_undone(other):
            return [member]
        self._refuse(member, str(other["name"] or ""), UNDONE)
        return []

    def _void(self, members):
        """Override: cancel; where that is refused for ever, reverse."""
        first = [m for m in members if m.res_id not in self.reversed]
        done = super()._void(first) if first else None
        ids = {
            self.found[member.res_id]["id"]: member.res_id
            for member in first
            if self.results[member.res_id].outcome == REJECTED
        }
        sealed = {ids[id_] for id_ in find_sealed(self.client, ids, LOCKS)}
        again = [m for m in members if m.res_id in sealed | self.reversed.keys()]
        if again:
            for member in again:
                self.results.pop(member.res_id, None)
            made = Reversing(self.client, again, self.say, self.found).run()
            self.results |= {result.res_id: result for result in made}
        return done


class Reversing(DocumentPush):
    """Makes documents of the opposite kind, and lets them settle the first ones."""

    def __init__(self, client, members, say, records):
        """Prepare.

        :param list members: whose documents are to be reversed.
        :param dict records: these documents, by member.
        """
        ids = {records[member.res_id]["id"] for member in members}
        self.lines, self.rates = _read_lines(client, ids), {}
        if client.series >= RATE_SERIES:
            self.rates = client.read_ids(MODEL, ids, [RATE])
        self.origins, self.voided = records, {m.res_id: m for m in members}
        made = tuple(self._to_member(member) for member in members)
        super().__init__(client, Batch("", made), say, None)

    def _to_member(self, member):
        """Return what reverses the document of a member."""
        record = self.origins[member.res_id]
        payload = {
            "operation": POST,
            "kind": OPPOSITE[KINDS[record["move_type"]]],
            "number": member.payload["number"],
            "customer": str(record["partner_id"][0]),
            "currency": record["currency_id"][1],
            "rate": str(self.rates.get(record["id"], {}).get(RATE, "")),
            "total": str(money(record["amount_total"])),
            "tax": str(money(record["amount_tax"])),
            "lines": self.lines.get(record["id"], []),
        }
        key = reversal_key(member.own_key)
        return replace(member, payload=payload, own_key=key, external_id="")

    def _prepare(self):
        """Override: all is known."""

    def _send(self):
        """Override: made, posted, and set against what it reverses."""
        self._make(list(self.batch.members))
        for key, result in list(self.results.items()):
            if result.outcome == OK:
                self._settle(key, result)

    def _settle(self, key, result):
        """Let a document be settled by what reverses it, and tell what became of it."""
        member, record = self.voided[key], self.origins[key]
        accounts = Accounts(self.client)
        accounts.look_up({int(result.external_id), record["id"]})
        lines = [line for some in accounts.lines.values() for line in some]
        ids = [line.id for line in lines if line.left]
        if words := ids and self._together(LINE, "reconcile", ids):
            self._refuse(member, words)
        else:
            said = self.say(member, result.number, REVERSED)
            self.results[key] = to_result(member, record, message=said)

    # === HOW IT IS MADE === #

    def _columns(self):
        return [*super()._columns(), "reversed_entry_id/.id"]

    def _find_missing(self, payload):
        """Override: what the first one names is there."""
        return ""

    def _find_partner_problem(self, member):
        """Override: what is archived meanwhile is taken back all the same."""
        return ""

    def _to_rows(self, member, is_whole):
        """Override: of this day, and with whom it reverses."""
        day = date.today().isoformat()
        dated = {"date": day, "due_date": day, "reference": ""}
        dated = replace(member, payload=member.payload | dated)
        rows = super()._to_rows(dated, is_whole)
        origin = str(self.origins[member.res_id]["id"])
        return [[*row, "" if place else origin] for place, row in enumerate(rows)]

    def _to_line_row(self, line):
        """Override: lines name what the first one has, by its ids."""
        names = ("description", "quantity", "price", "discount")
        names += ("product_id", "account_id", "tax_ids")
        return [line[name] for name in names]


def _read_lines(client, ids):
    """Return the lines of documents, fit for a payload, by document."""
    domain = [("move_id", "in", sorted(ids))]
    domain.append(("display_type", "in", (False, "product")))
    if client.series < 16:
        domain.append(("exclude_from_invoice_tab", "=", False))
    found = {}
    for line in client.read_records(LINE, domain, LINE_READ, order="id"):
        names = {
            name: str(line[name][0]) if line[name] else ""
            for name in ("product_id", "account_id")
        }
        found.setdefault(line["move_id"][0], []).append(
            {
                "description": line["name"] or "-",
                "quantity": str(line["quantity"]),
                "price": str(line["price_unit"]),
                "discount": str(line["discount"]),
                "net": str(money(line["price_subtotal"])),
                "tax_ids": ",".join(map(str, line["tax_ids"])),
                **names,
            }
        )
    return found
