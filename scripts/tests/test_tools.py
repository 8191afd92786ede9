# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of the pure parts of the tools."""

import re
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.dev import (
    database,
    house,
    oca,
    odoo_source,
    paths,
    postgres,
    printing,
    proc,
    run,
    say,
    venv,
    wheels,
)


def test_cache_is_given_or_xdg_or_home(monkeypatch, tmp_path):
    monkeypatch.setenv("SYNKD_CACHE", str(tmp_path))
    assert paths.cache() == tmp_path
    monkeypatch.delenv("SYNKD_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert paths.cache() == tmp_path / paths.NAME
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.cache() == tmp_path / ".cache" / paths.NAME


def test_root_keeps_postgres_out_of_its_home(monkeypatch):
    monkeypatch.setattr(paths, "is_root", lambda: True)
    assert paths.postgres_home().is_relative_to("/var/lib")
    monkeypatch.setattr(paths, "is_root", lambda: False)
    assert paths.postgres_home().is_relative_to(paths.cache())


def test_digest_tells_where_one_text_ends():
    assert paths.digest("ab", "c") != paths.digest("a", "bc")
    assert paths.digest("ab") == paths.digest(b"ab")


def test_addons_digest_follows_the_files(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "__manifest__.py").write_text("{}")
    before = paths.addons_digest()
    (tmp_path / "one" / "x.pyc").write_text("not ours")
    assert paths.addons_digest() == before
    (tmp_path / "one" / "tests").mkdir()
    (tmp_path / "one" / "tests" / "test_x.py").write_text("leaves no trace")
    assert paths.addons_digest() == before
    (tmp_path / "one" / "x.py").write_text("")
    assert paths.addons_digest() != before
    assert paths.addons() == ["one"]


def test_database_url_is_taken_apart(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://a%40b:p%20w@db:6000/x")
    assert postgres.external() == {
        "PGHOST": "db",
        "PGPORT": "6000",
        "PGUSER": "a@b",
        "PGPASSWORD": "p w",
    }


def test_server_of_pghost(monkeypatch):
    for key in ("DATABASE_URL", "PGPORT", "PGUSER", "PGPASSWORD"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("PGHOST", "db")
    assert postgres.external() == {"PGHOST": "db", "PGPORT": "5432", "PGUSER": "odoo"}


def test_own_cluster_is_not_external(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "postgres_home", lambda: tmp_path)
    (tmp_path / "port").write_text("6001\n")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "6001")
    assert postgres.external() is None


def test_free_port_is_the_next_one_up(monkeypatch):
    monkeypatch.setattr(postgres, "_is_free", lambda port: port > 8070)
    assert postgres.free_port(8069) == 8071


def test_warnings_are_found_from_a_place_on(tmp_path):
    log = tmp_path / "log"
    old = "2030-01-01 10:00:00,000 1 WARNING db odoo: old\n"
    new = "2030-01-01 10:00:00,000 1 ERROR db odoo: new"
    log.write_text(f"{old}2030-01-01 10:00:00,000 1 INFO db odoo: WARNING\n{new}\n")
    assert proc.warnings(log, len(old)) == [new]


def _modules(folder, **modules):
    for name, depends in modules.items():
        (folder / "addons" / name).mkdir(parents=True)
        path = folder / "addons" / name / "__manifest__.py"
        path.write_text(repr({"depends": depends}))


def test_bridges_follow_their_dependencies(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / oca.REQUIREMENTS).touch()
    _modules(tmp_path, sale=[], stock=[], sale_stock=["sale", "stock"], shop=["stock"])
    assert database.closure(["shop"], tmp_path) == {"shop", "stock"}
    assert database.bridges(["shop"], tmp_path) == []
    assert database.bridges(["shop", "sale"], tmp_path) == ["sale_stock"]


def test_databases_are_named_per_clone(monkeypatch):
    here = database.name("demo")
    monkeypatch.setattr(paths, "ROOT", Path("/elsewhere"))
    assert database.name("demo") != here


def test_odoo_home_must_be_the_right_series(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(say.Stop, match="holds no odoo/release.py"):
        odoo_source.find()
    (tmp_path / "odoo").mkdir()
    release = tmp_path / "odoo" / "release.py"
    release.write_text("version_info = (18, 0, 0, 'final', 0, '')")
    with pytest.raises(say.Stop, match="is Odoo 18.0"):
        odoo_source.find()
    release.write_text("version_info = (19, 0, 0, 'final', 0, '')")
    assert odoo_source.find() == tmp_path


def test_absolute_symlinks_are_led_into_the_tree(tmp_path):
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr" / "file").write_text("here")
    link = tmp_path / "link"
    link.symlink_to("/usr/file")
    odoo_source._point_inside(link, tmp_path)
    assert link.read_text() == "here"


def test_of_odoos_languages_german_is_kept(tmp_path):
    names = ["de.po", "de_CH.po", "da.po", "fr.po", "delivery.pot", "sale.pot"]
    for name in names:
        path = tmp_path / "delivery" / "i18n" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    left_out = [f"--exclude={pattern}" for pattern in odoo_source.LEFT_OUT]
    packed = ["tar", "-cv", "-f", tmp_path / "x.tar", "-C", tmp_path, *left_out]
    listed = subprocess.run(
        [*packed, "./delivery"], check=True, capture_output=True, text=True
    ).stdout.split()
    assert [n.rsplit("/", 1)[1] for n in listed if "i18n/" in n and n[-1] != "/"] == [
        "de.po"
    ]


@pytest.fixture
def index(monkeypatch, tmp_path):
    """A clone whose two wheels come from a folder; return it and what pip was told."""
    (tmp_path / oca.REQUIREMENTS).write_text("one\ntwo\n")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "cache", lambda: tmp_path / "cache")
    calls = []

    def download(command, what, **_options):
        calls.append(list(map(str, command)))
        folder = Path(command[-1])
        folder.mkdir()
        for name in ("one", "two"):
            with zipfile.ZipFile(folder / f"{name}.whl", "w") as wheel:
                depends = repr({"depends": ["two"] if name == "one" else []})
                wheel.writestr(f"odoo/addons/{name}/__manifest__.py", depends)
                wheel.writestr(f"{name}-19.0.1.dist-info/METADATA", "")

    monkeypatch.setattr(oca, "quiet", download)
    return tmp_path, calls


def test_addons_of_oca_are_fetched_once(index):
    _root, calls = index
    folder = oca.ensure("python")
    assert sorted(path.name for path in folder.iterdir()) == ["one", "two"]
    assert "--no-deps" in calls[0]
    assert oca.version() == "one-19.0.1.dist-info two-19.0.1.dist-info"
    assert oca.ensure("python") == folder
    assert len(calls) == 1
    assert [path.name for path in oca.home().parent.iterdir()] == [oca.home().name]


def test_addons_of_oca_follow_their_list(index):
    root, calls = index
    before = oca.ensure("python")
    (root / oca.REQUIREMENTS).write_text("one\n")
    assert oca.ensure("python") != before
    assert len(calls) == 2


def test_interrupted_fetch_is_done_over(index, monkeypatch):
    _root, _calls = index
    download = oca.quiet

    def interrupt(command, what, **options):
        download(command, what, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(oca, "quiet", interrupt)
    with pytest.raises(KeyboardInterrupt):
        oca.ensure("python")
    assert not oca.home().exists()
    monkeypatch.setattr(oca, "quiet", download)
    assert (oca.ensure("python") / "two").is_dir()
    assert [path.name for path in oca.home().parent.iterdir()] == [oca.home().name]


def test_addons_of_oca_are_known_with_their_dependencies(index):
    root, _calls = index
    oca.ensure("python")
    (root / "glue").mkdir()
    (root / "glue" / "__manifest__.py").write_text(repr({"depends": ["one"]}))
    assert database.closure(["glue"], root / "odoo") == {"glue", "one", "two"}


def test_databases_follow_the_addons_of_oca(index, monkeypatch):
    monkeypatch.setattr(database, "base_key", lambda _kit: "same")
    oca.ensure("python")
    before = database.addons_key(None)
    (oca.home() / "two-19.0.1.dist-info").rename(oca.home() / "two-19.0.2.dist-info")
    assert database.addons_key(None) != before


def test_unfit_python_is_refused(monkeypatch):
    monkeypatch.setenv("PYTHON", "no-such-python")
    with pytest.raises(say.Stop, match="PYTHON=no-such-python"):
        venv.choose_python()


def test_only_living_pids_of_the_same_process_count(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "_pid_file", lambda: tmp_path / "run.json")
    monkeypatch.setattr(run, "_started_at", lambda pid: "now" if pid == 7 else "")
    (tmp_path / "run.json").write_text('[[7, "now"], [8, "now"]]')
    assert run._running() == [7]
    (tmp_path / "run.json").write_text('[[7, "before"]]')
    assert run._running() == []


@pytest.fixture
def told(monkeypatch):
    """Collect what the tools say about printing, and let nothing be installed."""
    said = []
    monkeypatch.setattr(printing, "info", said.append)
    monkeypatch.setattr(printing, "on_path", {}.get)
    return said


def test_printing_takes_what_is_on_path(monkeypatch, told):
    monkeypatch.setattr(printing, "on_path", lambda name: f"/bin/{name}")
    assert printing.ensure() == "/bin/wkhtmltopdf"
    assert not told


def test_printing_is_installed_by_root(monkeypatch, told):
    there = {"apt-get": "/bin/apt-get"}
    monkeypatch.setattr(printing, "on_path", there.get)
    monkeypatch.setattr(paths, "is_root", lambda: True)
    monkeypatch.setattr(
        postgres, "apt_install", lambda name: there.update({name: "/bin/it"})
    )
    assert printing.ensure() == "/bin/it"
    assert not told


def test_printing_that_cannot_be_had_is_one_sentence(monkeypatch, told):
    monkeypatch.setattr(paths, "is_root", lambda: False)
    assert printing.ensure() is None
    assert told == [f"   {printing.MISSING}"]


def test_printing_that_cannot_be_installed_stops_nothing(monkeypatch, told):
    monkeypatch.setattr(paths, "is_root", lambda: True)
    monkeypatch.setattr(printing, "on_path", {"apt-get": "/bin/apt-get"}.get)

    def fail(_name):
        raise say.Stop("no network")

    monkeypatch.setattr(postgres, "apt_install", fail)
    assert printing.ensure() is None
    assert told == ["   no network", f"   {printing.MISSING}"]


def test_demo_is_made_from_its_scripts_too(monkeypatch, tmp_path):
    monkeypatch.setattr(database, "INSIDE", tmp_path)
    monkeypatch.setattr(database, "addons_key", lambda _kit: "same")
    for script in database.DEMO:
        (tmp_path / script).write_text("")
    before = database.demo_key(None)
    (tmp_path / "shop.py").write_text("more")
    assert database.demo_key(None) != before


def test_demo_that_cannot_be_updated_says_what_to_do(monkeypatch):
    def fail(*_args, **_values):
        raise say.Stop("Installing failed.")

    monkeypatch.setattr(database, "_install", fail)
    monkeypatch.setattr(database, "bridges", lambda *_args: [])
    with pytest.raises(say.Stop, match=r"Installing failed\.\n.*FRESH=1"):
        database._update_demo(SimpleNamespace(source=""), "demo", [])


def test_welcome_names_every_login(monkeypatch):
    lines = []
    monkeypatch.setattr(run, "info", lines.append)
    run._welcome("http://127.0.0.1:1", "demo")
    for login in ("admin", "cashier", "clerk", "finance"):
        assert any(
            line.split()[1:4:2] == [login] * 2 for line in lines if "login:" in line
        )


def test_what_is_printed_takes_its_styles_from_where_it_is_served():
    asked = []
    kit = SimpleNamespace(sql=lambda *args: asked.append(args))
    database.serve_at(kit, "demo", "http://127.0.0.1:81")
    ((query, name),) = asked
    assert name == "demo"
    assert "'http://127.0.0.1:81'" in query and "'web.base.url'" in query


def test_production_does_not_know_simulators():
    for line in (
        "from .simulator import Simulator",
        "from odoo.addons.synkd_connector_http.simulator.clock import Clock",
        "import odoo.addons.synkd_connector_xero.simulator",
        "from .. import simulator",
    ):
        assert house.imports_simulator(f"def late():\n    {line}\n"), line
    assert not house.imports_simulator("from . import lib\nx = 'simulator'\n")


def test_header_names_the_license_of_the_addon(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    for name, license in (("core", "LGPL-3"), ("glue", "AGPL-3")):
        (tmp_path / name).mkdir()
        manifest = tmp_path / name / "__manifest__.py"
        manifest.write_text(repr({"license": license}))
    lgpl, agpl = house.HEADERS["LGPL-3"], house.HEADERS["AGPL-3"]
    for where, right, wrong in (
        ("core/models/a.py", lgpl, agpl),
        ("glue/models/a.py", agpl, lgpl),
        ("scripts/a.py", lgpl, agpl),
    ):
        assert not list(house.python(Path(where), f"{right}\nx = 1\n")), where
        assert list(house.python(Path(where), f"{wrong}\nx = 1\n")), where


def test_wheels_have_neither_simulators_nor_tests():
    found = wheels.files("synkd_connector_xero")
    assert Path("lib/client.py") in found
    assert Path("i18n/synkd_connector_xero.pot") in found
    rooms = {path.parts[0] for path in found}
    assert not rooms & {"simulator", "tests"}
    whole = {path.name for path in (paths.ROOT / "synkd_connector_xero").iterdir()}
    assert whole >= {"simulator", "tests"}


def test_every_picture_is_shown_and_every_shown_one_is_there():
    pages = [paths.ROOT / "README.md", *(paths.ROOT / "docs").glob("*.md")]
    shown = {
        (page.parent / link).resolve()
        for page in pages
        for link in re.findall(r"\]\(([^)]*\.png)\)", page.read_text())
    }
    assert shown == set((paths.ROOT / "docs" / "images").resolve().glob("*.png"))
