# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments and refunds: what Xero should hold of them, as it takes it.

Xero settles each document with a payment of its own, so money that settles several is
several payments with one reference: our number, and our key behind it. What settles
nothing is an overpayment, which a bank transaction makes. What no money came for goes
through the account that bears it; what came too much is money received for another
reason.
"""

from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.results import BooksPayment
from odoo.addons.synkd_connector_http.lib.marks import without_key

from . import dates

CENT = Decimal("0.01")
ZERO = Decimal(0)
OVER = ("DELETED", "VOIDED")
# Digits of a rate of exchange.
RATE = Decimal("0.000001")
ID_LENGTH = 36
TARGETS = {
    "Invoice": "InvoiceID",
    "CreditNote": "CreditNoteID",
    "Overpayment": "OverpaymentID",
    "Prepayment": "PrepaymentID",
}
# For each kind: what it settles, and its bank transactions for what was too much.
SETTLES = {"payment": "Invoice", "refund": "CreditNote"}
OTHER_MONEY = {"payment": "RECEIVE", "refund": "SPEND"}
OVERPAYMENT = "RECEIVE-OVERPAYMENT"


def to_payload(data, base_currency):
    """Return what Xero should hold of a payment or refund.

    ``payments`` and ``bank`` (bank transactions) are elements as Xero takes them;
    ``payout`` is a payment that still lacks the overpayment which it pays out;
    ``account`` is where the money arrives or leaves; ``alone``, if it is there, is what
    is written off and settles nothing: Xero cannot hold that.

    :param PaymentData data: the neutral record.
    :param str base_currency: of the organisation.
    :rtype: dict
    """
    payload = {
        "kind": data.kind,
        "operation": data.operation,
        "number": data.number,
        "amount": data.amount,
        "customer": data.customer,
        "currency": data.currency,
        "account": _account(data.account),
        "payments": [],
        "bank": [],
        "payout": {},
    }
    if data.operation != VOID:
        _Splitter(data, base_currency).fill(payload)
    return payload


def as_cents(value):
    """Return an amount of an answer or payload, to the cent.

    :rtype: Decimal
    """
    return Decimal(str(value or 0)).quantize(CENT, ROUND_HALF_UP)


def target_of(payment):
    """Return the id of what a payment settles, "" for nothing known.

    Xero shows some overpayments as invoices, so the id alone counts.

    :param dict payment: an element, sent or answered.
    :rtype: str
    """
    for field, key in TARGETS.items():
        target = (payment.get(field) or {}).get(key)
        if target:
            return target.lower()
    return ""


def total_of(element):
    """Return the amount of a bank transaction, sent or answered.

    :rtype: Decimal
    """
    if "Total" in element:
        return as_cents(element["Total"])
    lines = element["LineItems"]
    return sum(as_cents(e.get("LineAmount") or e.get("UnitAmount")) for e in lines)


def from_payment(element):
    """Return a payment as the core takes it over.

    :param dict element: as Xero shows it.
    :rtype: BooksPayment
    """
    day = dates.read_day(element, "Date")
    account = element.get("Account") or {}
    return BooksPayment(
        element["PaymentID"],
        target_of(element),
        without_key(element.get("Reference")),
        day.isoformat() if day else "",
        str(as_cents(element.get("Amount"))),
        account.get("Code") or "",
        element.get("Status") in OVER,
    )


class _Splitter:
    """Splits the money and the differences of one payment over what it settles."""

    def __init__(self, data, base_currency):
        self.data = data
        self.base_currency = base_currency
        given = [(each.account, Decimal(each.amount)) for each in data.differences]
        extra = [(account, -amount) for account, amount in given if amount < 0]
        money = Decimal(data.amount) - sum(amount for _account, amount in extra)
        self.extra = extra
        self.sources = [[data.account, money]]
        self.sources += [[account, amount] for account, amount in given if amount > 0]

    def fill(self, payload):
        """Put the elements into a payload."""
        for allocation in self.data.allocations:
            payload["payments"] += self._settle(allocation)
        for account, amount in self.extra:
            payload["bank"].append(self._other_money(account, amount))
        self._note_alone(payload)
        rest = self.sources[0][1]
        if rest <= 0:
            return
        if self.data.kind == "refund":
            payload["payout"] = self._payment(self.data.account, rest, rest)
        else:
            payload["bank"].append(self._overpayment(rest))

    def _note_alone(self, payload):
        """Note what no money came for, and settles nothing.

        In one currency only: between two it may be what rounding left.
        """
        currencies = {each.currency for each in self.data.allocations if each.currency}
        alone = sum(amount for _account, amount in self.sources[1:])
        if alone and not currencies and self.data.currency == self.base_currency:
            payload["alone"] = str(alone)

    def _settle(self, allocation):
        """Return the payments of one document: money first, then what none came for."""
        found, settles = [], SETTLES[self.data.kind]
        target = {settles: {TARGETS[settles]: allocation.document}}
        open_there = Decimal(allocation.amount)
        open_here = Decimal(allocation.paid or allocation.amount)
        for source in self.sources:
            part = min(source[1], open_here)
            if part <= 0:
                continue
            # The last part takes what rounding left.
            whole = part == open_here
            there = open_there if whole else as_cents(open_there * part / open_here)
            source[1] -= part
            open_here, open_there = open_here - part, open_there - there
            currency = allocation.currency or self.data.currency
            found.append(target | self._payment(source[0], there, part, currency))
        return found

    def _payment(self, account, there, here, currency=""):
        """Return a payment without what it settles.

        :param Decimal there: amount in the currency of what it settles.
        :param Decimal here: amount in the currency of the payment.
        """
        return {
            "Account": _account(account),
            "Amount": str(there),
            **self._common(currency or self.data.currency, there / here),
        }

    def _common(self, currency, factor=Decimal(1)):
        """Return date, reference, and the rate where the currency is foreign."""
        found = {
            "Date": self.data.date,
            "Reference": self.data.number,
        }
        # Without a rate Xero takes its own of the day.
        if self.data.rate and currency != self.base_currency:
            rate = (Decimal(self.data.rate) * factor).quantize(RATE)
            found["CurrencyRate"] = str(rate)
        return found

    def _overpayment(self, amount):
        words = " ".join(filter(None, [self.data.number, self.data.remark]))
        line = {"Description": words, "LineAmount": str(amount)}
        return self._bank_transaction(OVERPAYMENT, line)

    def _other_money(self, account, amount):
        line = {
            "Description": self.data.number,
            "Quantity": "1",
            "UnitAmount": str(amount),
            "AccountCode": account,
        }
        return self._bank_transaction(OTHER_MONEY[self.data.kind], line)

    def _bank_transaction(self, type_, line):
        return {
            "Type": type_,
            "Contact": {"ContactID": self.data.customer},
            "BankAccount": _account(self.data.account),
            "LineAmountTypes": "NoTax",
            "LineItems": [line],
            **self._common(self.data.currency),
        }


def _account(code):
    """Return an account by its code, or by its id where it has none."""
    is_id = len(code) == ID_LENGTH and code.count("-") == 4
    return {"AccountID" if is_id else "Code": code}
