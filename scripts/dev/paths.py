# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where things are kept: the clone, its run state, and the shared cache."""

import hashlib
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / ".run"
NAME = "synkd_connector"
# Folders of an addon that leave no trace in a database.
APART = ("tests", "readme")


def cache():
    """Return the folder shared by all clones: Odoo, virtualenvs, dumps."""
    given = os.environ.get("SYNKD_CACHE")
    if given:
        return Path(given).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / NAME


def flag(name):
    """Tell whether a variable such as FRESH=1 is set and not 0."""
    return os.environ.get(name, "") not in ("", "0")


def is_root():
    """Tell whether we run as root (PostgreSQL then needs another user)."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def postgres_home():
    """Return the folder of the private cluster.

    It lies in the cache, except for root: PostgreSQL then runs as another user,
    who cannot enter root's home folder, so the cluster goes below /var/lib.
    """
    if is_root():
        return Path("/var/lib") / f"{NAME}-{digest(str(cache()))}"
    return cache() / "postgres"


def digest(*texts):
    """Return a short stable hash of the texts."""
    found = hashlib.sha256()
    for text in texts:
        found.update(text if isinstance(text, bytes) else text.encode())
        found.update(b"\0")
    return found.hexdigest()[:8]


def clone_key():
    """Return a short hash that tells this clone from others on one server."""
    return digest(str(ROOT))


def addons():
    """Return the names of the addons at the root of the repo."""
    return sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py"))


def addons_digest():
    """Return a hash of all files of the addons that shape a database."""
    parts = []
    for name in addons():
        for path in sorted((ROOT / name).rglob("*")):
            inside = path.relative_to(ROOT / name)
            if path.is_file() and not _generated(path) and inside.parts[0] not in APART:
                parts += [str(path.relative_to(ROOT)), path.read_bytes()]
    return digest(*parts)


def _generated(path):
    return bool(re.search(r"(__pycache__|\.pyc$|\.swp$|~$)", str(path)))


def run_dir():
    """Return this clone's folder of pids, logs and data, made when missing."""
    RUN.mkdir(exist_ok=True)
    return RUN
