# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    account_move,
    account_move_line,
    payment_transaction,
    res_partner,
    sale_order,
    sale_order_line,
    sale_order_values,
    synkd_credit_control,
    synkd_ledger,
    synkd_line_rule,
)
