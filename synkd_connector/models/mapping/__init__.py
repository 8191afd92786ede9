# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    synkd_class_mixin,
    synkd_document_lookup,
    synkd_document_mapper,
    synkd_engine,
    synkd_free_text,
    synkd_ledger,
    synkd_books_item,
    synkd_line_mapper,
    synkd_line_rule,
    synkd_line_rule_sql,
    synkd_loose_payments,
    synkd_mapping,
    synkd_mapping_search,
    synkd_opening_mapper,
    synkd_product_class,
    synkd_run,
)
