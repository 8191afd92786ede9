# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_pos_access
from . import test_pos_credit
from . import test_pos_customers
from . import test_pos_money
from . import test_pos_odd
from . import test_pos_printing
from . import test_pos_rpc
from . import test_pos_source
from . import test_pos_till
from . import test_self_order
from . import test_summary
from . import test_till_currency
from . import test_till_money
from . import test_till_online
from . import test_till_process
from . import test_till_xero
