# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of the check that state moves only through ``_set_*`` methods."""

import textwrap

from scripts.dev import states

WHERE = "synkd_x/models/synkd_row.py"


def _problems(body, name="_take"):
    text = f"class X:\n    def {name}(self):\n{textwrap.indent(body, ' ' * 8)}\n"
    return list(states.check(WHERE, text))


def test_each_way_to_write_a_state_is_named():
    for body in (
        "self.sync_state = 'synced'",
        "self.state = 'done'",
        "row.write({'sync_state': 'synced'})",
        "row.write(vals | {'active': False, 'state': 'done'})",
        "(lambda row: row.write({'state': 'done'}))(self)",
        "cr.execute('UPDATE synkd_row SET run_id = 1, sync_state = %s')",
        "cr.execute('''UPDATE synkd_row t\n SET sync_state = v.state FROM v''')",
        "cr.execute('INSERT … ON CONFLICT (id) DO UPDATE SET a = 1, state = 2')",
    ):
        assert len(_problems(body)) == 1, body
        assert "_take writes a state" in _problems(body)[0]


def test_what_writes_no_state_of_ours_is_let_through():
    for body in (
        "return {'sync_state': 'attention'}",
        "self.create({'state': 'live'})",
        "return self.filtered(lambda row: row.sync_state == 'synced')",
        "cr.execute('UPDATE synkd_row SET run_id = 1 WHERE sync_state = %s')",
        "row.write({'state_id': 1})",
    ):
        assert _problems(body) == [], body
    assert _problems("self.state = 'ok'", "_compute_state") == []


def test_a_setter_names_the_states_that_it_moves_from():
    body = "self.write({'state': 'done'})"
    assert "names no state" in _problems(body, "_set_done")[0]
    for said in (
        "'''Close it: from *open*.'''",
        "'''Close it, from every state.'''",
        "self = self.filtered(lambda row: row.state == 'open')",
        "super()._set_done()",
    ):
        assert _problems(f"{said}\n{body}", "_set_done") == [], said
