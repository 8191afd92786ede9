# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a company of Pastel makes of the files that its bookkeeper imports.

It knows as much of Pastel as is certain: columns, widths, that codes have to exist,
that it gives documents numbers of its own, works amounts out again, and takes a file as
often as it is imported. What it refuses it says on the screen only (``errors``).
"""

import csv
import io
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
NO_TAX = 0
TAXES = {1: ("Standard Rate", 15), 2: ("Zero Rated", 0)}
ACCOUNTS = {
    "1000000": "Sales",
    "1100000": "Services",
    "3800000": "Bad Debts",
    "8400000": "Bank",
    "9990000": "Clearing",
}
ITEMS = {"SALES": "Goods"}
KEY_LENGTH = 16


@dataclass
class PastelDocument:
    """An invoice or credit note as Pastel has it; amounts of a credit note are below 0.

    :param str key: what its third message says.
    """

    number: str
    kind: str
    customer: str
    order: str
    key: str
    day: str
    total: Decimal
    tax: Decimal
    remark: str = ""


@dataclass
class PastelEntry:
    """A row of a cashbook or journal."""

    customer: str
    reference: str
    text: str
    amount: Decimal
    open_item: str
    contra: str
    day: str


@dataclass
class PastelCompany:
    """Customers, documents and money of one company, in memory."""

    customers: dict = field(default_factory=dict)
    documents: list = field(default_factory=list)
    entries: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    # Whatever has one of these texts is refused.
    refused: tuple = ()
    comma: bool = False
    # Whether its list of transactions has the messages of documents.
    shows_messages: bool = False

    # === IMPORT === #

    def import_file(self, name, content):
        """Import a file, as the menu that its name tells does it.

        :param str name: of the file.
        :param bytes content: of the file.
        """
        rows = list(csv.reader(io.StringIO(content.decode("cp1252"), newline="")))
        kind = name.split("-")[0]
        if kind == "customers" and name.endswith(".txt"):
            self._import_sdk(content.decode("cp1252").splitlines())
        elif kind == "customers":
            self._import_customers(rows)
        elif kind in ("invoices", "creditnotes"):
            self._import_documents(rows, -1 if kind == "creditnotes" else 1)
        else:
            self._import_entries(rows)

    def _import_customers(self, rows):
        headings, *rows = rows
        for row in rows:
            fields = dict(zip(headings, row, strict=True))
            # Nobody maps this one to a field.
            fields.pop("OdooFile")
            self._take_customer(fields)

    def _import_sdk(self, lines):
        for line in lines:
            cells = line.split("|")
            if len(cells) != 42:
                self.errors.append(f"2|wrong number of fields: {len(cells)}")
                continue
            postal = {f"PostAddress0{n}": cells[1 + n] for n in range(1, 6)}
            delivery = {f"DelAddress0{n}": cells[13 + n] for n in range(1, 6)}
            self._take_customer(
                {
                    "CustomerCode": cells[0].strip(),
                    "CustomerDesc": cells[1],
                    **postal,
                    "Telephone": cells[7],
                    "Contact": cells[9],
                    "SalesmanCode": cells[13],
                    **delivery,
                    "Blocked": cells[19],
                    "OpenItem": cells[23],
                    "CreditLimit": cells[27],
                    "UserDefined01": cells[28],
                    "Email": cells[37],
                    "ExemptRef": cells[40],
                }
            )

    def _take_customer(self, fields):
        code, name = fields["CustomerCode"], fields["CustomerDesc"]
        if not 0 < len(code) <= 6 or not 0 < len(name) <= 40:
            self.errors.append(f"17|customer code {code}")
        elif self._is_refused(name):
            self.errors.append(f"4|insert failed {code}")
        else:
            self.customers[code] = fields

    def _import_documents(self, rows, sign):
        header, lines = None, []
        for row in [*rows, ["Header"]]:
            if row[0] != "Header":
                lines.append(row)
                continue
            if header:
                self._take_document(header, lines, sign)
            header, lines = row, []

    def _take_document(self, header, lines, sign):
        problem = self._find_problem(header, lines)
        if problem or header[7] in self.refused:
            self.errors.append(problem or f"99|{header[7]}")
            return
        amounts = [self._amounts(line, header[8] == "Y") for line in lines]
        tax = sum(pair[1] for pair in amounts)
        total = sum(pair[0] for pair in amounts) + tax
        kind = "invoice" if sign > 0 else "credit_note"
        prefix = "IN" if sign > 0 else "CN"
        count = sum(d.kind == kind for d in self.documents) + 100001
        remarks = [line[10] for line in lines if line[11] == "7"]
        self.documents.append(
            PastelDocument(
                f"{prefix}{count}",
                kind,
                header[4],
                header[7],
                header[12],
                header[6],
                sign * total,
                sign * tax,
                remarks[-1] if remarks else "",
            )
        )

    def _is_refused(self, text):
        return any(refused in text for refused in self.refused)

    def _find_problem(self, header, lines):
        """Return what keeps a document out, as Pastel's screen says it."""
        if len(header) != 29:
            return f"2|wrong number of fields: {len(header)}"
        if header[4] not in self.customers:
            return f"17|customer code {header[4]}"
        if not header[5].isdigit() or not 1 <= int(header[5]) <= 13:
            return f"11|period {header[5]}"
        if len(lines) > 500:
            return "25|over 500 lines in a batch"
        for line in lines:
            known = {"4": ITEMS, "6": ACCOUNTS}.get(line[11])
            if line[11] != "7" and line[9] not in (known or ()):
                return f"19|item {line[9]}"
            if int(line[6]) not in (NO_TAX, *TAXES):
                return f"22|tax type {line[6]}"
        return ""

    def _amounts(self, line, included):
        """Return net and tax of a line, as Pastel works them out."""
        _name, rate = TAXES.get(int(line[6]), ("", 0))
        quantity, exclusive, inclusive = (self._number(line[n]) for n in (2, 3, 4))
        if included:
            gross = _cents(quantity * inclusive)
            tax = _cents(gross * rate / (HUNDRED + rate))
            return gross - tax, tax
        net = _cents(quantity * exclusive)
        return net, _cents(net * rate / HUNDRED)

    def _number(self, text):
        return Decimal(text.replace(",", ".") if self.comma else text)

    def _import_entries(self, rows):
        for row in rows:
            if len(row) != 18 or row[3] not in self.customers:
                self.errors.append(f"17|customer code {row[3:4]}")
            elif self._is_refused(row[5]):
                self.errors.append(f"99|{row[4]}")
            else:
                self.entries.append(
                    PastelEntry(
                        *(row[3], row[4], row[5]),
                        self._number(row[6]),
                        *(row[9], row[11], row[1]),
                    )
                )

    # === WHAT IS OPEN === #

    def find_settled(self, entry):
        """Return the document that an allocation is about, or None.

        :param PastelEntry entry: a row of money.
        :rtype: PastelDocument
        """
        if entry.open_item != "A":
            return None
        for document in self.documents:
            if entry.text.endswith(document.key[-KEY_LENGTH:]):
                return document
        return None

    def outstanding(self, document):
        """Return what is open of a document; below 0 of a credit note.

        :rtype: Decimal
        """
        mine = (e.amount for e in self.entries if self.find_settled(e) is document)
        return document.total + sum(mine, Decimal(0))

    def balances(self):
        """Return what each customer owes, by code.

        :rtype: dict[str, Decimal]
        """
        owed = dict.fromkeys(self.customers, Decimal(0))
        for document in self.documents:
            owed[document.customer] += document.total
        for entry in self.entries:
            owed[entry.customer] += entry.amount
        return owed

    # === EXPORT === #

    def export_customers(self):
        """Return the list of customers, as the menu Export writes it.

        :rtype: bytes
        """
        headings = list(next(iter(self.customers.values()), {"CustomerCode": ""}))
        return _table(headings, (c.values() for c in self.customers.values()))

    def export_transactions(self):
        """Return the list of all transactions.

        :rtype: bytes
        """
        headings = ["Customer Code", "Date", "Reference", "Order Number"]
        headings += ["Description", "Amount", "Tax Amount", "Message 3"]
        rows = [
            [
                *(d.customer, d.day, d.number, d.order),
                *("Invoice" if d.total >= 0 else "Credit Note", d.total, d.tax),
                d.key if self.shows_messages else "",
            ]
            for d in self.documents
        ]
        rows += [
            [e.customer, e.day, e.reference, "", e.text, e.amount, "0.00", ""]
            for e in self.entries
        ]
        return _table(headings, rows)

    def export_balances(self):
        """Return the age analysis.

        :rtype: bytes
        """
        rows = [
            [code, self.customers[code]["CustomerDesc"], owed, owed, "0.00"]
            for code, owed in self.balances().items()
        ]
        return _table(["Account", "Name", "Total", "Current", "30 Days"], rows)

    def export_taxes(self):
        """Return the list of tax types.

        :rtype: bytes
        """
        rows = [[number, name, rate] for number, (name, rate) in TAXES.items()]
        return _table(["Tax Type", "Description", "Percentage"], rows)

    def export_accounts(self):
        """Return the list of ledger accounts; with slashes, as screens show them.

        :rtype: bytes
        """
        rows = [[f"{code[:4]}/{code[4:]}", name] for code, name in ACCOUNTS.items()]
        return _table(["Account Number", "Description"], rows)

    def export_items(self):
        """Return the list of inventory items.

        :rtype: bytes
        """
        return _table(["Item Code", "Description"], ITEMS.items())


def _cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def _table(headings, rows):
    """Return a table as Pastel exports it."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([headings, *rows])
    return text.getvalue().encode("cp1252")
