# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pictures of the screens: `make pictures`.

It works beside `make run XERO=1 SAGE=1 PASTEL=1 ODOO=1 FRESH=1`.

Walks through the demo as a person does, and writes `docs/images/*.png` on the way: a
day of the transaction queue in the company with the demo books, then the set-up of
ledgers in other books, see `pictures_books.py`.
"""

import os

from .page import Page
from .pictures_agreement import AgreementWalk
from .pictures_books import OdooWalk, PastelWalk, SageWalk, XeroWalk
from .run import PORT
from .scene import TWIN, WALK_IN, Scene
from .walk import CUSTOMERS, DESK, OPEN, PHONE, RESOLVE, Walk

# A file as a person chooses it, with a category that there is none of.
UPLOAD = """(() => {
    const rows = ["Customer,Category,Terms,Credit Limit", "Anchor Works,Retail,30 Days,"
        + "5000", "Bridge Foundry,Wholesale,30 Days,20000",
        "Canal Mills,Wholsale,30 Days,8000"];
    const files = new DataTransfer();
    files.items.add(new File([rows.join("\\n")], "customers.csv", {type: "text/csv"}));
    const input = document.querySelector(".o_control_panel input[type=file]");
    input.files = files.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
})()"""


class QueueWalk(Walk):
    """A clerk's day in the transaction queue, with the demo books."""

    def take(self):
        """Take all pictures."""
        self.sync()
        self.shot("sync-complete")
        self.scene = Scene(self.page)
        self.scene.day()
        self.attention()
        self.resolve()
        self.ready()
        self.posted()
        self.candidates()
        self.go_live()
        self.phone()

    def open_row(self, move):
        """Open the page of a document in the queue."""
        row = self.scene.row_of(move)
        self.go(f"/odoo/transaction-queue/{row}", OPEN)

    def move_of(self, name):
        """Return the id of a customer's latest document."""
        customer = self.scene.customer(name)
        return self.scene.find("account.move", ("partner_id", "=", customer))[-1]

    def attention(self):
        """What waits: the list, one of them, its invoice."""
        self.go("/odoo/requires-attention", ".o_data_row", WALK_IN)
        self.shot("queue-attention")
        move = self.move_of(TWIN)
        self.open_row(move)
        self.shot("queue-form")
        action = "account.action_move_out_invoice"
        self.go(f"/odoo/action-{action}/{move}", f"{OPEN} .alert", "account customer")
        self.shot("queue-invoice")

    def resolve(self):
        """The two answers, and the cause that comes next."""
        self.open_row(self.move_of(WALK_IN))
        self.page.click(RESOLVE)
        self.page.wait(".modal button[name=action_answer_counter]")
        self.shot("queue-answers")
        self.page.click(".modal button[name=action_answer_counter]")
        self.page.wait(".modal .alert-success", "done")
        self.page.click(".o_notification_close")
        self.shot("queue-resolve")

    def ready(self):
        """What goes next, one of it held back."""
        held = self.scene.row_of(self.move_of("Westwood Dynamic"))
        reason = {"note": "Waits for the goods"}
        asked = self.page.rpc("synkd.transaction", "action_hold", [held])
        self.page.rpc(asked["res_model"], "write", [asked["res_id"]], reason)
        self.page.rpc(asked["res_model"], "action_confirm", [asked["res_id"]])
        self.go("/odoo/ready-to-post", ".o_data_row", "Waits for the goods")
        self.shot("queue-ready")

    def posted(self):
        """What the books have."""
        self.post_all()
        self.go("/odoo/posted-to-books", ".o_data_row", "Hope Works")
        self.shot("queue-posted")

    def candidates(self):
        """An answer gets lost, and somebody removes our key in the books meanwhile."""
        scene, page = self.scene, self.page
        values = {"name": "Umhlanga Surf Shop"}
        account = page.rpc("synkd.account.customer", "create", values)
        scene.set_ledger(demo_fault="lost_after", demo_fault_every=1)
        page.rpc("synkd.account.customer", "action_push_now", [account])
        named = ("name", "=", values["name"])
        stored = scene.await_one("synkd.demo.customer", named)
        page.rpc("synkd.demo.customer", "write", [stored], {"reference": False})
        scene.set_ledger(demo_fault=False)
        page.rpc("synkd.ledger", "action_run_now", [scene.ledger])
        scene.await_one("synkd.request", ("state", "=", "asked"))
        self.go(f"/odoo/account-customers/{account}", f"{OPEN} .alert", "Nobody")
        page.click("button[name=action_tell]")
        page.wait(".modal .o_data_row", values["name"])
        self.shot("queue-candidates")

    def go_live(self):
        """What was open when the ledger began."""
        self.scene.before()
        self.go(f"/odoo/ledgers/{self.scene.ledger}", OPEN)
        self.page.click("button[name=action_go_live]")
        self.page.click(".modal [name=opening_choice] [data-value=post]")
        self.page.wait(".modal [name=opening_item_id] input")
        self.shot("go-live")

    def phone(self):
        """The queue where it is touched."""
        self.page.resize(*PHONE)
        self.go("/odoo/requires-attention", ".o_kanban_record", WALK_IN)
        self.shot("queue-phone")
        self.page.resize(*DESK)


