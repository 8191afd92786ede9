# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    synkd_connector_http,
    synkd_http_event,
    synkd_http_login,
    synkd_http_token,
    synkd_ledger,
    synkd_ledger_login,
    synkd_ledger_step,
)
