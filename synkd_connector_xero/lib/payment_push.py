# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writing payments: one batch, in as few calls as it takes."""

from collections import defaultdict

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.results import (
    ALTERED,
    CANDIDATES,
    NOT_FOUND,
    OK,
    REJECTED,
    BooksRecord,
    Result,
)
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.address import part
from odoo.addons.synkd_connector_http.lib.cursor import chunks
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.push import DENIED, Push

from . import dates, elements, identity, payment_state, reading
from .documents import KINDS, read_by_id
from .payment_state import ALLOCATION, Held, is_same_bank, is_same_payment, to_part
from .payments import OVER, TARGETS, ZERO, as_cents, target_of, total_of

BATCH = 50
EACH_ALONE = {"summarizeErrors": "false"}
# Why a member was refused, beside Xero's own words; the sentences are in const.py.
EXCEEDS = "exceeds"
NO_CREDIT = "no_credit"
OTHER_CURRENCY = "other_currency"
SIBLINGS = "siblings"
# What is open on documents, by their kind.
OPEN_AMOUNTS = {"invoice": "AmountDue", "credit_note": "RemainingCredit"}
TARGET_NAMES = {"invoice": "Invoice", "credit_note": "CreditNote"}


class PaymentPush(Push):
    """Sends one batch of payments and refunds.

    New ones take one call; known ones are read first, and only what differs is taken
    back and made. Members of which something is not answered are asked about
    later.
    """

    def __init__(self, client, batch, base_url, say):
        """Prepare.

        :param XeroClient client: talks.
        :param Batch batch: of the core's contract.
        :param str base_url: where Odoo is reached.
        :param callable say: makes a sentence of a member, words and a reason.
        """
        super().__init__(client, batch, say)
        self.base_url = base_url
        self.plans = {}
        self.ids = {}
        # What each member has in Xero, by the id of the part.
        self.parts = {}
        self.refused = defaultdict(list)
        # Elements that wait for an answer, by member; empty: all are answered.
        self.waiting = defaultdict(int)

    def _prepare(self):
        """Override: work out what is to be done."""
        self._plan()
        self._check_currencies()

    def _send(self):
        self._delete()
        self._make("BankTransactions", "bank", "BankTransactionID", is_same_bank)
        self._allocate()
        self._pay_out()
        self._make("Payments", "payments", "PaymentID", is_same_payment)
        self._tell_what_is_open()

    def _results(self):
        """Override: of each member all that it takes has to be answered."""
        found = (self._result(member) for member in self.batch.members)
        return tuple(result for result in found if result)

    # === STEPS === #

    def _plan(self):
        """Work out what has to be done for each member."""
        known = [m for m in self.batch.members if m.external_id]
        held = payment_state.read_held(self.client, known)
        for member in self.batch.members:
            mine = held.get(member.res_id) or Held()
            plan = plan_for(member, mine)
            self.plans[member.res_id] = plan
            self.ids[member.res_id] = member.external_id
            self.parts[member.res_id] = {part["id"]: part for part in mine.parts()}
            steps = plan.deletes + plan.bank + plan.allocations + plan.payments
            self.waiting[member.res_id] = len(steps) + bool(plan.payout)
            if plan.problem:
                self._refuse(member, "", plan.problem)
        self._refuse_siblings(
            [m for m in known if _may_have_siblings(m, held[m.res_id])]
        )

    def _refuse_siblings(self, members):
        """Refuse what was posted in several parts before their ids were kept.

        By its number alone nobody can tell these parts from those of another payment.
        """
        numbers = {member.payload["number"] for member in members}
        found = [
            element
            for plural in ("Payments", "BankTransactions")
            for element in reading.read_filtered(
                self.client, plural, "Reference", numbers
            )
            if element.get("Status") not in OVER and not identity.key_of(element)
        ]
        for member in members:
            like = [_to_record(e) for e in found if _is_sibling(member, e)]
            if like:
                words = ", ".join(f"{each.date} {each.total}" for each in like)
                self._refuse(member, words, SIBLINGS)

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
            if error.problem not in DENIED:
                raise
            if error.problem == problems.REFUSED:
                self._refuse(member, error.words)
                return False
        self._note(member)
        for key in path.split("/"):
            self.parts[member.res_id].pop(key, None)
        return True

    def _make(self, plural, name, key, is_same):
        """Create what the plans have of one kind, some elements a call."""
        pairs = [
            (member, self._signed(member, element))
            for member, plan in self._open_members()
            for element in getattr(plan, name)
        ]
        for number, some in enumerate(chunks(pairs, BATCH)):
            body = {plural: [element for _member, element in some]}
            stamp = f"{self.batch.key}:{plural}:{number}"
            answer = self.client.save("PUT", f"/{plural}", body, stamp, EACH_ALONE)
            self.has_written = True
            left = list(answer.get(plural) or [])
            for member, element in some:
                self._take_answer(member, element, left, key, is_same)

    def _signed(self, member, element):
        """Return an element with our key on it."""
        text = identity.to_reference(element["Reference"], member.own_key)
        found = {**element, "Reference": text}
        if "BankAccount" in element:
            found["Url"] = identity.to_url(self.base_url, member)
        return found

    def _take_answer(self, member, element, left, key, is_same):
        """Find the answer to one element, by its content: no order is promised."""
        mine = [f for f in left if identity.key_of(f) == member.own_key]
        found = next((each for each in mine if is_same(element, each)), None)
        if not found:
            return
        left.remove(found)
        if elements.is_refused(found):
            self._refuse(member, " ".join(elements.find_errors(found)))
            return
        self._note(member)
        self._keep(member, "payment" if key == "PaymentID" else "bank", found[key])
        if credit := found.get("OverpaymentID"):
            self._keep(member, "overpayment", credit)
        if not self.ids[member.res_id]:
            self.ids[member.res_id] = found[key]

    def _keep(self, member, kind, key):
        self.parts[member.res_id][key] = to_part(kind, key)

    def _allocate(self):
        """Use credit of overpayments, each by a call of its own."""
        for member, plan in self._open_members():
            by_credit = defaultdict(list)
            for credit, allocation in plan.allocations:
                by_credit[credit].append(allocation)
            for credit, some in by_credit.items():
                answered = put_allocations(
                    self.client, f"/Overpayments/{part(credit)}", some, self.batch.key
                )
                self.has_written = True
                for found in answered:
                    if elements.is_refused(found):
                        self._refuse(member, " ".join(elements.find_errors(found)))
                    else:
                        self._note(member)
                        self._keep(member, ALLOCATION, found["AllocationID"])

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
        """Override: several of its steps may be refused."""
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
        parts = tuple(self.parts[member.res_id].values())
        if refusals := self.refused[member.res_id]:
            said = [self.say(member, words, reason) for reason, words in refusals]
            return Result(member.res_id, REJECTED, key, " ".join(said), parts=parts)
        if self.waiting[member.res_id]:
            return None
        return to_result(member, key, parts)


