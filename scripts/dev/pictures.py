# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pictures of the set-up of Xero: `make pictures`, beside `make run XERO=1 FRESH=1`.

Walks through the demo as a person does, from the ledger that is not connected to its
customers in Xero, and writes `docs/images/xero-*.png` on the way.
"""

import os

from . import paths
from .page import Page
from .run import PORT

FOLDER = paths.ROOT / "docs" / "images"
CUSTOMERS = "/odoo/action-account.res_partner_action_customer"
PANEL = ".o_synkd_run_progress"
TICK = "document.querySelectorAll('[type=checkbox]').forEach(box => box.checked = true)"


class Walk:
    """One walk through the demo at an address."""

    def __init__(self, page, url):
        self.page, self.url = page, url

    def shot(self, name):
        """Write one picture."""
        self.page.shot(FOLDER / f"xero-{name}.png")

    def log_in(self):
        """Log in as admin, and switch to the company whose books are in Xero."""
        page = self.page
        page.open(f"{self.url}/web/login")
        page.type("input[name=login]", "admin")
        page.type("input[name=password]", "admin")
        page.click("button[type=submit]", "Log in")
        page.click(".o_switch_company_menu button")
        page.click(".log_into", "Kudu")
        page.wait(".o_switch_company_menu", "Kudu")

    def open_ledger(self):
        """Open the ledger at its page Login."""
        self.page.open(f"{self.url}/odoo/ledgers")
        self.page.click(".o_kanban_record", "Xero")
        self.page.click(".nav-link[name=http]")

    def press(self, name, told):
        """Press a button of the ledger, and wait for the panel's word."""
        self.page.click(f".o_form_statusbar button[name={name}]")
        self.page.wait(PANEL, told)

    def connect(self):
        """From the ledger to the consent page, and back with an organisation."""
        page = self.page
        self.open_ledger()
        self.shot("ledger")
        page.click(".o_form_statusbar button[name=action_connect]")
        page.wait("button[name=allow]")
        page.script(TICK)
        self.shot("consent")
        page.click("button[name=allow]")
        page.click(".o_form_statusbar button[name=action_choose_tenant]")
        page.wait(".modal .o_data_row", "Kudu")
        self.shot("organisation")
        page.click(".modal .o_data_row:first-child button", "Use This One")
        page.wait(".o_form_view")
        self.press("action_test_connection", "works")
        page.click(f"{PANEL} .btn-close")
        page.click(".nav-link[name=connection]")
        self.shot("limits")
        page.click(".nav-link[name=http]")
        page.script(
            f"{page.wait('p.text-muted', 'credit limits')}.scrollIntoView(false)"
        )
        self.shot("connected")

    def sync(self):
        """Switch Post Accounts on, and send all customers."""
        page = self.page
        page.click(".o_field_widget[name=post_accounts] input")
        page.click(".o_form_button_save")
        page.open(self.url + CUSTOMERS)
        page.click(".o_control_panel button[name=action_synkd_sync]")
        page.click(".modal .o_radio_input[data-value=create]")
        self.shot("sync")
        page.click(".modal button[name=action_confirm]")
        page.wait(PANEL, "complete")
        self.shot("synced")


def main():
    """Take the pictures of the demo at URL."""
    url = os.environ.get("URL") or f"http://127.0.0.1:{PORT}"
    with Page(height=1000) as page:
        walk = Walk(page, url)
        walk.log_in()
        walk.connect()
        walk.sync()


if __name__ == "__main__":
    main()
