# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pictures of ledgers in books of each kind: from the set-up to what is there."""

import json

from . import xero
from .scene import Scene
from .walk import OPEN, PANEL, RESOLVE, Walk

TICK = "document.querySelectorAll('[type=checkbox]').forEach(box => box.checked = true)"


class XeroWalk(Walk):
    """The set-up of a ledger in Xero, and what comes back from there."""

    prefix = "xero-"

    def take(self):
        """Take all pictures."""
        page = self.page
        self.switch_to("Kudu")
        self.connect()
        page.click(".o_field_widget[name=post_accounts] input")
        page.click(".o_form_button_save")
        self.sync()
        self.shot("synced")
        self.paid()

    def asked(self):
        """Override to show it."""
        self.shot("sync")

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
        self.reveal("[name=minute_remaining]")
        self.shot("limits")
        page.click(".nav-link[name=http]")
        self.reveal("[name=http_client_id]")
        self.shot("connected")

    def paid(self):
        """An invoice that goes to Xero, and of which the bookkeeper gets a part."""
        scene, page = Scene(self.page, "Kudu Trading"), self.page
        move = scene.invoice("Big Bargains", quantity=2)
        row = scene.row_of(move)
        self.go(f"/odoo/transaction-queue/{row}", OPEN)
        page.click(RESOLVE)
        page.click(".modal button[name=action_confirm]")
        page.wait(".o_statusbar_status [aria-checked=true]", "Ready")
        self.post_all()
        (found,) = scene.rpc("account.move", "read", [move], ["name", "invoice_date"])
        ledgers = [scene.ledger], ["http_api_url"]
        (ledger,) = scene.rpc("synkd.ledger", "read", *ledgers)
        xero.receive(ledger["http_api_url"], found["name"], found["invoice_date"], 100)
        scene.rpc("synkd.ledger", "action_run_now", [scene.ledger])
        scene.await_one("synkd.books.payment", ("move_id", "=", move))
        action = "account.action_move_out_invoice"
        self.go(f"/odoo/action-{action}/{move}", f"{OPEN} .alert", "was paid there")
        self.shot("paid")


class SageWalk(Walk):
    """A ledger in Sage: its login, Sync, and a customer that is there."""

    prefix = "sage-"

    def take(self):
        """Take all pictures."""
        page = self.page
        self.switch_to("Marula")
        page.open(f"{self.url}/odoo/ledgers")
        page.click(".o_kanban_record", "Sage")
        page.click(".nav-link[name=http]")
        page.click(".o_form_statusbar button[name=action_test_connection]")
        page.wait(PANEL, "works")
        page.click(f"{PANEL} .btn-close")
        self.reveal("[name=sage_user]")
        self.shot("ledger")
        page.click(".o_field_widget[name=post_accounts] input")
        page.click(".o_form_button_save")
        self.sync()
        account = Scene(page, "Marula Trading").account_of("Hope Works")
        action = "synkd_connector.synkd_account_customer_action"
        self.go(f"/odoo/action-{action}/{account}", OPEN, "Hope Works")
        self.shot("customer")

    def asked(self):
        """Override to show it."""
        self.shot("sync")


# A list of Pastel as a person chooses it; %s is its text.
EXPORT = """(() => {
    const files = new DataTransfer();
    files.items.add(new File([%s], "%s.csv", {type: "text/csv"}));
    const input = document.querySelector(".modal input[type=file]");
    input.files = files.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
})()"""
LISTED = """Code;Name;Tel;Blocked;Credit Limit
ANC001;Anchor Works;011 555 0100;N;5000
BRI001;Bridge Foundry;011 555 0101;Y;20000
CANALMILLS;Canal Mills;;N;0
"""


class PastelWalk(Walk):
    """A ledger whose books take files: set-up, an export, a file, and its word."""

    prefix = "pastel-"

    def take(self):
        """Take all pictures."""
        page = self.page
        self.switch_to("Baobab")
        self.open_ledger()
        page.click(".nav-link[name=pastel]")
        self.reveal("[name=pastel_year_start]")
        self.shot("ledger")
        self.export()
        self.file()

    def open_ledger(self):
        """Open the ledger."""
        self.page.open(f"{self.url}/odoo/ledgers")
        self.page.click(".o_kanban_record", "Pastel")
        self.page.wait(OPEN)

    def choose(self, name, text):
        """Choose a file in a dialog."""
        self.page.wait(".modal .o_select_file_button")
        self.page.script(EXPORT % (json.dumps(text), name))

    def export(self):
        """A list of customers, tested."""
        page = self.page
        page.click("button[name=action_upload_export]")
        self.choose("customers", LISTED)
        page.click(".modal button[name=action_test]")
        page.wait(".modal .alert", "can be read")
        self.shot("export")
        page.click(".modal button[special=cancel]")

    def file(self):
        """An invoice in a file, and a list that says that it was imported."""
        scene, page = Scene(self.page, "Baobab Foods"), self.page
        move = scene.invoice("Hope Works", quantity=2)
        self.post_all()
        waiting = [("ledger_id", "=", scene.ledger), ("state", "=", "handed")]
        request = scene.await_one("synkd.request", *waiting)
        self.go(f"/odoo/action-synkd_connector.synkd_request_action/{request}", OPEN)
        self.shot("file")
        fields = ["name", "invoice_date"]
        (told,) = scene.rpc("account.move", "read", [move], fields)
        (account,) = scene.rpc(
            "synkd.account.customer",
            "search_read",
            [("ledger_id", "=", scene.ledger), ("name", "ilike", "Hope Works")],
            ["code"],
        )
        (sold,) = scene.rpc("account.move", "read", [move], ["amount_total"])
        line = [account["code"], "IN100001", told["name"], str(sold["amount_total"])]
        self.open_ledger()
        page.click("button[name=action_upload_report]")
        heads = "Customer Code,Reference,Order Number,Amount"
        self.choose("transactions", f"{heads}\n{','.join(line)}")
        page.click(".modal button[name=action_read]")
        page.wait(".modal .alert", "are there")
        self.shot("confirm")
        page.click(".modal button[name=action_confirm]")


class OdooWalk(Walk):
    """An invoice of the demo, and what became of it in the second Odoo."""

    prefix = "odoo-"
    INVOICES = "/odoo/action-account.action_move_out_invoice"

    def take(self):
        """Take all pictures."""
        page = self.page
        self.switch_to("Protea")
        self.sync()
        scene = Scene(page, "Protea Trading")
        move = scene.invoice("Hope Works", quantity=2)
        self.post_all()
        sent = ("move_id", "=", move), ("sync_state", "=", "synced")
        row = scene.await_one("synkd.transaction", *sent)
        self.go(f"/odoo/transaction-queue/{row}", OPEN)
        page.click(".nav-link[name=books]")
        self.shot("posted")
        fields = ["http_api_url"]
        (ledger,) = scene.rpc("synkd.ledger", "read", [scene.ledger], fields)
        self.there(ledger["http_api_url"].replace("127.0.0.1", "localhost"))

    def there(self, url):
        """Open the invoice in the second Odoo, which has a login of its own."""
        other = Walk(self.page, url)
        other.log_in(".o_user_menu")
        other.go(self.INVOICES, ".o_data_row", "Hope Works")
        self.page.click(".o_data_row .o_data_cell", "Hope Works")
        self.page.wait(OPEN)
        self.shot("there")
