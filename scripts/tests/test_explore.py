# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of what is said about the machine that looks for a lost cent."""

import json

from scripts.dev import explore


def test_batches_are_added_up_by_commit_and_books():
    batch = {"commit": "abc", "books": "demo", "seed": 1, "fault": ""}
    batch |= {"examples": 25, "steps": 1200, "seconds": 60.5}
    others = [
        batch | {"seed": 2, "fault": "Twice in the books"},
        batch | {"books": "xero", "steps": 7},
    ]
    totals = explore.add_up(json.dumps(each) for each in [batch, *others])
    assert totals["abc", "demo"] == {
        "examples": 50,
        "steps": 2400,
        "seconds": 121.0,
        "faults": 1,
    }
    assert totals["abc", "xero"]["steps"] == 7


def test_what_was_tried_is_told(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(explore, "RESULTS", tmp_path / "explore.jsonl")
    explore.tell_totals()
    assert not capsys.readouterr().err
    batch = {"commit": "abc", "books": "demo", "seed": 1, "fault": "Twice"}
    batch |= {"examples": 25, "steps": 1200, "seconds": 60}
    explore.RESULTS.write_text(json.dumps(batch) + "\n")
    explore.tell_totals()
    told = capsys.readouterr().err
    assert "abc demo: 25 examples, 1200 steps, 1200 a minute" in told
    assert "1 faults" in told
