# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_connector_pastel,
    test_lib_exports,
    test_lib_files,
    test_pastel_bad_uploads,
    test_pastel_cents,
    test_pastel_export,
    test_pastel_files,
    test_pastel_kills,
    test_pastel_ledger,
    test_pastel_money,
    test_pastel_payload,
    test_pastel_screens,
    test_pastel_sync,
    test_pastel_tours,
    test_pastel_uploads,
    test_simulator,
)
