# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices and credit notes in the other Odoo: written, posted, voided, found again."""

from collections import defaultdict
from decimal import Decimal

from odoo.addons.synkd_connector.lib.documents import ACCOUNT, ITEM, TAX, VOID
from odoo.addons.synkd_connector.lib.prices import Digits
from odoo.addons.synkd_connector.lib.results import (
    ALTERED,
    NOT_FOUND,
    OK,
    Result,
)

from . import loading
from .sending import STUCK, Sending

MODEL = "account.move"
LINE = "account.move.line"
TYPES = {"invoice": "out_invoice", "credit_note": "out_refund"}
# What a plain Odoo keeps of a line; one that keeps more keeps these as well.
DIGITS = Digits(quantity=2, price=2, discount=2)
# Amounts come as floats; no currency of an Odoo has more decimals.
MOST_PLACES, PLACES = Decimal("0.000001"), 2
READ = ("name", "state", "move_type", "partner_id", "date", "currency_id")
READ += ("amount_total", "amount_tax", "amount_residual", "invoice_origin")
READ += ("posted_before",)
COLUMNS = (
    *("id", "move_type", "partner_id/.id", "currency_id", "invoice_date"),
    *("invoice_payment_term_id", "invoice_date_due", "ref", "invoice_origin"),
    "payment_reference",
)
LINE_COLUMNS = tuple(
    f"invoice_line_ids/{name}"
    for name in ("name", "quantity", "price_unit", "discount")
    + ("product_id/.id", "account_id/.id", "tax_ids/.id")
)
# A document's own rate can be given from then on.
RATE, RATE_SERIES = "invoice_currency_rate", 18
# Reasons, keys of ``const.REFUSALS``.
LISTS, TOTALS, PAID, POSTED = "lists", "totals", "paid", "posted"
# A draft that was posted before; nothing is there to be voided.
DRAFT, VANISHED = "draft", "vanished"


def to_payload(data):
    """Return what is sent of a document, without identities; pure.

    Prices go without tax; what tax there is, is compared and put right to the cent.

    :param DocumentData data: as the books keep it.
    :rtype: dict
    """
    names = ("operation", "kind", "number", "reference", "customer", "date")
    names += ("due_date", "currency", "rate", "total", "tax")
    return {name: getattr(data, name) for name in names} | {
        "lines": [_to_line(line) for line in data.lines]
    }


def _to_line(line):
    names = ("description", "quantity", "price", "discount", "net")
    names += ("item", "account", "tax_code")
    return {name: getattr(line, name) for name in names}


def money(value):
    """Return an amount of an answer as decimal number, of whatever currency.

    :rtype: Decimal
    """
    exact = Decimal(str(value or 0)).quantize(MOST_PLACES)
    places = max(PLACES, -exact.normalize().as_tuple().exponent)
    return exact.quantize(Decimal(1).scaleb(-places))


def unit_of(amount):
    """Return the smallest amount of the currency that a text of ours is in.

    :param str amount: with all decimals of its currency.
    :rtype: Decimal
    """
    return Decimal(1).scaleb(Decimal(amount).as_tuple().exponent)


def to_result(member, record, outcome=OK, message="", external_id=None):
    """Return what became of a document, with what the books have.

    :rtype: Result
    """
    return Result(
        member.res_id,
        outcome,
        str(record["id"]) if external_id is None else external_id,
        message,
        number=str(record["name"] or ""),
        date=str(record["date"] or ""),
        total=str(money(record["amount_total"])),
        tax=str(money(record["amount_tax"])),
    )


