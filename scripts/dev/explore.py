# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine that looks for a lost cent, for as long as one wants."""

import os

from . import database, kit, paths
from .test import scratch

FOLDER = "synkd_connector_demo/tests/explore"
# What to run: a flag, and files or their classes.
PARTS = {
    "HARMS": (f"{FOLDER}/explore_long.py::TestHarms",),
    "FIDELITY": (
        f"{FOLDER}/test_fidelity.py",
        "synkd_connector_xero/tests/test_xero_fidelity.py",
    ),
    "": (f"{FOLDER}/explore_long.py::TestLong",),
}


def explore(args):
    """Run a part of it and return the exit code; arguments go to pytest.

    For MINUTES= (10) with new examples; with HARMS=1 it has to find planted harms; with
    FIDELITY=1 N= odd documents travel to each kind of books. Its database has few of
    our addons only: that is what makes steps quick.
    """
    which = next((name for name in PARTS if name and paths.flag(name)), "")
    with kit.ready() as ready:
        template = database.small(ready)
        with scratch(ready, template, "explore") as name:
            database.keep_statistics(ready, name)
            command = [ready.python, "-m", "pytest", "-q", "-s", "-n0"]
            options = [f"--odoo-config={ready.conf()}", f"--odoo-database={name}"]
            command += [*options, "--odoo-http", *PARTS[which], *args]
            env = {"SYNKD_TEMPLATE_DB": template}
            if which == "FIDELITY":
                env["SYNKD_FIDELITY"] = os.environ.get("N") or "1000"
            return ready.exec(command, env=ready.env(**env))