def _sum(some):
    """Return the amount of some payments."""
    return sum((as_cents(element["Amount"]) for element in some), ZERO)


def plan_for(member, held):
    """Return what has to be done for a member.

    :param Member member: with a payload of lib.payments.
    :param Held held: what Xero holds of it.
    :rtype: Plan
    """
    if member.payload["operation"] == VOID:
        return payment_state.take_back(held)
    if member.external_id:
        return payment_state.compare(member.payload, held)
    return payment_state.everything(member.payload)


def to_result(member, external_id, parts):
    """Return the result of a payment that Xero holds as it is wanted.

    :param tuple parts: all that it has there.
    :rtype: Result
    """
    total = member.payload["amount"]
    return Result(member.res_id, OK, external_id, total=total, parts=parts)


def _may_have_siblings(member, held):
    """Whether the one part whose id was kept is less than the whole payment."""
    if not payment_state.is_legacy(member):
        return False
    whole = [as_cents(element["Amount"]) for element in held.payments]
    whole += [total_of(element) for element in held.bank]
    return sum(whole, ZERO) != as_cents(member.payload["amount"])


def _is_sibling(member, element):
    key = element.get("PaymentID") or element["BankTransactionID"]
    is_same = element.get("Reference") == member.payload["number"]
    return is_same and key != member.external_id


def _to_record(element):
    """Return a part of a payment as a person tells it from others."""
    is_bank = "BankTransactionID" in element
    day = dates.read_day(element, "Date")
    return BooksRecord(
        element["BankTransactionID" if is_bank else "PaymentID"],
        str(element.get("Reference") or ""),
        day.isoformat() if day else "",
        str(total_of(element) if is_bank else as_cents(element.get("Amount"))),
        _name_of(element),
    )


def _name_of(element):
    """Return the name of the contact of a payment or bank transaction."""
    places = [element, *(element.get(name) or {} for name in TARGETS)]
    names = ((place.get("Contact") or {}).get("Name") for place in places)
    return next(filter(None, names), "")


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


def find_outcomes(client, batch, say):
    """Find out what Xero holds of some payments whose answer is unknown.

    They are known by our key, and by the ids that were kept.

    :param Batch batch: as it was sent.
    :param callable say: makes a sentence of a member and its differences.
    :return: OK when Xero holds what was sent, NOT_FOUND when it must be sent again;
        with an identity when some of it is there.
    :rtype: tuple[Result]
    """
    written = {
        kind: identity.read_written(client, *payment_state.PARTS[kind], batch)
        for kind in ("payment", "bank")
    }
    held = payment_state.read_held(client, batch.members, written)
    stray = [e for some in written.values() for e in some if not identity.key_of(e)]
    return tuple(_outcome(m, held[m.res_id], stray, say) for m in batch.members)


def _outcome(member, held, stray, say):
    """Return what became of one payment.

    :param list stray: what was written in Xero since, without a key of ours.
    """
    key = member.external_id or held.first_id()
    if key:
        plan = (
            payment_state.take_back(held)
            if member.payload["operation"] == VOID
            else payment_state.compare(member.payload, held)
        )
        if plan.is_empty():
            return to_result(member, key, held.parts())
    elif held.gone:
        return _of_gone(member, held, say)
    else:
        like = tuple(_to_record(e) for e in stray if _is_like(member, e))
        if like:
            said = say(member)
            return Result(member.res_id, CANDIDATES, message=said, candidates=like)
    return Result(member.res_id, NOT_FOUND, key, parts=held.parts())


def _of_gone(member, held, say):
    """Return the result of a payment that somebody deleted before we knew of it."""
    gone = held.gone[0]
    key = gone.get("PaymentID") or gone["BankTransactionID"]
    said = say(member, [("deleted", "", "")])
    return Result(member.res_id, ALTERED, key, said, parts=held.parts())


def _is_like(member, element):
    """Whether something without a key is just what was to be made."""
    if element.get("Status") in OVER:
        return False
    if "BankTransactionID" in element:
        return any(is_same_bank(e, element) for e in member.payload["bank"])
    return any(is_same_payment(e, element) for e in member.payload["payments"])