class DocumentPush(Sending):
    """Sends one batch: created by one call, posted by another; voided by two.

    Before anything is posted, its total and tax are compared with ours to the cent.
    What was created and cannot be posted is deleted again, so that a corrected one
    meets nothing of its own.
    """

    def __init__(self, client, batch, say, find_items):
        """Prepare.

        :param callable find_items: gets a kind of list and codes; returns identities
            by code.
        """
        super().__init__(client, batch, say)
        self.find_items = find_items

    # === WHAT IS KNOWN === #

    def _prepare(self):
        """Override: whatever has to be known before, by one call where it is."""
        self._find_codes()
        self._find_there(MODEL, READ)
        self._find_partners()

    def _find_codes(self):
        codes = defaultdict(set)
        for member in self.batch.members:
            for line in member.payload["lines"]:
                codes[ITEM].add(line["item"])
                codes[ACCOUNT].add(line["account"])
                codes[TAX].add(line["tax_code"])
        self.items = {
            kind: self.find_items(kind, some - {""}) for kind, some in codes.items()
        }
        bare = {
            line["item"]
            for member in self.batch.members
            for line in member.payload["lines"]
            if not line["account"]
        }
        found = self.items.get(ITEM, {})
        bare = {int(found[code]) for code in bare if code in found}
        self.incomes = read_incomes(self.client, bare) if bare else {}

    # === THE BATCH === #

    def _send(self):
        """Override: what is to be voided, then what is to be posted."""
        post, void, stale = [], [], []
        for member in self.batch.members:
            record = self.found.get(member.res_id)
            if member.payload["operation"] == VOID:
                void += self._check_void(member, record)
            elif record and loading.is_unfinished(record):
                stale.append(record["id"])
                post.append(member)
            elif record:
                self._note_there(member, record)
            else:
                post.append(member)
        if void:
            self._void(void)
        # What did not come to its end may have been corrected since.
        post = self._begin_anew(MODEL, stale, post)
        if post:
            self._make(post)

    def _make(self, members):
        """Create and post documents; what comes to other sums, by whole lines."""
        # Odoo may round a sum where we round each line.
        again = self._post(self._create(members))
        if again:
            self._post(self._create(again, is_whole=True), is_last=True)

    def _note_there(self, member, record):
        """Tell of one that was posted, or cancelled, before."""
        if record["state"] == "posted" and is_as_sent(member, record):
            self.results[member.res_id] = to_result(member, record)
        else:
            reason = DRAFT if record["state"] == "draft" else POSTED
            self._refuse(member, str(record["name"] or ""), reason)

    # === CREATE === #

    def _create(self, members, is_whole=False):
        """Create documents as drafts, and return their ids by member.

        :param bool is_whole: each line is one piece that costs its amount.
        :rtype: dict[int, int]
        """
        rows = {}
        for member in members:
            missing = self._find_missing(member.payload)
            if problem := self._find_partner_problem(member):
                self._refuse(member, "", problem)
            elif missing:
                self._refuse(member, missing, LISTS)
            else:
                rows[member.res_id] = self._to_rows(member, is_whole)
        if not rows:
            return {}
        ids, refused = loading.load(
            self.client, MODEL, self._columns(), rows, loading.ONCE
        )
        self.has_written = self.has_written or bool(ids)
        return ids | self._note_refused(refused)

    def _find_missing(self, payload):
        """Return the codes that no list has, as text."""
        named = (("item", ITEM), ("account", ACCOUNT), ("tax_code", TAX))
        missing = {
            line[name]
            for line in payload["lines"]
            for name, kind in named
            if line[name] and line[name] not in self.items[kind]
        }
        return ", ".join(sorted(missing))

    def _columns(self):
        rate = [RATE] if self.client.series >= RATE_SERIES else []
        return [*COLUMNS, *rate, *LINE_COLUMNS]

    def _to_rows(self, member, is_whole):
        """Return the rows of a document: the first line is beside its head."""
        p, given = member.payload, self.client.series >= RATE_SERIES
        head = [loading.xmlid(member.own_key), TYPES[p["kind"]], p["customer"]]
        head += [p["currency"], p["date"], "", p["due_date"]]
        head += [p["reference"] or p["number"], p["number"], p["number"]]
        head += [p["rate"]] if given else []
        whole = {"quantity": "1", "discount": "0.00"}
        lines = [
            self._to_line_row(
                line | whole | {"price": line["net"]} if is_whole else line
            )
            for line in p["lines"]
        ]
        empty = [""] * len(head)
        return [
            [*(empty if place else head), *line] for place, line in enumerate(lines)
        ]

    def _to_line_row(self, line):
        item = self.items[ITEM].get(line["item"], "")
        # What is empty is none over there, and not what the item has.
        account = self.incomes.get(int(item or 0), "")
        return [
            line["description"] or "-",
            line["quantity"],
            line["price"],
            line["discount"],
            item,
            self.items[ACCOUNT].get(line["account"], account),
            self.items[TAX].get(line["tax_code"], ""),
        ]

    def _note_refused(self, refused):
        """Tell of those that were refused; return those that are there after all.

        That is so when an earlier call, whose answer nobody got, ended meanwhile.
        """
        members = [self.by_id[key] for key in refused]
        if not members:
            return {}
        found = loading.find_members(self.client, MODEL, members, ["name"])
        for member in members:
            if member.res_id not in found:
                self._refuse(member, refused[member.res_id])
        return {key: record["id"] for key, record in found.items()}

    # === POST === #

    def _post(self, ids, is_last=False):
        """Post what comes to the same as here, and delete the rest.

        :param bool is_last: the rest is refused.
        :return: members that came to something else.
        :rtype: list[Member]
        """
        if not ids:
            return []
        records = self.client.read_ids(MODEL, set(ids.values()), READ)
        self._put_right(ids, records)
        bad = {
            key: self._say_totals(records[id_])
            for key, id_ in ids.items()
            # Also one that an earlier call made, before it was corrected here.
            if not is_as_sent(self.by_id[key], records[id_])
        }
        good = [id_ for key, id_ in ids.items() if key not in bad]
        drafts = [id_ for id_ in good if records[id_]["state"] == "draft"]
        refused = self._each(MODEL, "action_post", drafts)
        posted = self.client.read_ids(MODEL, set(good) - set(refused), READ)
        self._delete(ids, bad, refused, is_last)
        for key, id_ in ids.items():
            # What is not posted after all is asked about later.
            if posted.get(id_, {}).get("state") == "posted":
                self.results[key] = to_result(self.by_id[key], posted[id_])
        return [self.by_id[key] for key in bad]

    def _delete(self, ids, bad, refused, is_last):
        """Delete what cannot be posted, and say why."""
        gone = [ids[key] for key in bad] + list(refused)
        if gone:
            self._call(MODEL, "unlink", gone)
        by_record = {id_: key for key, id_ in ids.items()}
        for key, words in bad.items() if is_last else ():
            self._refuse(self.by_id[key], words, TOTALS)
        for id_, words in refused.items():
            self._refuse(self.by_id[by_record[id_]], words)

    def _say_totals(self, record):
        return f"{money(record['amount_total'])} ({money(record['amount_tax'])})"

    def _put_right(self, ids, records):
        """Give documents our tax, where it was rounded otherwise over there.

        The smallest coin for each line at most; more is another tax, and is refused.
        """
        wrong = {}
        for key, id_ in ids.items():
            payload, record = self.by_id[key].payload, records[id_]
            more = Decimal(payload["tax"]) - money(record["amount_tax"])
            total = Decimal(payload["total"]) - money(record["amount_total"])
            most = unit_of(payload["total"]) * len(payload["lines"])
            if more == total and 0 < abs(more) <= most:
                wrong[id_] = more if payload["kind"] == "credit_note" else -more
        if not wrong:
            return
        lines = self._read_tax_lines(wrong)
        rows = {
            id_: [
                [str(id_), str(line["id"]), str(money(line["amount_currency"]) + more)]
            ]
            for id_, more in wrong.items()
            if (line := lines.get(id_))
        }
        names = [".id", "line_ids/.id", "line_ids/amount_currency"]
        loading.load(self.client, MODEL, names, rows)
        records |= self.client.read_ids(MODEL, set(wrong), READ)

    def _read_tax_lines(self, ids):
        """Return the largest line of tax of some documents, by document."""
        found = self.client.read_records(
            LINE,
            [("move_id", "in", sorted(ids)), ("tax_line_id", "!=", False)],
            ["move_id", "amount_currency"],
        )
        found.sort(key=lambda line: abs(money(line["amount_currency"])))
        return {line["move_id"][0]: line for line in found}

    # === VOID === #

    def _check_void(self, member, record):
        """Return a member whose document can be voided, as a list; or tell why not."""
        if not record:
            self._refuse(member, member.external_id, VANISHED)
        elif record["state"] == "cancel":
            self.results[member.res_id] = to_result(member, record)
        elif (
            record["state"] == "posted"
            and record["amount_residual"] != record["amount_total"]
        ):
            self._refuse(member, str(record["name"]), PAID)
        else:
            return [member]
        return []

    def _void(self, members):
        """Cancel documents."""
        records = {member.res_id: self.found[member.res_id] for member in members}
        states = {key: {r["id"]: r["state"]} for key, r in records.items()}
        refused = self._cancel(states)
        ids = {record["id"] for record in records.values()}
        found = self.client.read_ids(MODEL, ids, READ)
        for member in members:
            if member.res_id in refused:
                self._refuse(member, refused[member.res_id])
            else:
                record = found[records[member.res_id]["id"]]
                self.results[member.res_id] = to_result(member, record)