class RecordWalk(Walk):
    """The customer record: one customer, its family, its category."""

    prefix = "customers-"

    def take(self):
        """Take all pictures."""
        page = self.page
        found = ("ref", "=", "TIA001"), ("name", "=", "Wholesale")
        scene = Scene(page)
        (customer,) = scene.find("res.partner", found[0])
        (category,) = scene.find("synkd.customer.category", found[1])
        page.resize(DESK[0], 1200)
        self.go(f"{CUSTOMERS}/{customer}", OPEN)
        page.click(".nav-link[name=customer_record]")
        self.shot("record")
        page.click(".nav-link[name=sub_customers]")
        self.shot("sub-customers")
        page.resize(*DESK)
        page.click("button[name=action_view_family]")
        page.wait(".o_hierarchy_node", "Titan Group North Coast")
        self.shot("family")
        self.apply(scene, category)

    def apply(self, scene, category):
        """Change the terms of a category, and open what that offers."""
        page = self.page
        later = scene.find("account.payment.term", ("name", "=", "45 Days"))
        terms = {"payment_term_id": later[0]}
        page.rpc("synkd.customer.category", "write", [category], terms)
        self.go(f"/odoo/customer-categories/{category}", f"{OPEN} .alert", "before")
        page.click(".btn-primary[name=action_apply]")
        page.wait(".modal .o_data_row", "Terms")
        self.shot("category")


