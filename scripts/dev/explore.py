# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine that looks for a lost cent, for as long as one wants."""

import json
import os
import subprocess
from collections import Counter
from contextlib import ExitStack

from . import database, kit, paths
from .proc import output
from .say import Stop, info
from .test import scratch

FOLDER = "synkd_connector_{books}/tests/explore"
BOOKS = ("demo", "xero", "odoo")
# What to run: a flag, and files or their classes.
PARTS = {
    "HARMS": ("explore_long.py::TestHarms",),
    "REPLAY": ("explore_long.py::TestReplay",),
    "FIDELITY": (
        "synkd_connector_demo/tests/explore/test_fidelity.py",
        "synkd_connector_xero/tests/test_xero_fidelity.py",
        "synkd_connector_odoo/tests/test_odoo_fidelity.py",
    ),
    "": ("explore_long.py::TestLong",),
}
# What was tried: one line of JSON for each batch of examples.
RESULTS = paths.RUN / "explore.jsonl"


def explore(args):
    """Run a part of it and return the exit code; arguments go to pytest.

    For MINUTES= (10) with new examples, in JOBS= (1) processes at once; with HARMS=1 it
    has to find planted harms, which are those of the demo books; BOOKS= (demo) whose
    books; REPLAY= a file does what a failure
    printed; with FIDELITY=1 N= odd documents travel to each kind of
    books. Its database has few of our addons only: that is what makes steps quick.
    """
    which = next((name for name in PARTS if name and paths.flag(name)), "")
    tests = _tests(which, os.environ.get("BOOKS") or BOOKS[0])
    jobs = int(os.environ.get("JOBS") or 1)
    with kit.ready() as ready, ExitStack() as stack:
        template = database.small(ready)
        names = [
            stack.enter_context(scratch(ready, template, f"explore{job or ''}"))
            for job in range(jobs)
        ]
        for name in names:
            database.keep_statistics(ready, name)
        env = _env(ready, which, template)
        commands = [_command(ready, name, tests, args) for name in names]
        code = _run(ready, commands, env)
    if not which:
        tell_totals()
    return code


def _tests(which, books):
    """Return what to run of a part.

    :param str books: one of ``BOOKS``.
    """
    if books not in BOOKS:
        raise Stop(f"BOOKS={books} is not one of {', '.join(BOOKS)}.")
    folder = FOLDER.format(books=books)
    return [t if "/" in t else f"{folder}/{t}" for t in PARTS[which]]


def _command(ready, name, tests, args):
    """Return the command of one process, on a database of its own."""
    command = [ready.python, "-m", "pytest", "-q", "-s", "-n0"]
    options = [f"--odoo-config={ready.conf()}", f"--odoo-database={name}"]
    return [*command, *options, "--odoo-http", *tests, *args]


def _env(ready, which, template):
    """Return the environment of the processes."""
    commit = output(["git", "-C", str(paths.ROOT), "describe", "--always", "--dirty"])
    env = {
        "SYNKD_TEMPLATE_DB": template,
        "SYNKD_BASE_DB": database.base(ready),
        "SYNKD_EXPLORE_RESULTS": paths.run_dir() / RESULTS.name,
        "SYNKD_EXPLORE_COMMIT": commit.strip(),
    }
    if which == "FIDELITY":
        env["SYNKD_FIDELITY"] = os.environ.get("N") or "1000"
    return ready.env(**env)


def _run(ready, commands, env):
    """Run one process in the foreground; several at once, each with a log.

    :return: 0 when all went well.
    """
    if len(commands) == 1:
        return ready.exec(commands[0], env=env)
    started = []
    for number, command in enumerate(commands, 1):
        log = paths.run_dir() / f"explore.{number}.log"
        info(f"-> Process {number} writes {log}")
        with log.open("w") as stream:
            started.append(
                subprocess.Popen(
                    list(map(str, command)),
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    cwd=paths.ROOT,
                    env=env,
                )
            )
    return max([abs(process.wait()) for process in started])


def add_up(lines):
    """Add up what was tried, by commit and books.

    :param lines: of the file of results.
    :return: examples, steps, seconds and faults, by the commit and the books.
    :rtype: dict[tuple[str, str], Counter]
    """
    totals = {}
    for line in lines:
        told = json.loads(line)
        total = totals.setdefault((told["commit"], told["books"]), Counter())
        for name in ("examples", "steps", "seconds"):
            total[name] += told[name]
        total["faults"] += bool(told["fault"])
    return totals


def tell_totals():
    """Tell what was tried in this clone in all."""
    if not RESULTS.exists():
        return
    for (commit, books), total in add_up(RESULTS.read_text().splitlines()).items():
        pace = 60 * total["steps"] / max(total["seconds"], 1)
        info(
            f"{commit} {books}: {total['examples']} examples, {total['steps']} steps,"
            f" {pace:.0f} a minute and process, {total['faults']} faults"
        )
