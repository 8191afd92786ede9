# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# isort: off (from the ground up: models of a room inherit those of the rooms above)
from . import ledger
from . import engine
from . import mapping
from . import customers
from . import queue

# isort: on
from . import (
    account_fiscal_position,
    account_move,
    account_move_line,
    account_move_send,
    account_partial_reconcile,
    account_payment,
    account_payment_term,
    ir_cron,
    ir_rule,
    product_category,
    product_template,
    res_company,
    res_config_settings,
    res_currency_rate,
    res_partner,
    res_partner_complete,
    res_partner_data,
    res_partner_family,
    res_partner_import,
    res_partner_kept,
    res_partner_record,
    res_partner_shown,
    res_partner_status,
)
