# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Sage makes of a record that is saved, and what it refuses."""

from decimal import Decimal

from .world import DOCUMENTS, ZERO, cents

ITEM, ACCOUNT = 0, 1
SELECTIONS = {ITEM: "Item", ACCOUNT: "Account"}


def save(world, table, given, id_=None):
    """Keep a record, a new one without an ID; return it.

    :raises Refused: when it breaks a rule.
    """
    rule = RULES.get(table, lambda _world, values, _id: values)
    values = {k: v for k, v in given.items() if k not in ("ID", "Created", "Modified")}
    words = (given.get(name) for name in ("Name", "DocumentNumber", "Reference"))
    refuse = world.options["refuse"]
    if refuse and any(refuse in str(word or "") for word in words):
        raise world.refuse(f"{refuse} is not allowed")
    return world.keep(table, rule(world, values, id_), id_)


def category(world, values, _id):
    """Check a category of customers."""
    if not values.get("Description"):
        raise world.refuse("The Description field is required.")
    return values


def customer(world, values, _id):
    """Check a customer, of which only the name is needed."""
    if not values.get("Name"):
        raise world.refuse("The Name field is required.")
    _lengths(world, values)
    if values.get("Email") and "@" not in values["Email"]:
        raise world.refuse("Email is not a valid e-mail address.")
    known = world.tables["CustomerCategory"]
    chosen = (values.get("Category") or {}).get("ID")
    if chosen and chosen not in known:
        raise world.refuse("Valid Selection Required")
    if (
        values.get("CurrencyId")
        and values["CurrencyId"] not in world.tables["Currency"]
    ):
        raise world.refuse("Valid Selection Required")
    found = {k: known[chosen][k] for k in ("ID", "Description")} if chosen else None
    if world.options["tells_currency"] and not values.get("CurrencyId"):
        values["CurrencyId"] = world.id_of(world.options["currency"])
    return {"Active": True, **values, "Category": found}


def _lengths(world, values):
    """Check how long texts are."""
    for name, value in values.items():
        longest = 30 if name in ("Telephone", "TaxReference") else 100
        if isinstance(value, str) and len(value) > longest:
            raise world.refuse(f"{name} must not exceed {longest} characters.")


def document(table):
    """Return the rule of invoices or of credit notes."""

    def rule(world, values, id_):
        for part in (values, *(values.get("Lines") or ())):
            _lengths(world, part)
        _owner(world, values)
        day = str(values.get("Date") or "")[:10]
        if not day or table == "TaxInvoice" and not values.get("DueDate"):
            raise world.refuse("The DueDate field is required.")
        if day <= world.options["locked_until"]:
            raise world.refuse("The date is in a locked period.")
        if id_ and world.moved(id_):
            raise world.refuse("The document is allocated.")
        _number(world, table, values, id_)
        lines = [_line(world, line, values) for line in values.get("Lines") or ()]
        if not lines:
            raise world.refuse("Lines are required.")
        sums = {
            name: sum((line[name] for line in lines), ZERO)
            for name in ("Exclusive", "Tax", "Total")
        }
        sums["Total"] += Decimal(world.options["cent"])
        return {**values, **sums, "Lines": lines, "Date": f"{day}T00:00:00"}

    return rule


def _owner(world, values):
    """Find the customer of a document."""
    found = world.tables["Customer"].get(values.get("CustomerId"))
    if not found:
        raise world.refuse("Valid Selection Required")
    if not found["Active"]:
        raise world.refuse("The customer is archived (not active)")


def _number(world, table, values, id_):
    """Check the number of a document, or give one."""
    others = [r for r in world.tables[table].values() if r["ID"] != id_]
    if not values.get("DocumentNumber"):
        values["DocumentNumber"] = f"{table[:3].upper()}{len(others) + 1:07}"
    taken = {record["DocumentNumber"] for record in others}
    if world.options["unique_numbers"] and values["DocumentNumber"] in taken:
        raise world.refuse("The document number is in use.")


def _line(world, line, values):
    """Work a line out: what is given are one price, a quantity and a discount."""
    table = SELECTIONS.get(line.get("LineType"))
    if line.get("SelectionId") not in world.tables.get(table, ()):
        raise world.refuse("Valid Selection Required")
    tax_type = line.get("TaxTypeId")
    if tax_type and tax_type not in world.tables["TaxType"]:
        raise world.refuse("Valid Selection Required")
    rate = world.tables["TaxType"][tax_type]["Percentage"] if tax_type else ZERO
    price = line[
        "UnitPriceInclusive" if values.get("Inclusive") else "UnitPriceExclusive"
    ]
    discount = Decimal(line.get("DiscountPercentage") or 0)
    amount = cents(line["Quantity"] * price * (100 - discount) / 100)
    if values.get("Inclusive"):
        tax = cents(amount * rate / (1 + rate))
        return {**line, "Exclusive": amount - tax, "Tax": tax, "Total": amount}
    tax = cents(amount * rate)
    return {**line, "Exclusive": amount, "Tax": tax, "Total": amount + tax}


def receipt(world, values, id_):
    """Check a receipt; one below zero is money paid back."""
    _owner(world, values)
    if values.get("BankAccountId") not in world.tables["BankAccount"]:
        raise world.refuse("Valid Selection Required")
    if not values.get("Total"):
        raise world.refuse("The Total field is required.")
    if id_ and world.moved(id_):
        raise world.refuse("The receipt is allocated.")
    number = values.get("DocumentNumber") or f"REC{world.last_id + 1:07}"
    return {**values, "DocumentNumber": number}


def allocation(world, values, _id):
    """Check that what is set against something is there, and enough."""
    source, target = (
        values.get(name) for name in ("SourceDocumentId", "AllocatedToDocumentId")
    )
    documents = [world.document(each) for each in (source, target)]
    if not world.is_credit(source) or world.is_credit(target):
        raise world.refuse("A credit is set against what is owed.")
    if len({each["CustomerId"] for each in documents}) > 1:
        raise world.refuse("The documents are of different customers.")
    total = cents(values.get("Total"))
    left = min(world.open_of(each) for each in (source, target))
    if not ZERO < total <= left:
        raise world.refuse(f"Only {left} is left to allocate.")
    return {**values, "Total": total}


def delete(world, table, id_):
    """Remove a record.

    :raises Refused: 409, when something hangs on it.
    """
    record = world.tables[table][id_]
    uses = table in DOCUMENTS and world.moved(id_)
    if table == "Customer":
        uses = any(
            each["CustomerId"] == id_
            for name in DOCUMENTS
            for each in world.tables[name].values()
        )
    if uses:
        refused = world.refuse("The record is in use.")
        refused.status = 409
        raise refused
    del world.tables[table][record["ID"]]


RULES = {
    "Customer": customer,
    "CustomerCategory": category,
    "TaxInvoice": document("TaxInvoice"),
    "CustomerReturn": document("CustomerReturn"),
    "CustomerReceipt": receipt,
    "Allocation": allocation,
}
