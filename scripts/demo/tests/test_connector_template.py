# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The addon that `make connector` writes, really installed, with its own tests."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import get_template

from scripts.dev import connector

# So many tests has the contract for customers alone.
CONTRACT = 30
RAN = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


@tagged("post_install", "-at_install")
class TestWrittenConnector(BaseCase):
    def test_it_installs_and_keeps_the_contract(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        home = connector.write("acme", "Acme Books", Path(folder))
        database = f"{get_template()}_{os.getpid()}_acme"[-60:]
        subprocess.run(["createdb", "-T", get_template(), database], check=True)
        self.addCleanup(subprocess.run, ["dropdb", database], check=True)
        done = subprocess.run(
            [
                *("odoo", "-c", config["config"], "-d", database),
                *("--addons-path", f"{folder},{','.join(config['addons_path'])}"),
                *("-i", home.name, "--skip-auto-install", "--stop-after-init"),
                *("--test-tags", f"/{home.name}", "--max-cron-threads", "0"),
                *("--no-http", "--logfile", ""),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        log = done.stdout + done.stderr
        (counts,) = RAN.findall(log) or [("?", "?", "0")]
        self.assertEqual(counts[:2], ("0", "0"), log[-8000:])
        self.assertGreater(int(counts[2]), CONTRACT)
        self.assertEqual(done.returncode, 0, log[-8000:])
        self.assertNotRegex(log, r" (WARNING|ERROR) \S+ odoo\.(modules|addons)")
