# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import account_move
from . import repair_order
from . import stock_move
from . import synkd_credit_control
from . import synkd_summary
