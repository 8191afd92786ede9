# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A simulated Xero beside the demo: `make run XERO=1`."""

import json
import subprocess
import urllib.request
from contextlib import contextmanager

from . import paths, postgres
from .say import info

PORT = 8300
SIMULATOR = paths.ROOT / "synkd_connector_xero" / "simulator"
STOP_WITHIN = 5
BANK = "090"


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


def receive(url, number, day, amount):
    """Let the bookkeeper receive money for an invoice in the simulated Xero.

    :param str url: address of the simulator.
    :param str number: of the invoice there.
    :param str day: ISO 8601.
    """
    tenant = next(iter(_call(f"{url}/__control__/tenants", {})))
    granted = _call(f"{url}/__control__/grant", {"tenants": [tenant]})
    payment = {
        "Invoice": {"InvoiceNumber": number},
        "Account": {"Code": BANK},
        "Date": day,
        "Amount": amount,
    }
    headers = {
        "Authorization": f"Bearer {granted['access_token']}",
        "Xero-Tenant-Id": tenant,
    }
    _call(f"{url}/api.xro/2.0/Payments", {"Payments": [payment]}, "PUT", headers)


def _call(url, body, method="POST", headers=None):
    """Make one call; return what was answered."""
    plain = "application/json"
    headers = {"Content-Type": plain, "Accept": plain, **(headers or {})}
    data = json.dumps(body).encode()
    asked = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)
