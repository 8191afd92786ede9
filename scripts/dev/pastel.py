# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company of the demo whose books are in Pastel: `make run PASTEL=1`."""

from . import paths
from .say import info

SIMULATOR = "synkd_connector_pastel/simulator"


def prepared(kit, database):
    """Give a company of the demo its books in a made-up Pastel.

    :return: variables for Odoo's environment; {} when PASTEL=1 was not given.
    :rtype: dict
    """
    if not paths.flag("PASTEL"):
        return {}
    folder = paths.run_dir() / "pastel"
    folder.mkdir(exist_ok=True)
    known = {"SYNKD_FILES_ROOT": str(folder)}
    kit.inside(database, "pastel.py", SYNKD_PASTEL_STORE=store(), **known)
    return known


def store():
    """Return where the made-up company is kept; its exports are beside it.

    :rtype: str
    """
    return str(paths.run_dir() / "pastel" / "store.json")


def welcome(known):
    """Say how files get into the made-up Pastel, if there is one."""
    if known:
        info("   Pastel:  its books belong to the company Baobab Foods; runs put files")
        info(f"   into {known['SYNKD_FILES_ROOT']}/baobab. A bookkeeper's import is")
        info(f"   python3 {SIMULATOR} {store()} FILE")
        info("   Then press Confirm Imports on the ledger, with the list beside it.")
        info("")
