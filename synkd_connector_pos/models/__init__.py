# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import account_move
from . import account_payment
from . import pos_config
from . import pos_order
from . import pos_session
from . import res_config_settings
from . import synkd_credit_control
from . import synkd_enqueuer
from . import synkd_ledger
from . import synkd_line_rule
from . import synkd_summary
from . import synkd_takings
from . import synkd_till_closing
