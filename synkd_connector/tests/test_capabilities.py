# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from dataclasses import fields
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..lib.results import Capabilities

CORE = Path(__file__).parents[1]
# Where a flag is obeyed: by the engine and the screens, or by the contract's tests.
READERS = ("models/**/*.py", "wizards/*.py", "lib/adapt.py", "tests/contract*.py")


@tagged("post_install", "-at_install")
class TestCapabilities(BaseCase):
    def test_each_flag_is_obeyed_by_somebody(self):
        """A flag that nobody reads is a promise that nobody keeps."""
        text = "\n".join(
            path.read_text(encoding="utf-8")
            for pattern in READERS
            for path in sorted(CORE.glob(pattern))
        )
        for flag in fields(Capabilities):
            # Sizes are read by the name that a kind of calls has, keys by its prefix.
            name = re.sub("^own_key_.*", "own_key_{", flag.name)
            read = (
                rf'(?:capable|capabilities\(\))\.{name}\b|"{name}"|f"{re.escape(name)}'
            )
            with self.subTest(flag=flag.name):
                self.assertRegex(text, read)
