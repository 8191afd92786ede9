# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_lib_codes,
    test_lib_credit_control,
    test_lib_decision,
    test_lib_documents,
    test_lib_emails,
    test_lib_folder,
    test_lib_identity,
    test_lib_pace,
    test_lib_prices,
    test_lib_results,
)
