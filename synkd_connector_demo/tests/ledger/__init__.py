# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_ledger,
    test_ledger_ask,
    test_ledger_books,
    test_ledger_copy,
    test_ledger_first,
    test_ledger_opening,
    test_ledger_step,
    test_ledger_summary,
    test_opening_process,
    test_schedule,
)
