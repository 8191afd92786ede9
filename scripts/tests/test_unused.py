# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of the check that finds functions nobody calls."""

from pathlib import Path

from scripts.dev import unused

MODEL = Path("synkd_x/models/synkd_row.py")
VIEW = Path("synkd_x/views/synkd_row_views.xml")


def _dead(body, **more):
    sources = {MODEL: f"class X:\n{body}\n"}
    sources |= {Path(path.replace("__", "/") + ".py"): t for path, t in more.items()}
    return [line.rsplit(" ", 1)[1] for line in unused.check(sources)]


def test_what_nobody_names_is_found():
    assert _dead("    def _one(self):\n        pass") == ["_one"]
    said = "    def _one(self):\n        '''See ``_one``.'''"
    assert _dead(said) == ["_one"], "a docstring calls nobody"
    tested = {"synkd_x__tests__test_row": "row._one()"}
    assert _dead("    def _one(self):\n        pass", **tested) == ["_one"]


def test_what_is_named_anywhere_is_alive():
    one = "    def _one(self):\n        pass\n"
    for call in ("y = x._one()", 'y = field(compute="_one")', "y = _one"):
        assert _dead(f"{one}    {call}") == [], call
    button = {MODEL: f"class X:\n{one}", VIEW: '<button name="_one" />'}
    assert list(unused.check(button)) == []
    upgrade = {"synkd_x__migrations__1__post-row": "row._one()"}
    assert _dead(one, **upgrade) == []


def test_what_odoo_calls_is_alive():
    for body in (
        "    def _hook(self):\n        return super()._hook()",
        "    @api.constrains('name')\n    def _check_name(self):\n        pass",
        "    def __len__(self):\n        return 0",
    ):
        assert _dead(body) == [], body
    other = "    def _hook(self):\n        return super()._other()"
    assert _dead(other) == ["_hook"]
