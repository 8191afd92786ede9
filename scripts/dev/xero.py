# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A simulated Xero beside the demo: `make run XERO=1`."""

import subprocess
from contextlib import contextmanager

from . import paths, postgres
from .say import info

PORT = 8300
SIMULATOR = paths.ROOT / "synkd_connector_xero" / "simulator"
STOP_WITHIN = 5


@contextmanager
def simulated(kit, database, url):
    """Serve a simulated Xero, and give a company of the demo its books there.

    :param str url: address of the demo, where logins come back to.
    :return: variables for Odoo's environment; {} when XERO=1 was not given.
    """
    if not paths.flag("XERO"):
        yield {}
        return
    store = paths.run_dir() / "xero.store"
    if paths.flag("FRESH"):
        store.unlink(missing_ok=True)
    command = [kit.python, SIMULATOR, "--store", store]
    command += ["--port", postgres.free_port(PORT)]
    simulator = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        known = {
            "SYNKD_ALLOW_LOOPBACK": "1",
            "SYNKD_XERO_URL": simulator.stdout.readline().strip(),
        }
        kit.inside(database, "xero.py", SYNKD_DEMO_URL=url, **known)
        yield known
    finally:
        _end(simulator)


def _end(simulator):
    simulator.terminate()
    try:
        simulator.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        simulator.kill()
        simulator.wait()
    simulator.stdout.close()


def welcome(known):
    """Say where the simulated Xero is, if there is one."""
    if known:
        info(f"   Simulated Xero:  {known['SYNKD_XERO_URL']}")
        info("   Its books belong to the company Kudu Trading: switch to it, open")
        info("   Invoicing > Books > Ledgers, and press Connect.")
        info("")
