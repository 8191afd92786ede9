# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_account_customer,
    test_bad_input,
    test_customer_class,
    test_customer_link,
    test_demo_data,
    test_flow,
    test_frontend,
    test_lib_codes,
    test_lib_decision,
    test_match,
    test_partner,
    test_payment_term,
    test_rpc,
    test_security,
    test_tours,
    test_wizards,
)
