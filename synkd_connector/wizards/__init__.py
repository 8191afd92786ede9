# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    base_partner_merge,
    synkd_conflict_wizard,
    synkd_preview_wizard,
    synkd_request_wizard,
    synkd_sync_wizard,
    synkd_unlink_wizard,
)