class CreditWalk(Walk):
    """What a customer's standing does: hold, limits, statement, import."""

    prefix = "customers-"

    def take(self):
        """Take all pictures."""
        self.scene = Scene(self.page)
        self.list()
        self.status()
        self.order()
        self.delivery()
        self.invoice()
        self.statement()
        self.more()
        self.load()

    def find(self, name):
        """Return the id of a customer of the demo."""
        return self.scene.find("res.partner", ("name", "=like", f"{name}%"))[0]

    def list(self):
        """The list, with its buttons for those who are ticked."""
        page = self.page
        self.go(CUSTOMERS, ".o_list_view, .o_kanban_view")
        page.click(".o_switch_view.o_list")
        page.wait(".o_data_row", "Late Lounge")
        page.click(".o_data_row:nth-child(2) .o_list_record_selector input")
        page.click(".o_data_row:nth-child(4) .o_list_record_selector input")
        self.shot("list")

    def status(self):
        """The dialog that asks why, a customer on hold, his credit, the others."""
        page = self.page
        self.go(f"{CUSTOMERS}/{self.find('Late Lounge')}", OPEN)
        page.click(".o_statusbar_buttons button", "Hold")
        page.type(".modal [name=reason] input", "Two cheques were returned")
        self.shot("hold")
        page.click(".modal .o_form_button_cancel, .modal button[special=cancel]")
        self.go(f"{CUSTOMERS}/{self.find('Harvest')}", f"{OPEN} .alert", "On hold")
        page.click(".nav-link[name=credit]")
        self.shot("credit")
        self.go("/odoo/customers-on-hold", ".o_data_row", "Harvest")
        self.shot("held")

    def order(self):
        """An order above the limit: what it says, the refusal, the reason."""
        page, limited = self.page, self.find("Little Limit")
        orders = ("partner_id", "=", limited), ("state", "=", "draft")
        order = self.scene.find("sale.order", *orders)[0]
        path = f"/odoo/action-sale.action_quotations_with_onboarding/{order}"
        self.go(path, f"{OPEN} .alert", "above the credit limit")
        self.shot("order")
        page.click("button[name=action_confirm]")
        page.wait(".modal", "Allow With a Reason")
        self.shot("refused")
        page.click(".modal-footer button")
        page.click("button[name=action_synkd_open_permit]")
        page.type(".modal [name=reason] input", "Half is paid in advance")
        self.shot("permit")
        page.click(".modal-footer button[name=action_confirm]")
        page.wait(".alert-warning", "above the credit limit")
        self.go("/odoo/credit-permits", ".o_data_row", "Half is paid")
        self.shot("permits")

    def delivery(self):
        """A delivery to a customer on hold."""
        held = ("partner_id", "=", self.find("Harvest"))
        picking = self.scene.find("stock.picking", held)[0]
        path = f"/odoo/action-stock.action_picking_tree_all/{picking}"
        self.go(path, f"{OPEN} .alert", "on hold")
        self.shot("delivery")

    def invoice(self):
        """A draft for a customer who is overdue."""
        line = {"name": "Coffee", "quantity": 1, "price_unit": 120}
        values = {"move_type": "out_invoice", "partner_id": self.find("Late Lounge")}
        lines = {"invoice_line_ids": [[0, 0, line]]}
        move = self.scene.rpc("account.move", "create", values | lines)
        action = "account.action_move_out_invoice"
        self.go(f"/odoo/action-{action}/{move}", f"{OPEN} .alert", "overdue")
        self.shot("overdue")

    def statement(self):
        """What the dialog asks, and what the customer gets."""
        page, customer = self.page, self.find("Titan Group")
        mail = {"email": "accounts@titan.example"}
        self.scene.rpc("res.partner", "write", [customer], mail)
        for quantity, day in (12, "2026-08-03"), (5, "2026-10-05"):
            self.scene.invoice("Titan Group", quantity=quantity, invoice_date=day)
        self.go(f"{CUSTOMERS}/{customer}", OPEN)
        page.click("button[name=action_synkd_statement]")
        page.wait(".modal button[name=action_print]")
        self.shot("statement")
        page.click(".modal button[name=action_send]")
        sent = ("partner_id", "=", customer)
        self.scene.await_one("synkd.statement", sent, ("state", "=", "sent"))
        report = f"/report/html/partner_statement.outstanding_statement/{customer}"
        self.go(report, "body", "Titan Group")
        self.shot("statement-page")

    def more(self):
        """A category, what is missing, commissions, limits of Financial Risk."""
        page, scene = self.page, self.scene
        (category,) = scene.find("synkd.customer.category", ("name", "=", "Wholesale"))
        self.go(f"/odoo/customer-categories/{category}", OPEN)
        self.shot("category-form")
        customer = self.find("Hope Works")
        rep = {"user_id": scene.find("res.users", ("login", "=", "clerk"))[0]}
        rep |= {"commission": 5, "discount": 2.5}
        reps = {"rep_ids": [[5, 0, 0], [0, 0, rep]]}
        scene.rpc("res.partner", "write", [customer], reps)
        scene.invoice("Hope Works", quantity=3, invoice_user_id=rep["user_id"])
        self.go("/odoo/commissions", ".o_group_header", "Sipho")
        page.click(".o_group_header", "Sipho")
        page.wait(".o_data_row", "Hope Works")
        self.shot("commissions")

    def load(self):
        """A file with one bad row, tested."""
        page = self.page
        self.go(CUSTOMERS, ".o_list_view, .o_kanban_view")
        page.click(".o_cp_action_menus button")
        page.click(".o_import_menu")
        page.wait(".o_import_action", "Sub-Customers")
        page.script(UPLOAD)
        page.wait(".o_import_data_content tr", "Category")
        page.click(".o_control_panel button", "Test")
        page.wait(".o_import_data_content .alert", "Wholsale")
        self.shot("import")


