# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    synkd_books_payment,
    synkd_decider,
    synkd_document_mixin,
    synkd_enqueuer,
    synkd_enqueuer_entries,
    synkd_loose_payments,
    synkd_transaction,
    synkd_transaction_actions,
    synkd_transaction_changes,
    synkd_transaction_credit,
    synkd_transaction_push,
    synkd_transaction_view,
)
