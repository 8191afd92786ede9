# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import synkd_dialog_mixin  # isort: skip (inherited below)
from . import (
    base_partner_merge,
    synkd_candidate_wizard,
    synkd_category_wizard,
    synkd_conflict_wizard,
    synkd_draft_wizard,
    synkd_go_live_wizard,
    synkd_left_wizard,
    synkd_link_wizard,
    synkd_members_wizard,
    synkd_preview_wizard,
    synkd_reason_wizard,
    synkd_request_wizard,
    synkd_resolve_wizard,
    synkd_resolve_wizard_customers,
    synkd_resolve_wizard_lines,
    synkd_resolve_wizard_mapping,
    synkd_resolve_wizard_posted,
    synkd_sync_wizard,
    synkd_unlink_wizard,
)
