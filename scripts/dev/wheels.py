# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wheels of the addons, as production gets them: without simulators and tests."""

import shutil
import tempfile
from pathlib import Path

from . import house, kit, paths, venv
from .proc import quiet
from .say import info

# Rooms that are for those who work on the addons.
APART = {"simulator", "tests"}


def files(addon):
    """Return what is in the wheel of an addon, relative to its folder.

    :param str addon: its name.
    :rtype: list[Path]
    """
    home = paths.ROOT / addon
    found = [path.relative_to(home) for path in house.files() if home in path.parents]
    return [path for path in found if not APART & set(path.parts[:-1])]


def wheels(args):
    """Build the wheels of all addons, or of the named ones, into dist/."""
    with kit.locked(paths.cache() / "lint.lock"):
        python = venv.ensure_lint() / "bin" / "python"
    target = paths.ROOT / "dist"
    for addon in args or paths.addons():
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / addon
            for path in files(addon):
                (home / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(paths.ROOT / addon / path, home / path)
            command = [python, "-m", "pip", "wheel", "-q", "--no-deps"]
            command += ["--no-build-isolation", "-w", target, home]
            quiet(command, f"Building the wheel of {addon}", cwd=folder)
    info(f"Wheels are in {target}")
    return 0
