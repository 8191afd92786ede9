# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What settles what in the other Odoo: partial reconciliations, to the cent.

Money and credit notes settle documents by lines on the customer's account. Odoo's own
``reconcile`` takes as much as there is; a partial reconciliation of a given amount is a
record of its own, which has an external id made of ours, so that it is made once.
Between currencies, and where taxes fall due with the payment, only ``reconcile`` does
all that is to be done: there it is used, one pair at a time.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from odoo.addons.synkd_connector.lib.results import REJECTED, Result

from . import loading
from .documents import LINE, money

MODEL = "account.partial.reconcile"
READ = ("debit_move_id", "credit_move_id", "amount")
READ += ("debit_amount_currency", "credit_amount_currency")
LINE_READ = ("move_id", "account_id", "currency_id", "company_currency_id", "balance")
LINE_READ += ("amount_residual", "amount_residual_currency", "parent_state")
COLUMNS = ["id", "debit_move_id/.id", "credit_move_id/.id", "amount"]
COLUMNS += ["debit_amount_currency", "credit_amount_currency"]
# Why something is not settled: keys of ``const.REFUSALS``.
LESS, OTHER_ACCOUNT, UNPOSTED, RATES = "less", "other_account", "unposted", "rates"
ZERO = Decimal(0)
PARTIAL = "partial"


def to_wishes(data):
    """Return which documents something settles, fit for a payload.

    :param data: ``PaymentData`` or ``CreditData``.
    :rtype: list[list]
    """
    return [
        [each.document, each.number, each.amount, each.currency]
        for each in data.allocations
    ]


def read_wishes(payload):
    """Return what ``to_wishes`` put into a payload.

    :return: id, name, amount and other currency of each document.
    :rtype: list[tuple]
    """
    return [
        (int(id_) if id_.isdigit() else 0, name, Decimal(amount), currency)
        for id_, name, amount, currency in payload["allocations"]
    ]


def find_moves(members):
    """Return the ids of the documents that members settle.

    :rtype: set[int]
    """
    wishes = (read_wishes(member.payload) for member in members)
    return {wish[0] for some in wishes for wish in some} - {0}


def to_part(kind, id_):
    """Return what is kept of a record that something made over there.

    :rtype: dict
    """
    return {"kind": kind, "id": f"{kind} {id_}"}


def part_id(part):
    """Return the id of a record that is kept as a part.

    :rtype: int
    """
    return int(part["id"].rpartition(" ")[2])


def rejected(member, external_id, message, parts):
    """Return that something stays as it is, with what was made of it.

    :rtype: Result
    """
    key = str(external_id or member.external_id)
    return Result(member.res_id, REJECTED, key, message, parts=parts)


@dataclass
class Line:
    """A line on the customer's account, and what is left of it.

    :param Decimal left: in its currency, always positive.
    """

    id: int
    move: int
    account: int
    currency: str
    is_foreign: bool
    is_debit: bool
    left: Decimal
    is_posted: bool


class RefusedError(Exception):
    """Something cannot be settled.

    :param str reason: key of ``const.REFUSALS``.
    :param str words: for its sentence.
    """

    def __init__(self, reason, words=""):
        super().__init__(reason, words)
        self.reason, self.words = reason, words


