# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The posting decision: one pure function, asked by everybody.

The queue, the point of sale, the Resolve dialog and the "Why?" on a customer all
call :func:`decide`; nobody re-implements a piece of it. It knows no database: the
caller gathers the facts, and turns the answer into a sentence.
"""

from dataclasses import dataclass

NOT_LINKED = "not_linked"
NO_WALK_IN = "no_walk_in"
NO_CLASS = "no_class"
DECIDE = "decide"
NO_GENERIC = "no_generic"
PAYMENT_REQUIRED = "payment_required"
ARCHIVED = "archived"
HELD = "held"
REFUSED_CUSTOMER = "refused_customer"
INVALID_LINES = "invalid_lines"
UNMAPPED = "unmapped"
NO_RATE = "no_rate"
CLOSED = "closed"
MIXED = "mixed"
BEFORE = "before"
READY = "ready"


@dataclass(frozen=True)
class Target:
    """What the decision must know of an account customer.

    :param str posting: posting of its class: decide, generic, account, or "".
    :param bool refused: the books have not got it, since they refused it.
    """

    id: int = 0
    posting: str = ""
    active: bool = True
    held: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Document:
    """What the decision must know of a document.

    :param bool paid: nothing is left to pay.
    :param tuple invalid_lines: names of the lines that cannot be posted.
    :param tuple unmapped: names of what the books have no counterpart for.
    :param str rateless: the foreign currency that it was booked in one to one, since
        there was no rate of it; "" when a rate is behind it.
    :param str closed: last day of the closed period that it falls into, or "".
    :param bool mixed: it settles documents of several account customers.
    :param tuple before: names of the settled documents that the books did not get
        from here, while nobody decided what becomes of money for such.
    :param str place: the shop that has no class for its walk-ins, or "".
    """

    paid: bool = True
    invalid_lines: tuple = ()
    unmapped: tuple = ()
    rateless: str = ""
    closed: str = ""
    mixed: bool = False
    before: tuple = ()
    place: str = ""


@dataclass(frozen=True)
class Decision:
    """Where a document goes, or why it waits.

    :param tuple reasons: this module's constants, the one to mend first in front.
    :param int target_id: account customer to post to; 0 when unknown.
    :param tuple lines: the lines that cannot be posted.
    """

    reasons: tuple
    target_id: int = 0
    lines: tuple = ()

    @property
    def reason(self):
        """The constant that says why it waits, or ``READY``."""
        return self.reasons[0]

    @property
    def ready(self):
        """Whether the document can be posted as it is."""
        return self.reason == READY


def decide(account, generic=None, document=None):
    """Decide where a document of an operational customer is posted.

    :param Target account: the linked account customer, or None.
    :param Target generic: the generic account customer of its class, or None.
    :param Document document: None asks about the customer in general.
    :rtype: Decision
    """
    document = document or Document()
    target = _find_target(account, generic)
    reasons = _customer_obstacles(account, target, document) + _obstacles(document)
    target_id = target.id if target else _undecided_id(account)
    return Decision(tuple(reasons) or (READY,), target_id, document.invalid_lines)


def _find_target(account, generic):
    """Return the account customer that the class posts to, or None."""
    if not account or account.posting not in ("account", "generic"):
        return None
    return account if account.posting == "account" else generic


def _undecided_id(account):
    """Return the account customer to show when nothing tells where to post."""
    return account.id if account and account.posting != "generic" else 0


def _customer_obstacles(account, target, document):
    """Return what keeps the customer's documents from the books: one reason or none.

    :rtype: list[str]
    """
    checks = (
        (NO_WALK_IN, not account and document.place),
        (NOT_LINKED, not account),
        (NO_CLASS, account and not account.posting),
        (DECIDE, account and account.posting == "decide"),
        (NO_GENERIC, not target),
        (
            PAYMENT_REQUIRED,
            account and account.posting == "generic" and not document.paid,
        ),
        (ARCHIVED, target and not target.active),
        (HELD, target and target.held),
        (REFUSED_CUSTOMER, target and target.refused),
    )
    return [reason for reason, applies in checks if applies][:1]


def _obstacles(document):
    """Return all that keeps the document itself from the books.

    :rtype: list[str]
    """
    checks = (
        (MIXED, document.mixed),
        (INVALID_LINES, document.invalid_lines),
        (UNMAPPED, document.unmapped),
        (NO_RATE, document.rateless),
        (CLOSED, document.closed),
        (BEFORE, document.before),
    )
    return [reason for reason, applies in checks if applies]
