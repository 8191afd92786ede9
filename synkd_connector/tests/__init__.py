# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Odoo's runner looks for the names of test modules here.
from . import (
    test_bad_input,
    test_frontend,
    test_hooks,
    test_payment_term,
    test_rpc,
    test_security,
    test_tours,
    test_wizards,
)
from .customers import (
    test_account_customer,
    test_adoption,
    test_code_counter,
    test_customer_class,
    test_customer_link,
    test_customers_leave,
    test_link_wizard,
    test_match,
    test_partner,
)
from .demo import (
    test_connector_demo,
    test_connector_demo_documents,
    test_demo_data,
    test_demo_document,
    test_demo_entry,
    test_demo_payment,
    test_demo_tours,
    test_flow,
)
from .engine import (
    test_connector,
    test_engine,
    test_importer,
    test_own_key,
    test_process,
    test_request,
    test_request_person,
    test_restart,
    test_run,
    test_sync_mixin,
)
from .ledger import (
    test_ledger,
    test_ledger_books,
    test_ledger_opening,
    test_ledger_summary,
    test_schedule,
    test_vault,
)
from .lib import (
    test_lib_codes,
    test_lib_decision,
    test_lib_documents,
    test_lib_identity,
    test_lib_results,
)
from .mapping import (
    test_document_mapper,
    test_free_text,
    test_ledger_entry,
    test_line_rule,
    test_mapping,
    test_payment_mapper,
    test_product_class,
)
from .queue import (
    test_books_payment,
    test_loose_payments,
    test_queue_credit,
    test_queue_documents,
    test_queue_edges,
    test_queue_excluded,
    test_queue_faults,
    test_queue_fixed,
    test_queue_flow,
    test_queue_payments,
    test_queue_performance,
    test_queue_process,
    test_queue_tours,
    test_redecide,
    test_reset_to_draft,
    test_resolve_causes,
    test_resolve_tours,
    test_resolve_wizard,
    test_rpc_resolve,
    test_transaction,
    test_transaction_security,
    test_transaction_states,
    test_transaction_view,
)
