# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import synkd_guard_mixin  # isort: skip (the other mixins inherit it)
from . import synkd_sync_mixin  # isort: skip (the others inherit it)
from . import synkd_connection_mixin  # isort: skip (the ledger inherits it)
from . import synkd_class_mixin  # isort: skip (classes and texts inherit it)
from . import synkd_lists_mixin  # isort: skip (the ledger inherits it)
from . import synkd_schedule_mixin  # isort: skip (the ledger inherits it)
from . import synkd_ledger_queue  # isort: skip (the ledger inherits it)
from . import synkd_ledger_summary  # isort: skip (the ledger inherits it)
from . import synkd_waiting_mixin  # isort: skip (customers inherit it)
from . import synkd_ledger  # isort: skip (the demo connector extends it)
from . import synkd_line_sql  # isort: skip (the rules inherit it)
from . import synkd_importer  # isort: skip (the adopter extends it)
from . import synkd_account_customer_push  # isort: skip (inherited below)
from . import synkd_account_customer  # isort: skip (its other room extends it)
from . import synkd_enqueuer_entries  # isort: skip (the enqueuer inherits it)
from . import synkd_transaction_changes  # isort: skip (inherited below)
from . import synkd_transaction_push  # isort: skip (inherited below)
from . import synkd_transaction_credit  # isort: skip (inherited below)
from . import synkd_transaction_actions  # isort: skip (inherited below)
from . import synkd_transaction_view  # isort: skip (inherited below)
from . import synkd_document_mixin  # isort: skip (invoices and payments inherit it)
from . import (
    account_move,
    account_partial_reconcile,
    account_payment,
    account_move_line,
    account_payment_term,
    ir_cron,
    product_category,
    product_template,
    res_company,
    res_partner,
    synkd_account_customer_partner,
    synkd_adopter,
    synkd_books_payment,
    synkd_code_counter,
    synkd_connector,
    synkd_connector_demo,
    synkd_connector_demo_documents,
    synkd_customer_class,
    synkd_customer_link,
    synkd_decider,
    synkd_demo_allocation,
    synkd_demo_customer,
    synkd_demo_document,
    synkd_demo_entry,
    synkd_demo_payment,
    synkd_demo_posting,
    synkd_demo_setup,
    synkd_document_book,
    synkd_document_mapper,
    synkd_engine,
    synkd_enqueuer,
    synkd_free_text,
    synkd_ledger_entry,
    synkd_line_mapper,
    synkd_line_rule,
    synkd_loose_payments,
    synkd_mapping,
    synkd_mapping_search,
    synkd_match,
    synkd_match_candidates,
    synkd_product_class,
    synkd_request,
    synkd_request_line,
    synkd_request_person,
    synkd_run,
    synkd_transaction,
    synkd_vault,
)
