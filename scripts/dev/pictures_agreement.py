# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pictures of the agreement of both sides, with a second Odoo as the books."""

from .scene import Scene
from .walk import OPEN, PANEL, Walk


class AgreementWalk(Walk):
    """The bookkeeper of the second Odoo works there; both sides are compared."""

    prefix = "agreement-"
    GOODS = (("Titan Group", 3), ("Big Bargains", 1), ("Just In Time", 2))
    LIST = "synkd_connector.synkd_agreement_line_action"

    def take(self):
        """Take all pictures."""
        self.scene = Scene(self.page, "Protea Trading")
        moves = [self.scene.invoice(name, quantity=n) for name, n in self.GOODS]
        self.scene.pay(moves[1])
        self.post_all()
        row = self.scene.row_of(moves[1])
        self.scene.await_one(
            "synkd.transaction", ("id", "=", row), ("sync_state", "=", "synced")
        )
        self.work_there([self.identity(move) for move in moves])
        self.scene.invoice("Hope Works", quantity=7)
        self.compare()
        self.lines()
        self.link()
        self.gone()

    def identity(self, move):
        """Return the id of an invoice in the second Odoo."""
        row = [self.scene.row_of(move)], ["external_id"]
        return int(self.scene.rpc("synkd.transaction", "read", *row)[0]["external_id"])

    def work_there(self, ids):
        """Delete, change and enter invoices there, and archive a customer."""
        page, home = self.page, self.url
        (ledger,) = self.scene.rpc(
            "synkd.ledger", "read", [self.scene.ledger], ["http_api_url"]
        )
        url = ledger["http_api_url"].replace("127.0.0.1", "localhost")
        Walk(page, url).log_in(".o_user_menu")
        gone, _paid, moved = ids
        page.rpc("account.move", "button_draft", [gone])
        page.rpc("account.move", "button_cancel", [gone])
        page.rpc("account.move", "button_draft", [moved])
        page.rpc("account.move", "write", [moved], {"invoice_date": "2026-11-02"})
        page.rpc("account.move", "action_post", [moved])
        (hope,) = page.rpc("res.partner", "search", [("name", "ilike", "Hope Works")])
        line = {"name": "Coffee beans", "quantity": 7, "price_unit": 120}
        values = {"move_type": "out_invoice", "partner_id": hope}
        lines = {"invoice_line_ids": [[0, 0, line]]}
        entered = page.rpc("account.move", "create", values | lines)
        page.rpc("account.move", "action_post", [entered])
        bargains = page.rpc("res.partner", "search", [("name", "=", "Big Bargains")])
        page.rpc("res.partner", "write", bargains, {"active": False})
        page.open(f"{home}/odoo")

    def compare(self):
        """From the ledger to what differs."""
        page = self.page
        self.go(f"/odoo/ledgers/{self.scene.ledger}", OPEN)
        page.click("button[name=action_agree]")
        page.wait(".modal button[name=action_confirm]")
        self.shot("ask")
        page.click(".modal button[name=action_confirm]")
        page.wait(PANEL, "Differences as of")
        page.click(f"{PANEL} .btn-close")
        self.go("/odoo/ledgers", ".o_kanban_record", "Differences as of")
        self.shot("card")
        self.go("/odoo/agreement", ".o_data_row")
        self.shot("list")
        page.click(".o_data_row td[name=as_of]")
        page.wait("[name=open_ids] .o_data_row")
        self.shot("differences")
        page.click("[name=open_ids] .o_data_row td", "Not in the Books Any More")
        page.wait(".modal button[name=action_post_anew]")
        self.shot("why")
        page.click(".modal .btn-close")

    def lines(self):
        """All that was compared: by customer, and as a pivot."""
        page = self.page
        page.click("button[name=action_view_lines]")
        page.wait(".o_list_view .o_data_row")
        self.shot("lines")
        page.click(".o_switch_view.o_pivot")
        page.wait(".o_pivot table")
        self.shot("pivot")

    def go_to_line(self, *domain):
        """Open the newest line of a domain."""
        line = self.scene.find("synkd.agreement.line", *domain)[-1]
        found = self.scene.rpc("synkd.agreement.line", "read", [line], ["agreement_id"])
        agreement = found[0]["agreement_id"][0]
        self.go(f"/odoo/{agreement}/action-{self.LIST}/{line}", OPEN)

    def link(self):
        """What somebody entered there, and what it is here."""
        page = self.page
        domain = ("verdict", "=", "unknown"), ("ledger_id", "=", self.scene.ledger)
        self.go_to_line(*domain)
        page.click("button[name=action_link]")
        page.wait(".modal .o_data_row button[name=action_pick]")
        self.shot("link")
        page.click(".modal button[special=cancel]")

    def gone(self):
        """A customer who is archived there: who stands for him, or he is restored."""
        page = self.page
        domain = ("verdict", "=", "archived"), ("ledger_id", "=", self.scene.ledger)
        self.go_to_line(*domain)
        page.wait("button[name=action_restore]")
        self.shot("gone")
        page.click("button[name=action_merge]")
        page.wait(".modal [name=kept_id] input")
        self.shot("merge")
        page.click(".modal button[special=cancel]")
        page.click("button[name=action_restore]")
        page.wait(".o_statusbar_status .o_arrow_button_current", "Being Put Right")
        self.shot("restored")
