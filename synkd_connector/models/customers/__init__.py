# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    synkd_account_customer,
    synkd_account_customer_partner,
    synkd_account_customer_push,
    synkd_customer_creator,
    synkd_code_counter,
    synkd_customer_class,
    synkd_customer_link,
    synkd_engine,
    synkd_importer,
    synkd_ledger,
    synkd_match,
    synkd_match_candidates,
    synkd_request,
    synkd_request_line,
    synkd_run,
)
