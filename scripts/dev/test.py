# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tests: the tools' own, then the addons' on copies of a prepared database."""

import os
from contextlib import contextmanager

from . import browser, database, kit, paths
from .say import info, step

TOOLS = "scripts/tests"
INSIDE = ("scripts/core_lint", "scripts/demo/tests")
WORKERS = ("-n2", "--dist=loadscope")


def test(args):
    """Run the tests and return the exit code; arguments go to pytest."""
    with kit.ready() as ready:
        failed = 0 if args else _tools(ready)
        failed = _addons(ready, args) or failed
        return failed if args else failed or _complaints()


def _complaints():
    """Return 1 when Odoo logged warnings as it installed our addons."""
    found = database.install_warnings()
    for line in found:
        info(f"Logged while the addons were installed: {line}")
    return 1 if found else 0


def _tools(ready):
    info("-> Tests of the tools")
    command = [ready.python, "-m", "pytest", "-q", "-p", "no:odoo", TOOLS]
    return ready.exec(command, env=ready.env())


def _addons(ready, args):
    folders = [paths.ROOT / name / "tests" for name in paths.addons()]
    folders = [folder for folder in folders if folder.is_dir()]
    if browser.needed(folders):
        browser.ensure()
    chosen = [paths.ROOT / arg.partition("::")[0] for arg in args if _is_path(arg)]
    template = database.addons(ready, browser.needed(chosen or folders))
    with scratch(ready, template, "test") as name:
        database.keep_statistics(ready, name)
        command = [ready.python, "-m", "pytest", *_options(ready, name, args)]
        if not any(_is_path(arg) for arg in args):
            command += [*INSIDE, *folders]
        return ready.exec(command, env=_env(ready, template))


def _options(ready, name, args):
    spread = any(arg.startswith(("-n", "--pdb", "--dist")) for arg in args)
    return [
        f"--odoo-config={ready.conf()}",
        f"--odoo-database={name}",
        "--odoo-http",
        *(() if spread else WORKERS),
        *args,
    ]


def _is_path(arg):
    return not arg.startswith("-") and (paths.ROOT / arg.partition("::")[0]).exists()


def _env(ready, template):
    """Return the environment of the tests.

    SYNKD_TEMPLATE_DB names a database without connections, for tests that need
    databases of their own: `createdb -T` copies it. SYNKD_BASE_DB names one without our
    addons, as that of somebody else's Odoo.
    """
    base = database.base(ready)
    return ready.env(SYNKD_TEMPLATE_DB=template, SYNKD_BASE_DB=base)


@contextmanager
def scratch(ready, template, kind):
    """Yield the name of a copy of a template; delete it afterwards."""
    name = f"{database.name(kind)}_{os.getpid()}"
    with step("Copying the database"):
        database.copy(ready, template, name)
    try:
        yield name
    finally:
        for each in database.of_this_clone(ready):
            if each.startswith(name):
                database.drop(ready, each)
