# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python synkd_connector_sage/simulator --port N`: the simulator by itself."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ADDON = Path(__file__).resolve().parents[1]
KIT = ADDON.parent / "synkd_connector_http" / "simulator" / "alone.py"


def load():
    """Return the module of the command line, without importing Odoo."""
    spec = spec_from_file_location("alone", KIT)
    alone = module_from_spec(spec)
    spec.loader.exec_module(alone)
    return alone.load(ADDON.name, ADDON.parent)


if __name__ == "__main__":
    sys.exit(load().main())
