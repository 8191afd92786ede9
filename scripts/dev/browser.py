# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Chromium, which the tours and screenshots need."""

import re

from . import paths, postgres
from .proc import on_path
from .say import Stop, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
USES = re.compile(rb"start_tour|browser_js|start_pos_tour|WebSuite")


def needed(folders):
    """Tell whether a test in one of the folders, or files, opens a browser."""
    found = ([f] if f.is_file() else f.rglob("test*.py") for f in folders)
    files = (path for some in found for path in some)
    return any(USES.search(path.read_bytes()) for path in files)


def ensure():
    """Return the path of Chromium, installed with apt when we may."""
    found = on_path(*NAMES)
    if found:
        return found
    if not paths.is_root() or not on_path("apt-get"):
        raise Stop("The tours need a browser: install Chromium so that it is on PATH.")
    with step("Installing Chromium with apt (about 100 MB)"):
        postgres.apt_install("chromium")
    return on_path(*NAMES)
