# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo that serves while something else is done."""

import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from . import paths
from .say import Stop, step

UP_WITHIN = 120
STOP_WITHIN = 15


def command(conf, name, url):
    """Return the arguments that let an Odoo serve one database at an address.

    :rtype: list
    """
    port = url.rpartition(":")[2]
    return ["-c", conf, "-d", name, f"--http-port={port}", f"--db-filter=^{name}$"]


@contextmanager
def odoo(kit, args, log, known=None):
    """Start Odoo; stop it when leaving.

    :param pathlib.Path log: what it says goes there.
    :param dict known: more variables of its environment.
    """
    with log.open("a") as stream:
        # In a session of its own: Ctrl-C reaches us only, and Odoo gets one signal.
        process = subprocess.Popen(
            [str(part) for part in (kit.venv / "bin" / "odoo", *args)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            cwd=paths.ROOT,
            env=kit.env(**known or {}),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process):
    if process.poll() is not None:
        return
    with step("Stopping Odoo"):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_up(process, url, log, told=()):
    """Wait until an Odoo answers.

    :param told: signals that ask us to stop, as they come.
    :return: whether it does; not so when it ended, or we are asked to stop.
    :rtype: bool
    :raise Stop: when it takes too long.
    """
    with step("Starting Odoo"):
        deadline = time.monotonic() + UP_WITHIN
        while process.poll() is None and not told:
            if _answers(url + "/web/login"):
                return True
            if time.monotonic() > deadline:
                raise Stop(f"Odoo does not answer after {UP_WITHIN} s: see {log}")
            time.sleep(0.2)
    return False


def _answers(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=30) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
