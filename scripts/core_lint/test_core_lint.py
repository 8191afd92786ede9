# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's own code checks (its addon test_lint), held against our addons only.

Odoo's runner would need test_lint installed and would also check Odoo's own files,
where Debian's tree and a lean set of modules fail it. Here its test classes are
collected as they are, and only told that our addons are the only ones.

Left out, with the reason:

- test_checkers, test_docstring: test Odoo's checkers and the addon base;
- test_eslint: needs Odoo's own node setup, eslint runs in `make lint`;
- test_l10n: about tests in addons named l10n_*;
- test_markers: reads all of Odoo; merge markers are found by `make lint`.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest

from odoo.modules import Manifest
from odoo.tools import config, constants, parse_version

from odoo.addons.test_lint.tests import test_index as index_module
from odoo.addons.test_lint.tests import test_override_signatures as signatures_module
from odoo.addons.test_lint.tests import test_pylint as pylint_module
from odoo.addons.test_lint.tests.test_dunderinit import TestDunderinit  # noqa: F401
from odoo.addons.test_lint.tests.test_i18n import TestI18n  # noqa: F401
from odoo.addons.test_lint.tests.test_index import TestIndex  # noqa: F401
from odoo.addons.test_lint.tests.test_jstranslate import TestJsTranslations  # noqa: F401
from odoo.addons.test_lint.tests.test_manifests import ManifestLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_naming import TestNaming  # noqa: F401
from odoo.addons.test_lint.tests.test_onchange_domains import (  # noqa: F401
    TestOnchangeDomains,
)
from odoo.addons.test_lint.tests.test_orm_import import (  # noqa: F401
    TestDunderinit as TestOrmImport,
)
from odoo.addons.test_lint.tests.test_override_signatures import (  # noqa: F401
    TestLintOverrideSignatures,
)
from odoo.addons.test_lint.tests.test_pofile import PotLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_pylint import TestPyLint  # noqa: F401
from odoo.addons.test_lint.tests.test_routes import RoutesLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_test_holes import TestTestHoles  # noqa: F401

# Methods that addons of OCA override with other names of parameters; ours do not.
OVERRIDES_OF_OCA = {"generate_xlsx_report"}
# Inverse of a field of OCA's, found by Odoo's own index of partner and reference.
INDEXED_OTHERWISE = {"account.move.line.partner_id"}

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def only_our_addons(monkeypatch):
    """Let the checks see the addons of this repo and no others."""
    ours = [m for m in Manifest.all_addon_manifests() if Path(m.path).parent == ROOT]
    assert ours, f"No addon of {ROOT} was found on the addons path"
    monkeypatch.setattr(Manifest, "all_addon_manifests", lambda *_args: list(ours))
    monkeypatch.setattr(pylint_module, "tools", _tools(ours[0].path))
    ignored = signatures_module.METHODS_TO_IGNORE | OVERRIDES_OF_OCA
    monkeypatch.setattr(signatures_module, "METHODS_TO_IGNORE", ignored)
    indexed = index_module.BTREE_INDEX_IGNORE_FIELDS | INDEXED_OTHERWISE
    monkeypatch.setattr(index_module, "BTREE_INDEX_IGNORE_FIELDS", indexed)


def _tools(root_path):
    """Return what test_pylint uses of odoo.tools, with our addon as Odoo's root."""

    class Config(dict):
        """Odoo's options, and the folder that pylint reads."""

    found = Config(addons_path=config["addons_path"])
    found.root_path = root_path
    return SimpleNamespace(
        config=found, constants=constants, parse_version=parse_version
    )