def read_incomes(client, products):
    """Return the accounts that items are booked on: theirs, or those of their category.

    :param products: ids.
    :rtype: dict[int, str]
    """
    names = ["property_account_income_id", "categ_id"]
    found = client.read_ids("product.product", products, names)
    categories = {p["categ_id"][0] for p in found.values() if p["categ_id"]}
    name = "property_account_income_categ_id"
    groups = client.read_ids("product.category", categories, [name])
    usual = client.read_records(
        "account.journal",
        [("type", "=", "sale"), ("active", "=", True)],
        ["default_account_id"],
        limit=1,
    )
    last = usual and usual[0]["default_account_id"]
    accounts = {}
    for id_, product in found.items():
        group = groups.get(product["categ_id"][0]) if product["categ_id"] else None
        account = product[names[0]] or (group and group[name]) or last
        accounts[id_] = str(account[0]) if account else ""
    return accounts


def has_totals(member, record):
    """Whether a document comes to the same over there, to the cent.

    :rtype: bool
    """
    ours = Decimal(member.payload["total"]), Decimal(member.payload["tax"])
    return ours == (money(record["amount_total"]), money(record["amount_tax"]))


def is_as_sent(member, record):
    """Whether a document over there is what was sent, as far as it has to be.

    :rtype: bool
    """
    payload = member.payload
    return (
        has_totals(member, record)
        and record["move_type"] == TYPES[payload["kind"]]
        and str(record["partner_id"][0] if record["partner_id"] else "")
        == payload["customer"]
        and record["currency_id"][1] == payload["currency"]
    )


