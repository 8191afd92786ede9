# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_connector,
    test_engine,
    test_odd_records,
    test_own_key,
    test_pace,
    test_process,
    test_request,
    test_request_delivery,
    test_request_file,
    test_request_person,
    test_request_word,
    test_restart,
    test_run,
    test_sync_mixin,
)
