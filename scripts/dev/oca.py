# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addons of OCA that our glue addons build on: wheels, unpacked onto the addons path.

They come from the package index without their dependencies: what they want of Odoo is
no package here, and what they want of Python is in requirements.txt.
"""

import shutil
import tempfile
import zipfile
from pathlib import Path

from . import paths
from .proc import environment, quiet
from .say import step

REQUIREMENTS = "oca-requirements.txt"


def home():
    """Return where the wanted wheels are unpacked, which a change of them moves.

    :rtype: Path
    """
    key = paths.digest((paths.ROOT / REQUIREMENTS).read_text())
    return paths.cache() / "oca" / key


def addons_path():
    """Return the folder with the addons."""
    return home() / "odoo" / "addons"


def version():
    """Return a text that changes when one of the addons does."""
    return " ".join(sorted(path.name for path in home().glob("*.dist-info")))


def ensure(python):
    """Fetch and unpack the addons when they are missing; return their folder.

    :param python: an interpreter with pip.
    :rtype: Path
    """
    if not home().is_dir():
        _fetch(python)
    return addons_path()


def _fetch(python):
    """Unpack beside the final place and rename: an interruption leaves nothing."""
    place = home().parent
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(".fetch-*"):
        shutil.rmtree(left, ignore_errors=True)
    with step(f"Fetching addons of OCA ({REQUIREMENTS})"):
        fresh = Path(tempfile.mkdtemp(prefix=".fetch-", dir=place))
        fresh.chmod(0o755)
        _download(python, fresh / "wheels")
        for wheel in (fresh / "wheels").glob("*.whl"):
            with zipfile.ZipFile(wheel) as packed:
                packed.extractall(fresh / "unpacked")
        (fresh / "unpacked").rename(home())
        shutil.rmtree(fresh)


def _download(python, folder):
    wanted = ["--no-deps", "-r", paths.ROOT / REQUIREMENTS, "-d", folder]
    quiet(
        [python, "-m", "pip", "download", "-q", *wanted],
        "Fetching addons of OCA",
        env=environment(PYTHONDONTWRITEBYTECODE=""),
    )
