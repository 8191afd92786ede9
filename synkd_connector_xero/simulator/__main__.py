# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python synkd_connector_xero/simulator --port N`: the simulator by itself."""

import importlib.util
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
NAME = "xero_simulator"


def package():
    """Return this folder as a package of its own, so that no Odoo is imported."""
    init = HOME / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        NAME, init, submodule_search_locations=[str(HOME)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HOME]
    spec.loader.exec_module(module)
    return importlib.import_module(f"{NAME}.cli")


if __name__ == "__main__":
    sys.exit(package().main())
