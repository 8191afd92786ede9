# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Constants and tables of sentences; no logic."""

from odoo.tools.translate import LazyTranslate

from .lib import decision

_lt = LazyTranslate(__name__)

SYNC_STATES = [
    ("pending", "Waiting"),
    ("sending", "Being sent"),
    ("synced", "In the books"),
    ("conflict", "Changed on both sides"),
    ("attention", "Requires Attention"),
]

# Longest name of an account customer; a connector may allow less.
NAME_LENGTH = 255

# Fields of an account customer that the books keep too: a change of one of them
# has to be sent. The names are those of lib.results.CustomerData where the value
# is a plain text.
PLAIN_FIELDS = (
    "code",
    "name",
    "contact_name",
    "email",
    "phone",
    "website",
    "vat",
    "street",
    "street2",
    "city",
    "zip",
    "delivery_street",
    "delivery_street2",
    "delivery_city",
    "delivery_zip",
)
SYNCED_FIELDS = frozenset(
    PLAIN_FIELDS
    + (
        "state_id",
        "country_id",
        "delivery_state_id",
        "delivery_country_id",
        "currency_id",
        "payment_term_id",
        "credit_limit",
        "held",
        "active",
    )
)

# Fields that an account customer takes over from the customer it keeps in step with.
MIRRORED_FIELDS = (
    "name",
    "email",
    "phone",
    "website",
    "vat",
    "street",
    "street2",
    "city",
    "zip",
    "state_id",
    "country_id",
)

DECISION_SENTENCES = {
    decision.NOT_LINKED: _lt(
        "%(customer)s has no account customer. Choose one, or create a new one."
    ),
    decision.NO_CLASS: _lt(
        "Account customer %(account)s has no class. Choose its customer class."
    ),
    decision.DECIDE: _lt(
        "The class of account customer %(account)s lets you decide: choose a class"
        " that posts."
    ),
    decision.NO_GENERIC: _lt(
        "The class of account customer %(account)s posts to a generic account"
        " customer, but names none. Set it on the class."
    ),
    decision.PAYMENT_REQUIRED: _lt(
        "Payment is required: unpaid documents cannot be posted to the generic"
        " account customer %(account)s. Take the payment, or choose another class."
    ),
    decision.ARCHIVED: _lt(
        "Account customer %(account)s is archived. Restore it, or link another one."
    ),
    decision.HELD: _lt(
        "Account customer %(account)s is on hold. Release it, or link another one."
    ),
    decision.INVALID_LINES: _lt(
        "These lines cannot be posted: %(lines)s. Give their products a class."
    ),
    decision.READY: _lt(
        "Documents of %(customer)s are posted to account customer %(account)s."
    ),
}
