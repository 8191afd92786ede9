# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money in the other Odoo: payments, refunds, what they settle, and differences."""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.documents import ACCOUNT, BANK, VOID
from odoo.addons.synkd_connector.lib.results import ALTERED, NOT_FOUND, OK, Result

from . import loading, settling
from .documents import LISTS, POSTED, money
from .documents import MODEL as MOVE
from .sending import UNKNOWN, Sending
from .settling import Accounts, Wish

MODEL = "account.payment"
TYPES = {"payment": "inbound", "refund": "outbound"}
READ = ("name", "state", "amount", "date", "payment_type", "partner_id", "move_id")
READ += ("currency_id",)
COLUMNS = ("id", "payment_type", "partner_type", "partner_id/.id", "amount")
COLUMNS += ("currency_id", "date", "journal_id/.id")
# What a bookkeeper reads of a payment: its name changed in Odoo 18.
MEMO = {14: "ref", 18: "memo"}
ENTRY_COLUMNS = ("id", "move_type", "date", "ref", "line_ids/account_id/.id")
ENTRY_COLUMNS += ("line_ids/partner_id/.id", "line_ids/name")
ENTRY_COLUMNS += ("line_ids/debit", "line_ids/credit")
# Before an id, since documents have numbers as well.
PREFIX = "P"
CANCELLED = ("cancel", "canceled", "rejected")
DIFFERENCE = "difference"
# The journal makes no entry: nothing of it would be on the customer's account.
NO_ENTRY = "no_entry"
# A difference is not posted: it has no document, or would be in a wrong currency.
ALONE, FOREIGN = "alone", "foreign"


def to_payload(data):
    """Return what is sent of money, without identities; pure.

    :param PaymentData data: the neutral record.
    :rtype: dict
    """
    names = ("operation", "kind", "number", "reference", "customer", "date")
    names += ("currency", "amount", "account", "remark")
    return {name: getattr(data, name) for name in names} | {
        "allocations": settling.to_wishes(data),
        "differences": [[each.account, each.amount] for each in data.differences],
    }


def identity(id_):
    """Return the identity of a payment over there.

    :param int id_: of its record.
    :rtype: str
    """
    return f"{PREFIX}{id_}"


def record_id(member):
    """Return the id of a member's record over there; 0 for none.

    :rtype: int
    """
    text = member.external_id.removeprefix(PREFIX)
    return int(text) if text.isdigit() else 0


def memo_of(client):
    """Return the name of the field with what a payment is for.

    :rtype: str
    """
    return MEMO[max(since for since in MEMO if since <= client.series)]


def difference_key(member):
    """Return the external id of the entry of a payment's differences."""
    return f"{member.own_key}_{DIFFERENCE}"


