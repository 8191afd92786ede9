# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses and sentences; no logic. Connectors have what only their books say."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.synkd_connector.lib import errors

from .lib import address, problems

_lt = LazyTranslate(__name__)

# Below the address of this Odoo, for each connector by its code.
CALLBACK_PATH = "/synkd_%s/callback"
WEBHOOK_PATH = "/synkd_%s/webhook"

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
        "it names a port, and these books need none. Type one such as %(example)s."
    ),
    address.PRIVATE: _lt(
        "it leads into a private network. If that is meant, whoever runs the server"
        " allows it with %(option)s=1 in its environment."
    ),
}

# For each problem of lib.problems: kind of error, and what a person is told.
PROBLEMS = {
    problems.OFFLINE: (
        errors.RetryableError,
        _lt(
            "%(system)s does not answer, so nobody knows yet what arrived there. The"
            " next run asks what happened before it sends anything again."
        ),
    ),
    problems.UNREADABLE: (
        errors.RetryableError,
        _lt(
            "%(system)s's answer came in pieces, so nobody knows yet what was done"
            " there. The next run asks what happened before it sends anything again."
        ),
    ),
    problems.BOUNDS: (
        errors.RetryableError,
        _lt(
            "%(system)s's answer was larger than the %(words)s that are read at once,"
            " so it was given up, and nobody knows yet what was done there. The next"
            " run asks again; if this comes again, ask your administrator to look"
            " into it."
        ),
    ),
    problems.PAGE: (
        errors.RetryableError,
        _lt(
            "%(system)s answers with a web page in place of data, as it may while it"
            " is maintained. The run goes on by itself once that is over, and asks"
            " what arrived before it sends anything again."
        ),
    ),
    problems.RENEWED: (
        errors.RetryableError,
        _lt(
            "%(system)s refuses the login of ledger %(ledger)s although it has"
            " renewed it just now. The run goes on by itself in a while; nothing is"
            " lost."
        ),
    ),
    problems.SERVER: (
        errors.RetryableError,
        _lt(
            "%(system)s has a fault of its own (%(words)s). The run goes on by itself"
            " once that is over."
        ),
    ),
    problems.PAUSED: (
        errors.RetryableError,
        _lt(
            "The organisation is offline in %(system)s for a while. The run goes on"
            " by itself in some minutes."
        ),
    ),
    problems.MINUTE: (
        errors.ThrottledError,
        _lt(
            "%(system)s allows no more calls for this organisation in this minute."
            " The run goes on by itself."
        ),
    ),
    problems.DAY: (
        errors.ThrottledError,
        _lt(
            "%(system)s allows no more calls for this organisation today. The run"
            " goes on by itself as soon as %(system)s allows calls again; a longer"
            " time between runs saves calls."
        ),
    ),
    problems.CONCURRENT: (
        errors.ThrottledError,
        _lt(
            "Too many programs talk to this organisation in %(system)s at once. The"
            " run goes on by itself in a moment."
        ),
    ),
    problems.APP: (
        errors.ThrottledError,
        _lt(
            "%(system)s allows no more calls for this app in this minute, over all"
            " its organisations. The run goes on by itself."
        ),
    ),
    problems.LOGIN: (
        errors.UnauthorisedError,
        _lt(
            "%(system)s does not accept the login of ledger %(ledger)s any more."
            " Press Reconnect on the ledger's Login page; nothing is lost meanwhile."
        ),
    ),
    problems.KEY: (
        errors.UnauthorisedError,
        _lt(
            "%(system)s does not accept the key of ledger %(ledger)s. Type the right"
            " one on the ledger's Login page, then press Resume; nothing is lost"
            " meanwhile."
        ),
    ),
    problems.SCOPE: (
        errors.UnauthorisedError,
        _lt(
            "The login of ledger %(ledger)s may not do this in %(system)s. Press"
            " Reconnect on the ledger's Login page and allow all that %(system)s asks"
            " for."
        ),
    ),
    problems.TENANT: (
        errors.UnauthorisedError,
        _lt(
            "Ledger %(ledger)s is not connected to its organisation in %(system)s any"
            " more; somebody removed the connection there. Press Reconnect on the"
            " ledger's Login page."
        ),
    ),
    problems.UNPAID: (
        errors.UnauthorisedError,
        _lt(
            "%(system)s asks for payment before it answers ledger %(ledger)s again: its"
            " registration has expired. Renew it there, then press Resume; nothing is"
            " lost meanwhile."
        ),
    ),
    problems.CLIENT: (
        errors.MisconfiguredError,
        _lt(
            "%(system)s does not know the app of ledger %(ledger)s, or its secret is"
            " wrong (%(words)s). Correct Client ID and Client Secret on the ledger's"
            " Login page."
        ),
    ),
    problems.ADDRESS: (
        errors.MisconfiguredError,
        _lt(
            "The address that ledger %(ledger)s uses for %(system)s does not work"
            " (%(words)s). Correct the addresses on the ledger's Login page."
        ),
    ),
    problems.REFUSED: (
        errors.RejectedError,
        _lt("%(system)s refuses this call: %(words)s"),
    ),
    problems.NOT_FOUND: (
        errors.RejectedError,
        _lt(
            "%(system)s does not know what was asked for (%(words)s). Run again; if"
            " this comes again, ask your administrator."
        ),
    ),
}

# What one record is refused with.
REFUSAL = _lt("%(system)s refuses %(name)s: %(words)s Correct it, then press Retry.")

# What somebody did in the books to what is ours, before its answer was known here.
ALTERED_THERE = _lt(
    "%(number)s is in %(system)s and is ours, but somebody changed it there since it"
    " was sent: %(words)s. Leave it as it is there, or void it, so that it is posted"
    " anew."
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
    "%(system)s has something like %(number)s, but without the key that we put on what"
    " is ours."
)
