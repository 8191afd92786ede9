# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What one simulated Sage keeps: tables of records by ID, and how it answers."""

from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.synkd_connector_http.simulator import Refused, World

from .limits import Limits

CENT = Decimal("0.01")
ZERO = Decimal(0)
COMPANY = 4711
TABLES = (
    *("Currency", "Customer", "CustomerCategory", "TaxType", "Account", "Item"),
    *("BankAccount", "TaxInvoice", "CustomerReturn", "CustomerReceipt", "Allocation"),
)
CURRENCIES = {"ZAR": "South African Rand", "USD": "US Dollar", "EUR": "Euro"}
# The last ones are what the demo sells.
ITEMS = {
    "WIDGET": "Widget",
    "COF-1": "Coffee beans, 1 kg",
    "SER-1": "Service of a coffee machine",
}
# Whose identity is one over all kinds of documents, since allocations name any.
DOCUMENTS = ("TaxInvoice", "CustomerReturn", "CustomerReceipt")


def cents(amount):
    """Return an amount rounded to the cent.

    :rtype: Decimal
    """
    return Decimal(str(amount or 0)).quantize(CENT, ROUND_HALF_UP)


class Books(World):
    """The companies of one login, of which the first one has all the records."""

    OPTIONS = {
        **World.OPTIONS,
        "key": "sim-key",
        "user": "books@example.com",
        "password": "sim-password",
        "currency": "ZAR",
        "companies": 1,
        # What is refused: names and numbers with this text, and how that is said.
        "refuse": "",
        "error_shape": "object",
        # Whether filters by text are refused, wrong (all is answered) or work.
        "text_filter": "refused",
        # Whether a number is taken twice.
        "unique_numbers": False,
        # Seconds after which lists show what was written.
        "visible_after": 0,
        # Whether customers in the currency of the company tell it.
        "tells_currency": False,
        # Added to the total of documents.
        "cent": "0.00",
        "expired": False,
        "read_only": False,
        "locked_until": "",
    }
    limits_class = Limits

    def fill(self):
        """Begin with what a new company has."""
        self.last_id = 150000
        self.tables = {name: {} for name in TABLES}
        for code, name in CURRENCIES.items():
            self._seed("Currency", Code=code, Description=name, Symbol=code[0])
        for name, rate in (("Standard Rate", 15), ("Zero Rate", 0)):
            percentage = Decimal(rate) / 100
            self._seed("TaxType", Name=name, Percentage=percentage, Active=True)
        for name in ("Sales", "Discount Allowed", "Bad Debts", "Rounding"):
            self._seed("Account", Name=name, Active=True)
        for code, name in ITEMS.items():
            self._seed("Item", Code=code, Description=name, Active=True)
        for name in ("Standard Bank", "Petty Cash"):
            self._seed("BankAccount", Name=name, Active=True)

    def _seed(self, table, **values):
        self.keep(table, values)

    def kept(self):
        """Override: all records."""
        return {"tables": self.tables, "last_id": self.last_id}

    def take(self, kept):
        """Override: go on with them."""
        self.tables, self.last_id = kept["tables"], kept["last_id"]

    # === RECORDS === #

    def keep(self, table, values, id_=None):
        """Keep a record whole: what is not given is not there any more.

        :return: the record.
        :rtype: dict
        """
        now = self.clock.now().replace(tzinfo=None).isoformat(timespec="milliseconds")
        known = self.tables[table].get(id_, {})
        if not id_:
            self.last_id += 1
            id_ = self.last_id
        made = {"Created": known.get("Created", now), "Modified": now, "ID": id_}
        record = {**values, **made, "_at": known.get("_at", self.clock.timestamp())}
        self.tables[table][id_] = record
        return record

    def id_of(self, name):
        """Return the ID of the first record of this name, in any of the lists.

        :rtype: int
        """
        tables = self.tables.values()
        found = (record for table in tables for record in table.values())
        return next(
            each["ID"] for each in found if name in (each.get("Name"), each.get("Code"))
        )

    def refuse(self, words):
        """Return the refusal of a record, in the shape that was asked for.

        :rtype: Refused
        """
        shapes = {
            "object": {"Message": words},
            "model": {"Message": "Invalid.", "ModelState": {"record": [words]}},
            "list": [{"Message": words}],
            "texts": [words],
            "string": f'"{words}"',
            "html": f"<html><title>Oops</title><body><p>{words}</p></body></html>",
            "echo": {"Message": f"{words} /Save?apikey={{{self.options['key']}}}"},
        }
        return Refused(400, shapes[self.options["error_shape"]])

    # === WHAT THE BOOKS MAKE OF THEM === #

    def moved(self, id_):
        """Return what was set against or by a document.

        :rtype: Decimal
        """
        ends = ("SourceDocumentId", "AllocatedToDocumentId")
        found = self.tables["Allocation"].values()
        return sum((a["Total"] for a in found if id_ in [a[e] for e in ends]), ZERO)

    def open_of(self, id_):
        """Return what of a document is not settled; never below zero.

        :rtype: Decimal
        """
        return abs(self.document(id_)["Total"]) - self.moved(id_)

    def document(self, id_):
        """Return a document of any kind.

        :raises Refused: 400, when there is none.
        """
        for table in DOCUMENTS:
            if id_ in self.tables[table]:
                return self.tables[table][id_]
        raise self.refuse("Valid Selection Required")

    def is_credit(self, id_):
        """Return whether a document lowers what a customer owes."""
        if id_ in self.tables["CustomerReceipt"]:
            return self.tables["CustomerReceipt"][id_]["Total"] > 0
        return id_ in self.tables["CustomerReturn"]

    def balance(self, customer):
        """Return what a customer owes.

        :rtype: Decimal
        """
        signs = dict(zip(DOCUMENTS, (1, -1, -1), strict=True))
        return sum(
            (
                sign * record["Total"]
                for table, sign in signs.items()
                for record in self.tables[table].values()
                if record["CustomerId"] == customer
            ),
            ZERO,
        )

    def shown(self, table, record):
        """Return a record as it is answered.

        :rtype: dict
        """
        found = {key: value for key, value in record.items() if key[0] != "_"}
        if table == "Customer":
            found["Balance"] = self.balance(record["ID"])
        if table in ("TaxInvoice", "CustomerReturn"):
            found["AmountDue"] = self.open_of(record["ID"])
        return found
