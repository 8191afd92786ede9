# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The posting decision: one pure function, asked by everybody.

The queue, the point of sale, the Resolve dialog and the "Why?" on a customer all
call :func:`decide`; nobody re-implements a piece of it. It knows no database: the
caller gathers the facts, and turns the answer into a sentence.
"""

from dataclasses import dataclass

NOT_LINKED = "not_linked"
NO_CLASS = "no_class"
DECIDE = "decide"
NO_GENERIC = "no_generic"
PAYMENT_REQUIRED = "payment_required"
ARCHIVED = "archived"
HELD = "held"
INVALID_LINES = "invalid_lines"
READY = "ready"


@dataclass(frozen=True)
class Target:
    """What the decision must know of an account customer.

    :param str posting: posting of its class: decide, generic, account, or "".
    """

    id: int = 0
    posting: str = ""
    active: bool = True
    held: bool = False


@dataclass(frozen=True)
class Document:
    """What the decision must know of a document.

    :param bool paid: nothing is left to pay.
    :param tuple invalid_lines: names of the lines that cannot be posted.
    """

    paid: bool = True
    invalid_lines: tuple = ()


@dataclass(frozen=True)
class Decision:
    """Where a document goes, or why it waits.

    :param str reason: one of this module's constants.
    :param int target_id: account customer to post to; 0 when unknown.
    :param tuple lines: the lines that cannot be posted.
    """

    reason: str
    target_id: int = 0
    lines: tuple = ()

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
    if not account:
        return Decision(NOT_LINKED)
    if not account.posting:
        return Decision(NO_CLASS, account.id)
    if account.posting == "decide":
        return Decision(DECIDE, account.id)
    target = account if account.posting == "account" else generic
    if not target:
        return Decision(NO_GENERIC)
    return Decision(_obstacle(account, target, document), target.id, _lines(document))


def _obstacle(account, target, document):
    """Return what stops the document, or ``READY``."""
    if account.posting == "generic" and document and not document.paid:
        return PAYMENT_REQUIRED
    if not target.active:
        return ARCHIVED
    if target.held:
        return HELD
    return INVALID_LINES if _lines(document) else READY


def _lines(document):
    """Return the names of the lines that cannot be posted."""
    return document.invalid_lines if document else ()
