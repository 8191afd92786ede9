# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money in the other Odoo: payments, refunds, what they settle, and differences."""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.documents import ACCOUNT, BANK, VOID
from odoo.addons.synkd_connector.lib.results import ALTERED, NOT_FOUND, OK, Result

from . import loading, settling
from .documents import DRAFT, LISTS, POSTED, VANISHED, money, to_stuck
from .documents import MODEL as MOVE
from .lists import MONEY_LOCKS
from .reversal import find_sealed
from .sending import Sending
from .settling import Accounts, Wish

MODEL = "account.payment"
TYPES = {"payment": "inbound", "refund": "outbound"}
READ = ("name", "state", "amount", "date", "payment_type", "partner_id", "move_id")
READ += ("currency_id",)
COLUMNS = ("id", "payment_type", "partner_type", "partner_id/.id", "amount")
COLUMNS += ("currency_id", "date", "journal_id/.id")
# What a bookkeeper reads of a payment: its name changed in Odoo 18.
MEMO = {14: "ref", 18: "memo"}
# What an entry calls the payment that made it: so as well.
LINK = {14: "payment_id", 18: "origin_payment_id"}
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
# Nobody can cancel it any more.
SEALED = "sealed"


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


def memo_of(client):
    """Return the name of the field with what a payment is for.

    :rtype: str
    """
    return _in_series(MEMO, client)


def link_of(client):
    """Return the name of an entry's field with the payment that made it.

    :rtype: str
    """
    return _in_series(LINK, client)


def _in_series(names, client):
    """Return what the client's Odoo calls something.

    :param dict names: by the series since which it is called so.
    """
    return names[max(since for since in names if since <= client.series)]


def difference_key(member):
    """Return the external id of the entry of a payment's differences."""
    return f"{member.own_key}_{DIFFERENCE}"


def _may_have_entry(member):
    """Whether a payment that was sent before may have an entry of differences."""
    kinds = {part["kind"] for part in member.parts}
    payload = member.payload
    is_void = payload["operation"] == VOID
    return bool(is_void or payload["differences"] or DIFFERENCE in kinds)


