# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""May this be done for this customer now? One pure function, asked by everybody.

Orders, deliveries, service jobs, invoices and the till all call :func:`judge`; nobody
re-implements a piece of it. It knows no database: the caller gathers the facts, and
turns the answer into sentences.
"""

from dataclasses import dataclass, field
from decimal import Decimal

# What is to be done.
QUOTE = "quote"
ORDER = "order"
PICK = "pick"
DELIVER = "deliver"
JOB = "job"
INVOICE = "invoice"
ON_ACCOUNT = "on_account"
CASH = "cash"

# What speaks against it.
INACTIVE = "inactive"
UNAPPROVED = "unapproved"
ON_HOLD = "on_hold"
BOOKS_HOLD = "books_hold"
OTHER_SITE = "other_site"
NOT_ON_WEB = "not_on_web"
OVERDUE = "overdue"
OVER_CREDIT = "over_credit"
OVER_SALES = "over_sales"
OVER_RISK = "over_risk"

# How much it speaks against it, from nothing to everything.
YES, SAY, REASON, NO = range(4)
LIMIT_ACTIONS = {"notify": SAY, "reason": REASON, "block": NO}

# From the least strict to the strictest.
STATUSES = ("active", "new", "to_approve", "hold", "inactive")

_SALES = (ORDER, JOB, INVOICE, ON_ACCOUNT)
_LIMITS = (OVER_CREDIT, OVER_SALES)


def _row(default=YES, **others):
    """Return the weight of one finding for each action."""
    actions = (QUOTE, ORDER, PICK, DELIVER, JOB, INVOICE, ON_ACCOUNT, CASH)
    return dict.fromkeys(actions, default) | others


# Goods that are on their way are an order that was accepted: an archived customer gets
# them. A held one does not, and a till that takes cash sells to everybody but him who
# is gone.
WEIGHTS = {
    INACTIVE: _row(NO, pick=SAY, deliver=SAY),
    UNAPPROVED: _row(NO, quote=SAY, pick=SAY, deliver=SAY, cash=YES),
    ON_HOLD: _row(REASON, quote=SAY, pick=SAY, cash=SAY),
    BOOKS_HOLD: _row(REASON, quote=SAY, pick=SAY, cash=SAY),
    OTHER_SITE: _row(NO, pick=SAY, deliver=SAY, cash=YES),
    NOT_ON_WEB: _row(NO),
    OVERDUE: _row(SAY, quote=YES, cash=YES, invoice=REASON, on_account=REASON),
}
# What an invoice of an order that was accepted before may not be kept back for.
FINISHED = (INACTIVE, UNAPPROVED, OTHER_SITE, NOT_ON_WEB)


@dataclass(frozen=True)
class Room:
    """What the limits of another addon leave for a document.

    :param Decimal left: what it may come to; below 0 nothing may be sold at all.
    :param str what: which limit that is and how much of it is used, in the user's
        language.
    """

    left: Decimal
    what: str


@dataclass(frozen=True)
class Standing:
    """What is known of a customer, of his parents and of his family.

    Amounts are in the customer's currency.

    :param str status: the strictest among the customer and those above, see
        ``STATUSES``.
    :param bool books_hold: the account customer is on hold in the books.
    :param bool overdue: marked by hand, or older than the company allows.
    :param Decimal exposure: what the family owes and has ordered.
    :param Decimal open_sales: of it what no posted invoice asks for yet.
    :param Decimal credit_limit: 0 for none.
    :param Decimal sales_limit: 0 for none.
    :param str limit_action: notify, reason or block.
    :param bool served: the site that asks serves him.
    :param bool on_web: he may order in the web shop.
    :param dict rooms: by action the ``Room`` that another addon leaves, where that one
        limits it.
    """

    status: str = "active"
    books_hold: bool = False
    overdue: bool = False
    exposure: Decimal = Decimal()
    open_sales: Decimal = Decimal()
    credit_limit: Decimal = Decimal()
    sales_limit: Decimal = Decimal()
    limit_action: str = "notify"
    served: bool = True
    on_web: bool = True
    rooms: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Sale:
    """What is to be done with one document.

    :param Decimal amount: what it adds to exposure and open sales.
    :param Decimal alone: what it comes to for the customer it is billed to, whatever
        of it is counted already.
    :param bool begun: it finishes what was accepted before.
    :param bool permitted: a person who may gave a reason for this document.
    :param bool web: the customer ordered it himself in the web shop.
    """

    amount: Decimal = Decimal()
    alone: Decimal = Decimal()
    begun: bool = False
    permitted: bool = False
    web: bool = False


@dataclass(frozen=True)
class Answer:
    """Whether it may be done.

    :param int weight: ``YES``, ``SAY``, ``REASON`` or ``NO``: of the gravest finding.
    :param tuple findings: what speaks against it, the gravest in front.
    :param Room room: what another addon leaves for it, if that one limits it.
    """

    weight: int = YES
    findings: tuple = ()
    room: Room | None = None

    @property
    def refused(self):
        """Whether it may not be done as it is."""
        return self.weight >= REASON


def judge(action, standing, sale=None):
    """Say whether something may be done for a customer now.

    :param str action: one of this module's constants.
    :param Standing standing: of the customer.
    :param Sale sale: None asks about the customer in general.
    :rtype: Answer
    """
    sale = sale or Sale()
    room = standing.rooms.get(action)
    found = {
        finding: _weigh(action, finding, standing, sale)
        for finding in _find(standing, sale, room)
    }
    _say_once(found)
    if sale.permitted:
        found = {f: SAY if weight == REASON else weight for f, weight in found.items()}
    counted = sorted((f for f in found if found[f]), key=lambda f: -found[f])
    weight = max(found.values(), default=YES)
    return Answer(weight, tuple(counted), room)


def _say_once(found):
    """Leave out of two limits on one thing the one that weighs less.

    :param dict found: weight by finding.
    """
    own = max(found.get(limit, YES) for limit in _LIMITS)
    # Our own counts more: it is the one to be named when both weigh the same.
    weaker = OVER_CREDIT if found.get(OVER_RISK, YES) > own else OVER_RISK
    if OVER_RISK in found:
        found.pop(weaker, None)


def _find(standing, sale, room):
    """Return all that is to be said about a customer, whatever is done.

    :param Room room: what another addon leaves for what is done, or None.
    :rtype: list[str]
    """
    exposure = standing.exposure + sale.amount
    open_sales = standing.open_sales + sale.amount
    checks = (
        (INACTIVE, standing.status == "inactive"),
        (UNAPPROVED, standing.status in ("new", "to_approve")),
        (ON_HOLD, standing.status == "hold"),
        (BOOKS_HOLD, standing.books_hold and standing.status != "hold"),
        (OTHER_SITE, not standing.served),
        (NOT_ON_WEB, sale.web and not standing.on_web),
        (OVERDUE, standing.overdue),
        (OVER_CREDIT, 0 < standing.credit_limit < exposure),
        (OVER_SALES, 0 < standing.sales_limit < open_sales),
        (OVER_RISK, room is not None and room.left < sale.alone),
    )
    return [finding for finding, applies in checks if applies]


def _weigh(action, finding, standing, sale):
    """Return how much a finding speaks against an action.

    :rtype: int
    """
    if finding in (*_LIMITS, OVER_RISK):
        if action not in _SALES:
            return YES
        if sale.begun:
            # The order was let through: its invoice owes nothing more than that.
            return SAY
        own = finding in _LIMITS
        return LIMIT_ACTIONS[standing.limit_action] if own else REASON
    weight = WEIGHTS[finding][action]
    return min(weight, SAY) if sale.begun and finding in FINISHED else weight


def strictest(statuses):
    """Return the strictest of some statuses.

    :param statuses: of ``STATUSES``.
    :rtype: str
    """
    return max(statuses, key=STATUSES.index, default=STATUSES[0])


@dataclass(frozen=True)
class Case:
    """A document that asks whether it may be done.

    :param int key: what the answer is given by, such as the document's id.
    :param int partner_id: the customer.
    :param Decimal total: of the document, in its own currency.
    :param int currency_id: that currency.
    :param bool counted: what the customer owes has it in already, as drafts are.
    :param bool begun: see ``Sale``.
    :param bool web: see ``Sale``.
    """

    key: int
    partner_id: int
    total: Decimal = Decimal()
    currency_id: int = 0
    counted: bool = False
    begun: bool = False
    web: bool = False


@dataclass(frozen=True)
class Owed:
    """What a family owes, in the customer's currency.

    :param Decimal debt: open invoices, less what is paid ahead.
    :param Decimal open_sales: accepted and not invoiced for good.
    :param Decimal overdue: of the debt.
    """

    debt: Decimal = Decimal()
    open_sales: Decimal = Decimal()
    overdue: Decimal = Decimal()

    @property
    def exposure(self):
        """Return all that the family owes and has ordered.

        :rtype: Decimal
        """
        return self.debt + self.open_sales


@dataclass(frozen=True)
class Advice:
    """What the documents' screens and refusals say.

    :param Answer answer: of ``judge``.
    :param tuple sentences: one for each finding, in the user's language.
    """

    answer: Answer = Answer()
    sentences: tuple = ()

    @property
    def found(self):
        """Return what speaks against it, a line each, without what to do about it.

        :rtype: str
        """
        return "\n".join(self.sentences[: len(self.answer.findings)])

    @property
    def text(self):
        """Return the sentences, a line each.

        :rtype: str
        """
        return "\n".join(self.sentences)
