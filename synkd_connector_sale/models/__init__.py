# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import account_move, synkd_ledger, synkd_line_rule