class PaymentPush(Sending):
    """Sends one batch: created, posted, and set against documents, a call for each."""

    def __init__(self, client, batch, say, find_items):
        """Prepare.

        :param callable find_items: gets a kind of list and codes; returns identities.
        """
        super().__init__(client, batch, say)
        self.find_items = find_items
        self.entries = {}

    def _prepare(self):
        """Override: read what is there already, and what is to be settled."""
        payloads = [member.payload for member in self.batch.members]
        banks = {payload["account"] for payload in payloads} - {""}
        codes = {code for p in payloads for code, _amount in p["differences"]}
        self.banks = self.find_items(BANK, banks)
        self.accounts = self.find_items(ACCOUNT, codes)
        ids = {record_id(m) for m in self.batch.members if record_id(m)}
        self.known = self.client.read_ids(MODEL, ids, READ)
        self._find_partners()
        self._find_entries()
        self.books = self._read_books()

    def _find_entries(self):
        """Find the entries of differences that are there already."""
        keys = {
            difference_key(member): member.res_id
            for member in self.batch.members
            if member.external_id and member.payload["differences"]
        }
        found = loading.find_keys(self.client, MOVE, keys)
        self.entries = {keys[key]: id_ for key, id_ in found.items()}
        for member in self.batch.members:
            for part in member.parts:
                if part["kind"] == DIFFERENCE:
                    self.entries[member.res_id] = settling.part_id(part)

    def _read_books(self):
        """Return the customers' accounts as far as this batch is about them."""
        books = Accounts(self.client)
        moves = settling.find_moves(self.batch.members) | set(self.entries.values())
        moves |= {r["move_id"][0] for r in self.known.values() if r["move_id"]}
        books.look_up(moves)
        return books

    # === THE BATCH === #

    def _send(self):
        """Override: what is to be voided, then the rest."""
        void, fresh, stale, posted = [], [], [], []
        for member in self.batch.members:
            record = self.known.get(record_id(member))
            if member.payload["operation"] == VOID:
                void.append(member)
            elif record and record["state"] == "draft":
                stale.append(record["id"])
                fresh.append(member)
            elif record:
                posted.append(member)
            else:
                fresh.append(member)
        if void:
            self._void(void)
        if stale:
            self._call(MODEL, "unlink", stale)
        fresh = [member for member in fresh if self._may_post(member)]
        done = self._post(fresh) if fresh else []
        self._settle([m for m in posted if self._is_unchanged(m)] + done)

    def _may_post(self, member):
        """Whether money can be booked; otherwise it is told why not."""
        payload = member.payload
        codes = {payload["account"]} - self.banks.keys()
        codes |= {c for c, _amount in payload["differences"]} - self.accounts.keys()
        if problem := self._find_partner_problem(member):
            self._refuse(member, "", problem)
        elif codes:
            self._refuse(member, ", ".join(sorted(codes)), LISTS)
        else:
            return self._may_settle(member)
        return False

    def _may_settle(self, member):
        """Whether documents have open what new money is to settle."""
        amount = sum(
            (Decimal(a) for _code, a in member.payload["differences"]),
            Decimal(member.payload["amount"]),
        )
        wishes = settling.read_wishes(member.payload)
        if problem := self._find_difference_problem(member, wishes):
            self._refuse(member, member.payload["currency"], problem)
            return False
        try:
            self.books.claim(wishes, amount, member.payload["kind"] == "refund")
        except settling.RefusedError as error:
            self._refuse(member, error.words, error.reason)
            return False
        return True

    def _find_difference_problem(self, member, wishes):
        """Return why differences cannot be posted; "" if they can, or for none."""
        if not member.payload["differences"]:
            return ""
        lines = self.books.find_lines(wishes)
        if not lines:
            return ALONE
        # Their entry is in the currency of the company over there.
        return FOREIGN if any(line.is_foreign for line in lines) else ""

    def _is_unchanged(self, member):
        """Whether a payment over there is still the one that was sent."""
        record = self.known[record_id(member)]
        if is_as_sent(member, record):
            return True
        self._refuse(member, str(record["name"] or ""), POSTED)
        return False

    # === CREATE AND POST === #

    def _post(self, members):
        """Create money and post it; return the members of which that went well."""
        rows = {m.res_id: [self._to_row(m)] for m in members}
        names = [*COLUMNS, memo_of(self.client)]
        ids, refused = loading.load(self.client, MODEL, names, rows, loading.ONCE)
        self.has_written = self.has_written or bool(ids)
        there = self._find_refused(refused)
        ids |= there
        refused = {key: words for key, words in refused.items() if key not in there}
        refused |= self._post_differences([m for m in members if m.res_id in ids])
        keys = {id_: key for key, id_ in ids.items()}
        wanted = [id_ for id_, key in keys.items() if key not in refused]
        states = self.client.read_ids(MODEL, wanted, READ) if there else {}
        drafts = [
            i for i in wanted if states.get(i, {}).get("state", "draft") == "draft"
        ]
        words = self._each(MODEL, "action_post", drafts)
        refused |= {keys[id_]: said for id_, said in words.items()}
        self.known |= self.client.read_ids(MODEL, set(wanted) - set(words), READ)
        return self._sort_out(members, ids, refused)

    def _find_refused(self, refused):
        """Return those that are there after all, by an earlier call that ended late."""
        members = [self.by_id[key] for key in refused]
        found = loading.find_members(self.client, MODEL, members, ["name"])
        return {key: record["id"] for key, record in found.items()}

    def _sort_out(self, members, ids, refused):
        """Take back what was refused, or has no entry; return the rest."""
        done, gone = [], []
        for member in members:
            id_ = ids.get(member.res_id)
            if member.res_id in refused:
                gone.append(member)
                self._refuse(member, refused[member.res_id])
            elif not self.known[id_]["move_id"]:
                gone.append(member)
                self._refuse(member, member.payload["account"], NO_ENTRY)
            elif is_as_sent(member, self.known[id_]):
                # Else an earlier call made it, and it is asked about later.
                done.append(member)
        self.paid = {m.res_id: ids[m.res_id] for m in done}
        self._take_back(gone, ids)
        return done

    def _take_back(self, members, ids):
        """Delete what was made of money that cannot be booked."""
        entries = [self.entries.pop(m.res_id, None) for m in members]
        payments = [ids[m.res_id] for m in members if m.res_id in ids]
        for model, draft, some in (
            (MOVE, "button_draft", list(filter(None, entries))),
            (MODEL, "action_draft", payments),
        ):
            if some:
                records = self.client.read_ids(model, some, ["state"])
                posted = [i for i, r in records.items() if r["state"] != "draft"]
                self._each(model, draft, posted)
                self._each(model, "unlink", records)

    def _to_row(self, member):
        payload = member.payload
        return [
            loading.xmlid(member.own_key),
            TYPES[payload["kind"]],
            "customer",
            payload["customer"],
            payload["amount"],
            payload["currency"],
            payload["date"],
            self.banks[payload["account"]],
            " ".join(filter(None, (payload["number"], payload["remark"]))),
        ]

    def _post_differences(self, members):
        """Post an entry for what no money came for; return words about the refused."""
        rows = {
            m.res_id: self._to_entry(m) for m in members if m.payload["differences"]
        }
        if not rows:
            return {}
        names = list(ENTRY_COLUMNS)
        ids, refused = loading.load(self.client, MOVE, names, rows, loading.ONCE)
        self.entries |= ids
        keys = {id_: key for key, id_ in ids.items()}
        # One that an earlier call made may be posted already.
        known = self.client.read_ids(MOVE, keys, ["state"])
        drafts = [id_ for id_, record in known.items() if record["state"] != "posted"]
        words = self._each(MOVE, "action_post", drafts)
        return refused | {keys[id_]: said for id_, said in words.items()}

    def _to_entry(self, member):
        """Return the rows of an entry: an account against the customer's, for each."""
        payload, rows = member.payload, []
        sign = 1 if payload["kind"] == "payment" else -1
        head = [loading.xmlid(difference_key(member)), "entry"]
        head += [payload["date"], payload["number"]]
        customer = self.books.find_account(settling.read_wishes(payload))
        for code, amount in payload["differences"]:
            debit = sign * Decimal(amount)
            for account, value in ((self.accounts[code], debit), (customer, -debit)):
                both = (max(value, Decimal(0)), max(-value, Decimal(0)))
                line = [str(account), payload["customer"], payload["number"]]
                begin = head if not rows else [""] * len(head)
                rows.append([*begin, *line, *map(str, both)])
        return rows

    # === SETTLE === #

    def _settle(self, members):
        """Set money against documents as it is wanted, and tell what came of all."""
        if not members:
            return
        books = self._read_all(members)
        wishes = {m.res_id: self._to_wish(m, books) for m in members}
        words = settling.settle(self, books, wishes)
        for member in members:
            id_ = self._id_of(member)
            parts = to_parts(
                wishes[member.res_id].kept, self.entries.get(member.res_id)
            )
            if member.res_id in words:
                reason, said = words[member.res_id]
                told = self.say(member, said, reason)
                self.results[member.res_id] = settling.rejected(
                    member, identity(id_), told, parts
                )
            else:
                self.results[member.res_id] = to_result(member, self.known[id_], parts)

    def _read_all(self, members):
        """Read the customers' accounts again, now with what was posted."""
        books = Accounts(self.client)
        moves = settling.find_moves(members)
        moves |= {self.known[self._id_of(m)]["move_id"][0] for m in members}
        moves |= {self.entries[m.res_id] for m in members if m.res_id in self.entries}
        books.look_up(moves)
        return books

    def _id_of(self, member):
        paid = getattr(self, "paid", {})
        return paid.get(member.res_id) or record_id(member)

    def _to_wish(self, member, books):
        """Return what one payment is to settle, and with which lines."""
        moves = [self.known[self._id_of(member)]["move_id"][0]]
        if member.res_id in self.entries:
            moves.append(self.entries[member.res_id])
        lines = [line for move in moves for line in books.lines[move]]
        return Wish(member, lines, settling.read_wishes(member.payload))

    # === VOID === #

    def _void(self, members):
        """Cancel money, and the entries of its differences."""
        live = []
        for member in members:
            record = self.known.get(record_id(member))
            if not record:
                self._refuse(member, member.external_id, UNKNOWN)
            else:
                live.append(member)
        for res_id, words in self._void_entries(live).items():
            self._refuse(self.by_id[res_id], words)
        states = {i: r["state"] for i, r in self.known.items()}
        ids = {record_id(m): m for m in live if m.res_id not in self.results}
        posted = [i for i in ids if states[i] not in (*CANCELLED, "draft")]
        live_ids = [i for i in ids if states[i] not in CANCELLED]
        lines = [
            line
            for i in posted
            if self.known[i]["move_id"]
            for line in self.books.lines[self.known[i]["move_id"][0]]
        ]
        partials = [
            p for _a, some in self.books.settled_by(lines).values() for p in some
        ]
        if partials:
            self._call(settling.MODEL, "unlink", partials)
        # Not by a draft: Odoo deletes its entry then, which it refuses but of the last.
        refused = self._each(MODEL, "action_cancel", live_ids)
        for id_, member in ids.items():
            if id_ in refused:
                self._refuse(member, refused[id_])
            else:
                self.results[member.res_id] = to_result(member, self.known[id_], ())

    def _void_entries(self, members):
        """Cancel the entries of differences; return words about the refused."""
        keys = {self.entries[m.res_id]: m for m in members if m.res_id in self.entries}
        records = self.client.read_ids(MOVE, keys, ["state"])
        posted = [i for i, record in records.items() if record["state"] == "posted"]
        refused = self._each(MOVE, "button_draft", posted)
        live = [i for i, record in records.items() if record["state"] != "cancel"]
        live = [i for i in live if i not in refused]
        refused |= self._each(MOVE, "button_cancel", live)
        return {keys[id_].res_id: words for id_, words in refused.items()}


