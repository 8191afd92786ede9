# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The second Odoo beside the demo: when there is one, and when it is made anew."""

from types import SimpleNamespace

import pytest

from scripts.dev import database, paths, second


@pytest.fixture
def kit(monkeypatch, tmp_path):
    """A kit that notes what is done to databases; ``demo`` identifies the demo's."""
    known = {}

    def inside(name, script, SYNKD_BOOKS_KEY):
        fake.did.append((name, script))
        SYNKD_BOOKS_KEY.write_text("key")

    fake = SimpleNamespace(demo="16400", did=[], inside=inside)
    fake.sql = lambda query: fake.demo
    monkeypatch.setattr(paths, "RUN", tmp_path)
    monkeypatch.setattr(database, "base_key", lambda _kit: "base")
    monkeypatch.setattr(database, "base", lambda _kit: "synkd_base_base")
    monkeypatch.setattr(database, "copy", lambda _kit, *names: fake.did.append(names))
    monkeypatch.setattr(database, "made_from", lambda _kit, name: known.get(name, ""))
    monkeypatch.setattr(
        database, "mark", lambda _kit, name, key: known.update({name: key})
    )
    return fake


def test_there_is_none_unless_it_was_asked_for(monkeypatch, kit):
    monkeypatch.delenv("ODOO", raising=False)
    with second.beside(kit, "demo") as address:
        assert address == ""
    assert not kit.did


def test_its_books_last_as_long_as_the_demo(kit):
    name = second._made(kit, "demo")
    made = [("synkd_base_base", name), (name, "second.py")]
    assert kit.did == made
    assert second._made(kit, "demo") == name
    assert kit.did == made
    kit.demo = "16500"
    second._made(kit, "demo")
    assert kit.did == made + made


def test_an_interrupted_setup_is_done_over(monkeypatch, kit):
    done = kit.inside

    def interrupt(*_args, **_named):
        raise KeyboardInterrupt

    kit.inside = interrupt
    with pytest.raises(KeyboardInterrupt):
        second._made(kit, "demo")
    kit.inside = done
    name = second._made(kit, "demo")
    assert (name, "second.py") in kit.did
    assert second._key_file().read_text() == "key"


def test_each_of_both_has_a_host_of_its_own_in_a_browser():
    assert second._shown("http://127.0.0.1:8340") == "http://localhost:8340"
