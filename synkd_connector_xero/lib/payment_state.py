# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Xero holds of payments, and what has to change so that it holds what is wanted.

Everything of one payment is known by our key, or by the ids that were kept of it, and
never by its number, which another payment may have. Xero changes no payment: what
differs is deleted and made anew. Credit that an overpayment left is used before money
is moved, for its bank line may be reconciled.
"""

from dataclasses import dataclass, field

from odoo.addons.synkd_connector_http.lib import address

from . import dates, identity, reading
from .payments import OVER, OVERPAYMENT, ZERO, as_cents, target_of, total_of

DELETED = {"Status": "DELETED"}
# Why a plan may not be carried out; the sentences are in const.py.
PAID_BACK = "paid_back"
# What we keep of the parts of a payment: their list in Xero and its id field, by kind.
PARTS = {
    "payment": ("Payments", "PaymentID"),
    "bank": ("BankTransactions", "BankTransactionID"),
    "overpayment": ("Overpayments", "OverpaymentID"),
}
ALLOCATION = "allocation"


@dataclass
class Held:
    """What Xero holds of one payment.

    :param list payments: each settles one document.
    :param list bank: bank transactions.
    :param list credits: the overpayments that these made.
    :param list gone: what was deleted there.
    :param set allocations: ids of those allocations of the overpayments that we made;
        None: it was posted before ids were kept, all of them count as ours.
    """

    payments: list = field(default_factory=list)
    bank: list = field(default_factory=list)
    credits: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    allocations: set | None = field(default_factory=set)

    def first_id(self):
        """Return an identity for the whole; "" when Xero holds nothing.

        :rtype: str
        """
        ids = [element["PaymentID"] for element in self.payments]
        ids += [element["BankTransactionID"] for element in self.bank]
        return ids[0] if ids else ""

    def own_allocations(self, credit):
        """Return the allocations of an overpayment that we made.

        :rtype: list[dict]
        """
        some = credit.get("Allocations") or ()
        if self.allocations is None:
            return list(some)
        return [each for each in some if each["AllocationID"] in self.allocations]

    def adopt(self, payload):
        """Take allocations of our overpayments for ours that settle what is wanted.

        Xero keeps no text with them, and their ids may have been lost with an answer.

        :param dict payload: of lib.payments.
        """
        if self.allocations is None:
            return
        wanted = {target_of(e): as_cents(e["Amount"]) for e in payload["payments"]}
        for credit in self.credits:
            for each in credit.get("Allocations") or ():
                document = str(each["Invoice"]["InvoiceID"]).lower()
                if as_cents(each["Amount"]) <= wanted.get(document, ZERO):
                    self.allocations.add(each["AllocationID"])

    def parts(self):
        """Return what is kept of all that Xero holds.

        :rtype: tuple[dict]
        """
        found = [("payment", each["PaymentID"]) for each in self.payments]
        found += [("bank", each["BankTransactionID"]) for each in self.bank]
        for credit in self.credits:
            found.append(("overpayment", credit["OverpaymentID"]))
            found += [
                (ALLOCATION, each["AllocationID"])
                for each in self.own_allocations(credit)
            ]
        return tuple(to_part(*pair) for pair in found)


def to_part(kind, key):
    """Return a part of a payment as it is kept.

    :rtype: dict
    """
    return {"kind": kind, "id": key}


@dataclass
class Plan:
    """What has to be done for one payment, in this order.

    :param list deletes: paths of what is taken back, and bodies; None: DELETE.
    :param list bank: bank transactions to make.
    :param list allocations: ids of overpayments, and allocations to make.
    :param list payments: payments to make.
    :param dict payout: payment to be made for overpayments of the customer.
    :param str problem: why nothing may be done; "" when it may.
    """

    deletes: list = field(default_factory=list)
    bank: list = field(default_factory=list)
    allocations: list = field(default_factory=list)
    payments: list = field(default_factory=list)
    payout: dict = field(default_factory=dict)
    problem: str = ""

    def is_empty(self):
        """Whether nothing has to be done.

        :rtype: bool
        """
        return self == Plan()


# === READING === #


def is_legacy(member):
    """Whether a payment was posted before ids and keys of its parts were kept.

    :rtype: bool
    """
    return bool(member.external_id) and not member.parts


def read_held(client, members, written=None):
    """Read what Xero holds of some payments.

    :param list members: ``Member`` of the core's contract.
    :param dict written: what else was read, by kind of part: what carries the key of a
        member is its own too.
    :return: by id of the record.
    :rtype: dict[int, Held]
    """
    held, owners = {}, {}
    for member in members:
        mine = held[member.res_id] = Held()
        for part in member.parts:
            owners[part["kind"], part["id"]] = member.res_id
            if part["kind"] == ALLOCATION:
                mine.allocations.add(part["id"])
        if is_legacy(member):
            mine.allocations = None
            for kind in ("payment", "bank"):
                owners[kind, member.external_id] = member.res_id
    by_key = {m.own_key: m.res_id for m in members if m.own_key}
    for kind in ("payment", "bank"):
        found = _read_kept(client, kind, owners) + list((written or {}).get(kind, ()))
        for element in {e[PARTS[kind][1]]: e for e in found}.values():
            owner = owners.get((kind, element[PARTS[kind][1]]))
            owner = owner or by_key.get(identity.key_of(element))
            if not (owner and _is_readable(client, kind, element)):
                continue
            _hold(held[owner], kind, element)
            if element.get("OverpaymentID"):
                owners["overpayment", str(element["OverpaymentID"])] = owner
    for credit in _read_kept(client, "overpayment", owners):
        owner = owners.get(("overpayment", str(credit["OverpaymentID"])))
        is_open = owner and credit.get("Status") not in OVER
        if is_open and _is_readable(client, "overpayment", credit):
            held[owner].credits.append(credit)
    return held


def _is_readable(client, kind, element):
    """Whether Xero tells all of a part of ours that it is compared and deleted by.

    What is not is noted: nothing is sent then, and nothing counts as missing.
    """
    return bool(client.read_each(PARTS[kind][0], [element], READERS[kind]))


def _read_payment(element):
    as_cents(element["Amount"])
    return element


def _read_bank(element):
    _delete_bank(element)
    return element


def _read_credit(element):
    for allocation in element.get("Allocations") or ():
        as_cents(allocation["Amount"])
        _needed = allocation["AllocationID"], allocation["Invoice"]["InvoiceID"]
    return element


# Each fails with a part that does not tell what is needed of it.
READERS = {"payment": _read_payment, "bank": _read_bank, "overpayment": _read_credit}


def _read_kept(client, kind, owners):
    plural, key = PARTS[kind]
    ids = [id_ for its_kind, id_ in owners if its_kind == kind]
    return reading.read_filtered(client, plural, key, ids, reading.GUID)


def _hold(held, kind, element):
    if element.get("Status") in OVER:
        held.gone.append(element)
    elif kind == "payment":
        held.payments.append(element)
    else:
        held.bank.append(element)


# === COMPARING === #


def everything(payload):
    """Return the plan for a payment of which Xero holds nothing.

    :param dict payload: of lib.payments.
    :rtype: Plan
    """
    return Plan(
        bank=list(payload["bank"]),
        payments=list(payload["payments"]),
        payout=payload["payout"],
    )


def take_back(held):
    """Return the plan that deletes all that Xero holds of a payment.

    :rtype: Plan
    """
    deletes = []
    for credit in held.credits:
        deletes += [_delete_allocation(credit, a) for a in held.own_allocations(credit)]
    # Payments come last: where Xero keeps an overpayment they stay as they are.
    deletes += [_delete_bank(element) for element in held.bank]
    deletes += [_delete_payment(element) for element in held.payments]
    return Plan(deletes)


def compare(payload, held):
    """Return the plan that makes of what Xero holds what is wanted.

    :param dict payload: of lib.payments.
    :param Held held: all of it is this payment's own.
    :rtype: Plan
    """
    held.adopt(payload)
    comparison = _Comparison(payload, held)
    plan = comparison.run()
    if comparison.is_overdrawn:
        return Plan(problem=PAID_BACK)
    if comparison.is_too_much:
        plan = everything(payload)
        plan.deletes = take_back(held).deletes
    return plan


def _without_same(wanted, have, is_same):
    """Return what is wanted and not there; what is there is taken out of ``have``."""
    missing = []
    for element in wanted:
        same = next((each for each in have if is_same(element, each)), None)
        if same:
            have.remove(same)
        else:
            missing.append(element)
    return missing


def _is_paid_out(payout, have):
    """Whether some payments of overpayments together pay out what is to be paid."""
    mine = find_payouts(payout, have)
    total = sum((as_cents(each["Amount"]) for each in mine), ZERO)
    return total == as_cents(payout["Amount"])


def find_payouts(payout, have):
    """Return those of some payments that pay out overpayments.

    :param dict payout: the payment that is wanted; {} for none.
    :param list have: payments as Xero shows them.
    :rtype: list[dict]
    """
    return [
        each
        for each in have
        if payout
        and not (each.get("CreditNote") or {}).get("CreditNoteID")
        and _is_same_account(payout, each, "Account")
        and _is_same_day(payout, each)
    ]


def is_same_payment(ours, theirs):
    """Whether a payment is what is wanted: target, account, amount and day.

    :rtype: bool
    """
    return (
        target_of(ours) == target_of(theirs)
        and as_cents(ours["Amount"]) == as_cents(theirs["Amount"])
        and _is_same_account(ours, theirs, "Account")
        and _is_same_day(ours, theirs)
    )


def is_same_bank(ours, theirs):
    """Whether a bank transaction is what is wanted: type, account, amount and day.

    :rtype: bool
    """
    return (
        ours["Type"] == theirs.get("Type")
        and total_of(ours) == total_of(theirs)
        and _is_same_account(ours, theirs, "BankAccount")
        and _is_same_day(ours, theirs)
    )


def _is_same_account(ours, theirs, name):
    """Whether two accounts are the same; one that is not told is none other.

    Better to take a payment for ours than to make it twice.
    """
    account = theirs.get(name) or {}
    return all(account.get(key) in (None, "", v) for key, v in ours[name].items())


def _is_same_day(ours, theirs):
    day = dates.read_day(theirs, "Date")
    return not day or day.isoformat() == ours["Date"]


def _delete_payment(element):
    return f"/Payments/{address.part(element['PaymentID'])}", DELETED


def _delete_bank(element):
    """Delete a bank transaction; Xero wants it named with what it cannot be without."""
    kept = {name: element[name] for name in ("BankTransactionID", "Type")}
    kept["BankAccount"] = {"AccountID": element["BankAccount"]["AccountID"]}
    kept["LineItems"] = [
        {"LineItemID": line["LineItemID"]} for line in element["LineItems"]
    ]
    path = f"/BankTransactions/{address.part(element['BankTransactionID'])}"
    return path, {"BankTransactions": [{**kept, **DELETED}]}


def _delete_allocation(credit, allocation):
    owner = address.part(credit["OverpaymentID"])
    key = address.part(allocation["AllocationID"])
    return f"/Overpayments/{owner}/Allocations/{key}", None


class _Comparison:
    """Compares what Xero holds of one payment with what is wanted.

    ``is_too_much``: Xero holds more money than there is; it has to start anew.
    ``is_overdrawn``: others took credit that should settle something here.
    """

    def __init__(self, payload, held):
        self.payload = payload
        self.held = held
        self.plan = Plan()
        self.wanted = [dict(element) for element in payload["payments"]]
        self.left = {c["OverpaymentID"]: self._left_of(c) for c in held.credits}
        self.paid_out = sum(map(self._paid_out_of, held.credits), ZERO)
        self.is_too_much = self.is_overdrawn = False

    def _paid_out_of(self, credit):
        """Return what others took of an overpayment: refunds, and the bookkeeper."""
        some = self.held.own_allocations(credit)
        used = sum((as_cents(allocation["Amount"]) for allocation in some), ZERO)
        return as_cents(credit.get("Total")) - used - self._left_of(credit)

    def _left_of(self, credit):
        return as_cents(credit.get("RemainingCredit"))

    def run(self):
        """Return the plan."""
        for credit in self.held.credits:
            self._keep_allocations(credit)
        self._keep_payments()
        self._use_credit()
        self.plan.payments = [e for e in self.wanted if as_cents(e["Amount"])]
        self._keep_bank()
        return self.plan

    def _keep_allocations(self, credit):
        """Keep the allocations that are still wanted, and take the others back."""
        for allocation in self.held.own_allocations(credit):
            document = str(allocation["Invoice"]["InvoiceID"]).lower()
            element = self._wanted_money(document)
            amount = as_cents(allocation["Amount"])
            if element and amount <= as_cents(element["Amount"]):
                self._lower(element, amount)
            else:
                self.plan.deletes.append(_delete_allocation(credit, allocation))
                self.left[credit["OverpaymentID"]] += amount

    def _wanted_money(self, document):
        """Return the wanted payment of a document in money, or None."""
        account = self.payload["account"]
        return next(
            (
                element
                for element in self.wanted
                if element["Account"] == account and target_of(element) == document
            ),
            None,
        )

    def _lower(self, element, amount):
        element["Amount"] = str(as_cents(element["Amount"]) - amount)

    def _keep_payments(self):
        """Keep the payments that are still wanted, and take the others back."""
        have = list(self.held.payments)
        self.wanted = _without_same(self.wanted, have, is_same_payment)
        payout = self.payload["payout"]
        if payout and _is_paid_out(payout, have):
            paid = find_payouts(payout, have)
            have = [element for element in have if element not in paid]
        else:
            self.plan.payout = payout
        self.plan.deletes += [_delete_payment(element) for element in have]

    def _use_credit(self):
        """Settle what is missing by credit, as far as it is not to stay on account."""
        spare = sum(self.left.values(), ZERO) - self._rest()
        for element in self.wanted:
            if element["Account"] == self.payload["account"] and "Invoice" in element:
                spare -= self._allocate(element, spare)

    def _allocate(self, element, spare):
        """Settle a wanted payment by credit, up to an amount; return how much."""
        used = ZERO
        for key in self.left:
            wanted = as_cents(element["Amount"])
            amount = min(self.left[key], wanted, spare - used)
            if amount > 0:
                allocation = {"Invoice": element["Invoice"], "Date": element["Date"]}
                allocation["Amount"] = str(amount)
                self.plan.allocations.append((key, allocation))
                self.left[key] -= amount
                self._lower(element, amount)
                used += amount
        return used

    def _rest(self):
        """Return what is to stay on the customer's account.

        What a refund paid out of it already is not there any more.
        """
        rests = [e for e in self.payload["bank"] if e["Type"] == OVERPAYMENT]
        rest = sum((total_of(element) for element in rests), ZERO)
        self.is_overdrawn = self.paid_out > rest
        return max(rest - self.paid_out, ZERO)

    def _keep_bank(self):
        """Keep the bank transactions that are still wanted, make what is missing."""
        wanted = [e for e in self.payload["bank"] if e["Type"] != OVERPAYMENT]
        have = [e for e in self.held.bank if not e.get("OverpaymentID")]
        self.plan.bank = _without_same(wanted, have, is_same_bank)
        self.plan.deletes += [_delete_bank(element) for element in have]
        rests = [e for e in self.payload["bank"] if e["Type"] == OVERPAYMENT]
        missing = self._rest() - sum(self.left.values(), ZERO)
        self.is_too_much = missing < 0
        if missing > 0:
            line = {**rests[0]["LineItems"][0], "LineAmount": str(missing)}
            self.plan.bank.append({**rests[0], "LineItems": [line]})
