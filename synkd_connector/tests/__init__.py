# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Odoo's runner looks for the names of test modules here.
from . import test_frontend, test_payment_term, test_screens
from .customers import test_customer_class, test_customer_link, test_match, test_partner
from .ledger import test_vault
from .lib import (
    test_lib_codes,
    test_lib_decision,
    test_lib_documents,
    test_lib_emails,
    test_lib_identity,
    test_lib_prices,
    test_lib_results,
)
from .mapping import (
    test_document_mapper,
    test_free_text,
    test_line_rule,
    test_mapping,
    test_payment_mapper,
    test_product_class,
)
