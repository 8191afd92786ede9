# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of the check that knows which room may know which."""

import re
from pathlib import Path

from scripts.dev import house, paths, rooms

HEAD = "# License\nfrom odoo import models\n\n\n"
LEDGER = Path("synkd_connector/models/ledger/synkd_ledger.py")
QUEUE = Path("synkd_connector/models/queue/synkd_transaction.py")


def _model(name, body, kind="Model"):
    return f'{HEAD}class X(models.{kind}):\n    _name = "{name}"\n{body}'


def test_the_house_has_no_arrow_that_is_not_allowed():
    sources = rooms.read(house.files(".py"))
    assert len(rooms.sizes(sources)) >= 7
    assert list(rooms.broken(sources)) == []


def test_a_call_of_a_model_above_is_named():
    sources = {
        LEDGER: _model("synkd.ledger", 'x = self.env["synkd.transaction"]\n'),
        QUEUE: _model("synkd.transaction", 'x = self.env["synkd.ledger"]\n'),
    }
    assert list(rooms.broken(sources)) == [f"ledger may not know queue: {LEDGER}"]
    assert ("queue", "ledger") in rooms.arrows(sources)


def test_a_model_above_is_found_by_whatever_name_it_is_called():
    named = {QUEUE: _model("synkd.transaction", "")}
    for line in ('TABLE = "synkd.transaction"', 'x = y.get("synkd.transaction")'):
        sources = named | {LEDGER: f"{HEAD}{line}\n"}
        assert list(rooms.broken(sources)) == [f"ledger may not know queue: {LEDGER}"]
    pointing = f'{HEAD}x = fields.One2many("synkd.transaction", "ledger_id")\n'
    assert list(rooms.broken(named | {LEDGER: pointing})) == []


def test_the_engine_knows_the_ledger_and_nobody_above():
    assert rooms.ALLOWED["engine"] == {"const", "lib", "ledger"}
    engine = Path("synkd_connector/models/engine/synkd_engine.py")
    sources = {
        engine: _model("synkd.engine", 'x = self.env["synkd.transaction"]\n'),
        QUEUE: _model("synkd.transaction", 'x = self.env["synkd.engine"]\n'),
    }
    assert list(rooms.broken(sources)) == [f"engine may not know queue: {engine}"]


def test_an_import_of_a_room_above_is_named():
    for line in ("from ..queue.synkd_transaction import X", "from ..queue import x"):
        sources = {LEDGER: f"{HEAD}{line}\n", QUEUE: HEAD}
        assert list(rooms.broken(sources)) == [f"ledger may not know queue: {LEDGER}"]
    allowed = {LEDGER: f"{HEAD}from ...lib.errors import X\nfrom ...const import Y\n"}
    assert list(rooms.broken(allowed)) == []


def test_extending_a_model_below_is_no_arrow():
    extension = f'{HEAD}class X(models.Model):\n    _inherit = "synkd.ledger"\n'
    sources = {LEDGER: _model("synkd.ledger", ""), QUEUE: extension}
    assert list(rooms.broken(sources)) == []


def test_an_abstract_model_with_one_heir_is_named():
    part = _model("synkd.part", "", "AbstractModel")
    whole = _model("synkd.ledger", '    _inherit = ["synkd.part", "mail.thread"]\n')
    sources = {QUEUE: part, LEDGER: whole}
    assert rooms.one_heirs(sources) == ["synkd.part"]
    second = QUEUE.with_name("second.py")
    sources[second] = whole.replace("synkd.ledger", "synkd.second")
    assert rooms.one_heirs(sources) == []


def test_a_base_for_other_addons_is_no_part():
    base = _model("synkd.base", "", "AbstractModel")
    heir = _model(
        "synkd.connector.x", '    _inherit = ["synkd.base"]\n', "AbstractModel"
    )
    there = Path("synkd_connector_x/models/synkd_connector_x.py")
    assert rooms.one_heirs({QUEUE: base, there: heir}) == []
    assert rooms.one_heirs({QUEUE: base, LEDGER: heir}) == ["synkd.base"]


def test_a_service_that_somebody_calls_is_no_part():
    part = _model("synkd.part", "", "AbstractModel")
    whole = _model("synkd.ledger", '    _inherit = ["synkd.part"]\n')
    caller = f'{HEAD}x = self.env["synkd.part"]\n'
    sources = {QUEUE: part, LEDGER: whole, QUEUE.with_name("caller.py"): caller}
    assert rooms.one_heirs(sources) == []


def test_the_map_is_short_and_names_what_is_there():
    text = (paths.ROOT / "docs" / "architecture.md").read_text()
    assert len(text.splitlines()) <= 100
    named = set(re.findall(r"`((?:\w+/)+(?:\w+\.py)?)", text))
    assert len(named) > 20
    core = paths.ROOT / "synkd_connector"
    for name in sorted(named):
        places = (paths.ROOT, core, core / "models")
        assert any((place / name).exists() for place in places), name
