# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_credit_control,
    test_credit_turn,
    test_customer_category,
    test_customer_class,
    test_customer_complete,
    test_customer_family,
    test_customer_import,
    test_customer_link,
    test_customer_record,
    test_customer_status,
    test_data_manager,
    test_match,
    test_merge,
    test_partner,
    test_record_invoices,
    test_shown,
)