class PaymentPush(Sending):
    """Sends one batch: created, posted, and set against documents, a call for each."""

    def __init__(self, client, batch, say, find_items):
        """Prepare.

        :param callable find_items: gets a kind of list and codes; returns identities.
        """
        super().__init__(client, batch, say)
        self.find_items = find_items
        self.entries, self.known, self.paid = {}, {}, {}

    def _prepare(self):
        """Override: read what is there already, and what is to be settled."""
        payloads = [member.payload for member in self.batch.members]
        banks = {payload["account"] for payload in payloads} - {""}
        codes = {code for p in payloads for code, _amount in p["differences"]}
        self.banks = self.find_items(BANK, banks)
        self.accounts = self.find_items(ACCOUNT, codes)
        self._find_there(MODEL, READ)
        self._take_found(self.found)
        self._find_partners()
        self._find_entries()
        self.books = self._read_books()

    def _take_found(self, found):
        """Note which payments are there, by member; read which drafts were posted.

        :param dict found: their records, by member.
        """
        self.known = {record["id"]: record for record in found.values()}
        self.paid = {key: record["id"] for key, record in found.items()}
        drafts = [r for r in found.values() if r["state"] == "draft" and r["move_id"]]
        ids = {record["move_id"][0] for record in drafts}
        moves = self.client.read_ids(MOVE, ids, ["posted_before"])
        for record in drafts:
            move = moves.get(record["move_id"][0], {})
            record["posted_before"] = move.get("posted_before")

    def _find_entries(self):
        """Find the entries of differences that are there already, by our keys.

        Of what is voided they may be there though nobody told of them: an answer got
        lost, or the difference went here meanwhile.
        """
        keys = {
            difference_key(member): member.res_id
            for member in self.batch.members
            if member.external_id and _may_have_entry(member)
        }
        found = loading.find_keys(self.client, MOVE, keys)
        self.entries = {keys[key]: id_ for key, id_ in found.items()}

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
            record = self.found.get(member.res_id)
            if member.payload["operation"] == VOID:
                void.append(member)
            elif record and loading.is_unfinished(record):
                stale.append(record["id"])
                fresh.append(member)
            elif record:
                posted.append(member)
            else:
                fresh.append(member)
        if void:
            self._void(void)
        fresh = self._begin_anew(MODEL, stale, fresh)
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
        record = self.found[member.res_id]
        is_draft = record["state"] == "draft"
        if not is_draft and is_as_sent(member, record):
            return True
        reason = DRAFT if is_draft else POSTED
        self._refuse(member, str(record["name"] or ""), reason)
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
        self.paid |= {m.res_id: ids[m.res_id] for m in done}
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
        return self.paid[member.res_id]

    def _to_wish(self, member, books):
        """Return what one payment is to settle, and with which lines."""
        moves = [self.known[self._id_of(member)]["move_id"][0]]
        if member.res_id in self.entries:
            moves.append(self.entries[member.res_id])
        lines = [line for move in moves for line in books.lines[move]]
        return Wish(member, lines, settling.read_wishes(member.payload))

    # === VOID === #

    def _void(self, members):
        """Cancel money, and the entries of its differences.

        Both by their journal entries in one transaction over there, which opens again
        what they settled: where one of them is refused, all stays as it is.
        """
        live = {}
        for member in members:
            # Of money that was deleted there the entry of its difference may be left.
            if member.res_id in self.found or member.res_id in self.entries:
                live[member.res_id] = member
            else:
                self._refuse(member, member.external_id, VANISHED)
        refused = self._cancel(self._read_states(live))
        # Those without an entry, and those of whom it is not said by their entry.
        wanted = live.keys() & self.paid.keys() - refused.keys()
        ids = {self.paid[key]: key for key in wanted}
        left = self.client.read_ids(MODEL, ids, ["state"]).values()
        left = [each["id"] for each in left if each["state"] not in CANCELLED]
        words = self._each(MODEL, "action_cancel", left)
        refused |= {ids[id_]: said for id_, said in words.items()}
        sealed = self._find_sealed(refused)
        for key, member in live.items():
            record = self.found.get(key)
            if key in sealed:
                name = record and record["name"] or member.external_id
                self._refuse(member, str(name), SEALED)
            elif key in refused:
                self._refuse(member, refused[key])
            elif record:
                self.results[key] = to_result(member, record, ())
            else:
                self.results[key] = Result(key, OK, member.external_id, parts=())

    def _find_sealed(self, keys):
        """Return the members whose money, or its difference, stays there for ever.

        :param keys: of members whose void was refused.
        :rtype: set[int]
        """
        states = self._read_states(set(keys)) if keys else {}
        owners = {id_: key for key, some in states.items() for id_ in some}
        found = find_sealed(self.client, set(owners), MONEY_LOCKS) if owners else ()
        return {owners[id_] for id_ in found}

    def _read_states(self, keys):
        """Return the states of the journal entries that money has, by member.

        :rtype: dict[int, dict[int, str]]
        """
        moves = {key: self.found[key]["move_id"] for key in keys & self.found.keys()}
        ids = {key: [move[0]] for key, move in moves.items() if move}
        for key in keys & self.entries.keys():
            ids.setdefault(key, []).append(self.entries[key])
        wanted = {id_ for some in ids.values() for id_ in some}
        found = self.client.read_ids(MOVE, wanted, ["state"])
        return {
            key: {i: found[i]["state"] for i in ids.get(key, ()) if i in found}
            for key in keys
        }


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


def find_outcomes(client, batch, say, say_refused, find_items):
    """Return what became of money whose answer is unknown.

    :rtype: tuple[Result]
    """
    pusher = PaymentPush(client, batch, say_refused, find_items)
    found = loading.find_members(client, MODEL, batch.members, READ, is_sure=True)
    pusher._take_found(found)
    stuck = loading.forget_drafts(pusher, MODEL, found)
    pusher._take_found(found)
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
        if member.res_id not in stuck
        else to_stuck(to_result, member, found[member.res_id], stuck, say_refused)
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
    is_draft = record["state"] == "draft"
    if not (_is_posted(record) or is_void or is_draft):
        return to_result(member, record, outcome=NOT_FOUND)
    if is_draft or not is_as_sent(member, record):
        return to_result(member, record, None, ALTERED, say(member, record))
    wish = pusher._to_wish(member, books)
    missing, stray = books.compare(wish)
    entry = pusher.entries.get(member.res_id)
    is_whole = entry or not member.payload["differences"]
    parts = to_parts([*wish.kept, *stray], entry)
    outcome = OK if is_whole and not (missing or stray) else NOT_FOUND
    return to_result(member, record, parts, outcome)
