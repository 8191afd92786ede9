# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_document_mapper,
    test_free_text,
    test_line_rule,
    test_line_rule_core,
    test_mapping,
    test_payment_mapper,
    test_product_class,
)
