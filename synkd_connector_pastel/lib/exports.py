# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The files that Pastel exports: found out how they are written, and read row by row.

Which columns they have nobody knows before: they are found by their headings, and a
person says what the others are, or all of them where there are no headings.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from .customers import BATCH
from .shape import ENCODING

DELIMITERS = ",;\t|"
# Headings are in one of these rows; reports have a title above.
LOOKED_AT = 20
# Longer lists are uploaded in parts: all rows are in memory while one is read.
MOST_ROWS = 500_000
# No list has more columns; each is a record once a person is asked what it is.
MOST_COLUMNS = 500
# So many different columns make a row one of headings.
LEAST_KNOWN = 2
TRUE_WORDS = frozenset(("y", "yes", "j", "ja", "true", "t", "1", "blocked", "x"))

# By kind of file: what may be in it, and what the headings are called, in small letters
# and digits. What it needs comes first.
CUSTOMERS = {
    "code": ("customercode", "code", "account", "accountcode", "accno", "customer"),
    "name": ("customerdesc", "description", "name", "customername", "accountname"),
    "street": ("postaddress01", "postaladdress1", "postal1", "address1", "postaddr1"),
    "street2": ("postaddress02", "postaladdress2", "postal2", "address2", "postaddr2"),
    "city": ("postaddress03", "postaladdress3", "postal3", "address3", "postaddr3"),
    "zip": ("postaddress05", "postaladdress5", "postal5", "address5", "postalcode"),
    "phone": ("telephone", "tel", "phone", "telephone1", "telno"),
    "contact_name": ("contact", "contactperson", "contactname"),
    "email": ("email", "emailaddress", "customeremail", "emaildocs"),
    "delivery_street": ("deladdress01", "deliveryaddress1", "delivery1", "deladdr1"),
    "delivery_street2": ("deladdress02", "deliveryaddress2", "delivery2", "deladdr2"),
    "delivery_city": ("deladdress03", "deliveryaddress3", "delivery3", "deladdr3"),
    "delivery_zip": ("deladdress05", "deliveryaddress5", "delivery5", "deladdr5"),
    "vat": ("exemptref", "taxreference", "vatno", "vatnumber", "taxref", "taxno"),
    "credit_limit": ("creditlimit", "limit"),
    "held": ("blocked", "onhold", "accountblocked"),
    "key": ("userdefined01", "userdefined1", "userfield1"),
}
BALANCES = {
    "code": CUSTOMERS["code"],
    "total": ("total", "balance", "totaldue", "outstanding", "currentbalance", "due"),
    "current": ("current", "ageing01", "notdue"),
    "name": CUSTOMERS["name"],
}
TAXES = {
    "code": ("taxtype", "type", "code", "number", "no", "taxcode"),
    "name": ("description", "name", "taxdescription"),
    "rate": ("rate", "percentage", "taxrate", "percent", "vat"),
}
ACCOUNTS = {
    "code": ("accountnumber", "account", "accnumber", "code", "accno", "glaccount"),
    "name": ("description", "name", "accountdescription", "accountname"),
}
ITEMS = {
    "code": ("itemcode", "code", "item", "stockcode", "inventorycode"),
    "name": ("description", "name", "itemdescription", "desc"),
}
TRANSACTIONS = {
    "code": ("customercode", "account", "accountcode", "customer", "code", "accnumber"),
    "amount": ("amount", "value", "homeamount", "total", "totalinclusive"),
    "number": ("reference", "documentnumber", "docno", "documentno", "ref", "document"),
    "order": ("ordernumber", "orderno", "order", "custorderno", "yourreference"),
    "text": ("description", "details", "narration", "text"),
    "tax": ("taxamount", "tax", "vat", "vatamount", "totaltax"),
    "date": ("date", "transactiondate", "ddate", "documentdate"),
    "message": ("message3", "message03", "message"),
}
KINDS = {
    "customers": CUSTOMERS,
    "balances": BALANCES,
    "taxes": TAXES,
    "accounts": ACCOUNTS,
    "items": ITEMS,
    "transactions": TRANSACTIONS,
}
# Without these a row says nothing.
NEEDED = {
    "customers": ("code", "name"),
    "balances": ("code", "total"),
    "taxes": ("code", "name"),
    "accounts": ("code", "name"),
    "items": ("code", "name"),
    "transactions": ("code", "amount"),
}


class Unreadable(ValueError):
    """A file makes no sense.

    :param str reason: key of the sentence that says so, see const.
    """

    def __init__(self, reason, **facts):
        super().__init__(reason)
        self.reason, self.facts = reason, facts


@dataclass(frozen=True)
class Table:
    """The rows of a file, and what its columns are called.

    :param list headings: [] where there are none.
    :param list rows: pairs of the number of a row, counted from 1, and its cells.
    :param list short: numbers of rows that are cut off.
    :param bool ended: the last line has an end, so that its last value is whole.
    """

    headings: list
    rows: list
    width: int
    encoding: str = ENCODING
    short: list = field(default_factory=list)
    ended: bool = True


