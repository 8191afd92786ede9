# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses, scopes and sentences; no logic."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.synkd_connector.lib import errors
from odoo.addons.synkd_connector_http.lib import address, problems

from .lib import documents, payment_push, payment_state, push

_lt = LazyTranslate(__name__)

CONNECTOR = "xero"

# Where Xero lives; an administrator may name other addresses on a ledger.
API_URL = "https://api.xero.com"
IDENTITY_URL = "https://identity.xero.com"
LOGIN_URL = "https://login.xero.com"

# Below the address of this Odoo.
CALLBACK_PATH = "/synkd_xero/callback"
WEBHOOK_PATH = "/synkd_xero/webhook"

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

# Calls a day: of the free plan, and of all others.
STARTER_DAY_LIMIT = 1000
DAY_LIMIT = 5000

# Shown in place of a secret that is kept.
MASK = "••••••••"

# What is wrong with an address that was typed.
ADDRESS_PROBLEMS = {
    address.NO_ADDRESS: _lt(
        "this is no address of a server. Type one such as %(example)s, with nothing"
        " before the name of the server or after it."
    ),
    address.NO_HTTPS: _lt("only addresses that begin with https:// are allowed."),
    address.PORT: _lt(
        "it names a port, and Xero needs none. Type one such as %(example)s."
    ),
    address.PRIVATE: _lt(
        "it leads into a private network. If that is meant, whoever runs the server"
        " allows it with %(option)s=1 in its environment."
    ),
}

# For each problem of http.problems: kind of error, and what a person is told.
PROBLEMS = {
    problems.OFFLINE: (
        errors.RetryableError,
        _lt(
            "Xero does not answer, so nobody knows yet what arrived there. The next run"
            " asks what happened before it sends anything again."
        ),
    ),
    problems.UNREADABLE: (
        errors.RetryableError,
        _lt(
            "Xero's answer came in pieces, so nobody knows yet what was done there. The"
            " next run asks what happened before it sends anything again."
        ),
    ),
    problems.BOUNDS: (
        errors.RetryableError,
        _lt(
            "Xero's answer was larger than the %(words)s that are read at once, so it"
            " was given up, and nobody knows yet what was done there. The next run asks"
            " again; if this comes again, ask your administrator to look into it."
        ),
    ),
    problems.PAGE: (
        errors.RetryableError,
        _lt(
            "Xero answers with a web page in place of data, as it does while it is"
            " maintained. The run goes on by itself once that is over, and asks what"
            " arrived before it sends anything again; status.xero.com tells more."
        ),
    ),
    problems.RENEWED: (
        errors.RetryableError,
        _lt(
            "Xero refuses the login of ledger %(ledger)s although it has renewed it"
            " just now. The run goes on by itself in a while; nothing is lost."
        ),
    ),
    problems.SERVER: (
        errors.RetryableError,
        _lt(
            "Xero has a fault of its own (%(words)s). The run goes on by itself once"
            " that is over; status.xero.com tells more."
        ),
    ),
    problems.PAUSED: (
        errors.RetryableError,
        _lt(
            "The organisation is offline in Xero for a while. The run goes on by itself"
            " in some minutes."
        ),
    ),
    problems.MINUTE: (
        errors.ThrottledError,
        _lt(
            "Xero allows no more calls for this organisation in this minute. The run"
            " goes on by itself."
        ),
    ),
    problems.DAY: (
        errors.ThrottledError,
        _lt(
            "Xero allows no more calls for this organisation today. The run goes on by"
            " itself as soon as Xero allows calls again; a longer time between runs"
            " saves calls."
        ),
    ),
    problems.CONCURRENT: (
        errors.ThrottledError,
        _lt(
            "Too many programs talk to this organisation in Xero at once. The run goes"
            " on by itself in a moment."
        ),
    ),
    problems.APP: (
        errors.ThrottledError,
        _lt(
            "Xero allows no more calls for this app in this minute, over all its"
            " organisations. The run goes on by itself."
        ),
    ),
    problems.LOGIN: (
        errors.UnauthorisedError,
        _lt(
            "Xero does not accept the login of ledger %(ledger)s any more. Press"
            " Reconnect on the ledger's Xero page; nothing is lost meanwhile."
        ),
    ),
    problems.SCOPE: (
        errors.UnauthorisedError,
        _lt(
            "The login of ledger %(ledger)s may not do this in Xero. Press Reconnect on"
            " the ledger's Xero page and allow all that Xero asks for."
        ),
    ),
    problems.TENANT: (
        errors.UnauthorisedError,
        _lt(
            "Ledger %(ledger)s is not connected to its organisation in Xero any more;"
            " somebody removed the connection there. Press Reconnect on the ledger's"
            " Xero page."
        ),
    ),
    problems.CLIENT: (
        errors.MisconfiguredError,
        _lt(
            "Xero does not know the app of ledger %(ledger)s, or its secret is wrong"
            " (%(words)s). Correct Client ID and Client Secret on the ledger's Xero"
            " page."
        ),
    ),
    problems.ADDRESS: (
        errors.MisconfiguredError,
        _lt(
            "The address that ledger %(ledger)s uses for Xero does not work"
            " (%(words)s). Correct the addresses on the ledger's Xero page."
        ),
    ),
    problems.REFUSED: (
        errors.RejectedError,
        _lt("Xero refuses this call: %(words)s"),
    ),
    problems.NOT_FOUND: (
        errors.RejectedError,
        _lt(
            "Xero does not know what was asked for (%(words)s). Run again; if this"
            " comes again, ask your administrator."
        ),
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

# What somebody did in Xero to what is ours, before its answer was known here.
ALTERED_THERE = _lt(
    "%(number)s is in Xero and is ours, but somebody changed it there since it was"
    " sent: %(words)s. Leave it as it is there, or void it, so that it is posted anew."
)
DIFFERENCES = {
    "void": _lt("it is void"),
    "deleted": _lt("it was deleted"),
    "number": _lt("its number is %(there)s instead of %(here)s"),
    "date": _lt("it is dated %(there)s instead of %(here)s"),
    "total": _lt("its total is %(there)s instead of %(here)s"),
    "currency": _lt("it is in %(there)s instead of %(here)s"),
    "customer": _lt("it is for %(there)s"),
}
LOOKS_LIKE = _lt(
    "Xero has something like %(number)s, but without the key that we put on what is"
    " ours."
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
