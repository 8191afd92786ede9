# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Sage is reached, and what only Sage's users are told; no logic."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.synkd_connector.lib.pace import Pace
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.access import KEY, Access

from .lib import documents, money, push
from .lib.client import BLOCKED_SECONDS

_lt = LazyTranslate(__name__)

CONNECTOR = "sage"
# What runs do, and people ask for, beside sending: Sage works documents out.
CALCULATION = "calculation"
ACCESS = Access(api_url="https://accounting.sageone.co.za", logins=(KEY,), tenants=True)
# Sage's answers tell nothing of its limits. One call a second is what it advises.
PACE = Pace(second=1, minute=100, day=5000, breach=BLOCKED_SECONDS)
# So long a write may take until lists show it: before that nobody knows that it is not
# there.
SETTLE_SECONDS = 300

PROBLEMS = {
    problems.LOGIN: _lt(
        "Sage does not accept the user name and password of ledger %(ledger)s. They are"
        " not tried again by themselves: after twenty refusals Sage locks the user out"
        " for a day. Type the right ones on the ledger's Login page, then press Resume;"
        " nothing is lost meanwhile."
    ),
    problems.SCOPE: _lt(
        "The user of ledger %(ledger)s may not do this in Sage (%(words)s). Let him be"
        " given the right there, then press Resume; nothing is lost meanwhile."
    ),
    problems.MINUTE: _lt(
        "Sage shut this company out for an hour, since too many calls were made, maybe"
        " by other programs as well. Nothing is asked meanwhile, as that makes it"
        " longer; the run goes on by itself then."
    ),
}

# Why a customer cannot be sent, or was not taken.
TOO_LONG = _lt(
    "%(field)s of %(account)s has %(count)s characters, but Sage takes %(limit)s."
    " Shorten it."
)
NO_CURRENCY = _lt(
    "Sage has no currency %(currency)s, which %(name)s uses. Add it there, then press"
    " Retry."
)
UNKNOWN_CUSTOMER = _lt(
    "Sage does not know customer %(name)s any more. Archive it here, or create a new"
    " account customer."
)
REFUSED_CUSTOMER = _lt(
    "Sage refuses customer %(name)s: %(words)s Correct it, then press Retry."
)
CUSTOMER_LIKE = _lt(
    "Sage has a customer of the name %(name)s that was written at the same time, but"
    " without the key that we put on what is ours."
)
FIELD_NAMES = {
    "Name": _lt("The name"),
    "ContactName": _lt("The contact's name"),
    "Email": _lt("The e-mail address"),
    "Telephone": _lt("The phone number"),
    "TaxReference": _lt("The tax ID"),
    "WebAddress": _lt("The website"),
    "": _lt("A line of the address"),
}

# Why a document or money was not sent.
DOCUMENT_REFUSALS = {
    push.NO_CURRENCY: NO_CURRENCY,
    documents.PAID: _lt(
        "%(number)s is settled in Sage, in whole or in part, so it cannot be taken"
        " back. Look there what settles it; take that back, or leave it here as it is,"
        " then press Retry."
    ),
    money.EXCEEDS: _lt(
        "%(number)s settles more than is open in Sage: %(words)s. Look there what"
        " settled it; take that back, or undo the reconciliation here, then press"
        " Retry."
    ),
}
# What Sage makes of a document that it keeps nothing of.
CALCULATED = _lt(
    "Sage works %(number)s out to %(total)s with a tax of %(tax)s, as it is in Odoo."
    " Nothing was kept there."
)
CALCULATED_OTHERWISE = _lt(
    "Sage works %(number)s out to %(total)s with a tax of %(tax)s; in Odoo it comes to"
    " %(our_total)s with %(our_tax)s. Nothing was kept there. Look at the roundings of"
    " its taxes and prices before you send it."
)
NOT_CALCULATED = _lt(
    "Sage does not work %(number)s out as it is: %(words)s. Nothing was kept there."
)
OTHER_CURRENCY = _lt(
    "%(number)s settles documents in another currency than its own, which Sage is not"
    " told. Exclude it, and enter it in Sage."
)
