# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A walk through the demo, as a person makes it; what all pictures share."""

from . import paths

FOLDER = paths.ROOT / "docs" / "images"
CUSTOMERS = "/odoo/action-account.res_partner_action_customer"
PANEL = ".o_synkd_run_progress"
RESOLVE = "button[name=action_resolve]"
OPEN = ".o_form_view"
DESK, PHONE = (1360, 850), (390, 844)
# How many customers Sync makes in the books, once it was counted.
COUNTED = "Number(document.querySelector('.modal [name=new_count]')?.innerText) > 0"


class Walk:
    """One walk through the demo at an address."""

    prefix = ""

    def __init__(self, page, url):
        self.page, self.url = page, url

    def shot(self, name):
        """Write one picture."""
        self.page.shot(FOLDER / f"{self.prefix}{name}.png")

    def go(self, path, selector, text=""):
        """Open a screen, and wait until it is there."""
        self.page.open(self.url + path)
        self.page.wait(selector, text)

    def log_in(self, within=".o_switch_company_menu button"):
        """Log in as admin, and wait for what is on each page then."""
        page = self.page
        page.open(f"{self.url}/web/login")
        page.type("input[name=login]", "admin")
        page.type("input[name=password]", "admin")
        page.click("button[type=submit]", "Log in")
        page.wait(within)

    def switch_to(self, company):
        """Work in a company, by a part of its name."""
        self.page.click(".o_switch_company_menu button")
        self.page.click(".log_into", company)
        self.page.wait(".o_switch_company_menu", company)

    def post_all(self):
        """Press Post All, and wait for its end."""
        self.go("/odoo/ready-to-post", ".o_data_row")
        self.page.click(".o_control_panel button[name=action_post_all]")
        self.page.wait(f"{PANEL} [data-state=attention], {PANEL} [data-state=done]")
        self.page.click(f"{PANEL} .btn-close")

    def reveal(self, selector, text=""):
        """Scroll to what is on the page."""
        found = self.page.wait(selector, text)
        self.page.script(f"{found}.scrollIntoView({{block: 'center'}})")

    def sync(self):
        """Give all customers an account customer in the books."""
        page = self.page
        page.open(self.url + CUSTOMERS)
        page.click(".o_control_panel button[name=action_synkd_sync]")
        page.click(".modal .o_radio_input[data-value=create]")
        page.wait_for(COUNTED, "how many customers are new")
        self.asked()
        page.click(".modal button[name=action_confirm]")
        page.wait(PANEL, "complete")

    def asked(self):
        """See what Sync asks before it writes."""
