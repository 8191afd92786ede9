# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A skipped test fails the run: a tour without a browser must not pass as green.

Workers leave each other's files alone.
"""

import os
from pathlib import Path
from unittest.mock import patch

import pytest

ALLOWED = Path(__file__).parent / "scripts" / "allowed_skips.txt"
skipped = {}


def allowed():
    """Return the node ids that may be skipped."""
    lines = ALLOWED.read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and line[0] != "#"}


@pytest.fixture(scope="session", autouse=True)
def shared_filestore():
    """Let no worker remove files that another one's transaction just wrote.

    pytest-odoo gives all workers one filestore, and Odoo clears it up after each class
    of tests by what the worker's own database knows.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    from odoo.tests.common import TransactionCase

    with patch.object(TransactionCase, "_gc_filestore"):
        yield


def pytest_runtest_logreport(report):
    """Note each skipped test and why it was."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        skipped[report.nodeid] = reason


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Turn a green run with skipped tests into a failed one."""
    if exitstatus == 0 and set(skipped) - allowed():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """Name the skipped tests."""
    for nodeid in sorted(set(skipped) - allowed()):
        terminalreporter.line(
            f"SKIPPED, so failed: {nodeid}: {skipped[nodeid]}", red=True
        )
