# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

SUITE = "@synkd_connector"


@tagged("post_install", "-at_install")
class TestFrontend(HttpCase):
    """The unit tests of the web client's parts: those of this addon only."""

    def suite_id(self):
        """Return how Hoot names our suite in an address."""
        number = 0
        for char in SUITE:
            number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
        return f"{number:08x}"

    def test_unit_tests_of_the_panel(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={self.suite_id()}",
            "",
            "",
            login="admin",
            timeout=240,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
