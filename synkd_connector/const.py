# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Constants and tables of sentences; no logic."""

from odoo.tools.translate import LazyTranslate

from .lib import credit_control, decision

_lt = LazyTranslate(__name__)

# Handed over in a file, until somebody says what the books made of it.
IN_FILE = "in_file"
# States in which only a word about the books moves a record.
UNDER_WAY_STATES = ("sending", IN_FILE)
# Ready, and waits to be billed together with others; then it is part of that bill.
BATCH = "batch"
BILLED = "billed"
SYNC_STATES = [
    ("pending", "Waiting"),
    ("sending", "Being sent"),
    (IN_FILE, "In a File"),
    ("synced", "In the books"),
    ("attention", "Requires Attention"),
]
# Only customers are read from the books, so only they are changed on both sides.
CUSTOMER_STATES = [*SYNC_STATES, ("conflict", "Changed on both sides")]

QUEUE_STATES = [
    ("attention", "Requires Attention"),
    ("pending", "Ready to Post"),
    (BATCH, "Batch Billing"),
    ("held", "Held Back"),
    ("sending", "Being Sent"),
    (IN_FILE, "In a File"),
    (BILLED, "Billed Together"),
    ("synced", "Posted"),
    ("voided", "Voided in the Books"),
    ("credited", "Credited in the Books"),
    ("excluded", "Not Posted"),
]

KINDS = [
    ("invoice", "Invoice"),
    ("credit_note", "Credit Note"),
    ("payment", "Payment"),
    ("refund", "Refund"),
    ("allocation", "Allocation"),
]
# The channel of requests that a kind of document travels in.
KIND_CHANNELS = {
    "invoice": "documents",
    "credit_note": "documents",
    "payment": "payments",
    "refund": "payments",
    "allocation": "allocations",
}
# What lowers the customer's debt is shown negative.
SIGNS = {"invoice": 1, "credit_note": -1, "payment": -1, "refund": 1, "allocation": 1}
# States in which nothing was sent yet, so that the posting decision may move it.
WAITING_STATES = ("attention", "pending", BATCH, "held")
# Reasons that need a person's word: no other decision takes them away.
PERSON_REASONS = ("refused", "difference", "changed", "altered", "unsure")
# Nobody knows whether the books have it: a person says so, and until then it waits.
UNSURE = "unsure"

# States that end a row whose document is in the books no more.
ENDED_STATES = ("voided", "credited")
# Reasons that the books gave, and those that came up after the posting.
BOOKS_REASONS = (decision.REFUSED_CUSTOMER, "refused")
DIFFERENCE_REASONS = ("difference", "changed", "altered")
REASON_GROUPS = [
    ("decision", "Needs a decision"),
    ("books", "The books refused"),
    ("changed", "Differs from the books"),
]
# State that a tab is named after, its action, its address, and the states it shows.
QUEUE_TABS = [
    (
        "attention",
        "synkd_transaction_action_attention",
        "requires-attention",
        ("attention",),
    ),
    (
        "pending",
        "synkd_transaction_action_ready",
        "ready-to-post",
        ("pending", "sending", "held"),
    ),
    (BATCH, "synkd_transaction_action_batch", "batch-billing", (BATCH,)),
    (IN_FILE, "synkd_transaction_action_in_file", "in-a-file", (IN_FILE,)),
    (
        "synced",
        "synkd_transaction_action_posted",
        "posted-to-books",
        ("synced", *ENDED_STATES),
    ),
    ("", "synkd_transaction_action", "transaction-queue", ()),
]

# Where a document comes from; addons that make documents add theirs.
SOURCES = [
    ("manual", "Typed In"),
    ("sale", "Sales Order"),
    ("shop", "Shop Sale"),
    ("service", "Service Job"),
    ("web", "Web Shop"),
]

QUEUE_REASONS = [
    (decision.NOT_LINKED, "Not linked"),
    (decision.NO_WALK_IN, "Shop without a walk-in class"),
    (decision.NO_CLASS, "No class"),
    (decision.DECIDE, "Let me decide"),
    (decision.NO_GENERIC, "Class without target"),
    (decision.PAYMENT_REQUIRED, "Payment required"),
    (decision.ARCHIVED, "Account customer archived"),
    (decision.HELD, "Account customer on hold"),
    (decision.REFUSED_CUSTOMER, "Customer refused by the books"),
    (decision.INVALID_LINES, "Invalid lines"),
    (decision.UNMAPPED, "Not mapped"),
    (decision.NO_RATE, "No rate of exchange"),
    (decision.CLOSED, "Closed period"),
    (decision.MIXED, "Several account customers"),
    (decision.BEFORE, "Settles documents from before"),
    ("refused", "Refused by the books"),
    ("difference", "Total differs"),
    ("changed", "Changed after posting"),
    ("altered", "Changed in the books"),
    (UNSURE, "Is it in the books?"),
]

# Longest name of an account customer; a connector may allow less.
NAME_LENGTH = 255

