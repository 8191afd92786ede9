# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    ir_attachment,
    synkd_connector,
    synkd_engine,
    synkd_engine_pace,
    synkd_engine_push,
    synkd_ledger,
    synkd_ledger_files,
    synkd_request,
    synkd_request_delivery,
    synkd_request_file,
    synkd_request_line,
    synkd_request_person,
    synkd_request_word,
    synkd_run,
    synkd_sync_mixin,
)
