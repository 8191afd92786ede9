# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A new connector, written from the template: `make connector NAME=acme`."""

import re

from . import kit, paths, venv
from .proc import quiet
from .say import Stop, info

TEMPLATE = paths.ROOT / "scripts" / "connector_template"
CODE = re.compile(r"[a-z][a-z0-9]*")


def write(code, label="", target=None):
    """Write the addon of a connector, and return its folder.

    :param str code: such as acme.
    :param str label: name of the accounting system; default: made of the code.
    :param Path target: the folder that it goes into; default: the repo.
    :raise Stop: when the code does not do, or there is such an addon.
    """
    if not CODE.fullmatch(code or ""):
        raise Stop(
            "Give the connector a code of small letters: make connector NAME=acme"
        )
    target = target or paths.ROOT
    home = target / f"synkd_connector_{code}"
    if home.exists():
        raise Stop(f"There is {home.name} already: choose another name, or remove it.")
    with kit.locked(paths.cache() / "lint.lock"):
        tools = venv.ensure_lint() / "bin"
    answers = {"code": code, **({"label": label} if label else {})}
    given = [f"--data={name}={value}" for name, value in answers.items()]
    command = [tools / "copier", "copy", "--quiet", "--defaults", *given]
    quiet([*command, TEMPLATE, target], "Writing the connector")
    # Lines are as long as the names that were put into them.
    config = paths.ROOT / ".ruff.toml"
    ruff = [tools / "ruff", "format", "-q", "--config", config, home]
    quiet(ruff, "Formatting the connector")
    return home


def connector(code, label):
    """Write the addon of a connector into the repo, and say what comes next."""
    home = write(code, label)
    info(f"Wrote {home.name}. What is left to say is marked with TODO {code}.")
    info(f'   make test ARGS="{home.name}/tests"')
    info("   docs/connectors.md leads from there to documents.")
    return 0
