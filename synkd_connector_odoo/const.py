# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How another Odoo is reached, and what people are told; no logic."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.synkd_connector.lib import errors
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.access import KEY, Access

from .lib import customers, documents, payments, reversal, sending, settling

_lt = LazyTranslate(__name__)

# There is no usual address, and a server of one's own may listen on any port.
ACCESS = Access(logins=(KEY,), ports=True)

# Where another Odoo says more than others do.
PROBLEMS = {
    problems.SCOPE: (
        errors.MisconfiguredError,
        _lt(
            "The user of ledger %(ledger)s may not do this in the other Odoo:"
            " %(words)s. Give that user the right there, then press Resume."
        ),
    ),
    problems.ADDRESS: (
        errors.MisconfiguredError,
        _lt(
            "No Odoo 14 to 19 with the database of ledger %(ledger)s answers at its"
            " address (%(words)s). Correct address and database on the ledger's Login"
            " page, then press Resume."
        ),
    ),
}

# What a record is not taken for; "" are the other Odoo's own words.
REFUSALS = {
    "": _lt("Odoo does not take %(name)s: %(words)s Correct it, then press Retry."),
    customers.GONE: _lt(
        "%(name)s was deleted in the other Odoo. Archive the account customer here and"
        " link its customers to another one, or restore it there and press Retry."
    ),
    documents.LISTS: _lt(
        "%(name)s names %(words)s, which the lists of the other Odoo do not have. Pull"
        " the lists, map what is missing, then press Retry."
    ),
    documents.TOTALS: _lt(
        "In the other Odoo %(name)s comes to %(words)s in total (and tax in it), not to"
        " %(total)s (%(tax)s). Nothing was posted there. Look whether its tax has the"
        " rate of ours, and rounds as ours does; then press Retry."
    ),
    documents.PAID: _lt(
        "%(name)s is paid or settled in the other Odoo, as %(words)s. Take the payment"
        " back there first, or credit it; then press Retry."
    ),
    documents.DRAFT: _lt(
        "%(name)s is in the other Odoo as %(words)s, but somebody reset it to a draft,"
        " which does not count. Post it there again; or void it from here, and it is"
        " posted as it is here."
    ),
    documents.VANISHED: _lt(
        "%(name)s (%(words)s) is not in the other Odoo any more, or not by our key, so"
        " nothing was voided. Look for it there and cancel it by hand if it still"
        " counts; then leave the row here as it is."
    ),
    documents.POSTED: _lt(
        "%(name)s is in the other Odoo as %(words)s, and was changed or cancelled"
        " there. Compare both, then post it anew or leave it as it is."
    ),
    reversal.REVERSED: _lt(
        "%(name)s can be cancelled by nobody in the other Odoo: its period is closed,"
        " or its journal seals what is posted. %(words)s of this day takes it back"
        " there, and settles it."
    ),
    reversal.UNDONE: _lt(
        "%(words)s took %(name)s back in the other Odoo, but somebody cancelled it or"
        " reset it to a draft there since, so %(name)s counts again. Post %(words)s"
        " there again, then press Retry; or leave %(name)s there, and the row as it is."
    ),
    sending.STUCK: _lt(
        "A draft of %(name)s, left by a call that came half its way, cannot be deleted"
        " in the other Odoo: %(words)s Delete or cancel it there, then press Retry."
    ),
    sending.UNKNOWN: _lt(
        "The other Odoo does not have what %(name)s belongs to, or not any more"
        " (%(words)s). Link it to a customer who is there, then press Retry."
    ),
    sending.ARCHIVED: _lt(
        "The customer of %(name)s is archived in the other Odoo. Restore it there, or"
        " link the customer to another one, then press Retry."
    ),
    payments.NO_ENTRY: _lt(
        "The journal %(words)s of the other Odoo makes no entries for payments, so"
        " %(name)s would be on nobody's account. Give its payment methods an"
        " outstanding account there, then press Retry."
    ),
    payments.SEALED: _lt(
        "%(name)s is in the other Odoo as %(words)s, and nobody can cancel it: its"
        " period is closed, or its journal seals what is posted. Nothing was changed"
        " there. Enter the same amount in the opposite direction there, of an open day,"
        " and reconcile both with each other; then leave the row here as it is."
    ),
    payments.ALONE: _lt(
        "%(name)s has a difference that no money came for, but settles no document of"
        " the other Odoo. Reconcile it with its document here again, or reset it and"
        " take the difference out; then press Retry."
    ),
    payments.FOREIGN: _lt(
        "%(name)s is in %(words)s and has a difference that no money came for. Such a"
        " difference can only be posted in the company's currency. Enter the payment"
        " with it in the other Odoo yourself, and leave the row here as it is."
    ),
    settling.LESS: _lt(
        "%(name)s settles more than is open in the other Odoo (%(words)s). Look what"
        " else was settled there, then press Retry."
    ),
    settling.UNPOSTED: _lt(
        "%(name)s settles %(words)s, which is not posted in the other Odoo. Post it"
        " there, or post it anew from here; then press Retry."
    ),
    settling.OTHER_ACCOUNT: _lt(
        "%(name)s and %(words)s are on different receivable accounts in the other Odoo,"
        " so one cannot settle the other. Give the customer there one receivable"
        " account, then press Retry."
    ),
    settling.RATES: _lt(
        "%(name)s settles %(words)s, which is in another currency. Set one against the"
        " other in the other Odoo yourself, and leave the row here as it is."
    ),
}

# What is otherwise over there than it was sent.
ALTERED_THERE = _lt(
    "%(name)s is in the other Odoo as %(number)s, but somebody changed or cancelled it"
    " there since. Compare both, then post it anew or leave it as it is."
)
