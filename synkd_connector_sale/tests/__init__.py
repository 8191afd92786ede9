# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_credit,
    test_credit_web,
    test_down_payments,
    test_down_payments_xero,
    test_order_growth,
    test_order_tours,
    test_order_values,
    test_order_ways,
    test_sellers,
    test_source,
    test_web_shop,
)
