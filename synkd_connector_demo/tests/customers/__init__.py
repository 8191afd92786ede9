# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_account_customer,
    test_category_in_books,
    test_credit_tours,
    test_credit_ways,
    test_balances,
    test_bulk,
    test_customer_creator,
    test_clerk_tours,
    test_code_counter,
    test_customers_leave,
    test_data_flow,
    test_data_tours,
    test_importer,
    test_kept_in_books,
    test_link_wizard,
    test_record_tours,
)
