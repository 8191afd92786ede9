# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of what is said about the machine that looks for a lost cent."""

import json

import pytest

from scripts.dev import explore, paths
from scripts.dev.say import Stop


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


def test_each_kind_of_books_has_its_tests():
    found = explore._tests("", "xero")
    assert found == ["synkd_connector_xero/tests/explore/explore_long.py::TestLong"]
    assert all(
        (paths.ROOT / each).exists() for each in explore._tests("FIDELITY", "demo")
    )
    for books in explore.BOOKS:
        for test in explore._tests("REPLAY", books):
            assert (paths.ROOT / test.partition("::")[0]).exists()
    with pytest.raises(Stop, match="not one of demo"):
        explore._tests("", "lexware")