# Plain texts that operational and account customers have both.
SHARED_FIELDS = (
    "name",
    "email",
    "phone",
    "website",
    "vat",
    "street",
    "street2",
    "city",
    "zip",
)
# Fields of an account customer that the books keep too: a change of one of them
# has to be sent. The names are those of lib.results.CustomerData where the value
# is a plain text.
PLAIN_FIELDS = (
    "code",
    "contact_name",
    *SHARED_FIELDS,
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

# Fields of the customer that it keeps in step with which books may keep as well, and
# the one of ``Capabilities`` that says so.
KEPT_WITH = {
    "customer_category_id": "categories",
    "user_id": "sales_reps",
    "specific_property_product_pricelist": "price_lists",
    "sub_account_code": "sub_accounts",
}
# Which mails may go to a contact of a customer: ``mail_…`` is the field that says so.
MAIL_PURPOSES = ("invoices", "statements", "orders")

# Fields that an account customer takes over from the customer it keeps in step with.
MIRRORED_FIELDS = (*SHARED_FIELDS, "state_id", "country_id")

DECISION_SENTENCES = {
    decision.NOT_LINKED: _lt(
        "%(customer)s has no account customer. Choose one, or create a new one."
    ),
    decision.NO_WALK_IN: _lt(
        "%(place)s has no class for customers without a name. Choose its Walk-In Class"
        " in the settings of the shop."
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
        "These lines cannot be posted: %(lines)s. Choose how they are posted."
    ),
    decision.REFUSED_CUSTOMER: _lt(
        "The books refused account customer %(account)s. They say: %(complaint)s The"
        " button Retry is on the account customer."
    ),
    decision.UNMAPPED: _lt(
        "The books have no counterpart yet for: %(unmapped)s. Choose it"
        " in the mapping, or have it created in the books."
    ),
    decision.NO_RATE: _lt(
        "Odoo has no rate of %(currency)s for %(date)s, so it was booked at 1"
        " %(currency)s = 1 %(own)s. Add the rate under Invoicing > Configuration >"
        " Currencies; then reset the document to draft, refresh its rate and confirm it"
        " again, or record the payment anew.%(own_rates)s"
    ),
    decision.CLOSED: _lt(
        "It is dated in a closed period of the books (up to %(closed)s). Choose another"
        " date for the books, or have the period opened again there."
    ),
    decision.MIXED: _lt(
        "It settles documents of several account customers. Record one payment for"
        " each of them instead."
    ),
    decision.BEFORE: _lt(
        "It settles documents that the books did not get from here: %(before)s. Decide"
        " once with Go-Live on the ledger what becomes of such money."
    ),
    decision.READY: _lt(
        "Documents of %(customer)s are posted to account customer %(account)s."
    ),
}

QUEUE_SENTENCES = {
    "refused": _lt("The books refused %(document)s: %(message)s"),
    "difference": _lt(
        "The books have %(document)s as %(books_number)s, but with other amounts: total"
        " %(books_total)s there and %(our_total)s here, tax %(books_tax)s there and"
        " %(our_tax)s here. Void it there, or leave it as it is."
    ),
}

# Fields that only machines read: nobody is offered to group by them.
TECHNICAL_FIELDS = frozenset(
    (
        *("books_data", "books_fingerprint", "books_key", "channel", "copy_number"),
        *("external_id", "fingerprint", "key", "live", "own_key"),
        *("phase", "position", "res_id", "res_model", "revision"),
        *("scoped", "stale"),
    )
)

# What speaks against a sale, as people read it.
CREDIT_SENTENCES = {
    credit_control.INACTIVE: _lt("%(culprit)s is inactive (archived)."),
    credit_control.UNAPPROVED: _lt(
        "%(culprit)s is not approved yet (status: %(status)s)."
    ),
    credit_control.ON_HOLD: _lt(
        "%(culprit)s is on hold since %(since)s: %(reason)s. Release is expected on"
        " %(until)s."
    ),
    credit_control.BOOKS_HOLD: _lt(
        "%(customer)s is on hold in the books (%(account)s)."
    ),
    credit_control.OTHER_SITE: _lt("%(customer)s is not served by %(site)s."),
    credit_control.NOT_ON_WEB: _lt(
        "%(customer)s may not order in the web shop: Web Sales is off for the customer,"
        " or the customer class is not shown there."
    ),
    credit_control.OVERDUE: _lt("%(customer)s is overdue: %(overdue)s."),
    credit_control.OVER_CREDIT: _lt(
        "%(family)s would owe %(exposure)s with this, above the credit limit of"
        " %(credit_limit)s."
    ),
    credit_control.OVER_SALES: _lt(
        "%(family)s would have ordered %(sales)s that is not invoiced, above the sales"
        " limit of %(sales_limit)s."
    ),
    credit_control.OVER_RISK: _lt(
        "%(customer)s would be above a limit of Financial Risk: %(risk)s."
    ),
}
# What to do when it is refused: by the gravest finding, else by how grave it is.
CREDIT_REMEDIES = {
    credit_control.INACTIVE: _lt("Restore the customer first, or choose another one."),
    credit_control.UNAPPROVED: _lt(
        "Press Ask for Approval on the customer; a credit manager approves."
    ),
    credit_control.OTHER_SITE: _lt(
        "Sell from one of the customer's sites, or add this one to them."
    ),
    credit_control.NOT_ON_WEB: _lt(
        "Switch Web Sales on, or Web on the class, or enter the order here."
    ),
    credit_control.REASON: _lt(
        "Save it as it is, and ask a credit manager: the button Allow With a Reason is"
        " on the document."
    ),
    credit_control.NO: _lt(
        "Reduce it, take a payment first, or ask a credit manager to raise the limit."
    ),
}
