# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses, scopes and sentences; no logic."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.access import APP, WEB, Access

from .lib import documents, payment_push, payment_state, push

_lt = LazyTranslate(__name__)

CONNECTOR = "xero"

# Where Xero lives; an administrator may name other addresses on a ledger.
API_URL = "https://api.xero.com"
IDENTITY_URL = "https://identity.xero.com"
LOGIN_URL = "https://login.xero.com"

# What we may do there; apps made from March 2026 on take granular scopes only.
SCOPES = (
    "offline_access",
    "accounting.contacts",
    "accounting.invoices",
    "accounting.payments",
    # Overpayments are made by bank transactions only.
    "accounting.banktransactions",
    "accounting.settings.read",
)

ACCESS = Access(
    api_url=API_URL,
    logins=(WEB, APP),
    identity_url=IDENTITY_URL,
    token_path="/connect/token",
    login_url=LOGIN_URL,
    authorize_path="/identity/connect/authorize",
    scopes=SCOPES,
    tenants=True,
    signature="x-xero-signature",
    unused_days=60,
)

# Calls a day: of the free plan, and of all others.
STARTER_DAY_LIMIT = 1000
DAY_LIMIT = 5000

# What Xero's status page helps with; all else is said as of any books.
PROBLEMS = {
    problems.PAGE: _lt(
        "Xero answers with a web page in place of data, as it does while it is"
        " maintained. The run goes on by itself once that is over, and asks what"
        " arrived before it sends anything again; status.xero.com tells more."
    ),
    problems.SERVER: _lt(
        "Xero has a fault of its own (%(words)s). The run goes on by itself once"
        " that is over; status.xero.com tells more."
    ),
}

# Why one customer was not taken; "" stands for Xero's own words.
REFUSALS = {
    "": _lt(
        "Xero refuses customer %(code)s %(name)s: %(words)s Correct it, then press"
        " Retry."
    ),
    push.EMAIL: _lt(
        "Xero refuses customer %(code)s %(name)s: %(words)s Its addresses are"
        " %(emails)s. Correct the wrong one, then press Retry."
    ),
    push.UNKNOWN: _lt(
        "Xero does not know customer %(code)s %(name)s any more. Archive it here, or"
        " create a new account customer."
    ),
    push.MERGED: _lt(
        "Customer %(code)s %(name)s was merged with another one in Xero just now. The"
        " next run follows that by itself, and shows what differs."
    ),
}

# Why a document, payment or allocation was not taken; "" stands for Xero's own words.
DOCUMENT_REFUSALS = {
    "": _lt("Xero refuses %(number)s: %(words)s Correct it, then press Retry."),
    documents.TAKEN: _lt(
        "Xero has another document with the number %(number)s already, which was not"
        " posted from here. Look there whose it is: give that one another number, or"
        " exclude this one if it is the same, then press Retry."
    ),
    documents.TWIN: _lt(
        "Another document that was sent at the same moment has the number %(number)s"
        " too. Give one of them another number in Odoo, or exclude it if it is a copy,"
        " then press Retry."
    ),
    payment_push.EXCEEDS: _lt("In Xero is still open: %(words)s."),
    payment_state.PAID_BACK: _lt(
        "What %(number)s left to the customer's credit in Xero was paid back there, or"
        " set against something else, so it cannot settle anything. Look there what"
        " took it; take that back, or undo the reconciliation here, then press Retry."
    ),
    payment_push.SIBLINGS: _lt(
        "%(number)s was posted in several parts before their identities were kept, and"
        " Xero has more under this number (%(words)s), which may be of another payment."
        " Delete there what belongs to it, then press Retry."
    ),
    payment_push.OTHER_CURRENCY: _lt(
        "%(number)s leaves money on account in another currency than that of the bank"
        " account in Xero that it goes to (%(words)s). Map its journal to an account of"
        " its own currency, then press Retry."
    ),
    payment_push.NO_CREDIT: _lt(
        "%(number)s pays back more than the customer has to his credit in Xero:"
        " %(words)s is missing. Look there what the money was set against, take it"
        " back, then press Retry."
    ),
}

# What becomes of a payment whose write-off settles nothing any more.
ALONE = _lt(
    "%(number)s writes off %(words)s that settles no document any more. Its money is in"
    " Xero, but Xero holds no write-off without a document, so the customer owes that"
    " much more there than here. Let it settle its document here again; or reset it to"
    " draft and take the difference out; or leave it as it is."
)

CUSTOMER_LIKE = _lt(
    "Xero has a contact with the code or name of %(code)s %(name)s that was written at"
    " the same time, but without the number that we put on what is ours."
)

# Why a payload cannot be sent, by what contacts.find_problem tells.
MISFITS = {
    "length": _lt(
        "%(field)s of %(account)s has %(count)s characters, but Xero takes %(limit)s."
        " Shorten it."
    ),
    "name": _lt(
        "Xero takes no < and > in names, and the name of %(account)s has nothing else."
        " Type another name."
    ),
    "email": _lt(
        "The e-mail address %(value)s of %(account)s has letters that Xero does not"
        " take. Use one of plain letters."
    ),
    "persons": _lt(
        "%(account)s has more contact persons than the %(limit)s that Xero takes."
        " Remove some."
    ),
}
# Words for the fields of contacts that may be too long.
FIELD_NAMES = {
    "Name": _lt("The name"),
    "AccountNumber": _lt("The code"),
    "FirstName": _lt("The contact's first name"),
    "LastName": _lt("The contact's last name"),
    "EmailAddress": _lt("The e-mail address"),
    "TaxNumber": _lt("The tax ID"),
    "AddressLine1": _lt("The street"),
    "AddressLine2": _lt("The second line of the street"),
    "City": _lt("The city"),
    "Region": _lt("The state"),
    "PostalCode": _lt("The ZIP code"),
    "PhoneNumber": _lt("The phone number"),
}
