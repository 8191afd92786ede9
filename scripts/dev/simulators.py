# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Simulated books beside the demo: `make run XERO=1`, `make run SAGE=1`, or both."""

import subprocess
from contextlib import ExitStack, contextmanager

from . import paths, postgres
from .say import info

STOP_WITHIN = 5
# For each kind of books: the first port that is tried, and what a person does then.
KINDS = {
    "xero": (
        8300,
        ("Kudu Trading: switch to it, open", "Ledgers, and press Connect."),
    ),
    "sage": (
        8320,
        ("Marula Trading: switch to it, open", "Ledgers, and test the connection."),
    ),
}


@contextmanager
def simulated(kit, database, url):
    """Serve the simulated books that were asked for, each with a company of the demo.

    :param str url: address of the demo, where logins come back to.
    :return: their addresses, by kind.
    """
    with ExitStack() as stack:
        kinds = [kind for kind in KINDS if paths.flag(kind.upper())]
        yield {
            kind: stack.enter_context(_one(kit, database, url, kind)) for kind in kinds
        }


def known(addresses):
    """Return the variables of Odoo's environment that let it talk to them.

    :param dict addresses: by kind.
    :rtype: dict
    """
    return {"SYNKD_ALLOW_LOOPBACK": "1"} if addresses else {}


@contextmanager
def _one(kit, database, url, kind):
    """Serve one, and return its address."""
    store = paths.run_dir() / f"{kind}.store"
    if paths.flag("FRESH"):
        store.unlink(missing_ok=True)
    program = paths.ROOT / f"synkd_connector_{kind}" / "simulator"
    command = [kit.python, program, "--store", store]
    command += ["--port", postgres.free_port(KINDS[kind][0])]
    simulator = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        address = simulator.stdout.readline().strip()
        given = {"SYNKD_BOOKS": kind, "SYNKD_BOOKS_URL": address}
        allowed = {"SYNKD_ALLOW_LOOPBACK": "1", "SYNKD_DEMO_URL": url}
        kit.inside(database, "books.py", **given, **allowed)
        yield address
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


def welcome(addresses):
    """Say where the simulated books are, if there are some."""
    for kind, address in addresses.items():
        company, step = KINDS[kind][1]
        info(f"   Simulated {kind.capitalize()}:  {address}")
        info(f"   Its books belong to the company {company}")
        info(f"   Invoicing > Books > {step}")
        info("")
