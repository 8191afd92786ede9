# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""wkhtmltopdf, with which Odoo prints invoices and reports."""

from . import paths, postgres
from .proc import on_path
from .say import Stop, info, step

NAME = "wkhtmltopdf"
MISSING = (
    f"{NAME} is not on PATH: invoices are posted, but shown as web pages and not as"
    f" PDF. Install {NAME} (0.12.6) and start again to print them."
)


def ensure():
    """Find the program, or install it with apt when we may; else say what that means.

    :return: its path, or None. The demo is served without it all the same.
    """
    found = on_path(NAME)
    if not found and paths.is_root() and on_path("apt-get"):
        found = _install()
    if not found:
        info(f"   {MISSING}")
    return found


def _install():
    try:
        with step(f"Installing {NAME} with apt (about 50 MB)"):
            postgres.apt_install(NAME)
    except Stop as error:
        info(f"   {error}")
    return on_path(NAME)
