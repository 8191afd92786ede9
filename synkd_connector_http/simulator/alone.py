# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs a simulator by itself: no Odoo is imported.

Simulators import the kit by its name in Odoo. This module lets these names stand for
folders without running what makes them addons.
"""

import importlib
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
KIT = "synkd_connector_http"


def load(addon, root=ROOT):
    """Return the module of the command line of an addon's simulator.

    :param str addon: its name.
    :param Path root: the folder that it lies in.
    """
    home = (root / addon / "simulator").resolve()
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != home]
    _name("odoo")
    _name("odoo.addons", ROOT, root)
    _name(f"odoo.addons.{KIT}", ROOT / KIT)
    _name(f"odoo.addons.{addon}", root / addon)
    return importlib.import_module(f"odoo.addons.{addon}.simulator.cli")


def _name(name, *places):
    """Let a name stand for some folders."""
    module = ModuleType(name)
    module.__path__ = [str(place) for place in places]
    sys.modules[name] = module