def plain_name(text):
    """Return a heading in small letters and digits, as they are compared.

    :rtype: str
    """
    return re.sub(r"[^a-z0-9]", "", text.lower())


def decode(content):
    """Return the text of a file, and how it was written.

    :param bytes content: whatever it is.
    :rtype: tuple[str, str]
    :raise Unreadable: when it is no text.
    """
    if not content.strip():
        raise Unreadable("empty")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tried = ("utf-16",)
    else:
        tried = ("utf-8-sig", ENCODING)
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise Unreadable("no_text")


def find_delimiter(text):
    """Return what is between the fields: what most of the first lines have most of.

    :rtype: str
    """
    lines = [line for line in text[:20000].splitlines() if line.strip()][:LOOKED_AT]
    counts = {d: sum(d in line for line in lines) for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: (counts[d], sum(x.count(d) for x in lines)))


def read_table(kind, content):
    """Return the rows of a file that Pastel exported.

    :param str kind: of ``KINDS``.
    :param bytes content: whatever it is.
    :rtype: Table
    :raise Unreadable: when it is no table.
    """
    text, encoding = decode(content)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=find_delimiter(text), strict=True
    )
    rows = []
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise Unreadable("no_table")
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(rows) > MOST_ROWS:
                raise Unreadable("rows", most=MOST_ROWS)
    except csv.Error as error:
        raise Unreadable("broken", line=reader.line_num) from error
    if not rows or max(len(cells) for _n, cells in rows) < LEAST_KNOWN:
        raise Unreadable("no_table")
    table = _make_table(kind, rows, encoding)
    return replace(table, ended=text.endswith(("\n", "\r")))


def _make_table(kind, rows, encoding):
    """Return a table, its headings apart from its rows."""
    found = find_headings(kind, rows)
    headings = rows[found][1] if found >= 0 else []
    if BATCH in headings:
        raise Unreadable("ours")
    rows = rows[found + 1 :]
    width = len(headings) or _usual_width(rows)
    whole = [row for row in rows if len(row[1]) >= width]
    short = [number for number, cells in rows if len(cells) < width]
    return Table(headings, whole, width, encoding, short)


def _usual_width(rows):
    """Return how many fields most rows have."""
    widths = Counter(len(cells) for _number, cells in rows)
    return max(widths, key=widths.get, default=0)


def find_headings(kind, rows):
    """Return at which place the headings are; -1 where there are none.

    :rtype: int
    """
    known = {name for names in KINDS[kind].values() for name in names}
    for place, (_number, cells) in enumerate(rows[:LOOKED_AT]):
        if len(known & set(map(plain_name, cells))) >= LEAST_KNOWN:
            return place
    return -1


def find_columns(kind, headings):
    """Return which column is what, as far as the headings tell.

    :return: place of the column by what it is.
    :rtype: dict[str, int]
    """
    plain = [plain_name(heading) for heading in headings]
    found = {}
    for name, aliases in KINDS[kind].items():
        places = (plain.index(alias) for alias in aliases if alias in plain)
        place = next((p for p in places if p not in found.values()), None)
        if place is not None:
            found[name] = place
    return found


def each_row(table, columns):
    """Yield the rows of a table by what their columns are.

    :param dict columns: place of the column by what it is.
    :return: pairs of the number of the row, and its texts.
    """
    for number, cells in table.rows:
        yield number, {name: cells[place] for name, place in columns.items()}


def to_amount(text):
    """Return an amount as Pastel may write it: 1 234.50, 1,234.50-, (12,00), R12.

    :rtype: Decimal
    :raise ValueError: when it is none.
    """
    plain = re.sub(r"[\s\u00a0']", "", text)
    plain = re.sub(r"^(-?)R", r"\1", plain)
    negative = plain.startswith(("-", "(")) or plain.endswith(("-", "CR", "Cr"))
    plain = re.sub(r"(CR|Cr|DR|Dr)$", "", plain).strip("-()")
    if "," in plain and "." in plain:
        last = max(plain.rfind(","), plain.rfind("."))
        whole, cents = plain[:last], plain[last + 1 :]
        plain = f"{re.sub('[,.]', '', whole)}.{cents}"
    elif re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", plain):
        plain = plain.replace(",", "")
    else:
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", plain or "0"):
        raise ValueError(text)
    if not plain and text.strip():
        raise ValueError(text)
    try:
        amount = Decimal(plain or "0")
    except InvalidOperation as error:
        raise ValueError(text) from error
    return -amount if negative else amount


def to_flag(text):
    """Whether a text says yes.

    :rtype: bool
    """
    return text.strip().lower() in TRUE_WORDS
