# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writing payments: one batch, in as few calls as it takes."""

from collections import defaultdict

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, REJECTED, Result

from ..http import problems
from ..http.problems import ApiError
from . import elements, payment_state, reading
from .documents import KINDS, read_by_id
from .payment_state import is_same_bank, is_same_payment
from .payments import ZERO, as_cents, target_of

BATCH = 50
EACH_ALONE = {"summarizeErrors": "false"}
# Why a member was refused, beside Xero's own words; the sentences are in const.py.
EXCEEDS = "exceeds"
NO_CREDIT = "no_credit"
OTHER_CURRENCY = "other_currency"
# What is open on documents, by their kind.
OPEN_AMOUNTS = {"invoice": "AmountDue", "credit_note": "RemainingCredit"}
TARGET_NAMES = {"invoice": "Invoice", "credit_note": "CreditNote"}


class PaymentPush:
    """Sends one batch of payments and refunds.

    New ones take one call; known ones are read first, and only what differs is taken
    back and made. After the first write no error is raised any more: members of which
    something is not answered are asked about later.
    """

    def __init__(self, client, batch, say):
        """Prepare.

        :param XeroClient client: talks.
        :param Batch batch: of the core's contract.
        :param callable say: makes a sentence of a reason, a member and words.
        """
        self.client = client
        self.batch = batch
        self.say = say
        self.has_written = False
        self.plans = {}
        self.ids = {}
        self.refused = defaultdict(list)
        # Elements that wait for an answer, by member; empty: all are answered.
        self.waiting = defaultdict(int)

    def run(self):
        """Send the batch.

        :raise ApiError: when nothing was written.
        :rtype: tuple[Result]
        """
        self._plan()
        self._check_currencies()
        try:
            self._delete()
            self._make("BankTransactions", "bank", "BankTransactionID", is_same_bank)
            self._allocate()
            self._pay_out()
            self._make("Payments", "payments", "PaymentID", is_same_payment)
            self._tell_what_is_open()
        except ApiError:
            if not self.has_written:
                raise
        found = (self._result(member) for member in self.batch.members)
        return tuple(result for result in found if result)

    # === STEPS === #

    def _plan(self):
        """Work out what has to be done for each member."""
        known = [m.payload for m in self.batch.members if m.external_id]
        held = payment_state.read_held(self.client, known)
        for member in self.batch.members:
            mine = held[payment_state.reference_of(member.payload)]
            plan = plan_for(member, mine)
            self.plans[member.res_id] = plan
            self.ids[member.res_id] = member.external_id
            steps = plan.deletes + plan.bank + plan.allocations + plan.payments
            self.waiting[member.res_id] = len(steps) + bool(plan.payout)
            if plan.problem:
                self._refuse(member, "", plan.problem)

    def _check_currencies(self):
        """Refuse bank transactions of another currency than their bank account's.

        They have no currency of their own: Xero would book the bare number.
        """
        members = [member for member, plan in self._open_members() if plan.bank]
        if not members:
            return
        banks = self.client.get("/Accounts", {"where": 'Type=="BANK"'})
        currencies = {
            bank.get(name): bank.get("CurrencyCode")
            for bank in banks.get("Accounts") or ()
            for name in ("Code", "AccountID")
        }
        for member in members:
            (account,) = member.payload["account"].values()
            theirs = currencies.get(account)
            if theirs and theirs != member.payload["currency"]:
                self._refuse(member, theirs, OTHER_CURRENCY)

    def _open_members(self):
        """Yield the members that nothing was refused of, and their plans."""
        for member in self.batch.members:
            if not self.refused[member.res_id]:
                yield member, self.plans[member.res_id]

    def _delete(self):
        """Take back what is not wanted any more, each by a call of its own."""
        for member, plan in self._open_members():
            for path, body in plan.deletes:
                if not self._delete_one(member, path, body):
                    break

    def _delete_one(self, member, path, body):
        """Take back one thing.

        :return: False when Xero refused it.
        """
        key = f"{self.batch.key}:{path[-36:]}"
        try:
            if body:
                self.client.save("POST", path, body, key)
            else:
                self.client.delete(path)
        except ApiError as error:
            if error.problem not in (problems.REFUSED, problems.NOT_FOUND):
                raise
            if error.problem == problems.REFUSED:
                self._refuse(member, error.words)
                return False
        self._note(member)
        return True

    def _make(self, plural, name, key, is_same):
        """Create what the plans have of one kind, some elements a call."""
        pairs = [
            (member, element)
            for member, plan in self._open_members()
            for element in getattr(plan, name)
        ]
        for number, some in enumerate(reading.chunks(pairs, BATCH)):
            body = {plural: [element for _member, element in some]}
            stamp = f"{self.batch.key}:{plural}:{number}"
            answer = self.client.save("PUT", f"/{plural}", body, stamp, EACH_ALONE)
            self.has_written = True
            left = list(answer.get(plural) or [])
            for member, element in some:
                self._take_answer(member, element, left, key, is_same)

    def _take_answer(self, member, element, left, key, is_same):
        """Find the answer to one element, by its content: no order is promised."""
        mine = [f for f in left if f.get("Reference") == element["Reference"]]
        found = next((each for each in mine if is_same(element, each)), None)
        if not found:
            return
        left.remove(found)
        if elements.is_refused(found):
            self._refuse(member, " ".join(elements.find_errors(found)))
            return
        self._note(member)
        if not self.ids[member.res_id]:
            self.ids[member.res_id] = found[key]

    def _allocate(self):
        """Use credit of overpayments, each by a call of its own."""
        for member, plan in self._open_members():
            by_credit = defaultdict(list)
            for credit, allocation in plan.allocations:
                by_credit[credit].append(allocation)
            for credit, some in by_credit.items():
                answered = put_allocations(
                    self.client, f"/Overpayments/{credit}", some, self.batch.key
                )
                self.has_written = True
                for found in answered:
                    if elements.is_refused(found):
                        self._refuse(member, " ".join(elements.find_errors(found)))
                    else:
                        self._note(member)

    def _pay_out(self):
        """Choose the overpayments that refunds pay out, the oldest first."""
        left = {}
        for member, plan in self._open_members():
            if not plan.payout:
                continue
            customer = member.payload["customer"], member.payload["currency"]
            made = self._choose(plan.payout, customer, left)
            missing = as_cents(plan.payout["Amount"]) - _sum(made)
            if missing > ZERO:
                self._refuse(member, str(missing), NO_CREDIT)
                continue
            plan.payments = plan.payments + made
            self.waiting[member.res_id] += len(made) - 1

    def _choose(self, payout, customer, left):
        """Return payments of overpayments that together pay out an amount, or less.

        :param dict left: what is left of overpayments; filled when it is first read.
        """
        if customer not in left:
            left[customer] = self._read_credits(*customer)
        made, wanted, after = [], as_cents(payout["Amount"]), dict(left[customer])
        for key, amount in left[customer].items():
            part = min(wanted, amount)
            if part > ZERO:
                target = {"Overpayment": {"OverpaymentID": key}, "Amount": str(part)}
                made.append({**payout, **target})
                after[key] -= part
                wanted -= part
        if wanted <= ZERO:
            left[customer] = after
        return made

    def _read_credits(self, customer, currency):
        """Return what is left of a customer's overpayments, the oldest first.

        :rtype: dict[str, Decimal]
        """
        owner = f"Contact.ContactID=={reading.GUID.format(customer)}"
        where = f'{owner} AND Status=="AUTHORISED"'
        found = reading.read_where(self.client, "Overpayments", where)
        mine = [credit for credit in found if credit.get("CurrencyCode") == currency]
        mine.sort(key=lambda credit: str(credit.get("DateString") or ""))
        return {c["OverpaymentID"]: as_cents(c.get("RemainingCredit")) for c in mine}

    # === ANSWERS === #

    def _note(self, member):
        """Note that one step of a member is done."""
        self.has_written = True
        self.waiting[member.res_id] -= 1

    def _refuse(self, member, words, reason=""):
        self.refused[member.res_id].append((reason, words))

    def _tell_what_is_open(self):
        """Say with refused payments what is open on the documents in Xero."""
        members = [m for m in self.batch.members if self.refused[m.res_id]]
        wanted = {m.res_id: self._targets(m) for m in members}
        found = self._read_open({key for keys in wanted.values() for key in keys})
        for member in members:
            opened = [found[key] for key in wanted[member.res_id] if key in found]
            if opened:
                self._refuse(member, ", ".join(opened), EXCEEDS)

    def _targets(self, member):
        """Return kind and id of the documents that a payment settles."""
        return [
            (kind, target_of(element))
            for element in self.plans[member.res_id].payments
            for kind, name in TARGET_NAMES.items()
            if name in element
        ]

    def _read_open(self, keys):
        """Return number and open amount of documents, by their kind and id."""
        found = {}
        for name, left in OPEN_AMOUNTS.items():
            kind = KINDS[name]
            ids = sorted(key for its_kind, key in keys if its_kind == name)
            for element in read_by_id(self.client, kind, ids).values():
                text = f"{element.get(kind.number)} {as_cents(element.get(left))}"
                found[name, element[kind.key].lower()] = text
        return found

    def _result(self, member):
        """Return what became of a member, or None when nobody knows yet."""
        key = self.ids[member.res_id]
        if refusals := self.refused[member.res_id]:
            said = [self.say(reason, member, words) for reason, words in refusals]
            return Result(member.res_id, REJECTED, key, " ".join(said))
        if self.waiting[member.res_id]:
            return None
        return to_result(member, key)