def to_parts(partials, entry=None):
    """Return what is kept of money: what it settles by us, and its other entry.

    :rtype: tuple[dict]
    """
    found = [settling.to_part(settling.PARTIAL, id_) for id_ in partials]
    if entry:
        found.append(settling.to_part(DIFFERENCE, entry))
    return tuple(found)


def to_result(member, record, parts=None, outcome=OK, message=""):
    """Return what became of money, with what the books have.

    :rtype: Result
    """
    return Result(
        member.res_id,
        outcome,
        identity(record["id"]),
        message,
        number=str(record["name"] or ""),
        date=str(record["date"] or ""),
        total=str(money(record["amount"])),
        parts=parts,
    )


def is_as_sent(member, record):
    """Whether a payment over there is what was sent, without what it settles.

    :rtype: bool
    """
    payload = member.payload
    return (
        record["state"] not in CANCELLED
        and money(record["amount"]) == Decimal(payload["amount"])
        and record["payment_type"] == TYPES[payload["kind"]]
        and str(record["partner_id"][0] if record["partner_id"] else "")
        == payload["customer"]
        and record["currency_id"][1] == payload["currency"]
    )


def find_outcomes(client, batch, say, find_items):
    """Return what became of money whose answer is unknown.

    :rtype: tuple[Result]
    """
    found = loading.find_members(client, MODEL, batch.members, READ)
    loading.forget_drafts(client, MODEL, batch.members, found)
    pusher = PaymentPush(client, batch, say, find_items)
    pusher.known = {record["id"]: record for record in found.values()}
    pusher.paid = {key: record["id"] for key, record in found.items()}
    keys = {
        difference_key(m): m.res_id for m in batch.members if m.payload["differences"]
    }
    there = loading.find_keys(client, MOVE, keys)
    pusher.entries = {keys[key]: id_ for key, id_ in there.items()}
    # Differences of money that is not there are made anew with it.
    pusher._take_back([m for m in batch.members if m.res_id not in found], {})
    posted = [m for m in batch.members if _is_posted(found.get(m.res_id))]
    books = pusher._read_all(posted) if posted else None
    return tuple(
        _to_outcome(member, found.get(member.res_id), pusher, books, say)
        for member in batch.members
    )


def _is_posted(record):
    """Whether money has an entry that may settle something."""
    live = record and record["state"] not in (*CANCELLED, "draft")
    return bool(live and record["move_id"])


def _to_outcome(member, record, pusher, books, say):
    if not record:
        return Result(member.res_id, NOT_FOUND)
    is_void = record["state"] in CANCELLED
    if member.payload["operation"] == VOID:
        return to_result(member, record, outcome=OK if is_void else NOT_FOUND)
    if not _is_posted(record) and not is_void:
        return to_result(member, record, outcome=NOT_FOUND)
    if not is_as_sent(member, record):
        return to_result(member, record, None, ALTERED, say(member, record))
    wish = pusher._to_wish(member, books)
    missing, stray = books.compare(wish)
    entry = pusher.entries.get(member.res_id)
    is_whole = entry or not member.payload["differences"]
    parts = to_parts([*wish.kept, *stray], entry)
    outcome = OK if is_whole and not (missing or stray) else NOT_FOUND
    return to_result(member, record, parts, outcome)