class Accounts:
    """Lines on customers' accounts of some documents, and what settles them now."""

    def __init__(self, client):
        self.client = client
        self.lines = defaultdict(list)
        self.partials = {}
        self.is_on_payment = False

    def look_up(self, moves):
        """Read the lines of some documents and payments, and what settles them.

        :param moves: ids of journal entries.
        """
        kind = ("account_id.account_type", "=", "asset_receivable")
        if self.client.series < 16:
            kind = ("account_id.internal_type", "=", "receivable")
        domain = [("move_id", "in", sorted(moves)), kind]
        found = moves and self.client.read_records(LINE, domain, LINE_READ, order="id")
        for record in found or ():
            line = _to_line(record)
            self.lines[line.move].append(line)
        ids = [line.id for move in moves for line in self.lines[move]]
        sides = [("debit_move_id", "in", ids), ("credit_move_id", "in", ids)]
        found = ids and self.client.read_records(MODEL, ["|", *sides], READ, order="id")
        self.partials |= {record["id"]: record for record in found or ()}

    def settled_by(self, lines):
        """Return what some lines settle, by the document, and by which partials.

        :return: amounts in the currency of these lines, and ids, by line there.
        :rtype: dict[int, tuple[Decimal, list[int]]]
        """
        ours = {line.id: line for line in lines}
        found = {}
        for id_, record in self.partials.items():
            debit, credit = record["debit_move_id"][0], record["credit_move_id"][0]
            own, other = (debit, credit) if debit in ours else (credit, debit)
            if own not in ours or other in ours:
                continue
            side = "debit" if own == debit else "credit"
            amount, ids = found.get(other, (Decimal(0), []))
            more = money(record[f"{side}_amount_currency"])
            found[other] = (amount + more, [*ids, id_])
        return found

    def claim(self, wishes, amount, is_refund):
        """Take what new money will settle off what is open, before it is there.

        :param list wishes: see ``read_wishes``.
        :param Decimal amount: of the money and its differences.
        :raise RefusedError: there is less than that.
        """
        taken = []
        for move, name, wanted, currency in wishes:
            lines = [line for line in self.lines[move] if line.is_debit != is_refund]
            source = Line(0, 0, 0, "", False, is_refund, amount, True)
            if lines:
                source = replace(source, account=lines[0].account)
            try:
                taken += plan([source], [(name, wanted, currency, lines)])
            except RefusedError:
                _give_back(taken)
                raise
            amount = source.left

    def find_account(self, wishes):
        """Return the customer's account that documents are booked on.

        :rtype: int
        """
        return next(iter(self.find_lines(wishes))).account

    def find_lines(self, wishes):
        """Return the lines of documents on the customer's account.

        :rtype: list[Line]
        """
        return [line for wish in wishes for line in self.lines[wish[0]]]

    def compare(self, wish):
        """Return what is to be settled yet, and which partials are to go.

        What comes to what is wanted is kept, whoever made it; what else somebody
        settled over there is left alone.

        :param Wish wish: its ``kept`` is filled.
        :return: wishes, and ids of partials of ours.
        :rtype: tuple[list[tuple], list[int]]
        """
        ours = {part_id(p) for p in wish.member.parts if p["kind"] == PARTIAL}
        there = {}
        owner = {line.id: line.move for some in self.lines.values() for line in some}
        for line, (amount, ids) in self.settled_by(wish.sources).items():
            before, known = there.get(owner.get(line, -line), (ZERO, []))
            there[owner.get(line, -line)] = (before + amount, known + ids)
        missing, stray = [], []
        for move, name, amount, currency in wish.targets:
            settled, ids = there.pop(move, (ZERO, []))
            if settled == amount:
                wish.kept += ids
            else:
                stray += ids
                missing.append((move, name, amount, currency))
        stray += [id_ for _amount, ids in there.values() for id_ in ids if id_ in ours]
        return missing, stray


def _to_line(record):
    is_foreign = record["currency_id"] != record["company_currency_id"]
    return Line(
        record["id"],
        record["move_id"][0],
        record["account_id"][0],
        record["currency_id"][1] if record["currency_id"] else "",
        is_foreign and bool(record["currency_id"]),
        record["balance"] > 0,
        abs(money(record["amount_residual_currency"])),
        record["parent_state"] == "posted",
    )


@dataclass
class Wish:
    """What one payment or credit note is to settle.

    :param Member member: of the core's contract.
    :param list sources: its lines.
    :param list targets: see ``read_wishes``.
    :param list kept: ids of the partials that settle what is wanted.
    """

    member: Any
    sources: list
    targets: list
    kept: list = field(default_factory=list)


@dataclass
class Pair:
    """So much of one line that settles another.

    :param bool is_natural: Odoo's own ``reconcile`` would settle as much.
    """

    source: Line
    target: Line
    amount: Decimal
    is_natural: bool


def plan(sources, targets):
    """Return which lines settle which, in order, and take it off what is left.

    :param list sources: lines with money or credit.
    :param list targets: name, amount, other currency, and lines of each document.
    :rtype: list[Pair]
    :raise RefusedError: there is less than that on either side.
    """
    pairs = []
    try:
        _plan(sources, targets, pairs)
    except RefusedError:
        _give_back(pairs)
        raise
    return pairs


def _give_back(pairs):
    """Undo what was planned: what is refused takes nothing from others."""
    for pair in pairs:
        pair.source.left += pair.amount
        pair.target.left += pair.amount


