# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The commands: `python3 -m scripts.dev COMMAND`, or `make COMMAND`."""

import os
import shlex
import shutil
import signal
import subprocess
import sys

from . import database, kit, paths, postgres, run, venv
from .say import Stop, info


def setup(_args):
    """Fetch and install all that is needed, and make the base database."""
    with kit.ready() as ready:
        database.base(ready)
    info("Ready. Next: make run, or make test.")


def env(_args):
    """Print export lines for a shell, with PostgreSQL left running."""
    pg = postgres.keep_running()
    with kit.ready() as ready:
        known = {
            **pg,
            "SYNKD_PYTHON": ready.python,
            "SYNKD_ODOO": ready.venv / "bin" / "odoo",
            "SYNKD_ODOO_SOURCE": ready.source,
            "SYNKD_ODOO_CONF": ready.conf(),
            "SYNKD_BASE_DB": database.base(ready),
            "SYNKD_ADDONS_DB": database.name("addons"),
            "PATH": ready.env()["PATH"],
        }
    for key, value in known.items():
        print(f"export {key}={shlex.quote(str(value))}")


def run_demo(_args):
    """Serve the demo database; PORT=, FRESH=1, XERO=1, PASTEL=1, ODOO=1 are heeded."""
    with kit.ready() as ready:
        return run.run(ready)


def shell(args):
    """Open Odoo's shell on the demo database."""
    with kit.ready() as ready:
        name = database.demo(ready)
        odoo = [ready.venv / "bin" / "odoo", "shell", "-c", ready.conf(), "-d", name]
        return ready.exec([*odoo, "--no-http", *args], env=ready.env())


def test(args):
    """Run the tests; further arguments go to pytest."""
    from .test import test as run_tests

    return run_tests(args)


def lint(args):
    """Check the code; FIX=1 formats it."""
    from .lint import lint as run_lint

    return run_lint(args)


def bench(args):
    """Run the benchmarks on a copy of the template; N= sizes, QUEUE=1, XERO=1, …"""
    from .bench import bench as run_bench

    return run_bench(args)


def explore(args):
    """Let the machine look for a lost cent; MINUTES= how long, HARMS=1, …"""
    from .explore import explore as run_explore

    return run_explore(args)


def contract(args):
    """Make Xero's condensed contract anew; SPEC= its published OpenAPI files."""
    files = args or os.environ.get("SPEC", "").split()
    python = venv.ensure_lint() / "bin" / "python"
    return subprocess.call([python, "-m", "scripts.dev.contract", *files])


def pictures(_args):
    """Take the pictures of docs/ of `make run XERO=1 SAGE=1 PASTEL=1 ODOO=1`."""
    with kit.ready() as ready:
        command = [ready.python, "-m", "scripts.dev.pictures"]
        return subprocess.call(command, cwd=paths.ROOT)


def pot(args):
    """Export the texts to translate, and give them to the translations; ADDON…"""
    with kit.ready() as ready:
        name = database.addons(ready)
        odoo = [ready.venv / "bin" / "odoo", "i18n", "export", "-c", ready.conf()]
        names = args or paths.addons()
        words = [ready.python, "-m", "scripts.dev.words", "merge", *names]
        return ready.exec(
            [*odoo, "-d", name, *names, "-l", "pot"], env=ready.env()
        ) or ready.exec(words)


def connector(args):
    """Write the addon of a new connector; NAME= its code, LABEL= its system."""
    from .connector import connector as write

    code = args[0] if args else os.environ.get("NAME", "")
    return write(code, os.environ.get("LABEL", ""))


def wheels(args):
    """Build wheels of the addons into dist/, as production gets them; ADDON…"""
    from .wheels import wheels as build

    return build(args)


def stop(_args):
    """Stop a running demo, and PostgreSQL when nobody uses it."""
    run.stop()


def clean(_args):
    """Remove databases and run state of this clone; ALL=1: the cache as well."""
    run.stop()
    if paths.flag("ALL"):
        _clean_all()
    elif postgres.external() or (paths.postgres_home() / "data").exists():
        with postgres.server() as pg:
            _drop(pg, database.of_this_clone)
    shutil.rmtree(paths.RUN, ignore_errors=True)


def _drop(pg, which):
    known = kit.Kit(paths.ROOT, paths.ROOT, pg)
    for name in which(known):
        database.drop(known, name)
        info(f"Deleted the database {name}")


def _clean_all():
    if not postgres.external():
        postgres.remove()
    else:
        with postgres.server() as pg:
            _drop(pg, database.of_this_clone)
            _drop(pg, database.bases)
    shutil.rmtree(paths.cache(), ignore_errors=True)
    info(f"Deleted {paths.cache()}")


COMMANDS = {
    "setup": setup,
    "run": run_demo,
    "test": test,
    "lint": lint,
    "bench": bench,
    "explore": explore,
    "contract": contract,
    "pictures": pictures,
    "pot": pot,
    "shell": shell,
    "connector": connector,
    "wheels": wheels,
    "stop": stop,
    "clean": clean,
    "env": env,
}


def usage():
    """Return the list of commands as text."""
    lines = [f"  {name:9} {command.__doc__}" for name, command in COMMANDS.items()]
    return "Usage: make COMMAND, or python3 -m scripts.dev COMMAND\n\n" + "\n".join(
        lines
    )


def main(argv=None):
    """Run one command and return the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    name, args = (argv[0], argv[1:]) if argv else ("help", [])
    if name not in COMMANDS:
        print(usage())
        return 0 if name in ("help", "-h", "--help") else 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return COMMANDS[name](args) or 0
    except Stop as error:
        info(f"\n{error}")
    except KeyboardInterrupt:
        info("\nInterrupted.")
        return 130
    return 1
