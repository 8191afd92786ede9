# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The benchmarks: a script in Odoo's shell on a copy of the template."""

import os

from . import database, kit, paths
from .say import Stop
from .test import scratch

FOLDER = paths.ROOT / "benchmarks"
SCRIPTS = {
    "QUEUE": "bench_queue.py",
    "XERO": "bench_xero.py",
    "SAGE": "bench_sage.py",
    "ODOO": "bench_odoo.py",
    "CUSTOMERS": "bench_customers.py",
    "SHOP": "bench_shop.py",
    "TILL": "bench_till.py",
    "PASTEL": "bench_pastel.py",
    "AGREEMENT": "bench_agreement.py",
    "NIGHTLY": "bench_nightly.py",
}


def bench(args):
    """Run the benchmarks and return the exit code.

    With QUEUE=1 those of the transaction queue, with XERO=1 and SAGE=1 those of the
    limits of these books, with ODOO=1 that of another Odoo as the books. The script
    finds `env`, the sizes in SYNKD_BENCH_SIZES, such as '1000 10000', and in
    SYNKD_TEMPLATE_DB the database that `createdb -T` copies, in SYNKD_BASE_DB the one
    without our addons.
    """
    which = next((name for name in SCRIPTS if paths.flag(name)), "")
    script = FOLDER / SCRIPTS.get(which, "bench.py")
    if not script.exists():
        raise Stop(f"There is no {script.relative_to(paths.ROOT)} yet.")
    sizes = os.environ.get("N") or " ".join(args) or "1000"
    with kit.ready() as ready:
        template = database.addons(ready)
        with scratch(ready, template, "bench") as name, script.open() as code:
            odoo = [ready.venv / "bin" / "odoo", "shell", "-c", ready.conf()]
            return ready.exec(
                [*odoo, "-d", name, "--no-http", "--log-level=warn"],
                env=ready.env(
                    SYNKD_BENCH_SIZES=sizes,
                    SYNKD_TEMPLATE_DB=template,
                    SYNKD_BASE_DB=database.base(ready),
                ),
                stdin=code,
            )