class BillingWalk(Walk):
    """An agency gets one bill for its six properties."""

    prefix = "billing-"

    def take(self):
        """Take all pictures."""
        page = self.page
        self.go("/odoo/batch-billing", ".o_group_header", "Umhlanga Estates")
        page.click(".o_group_header", "Umhlanga Estates")
        page.wait(".o_data_row", "12 Beach Road")
        self.shot("waiting")
        page.click(".o_control_panel button[name=action_bill]")
        page.wait(".modal .o_data_row", "Umhlanga Estates")
        self.shot("run")
        page.click(".modal button[name=action_run]")
        page.wait(".o_data_row", "BILL/")
        page.click(".o_data_row td[name=account_customer_id]", "Umhlanga Estates")
        page.wait(OPEN, "12 Beach Road")
        self.shot("bill")
        (bill,) = Scene(page).find("synkd.batch", ("name", "like", "BILL/"))
        page.open(f"{self.url}/report/html/synkd_connector.report_batch/{bill}")
        page.wait("table[name=breakdown]", "12 Beach Road")
        self.shot("print")
        page.open(f"{self.url}/odoo")


class DataWalk(Walk):
    """The Data Manager: what is selected, modified, merged."""

    prefix = "data-"
    OTHERS = ("Just In Time", "Big Bargains")

    def take(self):
        """Take all pictures."""
        self.go("/odoo/operational-data", ".o_data_row", TWIN)
        for name in (TWIN, *self.OTHERS):
            self.press(name, "action_synkd_select")
        self.shot("list")
        self.modify()
        self.merge()

    def press(self, name, button):
        """Press a button in the row of a customer."""
        row = self.page.wait(".o_data_row", name)
        self.page.script(f"{row}.querySelector('button[name={button}]').click()")
        other = {"action_synkd_select": "un"}.get(button, "")
        self.page.wait(
            f".o_data_row:has(button[name=action_synkd_{other}select])", name
        )

    def close(self):
        """Leave a dialog as it is."""
        self.page.click(".modal button[special=cancel], .modal .o_form_button_cancel")

    def modify(self):
        """Who gets what in place of what."""
        page = self.page
        page.click("button[name=action_synkd_modify]")
        page.click(".modal [name=what] input")
        page.click(".o_select_menu_item", "Category")
        page.click(".modal [name=category_id] input")
        page.click(".o-autocomplete--dropdown-item", "Wholesale")
        page.wait(".modal [name=preview]", "Wholesale")
        self.shot("modify")
        self.close()

    def merge(self):
        """Two that are one: what moves, and what stays."""
        for name in self.OTHERS:
            self.press(name, "action_synkd_unselect")
        self.press("Hope Works (Pty)", "action_synkd_select")
        self.page.click("button[name=action_synkd_merge]")
        self.page.wait(".modal [name=preview]", "archived")
        self.shot("merge")
        self.close()


