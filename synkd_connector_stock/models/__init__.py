# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import res_partner
from . import sale_order
from . import stock_move
from . import stock_picking
from . import synkd_customer_category
