# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What `make connector` writes; that it works is tested in scripts/demo/tests."""

import subprocess

import pytest

from scripts.dev import connector, house, paths, say, venv

# A third party's lines for books of customers: what runs, its tests, its simulator.
MOST_LINES = 350


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the folder of a connector that was written."""
    return connector.write("acme", "Acme Books", tmp_path_factory.mktemp("addons"))


def _sources(home):
    return sorted(home.rglob("*.py"))


def test_its_rooms_are_those_of_every_connector(written):
    rooms = {path.name for path in written.iterdir()}
    wanted = {"const.py", "lib", "models", "simulator", "tests", "readme"}
    assert rooms >= {*wanted, "__init__.py", "__manifest__.py", "pyproject.toml"}
    model = written / "models" / "synkd_connector_acme.py"
    assert '_name = "synkd.connector.acme"' in model.read_text()
    assert not list(written.rglob("*.jinja"))


def test_it_is_as_the_house_wants_it(written):
    ruff = venv.ensure_lint() / "bin" / "ruff"
    settings = ["--config", paths.ROOT / ".ruff.toml", written]
    for command in (["check", "-q"], ["format", "-q", "--check"]):
        subprocess.run([ruff, *command, *settings], check=True)
    for path in _sources(written):
        where = path.relative_to(written.parent)
        text = path.read_text()
        assert list(house.python(where, text)) == [], where
        if not {"simulator", "tests"} & set(where.parts):
            assert not house.imports_simulator(text), where


def test_it_is_short(written):
    assert house.lines_of(_sources(written)) <= MOST_LINES


def test_what_is_left_to_say_is_marked(written):
    marked = {p.name for p in _sources(written) if "TODO acme" in p.read_text()}
    wanted = {"const.py", "client.py", "customers.py", "push.py", "server.py"}
    assert marked >= wanted


def test_a_code_that_does_not_do_is_refused(tmp_path):
    for code in ("", "Acme", "acme-books", "1st", "../x"):
        with pytest.raises(say.Stop, match="small letters"):
            connector.write(code, "", tmp_path)
    (tmp_path / "synkd_connector_acme").mkdir()
    with pytest.raises(say.Stop, match="already"):
        connector.write("acme", "", tmp_path)
