# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo: start Odoo, stay in the foreground, stop it cleanly."""

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager

from . import database, pastel, paths, postgres, printing, second, serve, simulators
from .inside.shop import LOGINS
from .kit import locked
from .proc import environment
from .say import Stop, info

PORT = 8069
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(kit, extras=()):
    """Serve the demo database until told to stop; return the exit code."""
    with own_terminal(), single_run():
        name = database.demo(kit, paths.flag("FRESH"))
        printing.ensure()
        url = f"http://127.0.0.1:{_port()}"
        database.serve_at(kit, name, url)
        files = pastel.prepared(kit, name)
        with (
            stoppable() as told,
            simulators.simulated(kit, name, url) as books,
            second.beside(kit, name) as other,
            started(
                kit,
                name,
                url,
                extras,
                simulators.known(books or other) | files,
            ) as odoo,
        ):
            log = paths.run_dir() / "odoo.log"
            if serve.wait_until_up(odoo, url, log, told):
                _welcome(url, name)
                simulators.welcome(books)
                second.welcome(other)
                pastel.welcome(files)
            while odoo.poll() is None and not told:
                time.sleep(0.2)
            return _verdict(odoo, told)


def _port():
    given = os.environ.get("PORT")
    if not given:
        return postgres.free_port(PORT)
    if postgres.free_port(int(given)) != int(given):
        raise Stop(f"Port {given} is taken: choose another one with PORT=.")
    return int(given)


def _verdict(odoo, told):
    if told or not odoo.returncode:
        return 0
    log = paths.run_dir() / "odoo.log"
    raise Stop(f"Odoo ended by itself with exit code {odoo.returncode}: see {log}")


@contextmanager
def started(kit, name, url, extras=(), known=None):
    """Start Odoo on a database, as the one that `make stop` ends."""
    log = paths.run_dir() / "odoo.log"
    command = serve.command(kit.conf(), name, url)
    with serve.odoo(kit, [*command, *extras], log, known) as odoo:
        _remember(odoo.pid)
        try:
            yield odoo
        finally:
            _pid_file().unlink(missing_ok=True)


def _welcome(url, name):
    info("")
    info(f"   Odoo is up:  {url}")
    people = {"admin": ("", "administrator"), **LOGINS}
    for login, (_name, role) in people.items():
        info(f"   login:       {login:<8} password: {login:<8} ({role})")
    info(f"   database:    {name}   (log: {paths.run_dir() / 'odoo.log'})")
    info("   Ctrl-C stops it.")
    info("")


@contextmanager
def stoppable():
    """Yield a list that fills with the signals that ask us to stop."""
    told = []
    before = {
        number: signal.signal(number, lambda got, _frame: told.append(got))
        for number in SIGNALS
    }
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def own_terminal():
    """Take the terminal's Ctrl-C for ourselves, so that make does not see it.

    Make would end with an error of its own, although we stop as we should.
    """
    try:
        mine = os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        mine = False
    if not mine or os.getpgrp() == os.getpid():
        yield
        return
    group = os.getpgrp()
    old = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    try:
        yield
    finally:
        os.tcsetpgrp(0, group)
        os.setpgid(0, group)
        signal.signal(signal.SIGTTOU, old)


@contextmanager
def single_run():
    """Refuse a second server of the same clone."""
    with locked(paths.run_dir() / "run.lock"):
        if _running():
            raise Stop(
                "It runs already in this clone: see .run/odoo.log, or make stop."
            )
        _remember(None)
    try:
        yield
    finally:
        _pid_file().unlink(missing_ok=True)


def _pid_file():
    return paths.run_dir() / "run.json"


def _remember(odoo):
    pids = [pid for pid in (os.getpid(), odoo) if pid]
    known = [[pid, _started_at(pid)] for pid in pids]
    _pid_file().write_text(json.dumps(known))


def _running():
    """Return the pids that we noted and that are still the same processes."""
    try:
        known = json.loads(_pid_file().read_text())
    except (OSError, ValueError):
        return []
    return [pid for pid, since in known if since and _started_at(pid) == since]


def _started_at(pid):
    """Return when a process started: a pid alone may have been given anew."""
    ask = ["ps", "-o", "lstart=", "-p", str(pid)]
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[19]
    except OSError:
        pass
    try:
        env = environment(LC_ALL="C")
        return subprocess.check_output(ask, text=True, env=env).strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def stop():
    """Stop a running demo of this clone, and PostgreSQL when nobody uses it."""
    pids = _running()
    if pids:
        os.kill(pids[0], signal.SIGTERM)
        _wait_until_gone(pids)
    info("Odoo stopped" if pids else "Odoo was not running")
    info(postgres.stop())


def _wait_until_gone(pids):
    deadline = time.monotonic() + serve.STOP_WITHIN + 5
    while _running() and time.monotonic() < deadline:
        time.sleep(0.2)
    for pid in set(pids) & set(_running()):
        os.kill(pid, signal.SIGKILL)
