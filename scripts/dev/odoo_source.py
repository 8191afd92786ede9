# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finding Odoo 19: a checkout, an installed one, or Debian's package unpacked."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import paths
from .proc import environment, on_path, output, quiet
from .say import Stop, info, step

SERIES = "19.0"
PACKAGE = "odoo-19"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The package holds symlinks into these. Font-awesome 7 and inconsolata 3 of sid
# lack the files that Odoo asks for, hence bookworm's.
COMPANIONS = [
    "libjs-jquery/bookworm",
    "libjs-jquery-form/bookworm",
    "libjs-underscore/bookworm",
    "fonts-font-awesome/bookworm",
    "fonts-roboto-unhinted/bookworm",
    "fonts-inconsolata/bookworm",
    "fonts-ocr-b/bookworm",
    "fonts-montserrat/sid",
]
LIBRARY = "usr/lib/python3/dist-packages"
# Languages are three quarters of the package, so only those of ours are kept: German.
# `addons` is a stray duplicate in it.
LANGUAGES = ["*/i18n/[!d]*", "*/i18n/d[!e]*", "*/i18n/de[!.]*"]
LEFT_OUT = [
    *LANGUAGES,
    *(f"./{LIBRARY}/{name}" for name in ("addons", "doc", "setup")),
]
# Debian removed this file; the web client's bundle logs an error without it,
# which fails every tour.
SELFIE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
SELFIE_STUB = (
    "window.SelfieSegmentation = window.SelfieSegmentation || class { setOptions() {}"
    " onResults() {} reset() {} async send() {} close() {} };\n"
)
CHOICES = (
    "set ODOO_HOME to a checkout of Odoo 19.0, or use a Python that can import odoo,"
    " or work on Debian, where the package odoo-19 is fetched with apt."
)


def find():
    """Return the folder to put on Python's path so that `import odoo` works."""
    return _from_home() or _from_python() or _from_debian()


def version(source):
    """Return a text that changes when the Odoo in the folder does."""
    stamp = source / "VERSION"
    if stamp.is_file():
        return stamp.read_text().strip()
    head = output(["git", "-C", str(source), "rev-parse", "HEAD"]).strip()
    return f"{source} {head}"


def addons_paths(source):
    """Return the folders with Odoo's addons that are not found by themselves."""
    return [path for path in [source / "addons"] if (path / "web").is_dir()]


def _from_home():
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    source = Path(home).expanduser().resolve()
    _require_series(source, f"ODOO_HOME ({source})")
    return source


def _require_series(source, what):
    release = source / "odoo" / "release.py"
    if not release.is_file():
        raise Stop(f"{what} holds no odoo/release.py: {CHOICES}")
    found = re.search(r"version_info\s*=\s*\((\d+),\s*(\d+)", release.read_text())
    series = ".".join(found.groups()) if found else "unknown"
    if series != SERIES:
        raise Stop(f"{what} is Odoo {series}, but Odoo {SERIES} is needed: {CHOICES}")


def _from_python():
    code = "import odoo.release as r; print(r.__file__); print(r.version)"
    found = output([sys.executable, "-c", code], cwd="/").split()
    if len(found) < 2 or not found[1].startswith(SERIES):
        return None
    return Path(found[0]).resolve().parents[1]


def _from_debian():
    home = paths.cache() / "odoo" / PACKAGE
    if not home.is_dir():
        _require_apt()
        debs = _download()
        _unpack(debs, home)
    return home / LIBRARY


def _require_apt():
    if not on_path("apt-get") or not on_path("dpkg"):
        raise Stop(f"Odoo 19 was not found and there is no apt here: {CHOICES}")
    if not KEYRING.is_file():
        raise Stop(
            f"Debian's archive keys ({KEYRING}) are missing, so that Odoo's package"
            " cannot be verified: install the package debian-archive-keyring."
        )