def _sum(some):
    """Return the amount of some payments."""
    return sum((as_cents(element["Amount"]) for element in some), ZERO)


def plan_for(member, held):
    """Return what has to be done for a member.

    What Xero holds of it counts only when Xero once gave it an identity: everything
    else with its reference is somebody else's.

    :param Member member: with a payload of lib.payments.
    :rtype: Plan
    """
    if member.payload["operation"] == VOID:
        return payment_state.take_back(held)
    if member.external_id:
        return payment_state.compare(member.payload, held)
    return payment_state.everything(member.payload)


def to_result(member, external_id):
    """Return the result of a payment that Xero holds as it is wanted.

    :rtype: Result
    """
    return Result(member.res_id, OK, external_id, total=member.payload["amount"])


def put_allocations(client, path, allocations, key):
    """Set credit against invoices.

    :param str path: of the credit note or overpayment.
    :param list allocations: elements.
    :return: the answered elements.
    :rtype: list[dict]
    """
    body = {"Allocations": allocations}
    stamp = f"{key}:{path[-36:]}"
    answer = client.save("PUT", f"{path}/Allocations", body, stamp, EACH_ALONE)
    return answer.get("Allocations") or []


def find_outcomes(client, members):
    """Find out what Xero holds of some payments whose answer is unknown.

    :param tuple members: ``Member`` of the core's contract.
    :return: OK when Xero holds what was sent, NOT_FOUND when it must be sent again;
        with an identity when some of it is there.
    :rtype: tuple[Result]
    """
    held = payment_state.read_held(client, [member.payload for member in members])
    return tuple(
        _outcome(member, held[payment_state.reference_of(member.payload)])
        for member in members
    )


def _outcome(member, held):
    if member.external_id:
        found = member.external_id
        is_done = plan_for(member, held).is_empty()
    else:
        missing = payment_state.lacks(member.payload, held)
        is_done = missing.is_empty()
        has_some = missing != payment_state.everything(member.payload)
        # Of a refund that was paid out in parts, one part may be there.
        payout = member.payload["payout"]
        has_some = has_some or bool(payment_state.find_payouts(payout, held.payments))
        found = held.first_id() if has_some else ""
    if is_done:
        return to_result(member, found)
    return Result(member.res_id, NOT_FOUND, found)