class TillWalk(Walk):
    """A cashier at the terminal, once the customers are in the books."""

    prefix = "till-"
    PICK = ".product-screen .set-partner"

    def take(self):
        """Take all pictures."""
        self.page.resize(*DESK)
        self.closed()
        self.open_till()
        self.customers()
        self.question()
        self.invoiced()
        self.refused()
        self.phone()

    def open_till(self):
        """Open the terminal of the demo's shop."""
        (till,) = Scene(self.page).find("pos.config", ("name", "=", "Durban Shop"))
        self.go(f"/pos/ui/{till}?from_backend=True", ".product-screen")
        if self.page.script("!!document.querySelector('.opening-notes')"):
            self.page.click(".modal-footer button", "Open Register")
        self.page.click(".product", "Cappuccino")

    def closed(self):
        """A sale to nobody in particular, and what the closed till tells the books."""
        page, scene = self.page, Scene(self.page)
        (till,) = scene.find("pos.config", ("name", "=", "Durban Shop"))
        scene.rpc("pos.config", "write", [till], {"walk_in_class_id": False})
        self.open_till()
        page.click(".pay-order-button")
        page.click(".paymentmethod", "Cash")
        page.click(".payment-screen .validation-button")
        page.wait(".receipt-screen")
        mine = ("config_id", "=", till), ("state", "=", "opened")
        (session,) = scene.find("pos.session", *mine)
        sold = ("session_id", "=", session)
        (sale,) = scene.rpc("pos.order", "search_read", [sold], ["amount_total"])
        counted = sale["amount_total"]
        scene.rpc("pos.session", "post_closing_cash_details", [session], counted)
        scene.rpc("pos.session", "close_session_from_ui", [session])
        self.posted(scene.await_one("synkd.summary", sold))

    def posted(self, summary):
        """Takings, Resolve, and the document with its orders."""
        page = self.page
        self.go("/odoo/takings", ".o_data_row")
        self.shot("takings")
        mine = ("summary_id", "=", summary), ("kind", "=", "invoice")
        (row,) = Scene(page).find("synkd.transaction", *mine)
        self.go(f"/odoo/transaction-queue/{row}", OPEN)
        page.click(RESOLVE)
        page.click(".modal [name=class_id] input")
        page.click(".o-autocomplete--dropdown-item", "Counter")
        page.wait(".modal [name=target_id]", "Counter")
        self.shot("walk-in")
        page.click(".modal button[name=action_confirm]")
        page.wait(".o_statusbar_status [aria-checked=true]", "Ready")
        action = "synkd_connector.synkd_summary_action"
        self.go(f"/odoo/action-{action}/{summary}", OPEN)
        self.shot("summary")

    def pick(self, name):
        """Choose a customer in the terminal."""
        self.page.click(self.PICK)
        self.page.click(".partner-list .partner-info b", name)

    def customers(self):
        """The list, with what the books told."""
        self.page.click(self.PICK)
        self.page.wait(".partner-list .o_synkd_card", "On hold")
        self.reveal(".partner-list .partner-info b", "Harvest")
        self.shot("customers")
        self.page.click(".modal-footer button", "Discard")

    def question(self):
        """Somebody of whom nobody decided, and what the class needs of her."""
        self.pick("Lindiwe Zulu")
        self.page.wait(".o_synkd_question .o_synkd_create")
        self.shot("question")
        self.page.click(".o_synkd_question .o_synkd_create")
        self.page.wait(".o_synkd_question .alert", "Street")
        self.shot("needs")
        self.page.click(".o_synkd_later")

    def invoiced(self):
        """Why Invoice is ticked."""
        self.pick("Hope Works")
        self.page.click(".pay-order-button")
        self.page.wait(".o_synkd_why", "Hope Works")
        self.shot("invoice")
        self.page.click(".payment-screen .back-button, .payment-screen .back")

    def refused(self):
        """A sale on account to a customer on hold."""
        self.pick("Harvest")
        self.page.click(".o_synkd_later")
        self.page.click(".pay-order-button")
        self.page.click(".paymentmethod", "Customer Account")
        self.page.click(".payment-screen .validation-button")
        self.page.wait(".modal-body", "on hold")
        self.shot("refused")
        self.page.click(".modal-footer button", "Ok")

    def phone(self):
        """The list and the question where they are touched."""
        self.page.resize(*PHONE)
        self.open_till()
        self.page.click(".switchpane .review-button, .review-button")
        self.page.click(self.PICK)
        self.page.wait(".partner-list .o_synkd_card")
        self.shot("customers-phone")
        self.page.click(".partner-list .partner-info b", "Lindiwe Zulu")
        self.page.wait(".o_synkd_question .o_synkd_create")
        self.shot("question-phone")
        self.page.click(".o_synkd_later")
        self.page.resize(*DESK)


def main():
    """Take the pictures of the demo at URL."""
    url = os.environ.get("URL") or f"http://127.0.0.1:{PORT}"
    with Page(*DESK) as page:
        walk = QueueWalk(page, url)
        walk.log_in()
        walk.take()
        RecordWalk(page, url).take()
        CreditWalk(page, url).take()
        BillingWalk(page, url).take()
        DataWalk(page, url).take()
        TillWalk(page, url).take()
        page.resize(DESK[0], 1000)
        page.open(f"{url}/odoo")
        XeroWalk(page, url).take()
        page.open(f"{url}/odoo")
        SageWalk(page, url).take()
        page.open(f"{url}/odoo")
        PastelWalk(page, url).take()
        page.open(f"{url}/odoo")
        OdooWalk(page, url).take()
        page.open(f"{url}/odoo")
        AgreementWalk(page, url).take()


if __name__ == "__main__":
    main()
