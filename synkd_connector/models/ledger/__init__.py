# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    synkd_copy_mixin,
    synkd_fields_mixin,
    synkd_guard_mixin,
    synkd_ledger,
    synkd_ledger_ask,
    synkd_ledger_books,
    synkd_ledger_connection,
    synkd_ledger_copy,
    synkd_ledger_first,
    synkd_ledger_schedule,
    synkd_ledger_step,
    synkd_vault,
)
