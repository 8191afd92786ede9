# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine for as long as one wants: `make explore BOOKS=odoo`."""

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.explore import long

from .books import Stage


@tagged("post_install", "-at_install")
class TestLong(long.Long, Stage):
    """See ``long.Long``."""


@tagged("post_install", "-at_install")
class TestReplay(long.Replay, Stage):
    """See ``long.Replay``."""
