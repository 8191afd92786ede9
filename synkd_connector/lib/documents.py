# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents as connectors take them: small frozen records, no Odoo inside.

Amounts are decimal numbers as text, in the currency of the document; texts are ""
and never None. Codes are those of the books, found through the mapping.
"""

from dataclasses import asdict, dataclass, field

from .results import Budget

POST = "post"
VOID = "void"

# Kinds of the lists that books keep, and that ours are mapped to.
TAX = "tax"
ACCOUNT = "account"
ITEM = "item"
BANK = "bank"
CURRENCY = "currency"


@dataclass(frozen=True)
class ListItem:
    """One item of a list of the books.

    :param str kind: TAX, ACCOUNT, ITEM, BANK (where payments arrive), CURRENCY, or one
        that the connector names in its ``_list_kinds``.
    :param str external_id: its identity in the books; never changes.
    :param str code: how documents name it.
    :param str rate: percentage of a tax, "15.0000"; "" for other kinds.
    """

    kind: str
    external_id: str
    code: str
    name: str
    rate: str = ""


@dataclass(frozen=True)
class Lists:
    """All lists of the books.

    :param tuple items: ``ListItem``; what is missing was removed over there.
    :param str lock_date: last day of the closed period, ISO 8601; "" for none.
    :param tuple odd: ``Oddity``: items that could not be read. While there are some,
        none counts as removed.
    :param Budget budget: calls left.
    """

    items: tuple = ()
    lock_date: str = ""
    odd: tuple = ()
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True)
class LineData:
    """One line of a document; a negative one lowers the total.

    :param str price: of one unit; includes tax when the document says so.
    :param str discount: percentage, "0.00" for none.
    :param str net: quantity times price less discount, without tax, rounded.
    :param str tax: amount of tax, rounded so that the lines add up.
    :param str item: code of the item of the books, or "".
    :param str account: code of the account of the books, or "" (the item knows it).
    :param str tax_code: code of the tax of the books.
    """

    description: str
    quantity: str
    price: str
    discount: str
    net: str
    tax: str
    item: str = ""
    account: str = ""
    tax_code: str = ""


@dataclass(frozen=True)
class DocumentData:
    """An invoice or a credit note.

    :param str external_id: its identity in the books ("" asks to create it).
    :param str operation: POST, or VOID what was posted.
    :param str kind: invoice or credit_note; amounts are positive in both.
    :param str number: unique in the books among invoices, and among credit notes.
    :param str reference: the customer's reference.
    :param str customer: identity of the account customer in the books.
    :param str rate: units of the document's currency for one unit of the ledger's; ""
        asks for the books' own rate of the day.
    :param bool tax_included: prices of the lines include tax.
    :param tuple lines: ``LineData``.
    :param str sub_account: which part of the customer's account it belongs to (Sub Acc
        #), where ``Capabilities.sub_accounts`` says that the books have a place for it.
    """

    external_id: str
    operation: str
    kind: str
    number: str
    reference: str
    customer: str
    customer_code: str
    date: str
    due_date: str
    currency: str
    rate: str
    tax_included: bool
    total: str
    tax: str
    lines: tuple = ()
    sub_account: str = ""

    def as_dict(self):
        """Return the record as a plain dict, fit for JSON.

        Without a Sub Acc # it is what it was before there was one, so that nothing is
        sent again.

        :rtype: dict
        """
        values = asdict(self)
        if not self.sub_account:
            del values["sub_account"]
        return values


@dataclass(frozen=True)
class AllocationData:
    """A part of a payment or credit note that settles one document.

    :param str document: identity of the settled document in the books.
    :param str amount: in the currency of that document.
    :param str paid: what it takes of the payment, in the payment's currency; "" when
        that is the same.
    :param str currency: ISO 4217 code of that document; "" when it is the payment's.
    """

    document: str
    number: str
    amount: str
    paid: str = ""
    currency: str = ""


@dataclass(frozen=True)
class DifferenceData:
    """A part of the settled amount that no money came for: a discount, a loss.

    :param str account: code of the account of the books that bears it.
    """

    account: str
    amount: str


@dataclass(frozen=True)
class PaymentData:
    """Money from a customer, or back to him, and all that it settles now.

    The allocations are the wanted state: sent again with an ``external_id``, they
    replace those that the books have. Their sum is the amount and the differences, or
    less: the rest stays on the customer's account.

    :param str kind: payment (received) or refund (paid out).
    :param str rate: as in ``DocumentData``.
    :param str account: code of the bank or cash account of the books.
    :param tuple allocations: ``AllocationData``.
    :param tuple differences: ``DifferenceData``.
    :param str remark: what it settles that the books do not have, so that it is credit
        there; for their bookkeeper. "" when there is nothing of that.
    """

    external_id: str
    operation: str
    kind: str
    number: str
    reference: str
    customer: str
    customer_code: str
    date: str
    currency: str
    rate: str
    amount: str
    account: str
    allocations: tuple = ()
    differences: tuple = ()
    remark: str = ""

    def as_dict(self):
        """Return the record as a plain dict, fit for JSON.

        :rtype: dict
        """
        plain = asdict(self)
        # Most have none: they look as they did before there were remarks.
        return plain if self.remark else {k: plain[k] for k in plain if k != "remark"}


@dataclass(frozen=True)
class CreditData:
    """What a credit note of the books settles; the wanted state, as in payments.

    :param str external_id: identity of an earlier allocation, if the books give one.
    :param str document: identity of the credit note in the books.
    :param tuple allocations: ``AllocationData``; none takes back what was allocated.
    """

    external_id: str
    number: str
    document: str
    customer: str
    date: str
    allocations: tuple = ()

    def as_dict(self):
        """Return the record as a plain dict, fit for JSON.

        :rtype: dict
        """
        return asdict(self)


# What of a document is the books' own way to name things, not the document itself.
NAMES = frozenset(
    ("external_id", "customer", "customer_code", "sub_account", "due_date")
    + ("item", "account", "tax_code")
)


def own_facts(data):
    """Return what a document says by itself, without what mappings make of it.

    So a class or mapping that changes later does not make a posted document another.

    :param data: a record of this module as plain data; not changed.
    """
    if isinstance(data, dict):
        return {k: own_facts(v) for k, v in data.items() if k not in NAMES}
    if isinstance(data, list | tuple):
        return [own_facts(value) for value in data]
    return data
