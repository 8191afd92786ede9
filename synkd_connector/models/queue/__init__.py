# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import synkd_waiting_mixin  # isort: skip (customers inherit it)
from . import (
    synkd_account_customer,
    synkd_books_payment,
    synkd_customer_class,
    synkd_customer_link,
    synkd_decider,
    synkd_document_mixin,
    synkd_enqueuer,
    synkd_enqueuer_entries,
    synkd_ledger,
    synkd_ledger_books,
    synkd_ledger_opening,
    synkd_ledger_summary,
    synkd_line_rule,
    synkd_mapping_search,
    synkd_transaction,
    synkd_transaction_actions,
    synkd_transaction_changes,
    synkd_transaction_credit,
    synkd_transaction_push,
    synkd_transaction_view,
)