def find_outcomes(client, batch, say, say_refused):
    """Return what became of documents whose answer is unknown.

    A draft did not come to its end: it is deleted, and sent again as it is here then.

    :param callable say: makes a sentence of a member that was changed over there.
    :param callable say_refused: as of ``Push``.
    :rtype: tuple[Result]
    """
    found = loading.find_members(client, MODEL, batch.members, READ, is_sure=True)
    pusher = Sending(client, batch, say_refused)
    stuck = loading.forget_drafts(pusher, MODEL, found)
    return tuple(
        _to_outcome(member, found.get(member.res_id), say)
        if member.res_id not in stuck
        else to_stuck(to_result, member, found[member.res_id], stuck, say_refused)
        for member in batch.members
    )


def to_stuck(to_result, member, record, stuck, say_refused):
    """Return that an unfinished draft of ours stays there, for a person to look at.

    :param callable to_result: of documents or of money.
    :param dict stuck: words about those that cannot be deleted, by member.
    :rtype: Result
    """
    words = say_refused(member, stuck[member.res_id], STUCK)
    return to_result(member, record, outcome=ALTERED, message=words)


def _to_outcome(member, record, say):
    if not record:
        return Result(member.res_id, NOT_FOUND)
    is_void = record["state"] == "cancel"
    if member.payload["operation"] == VOID:
        return to_result(member, record, OK if is_void else NOT_FOUND)
    if record["state"] != "posted" or not is_as_sent(member, record):
        return to_result(member, record, ALTERED, say(member, record))
    return to_result(member, record)
