# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The code checks: one function each, all of them or the named ones."""

import json
import shutil
import subprocess
from pathlib import Path

from . import house, kit, paths, venv
from .proc import environment, on_path, quiet
from .say import Stop, info, step

PRETTY = (".xml", ".js", ".css", ".scss", ".json", ".yaml", ".yml", ".cjs", ".mjs")


def lint(args):
    """Run the checks and return 1 when one failed."""
    unknown = set(args) - set(CHECKS)
    if unknown:
        raise Stop(
            f"There is no check {unknown.pop()}: choose from {', '.join(CHECKS)}."
        )
    fix = paths.flag("FIX")
    failed = [name for name in args or CHECKS if not _passes(name, fix)]
    info(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def _passes(name, fix):
    info(f"-> {name}: {CHECKS[name].__doc__}")
    return CHECKS[name](fix)


def ruff(fix):
    """Style, imports and likely mistakes of Python."""
    mend = ["--fix"] if fix else []
    checked = _run(_lint_program("ruff"), "check", "-q", *mend, ".")
    form = [] if fix else ["--check"]
    return _run(_lint_program("ruff"), "format", "-q", *form, ".") and checked


def pylint(_fix):
    """OCA's rules for Odoo code."""
    found = paths.addons()
    return not found or _run(
        _lint_program("pylint"), "-j2", "--rcfile=.pylintrc", *found
    )


def oca(_fix):
    """OCA's rules for views, data and translations."""
    manifests = [f"{name}/__manifest__.py" for name in paths.addons()]
    if not manifests:
        return True
    config = "--config=.oca_hooks.cfg"
    fine = _run(_lint_program("oca-checks-odoo-module"), config, *manifests)
    found = house.files(".po", ".pot")
    return (not found or _run(_lint_program("oca-checks-po"), config, *found)) and fine


def prettier(fix):
    """Layout of XML, JavaScript, style sheets and configuration."""
    found = house.files(*PRETTY)
    mode = ["--write", "--log-level=warn"] if fix else ["--check", "--log-level=warn"]
    return not found or _run(*_node_program("prettier"), *mode, *found)


def eslint(fix):
    """Likely mistakes of JavaScript."""
    found = [f for f in house.files(".js") if "/static/lib/" not in str(f)]
    mend = ["--fix"] if fix else []
    return not found or _run(*_node_program("eslint"), *mend, *found)


def rules(_fix):
    """The rules of the house: lengths, headers, docstrings, tests, words."""
    broken = house.check()
    for line in broken:
        print(line)
    print(*(f"   {line}" for line in house.report()), sep="\n")
    return not broken


def readme(fix):
    """README.rst of each addon is what its readme fragments make of it."""
    found = paths.addons()
    command = [_lint_program("python"), "-m", "scripts.dev.readme", *found]
    made = subprocess.run(command, cwd=paths.ROOT, check=True, stdout=subprocess.PIPE)
    fine = True
    for addon, text in json.loads(made.stdout).items():
        file = paths.ROOT / addon / "README.rst"
        if file.exists() and file.read_text() == text:
            continue
        if fix:
            file.write_text(text)
        else:
            fine = False
            print(f"{addon}/README.rst is old: make lint ARGS=readme FIX=1")
    return fine


def words(_fix):
    """Translations keep placeholders and tags; nothing translated that is gone."""
    return _run(
        _lint_program("python"), "-m", "scripts.dev.words", "check", *paths.addons()
    )


CHECKS = {
    check.__name__: check
    for check in (ruff, pylint, oca, words, prettier, eslint, rules, readme)
}


def _run(program, *args):
    command = [str(program), *map(str, args)]
    modules = str(_node_home() / "node_modules")
    env = environment(NODE_PATH=modules, PYTHONPATH="")
    return subprocess.run(command, cwd=paths.ROOT, env=env, check=False).returncode == 0


def _lint_program(name):
    with kit.locked(paths.cache() / "lint.lock"):
        return venv.ensure_lint() / "bin" / name


def _node_home():
    key = paths.digest((paths.ROOT / "package.json").read_text())
    return paths.cache() / "node" / key


def _node_program(name):
    """Return the command of a program of package.json, installed when missing."""
    node = on_path("node")
    if not node or not on_path("npm"):
        raise Stop(
            "Node.js and npm are needed to check XML and JavaScript: install them."
        )
    home = _node_home()
    with kit.locked(paths.cache() / "lint.lock"):
        if not (home / "ready").exists():
            _npm_install(home)
    return [home / "node_modules" / ".bin" / name]


def _npm_install(home):
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    shutil.copy(Path(paths.ROOT) / "package.json", home)
    with step("Installing prettier and eslint"):
        options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        quiet(["npm", "install", *options], "npm install", cwd=home)
    (home / "ready").touch()
