# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The virtual environment with the libraries of Odoo and of the tests."""

import os
import shutil
import sys
from pathlib import Path

from . import paths
from .proc import environment, output, quiet
from .say import Stop, step

SUPPORTED = ("3.11", "3.12", "3.13")
REQUIREMENTS = ("requirements.txt", "test-requirements.txt")
LAUNCHER = """#!{python}
from odoo.cli import main

main()
"""


def choose_python():
    """Return the interpreter to build on and its version, such as '3.11'."""
    given = os.environ.get("PYTHON")
    names = (
        [given] if given else [_base_python(), "python3.13", "python3.12", "python3.11"]
    )
    for name in names:
        found = _version(name)
        if found in SUPPORTED:
            return name, found
    named = f"PYTHON={given} is not one" if given else "none was found"
    raise Stop(
        f"Odoo 19 needs Python 3.11, 3.12 or 3.13 and {named}:"
        " install one, or set PYTHON to its path."
    )


def _base_python():
    """Return the interpreter that runs us, outside of any virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _version(name):
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return output([name, "-c", code]).strip()


def ensure(source):
    """Return the virtual environment for that Odoo, made when missing."""
    python, version = choose_python()
    wanted = [(paths.ROOT / name).read_text() for name in REQUIREMENTS]
    key = paths.digest(str(source), *wanted)
    home = paths.cache() / "venvs" / f"odoo-{version}-{key}"
    if not (home / "ready").exists():
        _create(home, python, REQUIREMENTS)
        _connect(home, source)
        (home / "ready").touch()
    _compile(home, source, version)
    return home


def ensure_lint():
    """Return the virtual environment of the lint tools, made when missing."""
    python, version = choose_python()
    key = paths.digest((paths.ROOT / "lint-requirements.txt").read_text())
    home = paths.cache() / "venvs" / f"lint-{version}-{key}"
    if not (home / "ready").exists():
        _create(home, python, ["lint-requirements.txt"])
        (home / "ready").touch()
    return home


def _create(home, python, files):
    shutil.rmtree(home, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    with step(f"Installing Python packages ({', '.join(files)})"):
        quiet([python, "-m", "venv", home], "Making a virtual environment")
        wanted = [arg for name in files for arg in ("-r", str(paths.ROOT / name))]
        quiet(
            [home / "bin" / "python", "-m", "pip", "install", "-q", *wanted],
            "Installing Python packages",
            env=environment(PYTHONDONTWRITEBYTECODE=""),
        )


def _connect(home, source):
    packages = next((home / "lib").glob("python3*/site-packages"))
    (packages / "odoo_source.pth").write_text(f"{source}\n")
    launcher = home / "bin" / "odoo"
    launcher.write_text(LAUNCHER.format(python=home / "bin" / "python"))
    launcher.chmod(0o755)


def _compile(home, source, version):
    """Compile Odoo once: without it each start costs 3 to 4 seconds more."""
    marker = Path(source) / f".compiled-{version}"
    if marker.exists() or not os.access(source, os.W_OK) or not _ours(source):
        return
    with step("Compiling Odoo (once)"):
        quiet(
            [home / "bin" / "python", "-m", "compileall", "-q", "-j0", source / "odoo"],
            "Compiling Odoo",
            env=environment(PYTHONDONTWRITEBYTECODE=""),
        )
        marker.touch()


def _ours(source):
    return paths.cache() in Path(source).parents
