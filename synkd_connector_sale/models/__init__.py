# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    account_move,
    res_partner,
    sale_order,
    synkd_credit_control,
    synkd_ledger,
    synkd_line_rule,
)
