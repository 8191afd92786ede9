# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Running other programs."""

import os
import re
import shutil
import subprocess

from .paths import run_dir
from .say import Stop

WARNING = r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) "


def quiet(command, what, **options):
    """Run a command with its output in a log file; return where the output is.

    When the command fails, stop with the last lines.
    """
    log = run_dir() / "commands.log"
    with log.open("a") as stream:
        stream.write(f"\n$ {' '.join(map(str, command))}\n")
        stream.flush()
        start = stream.tell()
        done = subprocess.run(
            command, stdout=stream, stderr=subprocess.STDOUT, check=False, **options
        )
    if done.returncode:
        raise Stop(f"{what} failed.\n{_tail(log, start)}\nThe whole log: {log}")
    return log, start


def warnings(log, start):
    """Return the warnings and errors that Odoo logged from there on."""
    with log.open(errors="replace") as stream:
        stream.seek(start)
        found = (line.rstrip() for line in stream)
        return [line for line in found if re.search(WARNING, line)]


def _tail(log, start, lines=12):
    with log.open(errors="replace") as stream:
        stream.seek(start)
        return "\n".join(
            "   | " + line.rstrip() for line in stream.readlines()[-lines:]
        )


def output(command, **options):
    """Return the standard output of a command, or '' when it fails."""
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
            **options,
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def on_path(*names):
    """Return the first of the programs that is on PATH, or None."""
    return next(filter(None, map(shutil.which, names)), None)


def environment(**extra):
    """Return our environment plus the given variables."""
    return {**os.environ, **{key: str(value) for key, value in extra.items()}}