def _mirror():
    given = os.environ.get("DEBIAN_MIRROR")
    listed = output(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    ).split()
    found = given or next((u for u in listed if u.rstrip("/").endswith("/debian")), "")
    if not found:
        raise Stop(
            "apt is not set up with a Debian mirror here: set DEBIAN_MIRROR to one, or "
            + CHOICES
        )
    return found


def _apt_config(state):
    """Write a private apt state, so that the machine's own stays as it is."""
    for folder in ("lists/partial", "archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    mirror = _mirror()
    (state / "sources.list").write_text(
        "".join(
            f"deb [signed-by={KEYRING}] {mirror} {suite} main\n"
            for suite in ("sid", "bookworm")
        )
    )
    (state / "apt.conf").write_text(_apt_settings(state))
    return state / "apt.conf"


def _apt_settings(state):
    settings = {
        "Dir::Etc::SourceList": state / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "-",
        "Dir::State": state,
        "Dir::State::Lists": state / "lists",
        "Dir::State::status": state / "status",
        "Dir::Cache": state,
        "Dir::Cache::archives": state / "archives",
        "Acquire::Languages": "none",
    }
    if paths.is_root():
        settings["APT::Sandbox::User"] = "root"
    return "".join(f'{key} "{value}";\n' for key, value in settings.items())


def _download():
    state = paths.cache() / "apt"
    debs = paths.cache() / "debs"
    shutil.rmtree(debs, ignore_errors=True)
    debs.mkdir(parents=True)
    env = environment(APT_CONFIG=_apt_config(state))
    with step("Reading Debian's package lists"):
        quiet(["apt-get", "update"], "apt-get update", env=env)
    with step("Downloading Odoo 19 (about 120 MB)"):
        wanted = [f"{PACKAGE}/sid", *COMPANIONS]
        quiet(["apt-get", "download", *wanted], "apt-get download", env=env, cwd=debs)
    return debs


def _unpack(debs, home):
    """Unpack beside the final place and rename: an interruption leaves nothing."""
    home.parent.mkdir(parents=True, exist_ok=True)
    for left in home.parent.glob(".unpack-*"):
        shutil.rmtree(left, ignore_errors=True)
    with step("Unpacking Odoo 19 (about 300 MB)"):
        fresh = Path(tempfile.mkdtemp(prefix=".unpack-", dir=home.parent))
        fresh.chmod(0o755)
        for deb in sorted(debs.glob("*.deb")):
            _extract(deb, fresh)
        _mend(fresh)
        deb = next(debs.glob(f"{PACKAGE}_*.deb"))
        (fresh / LIBRARY / "VERSION").write_text(deb.name.split("_")[1] + "\n")
        fresh.rename(home)
    shutil.rmtree(debs, ignore_errors=True)


def _extract(deb, into):
    only = [f"./{LIBRARY}"] if deb.name.startswith(PACKAGE) else []
    with subprocess.Popen(
        ["dpkg", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE
    ) as packed:
        left_out = [f"--exclude={pattern}" for pattern in LEFT_OUT] if only else []
        quiet(
            ["tar", "-x", "--no-same-owner", "-C", into, *left_out, *only],
            f"Unpacking {deb.name}",
            stdin=packed.stdout,
        )


def _mend(root):
    stub = root / LIBRARY / SELFIE
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(SELFIE_STUB)
    for path in root.rglob("*"):
        if path.is_symlink():
            _point_inside(path, root)
    dangling = [p for p in root.rglob("*") if p.is_symlink() and not p.exists()]
    if dangling:
        info(
            f"   {len(dangling)} symlinks of Odoo's package lead nowhere: {dangling[0]}"
        )


def _point_inside(link, root):
    """Make an absolute symlink relative, so that it leads into the unpacked tree."""
    target = os.readlink(link)
    inside = root / target.lstrip("/")
    if os.path.isabs(target) and (inside.exists() or inside.is_symlink()):
        link.unlink()
        link.symlink_to(os.path.relpath(inside, link.parent))