def _plan(sources, targets, pairs):
    for name, amount, currency, lines in targets:
        there = sum((line.left for line in lines), ZERO)
        if not lines or any(not line.is_posted for line in lines):
            raise RefusedError(UNPOSTED, name)
        if currency:
            raise RefusedError(RATES, name)
        if amount > there:
            raise RefusedError(LESS, f"{name}: {there}")
        for target in lines:
            for source in sources:
                pair = _take(source, target, amount)
                if pair and source.account != target.account:
                    raise RefusedError(OTHER_ACCOUNT, name)
                if pair:
                    pairs.append(pair)
                    amount -= pair.amount
        if amount > 0:
            raise RefusedError(LESS, f"{name}: {there - amount}")


def _take(source, target, most):
    """Return how one line settles another, and take it off both; None for nothing."""
    taken = min(most, target.left, source.left)
    if taken <= 0 or source.is_debit == target.is_debit:
        return None
    pair = Pair(source, target, taken, taken == min(target.left, source.left))
    source.left -= taken
    target.left -= taken
    return pair


def settle(pusher, books, wishes):
    """Let money and credit notes settle what is wanted, many by one call.

    :param Sending pusher: writes.
    :param Accounts books: read after all was posted; read again when something goes.
    :param dict wishes: ``Wish`` by member; what is made is added to their ``kept``.
    :return: reason and words about those that are not settled.
    :rtype: dict[int, tuple[str, str]]
    """
    todo, gone = {}, []
    for key, wish in wishes.items():
        missing, stray = books.compare(wish)
        todo[key] = missing
        gone += stray
    if gone:
        pusher._call(MODEL, "unlink", gone)
        books = _read_again(books, wishes)
    planned, words = {}, {}
    for key, missing in todo.items():
        targets = [
            (name, amount, currency, books.lines[move])
            for move, name, amount, currency in missing
        ]
        try:
            planned[key] = plan(wishes[key].sources, targets)
        except RefusedError as error:
            words[key] = (error.reason, error.words)
    refused, has_reconciled = _write(pusher, planned, wishes)
    if has_reconciled:
        _find_made(_read_again(books, wishes), wishes)
    return words | {key: ("", said) for key, said in refused.items()}


def _read_again(books, wishes):
    """Return the accounts after something went, and give the wishes their new lines."""
    again = Accounts(books.client)
    again.look_up(set(books.lines))
    fresh = {line.id: line for some in again.lines.values() for line in some}
    for wish in wishes.values():
        wish.sources = [fresh[line.id] for line in wish.sources]
    return again


def _find_made(books, wishes):
    """Note the partials that Odoo's own reconcile made: it does not tell them."""
    for wish in wishes.values():
        made, wish.kept = wish.kept, []
        books.compare(wish)
        wish.kept = list(dict.fromkeys(made + wish.kept))


def _write(pusher, planned, wishes):
    """Make what was planned.

    :return: words about the refused, by member; and whether Odoo reconciled some.
    :rtype: tuple[dict, bool]
    """
    has_cash_basis = any(planned.values()) and _find_cash_basis(pusher.client)
    rows, owners, refused, has_reconciled = {}, {}, {}, False
    for key, pairs in planned.items():
        for pair in pairs:
            if has_cash_basis or pair.source.is_foreign or pair.target.is_foreign:
                said, has_reconciled = _reconcile(pusher, pair), True
                refused |= {key: said} if said else {}
            else:
                own = f"{wishes[key].member.own_key}_{pair.source.id}_{pair.target.id}"
                rows[own], owners[own] = [_to_row(own, pair)], key
    if not rows:
        return refused, has_reconciled
    ids, bad = loading.load(pusher.client, MODEL, COLUMNS, rows, loading.ONCE)
    pusher.has_written = pusher.has_written or bool(ids)
    for own, id_ in ids.items():
        wishes[owners[own]].kept.append(id_)
    refused |= {owners[own]: said for own, said in bad.items()}
    return refused, has_reconciled


def _to_row(own, pair):
    """Return the row of a partial reconciliation."""
    both = (pair.source, pair.target)
    debit, credit = both if pair.source.is_debit else both[::-1]
    amount = str(pair.amount)
    return [loading.xmlid(own), str(debit.id), str(credit.id), amount, amount, amount]


def _find_cash_basis(client):
    """Whether taxes of the company may fall due with the payment."""
    domain = [("tax_exigibility", "=", "on_payment"), ("active", "=", True)]
    return bool(client.read_records("account.tax", domain, ["name"], limit=1))


def _reconcile(pusher, pair):
    """Let Odoo reconcile two lines, where it takes as much as is wanted.

    :return: words when it does not; "" when it did.
    :rtype: str
    """
    if not pair.is_natural:
        return f"{pair.amount}"
    ids = [pair.source.id, pair.target.id]
    return pusher._together(LINE, "reconcile", ids)
