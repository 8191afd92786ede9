# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a clerk of a demo company did on one day, for pictures of the queue.

Made through Odoo's API as the person who is logged in on a page, once the customers
of the company are in the books.
"""

import time

from .page import LOOK_EVERY
from .say import Stop

# Longer than a ledger waits before it asks what became of a lost answer.
WITHIN = 180

COFFEE, SERVICE = "COF-1", "SER-1"
# Customer, goods and how many, as they were invoiced.
INVOICES = (
    ("Hope Works", COFFEE, 2),
    ("Titan Group", COFFEE, 12),
    ("Fine Hair Salon", SERVICE, 1),
    ("Just In Time", COFFEE, 5),
    ("Big Bargains", COFFEE, 3),
    ("Westwood Dynamic", COFFEE, 40),
)
WALK_IN, PAID_WALK_IN, TWIN = "Jabu Mthembu", "Precious Dlamini", "Hope Works Pty"
REFUSED, HELD, ARCHIVED = "Panda Copiers", "Dancing Shoes", "Dance Shoes"
OLD = {"invoice_date": "2026-01-15"}


class Scene:
    """Makes documents of one company through a page."""

    def __init__(self, page, company="Durban"):
        self.page, self.context = page, {}
        (self.company,) = self.find("res.company", ("name", "=", company))
        self.context = {"allowed_company_ids": [self.company]}
        mine = ("company_id", "=", self.company)
        (self.ledger,) = self.find("synkd.ledger", mine)

    def rpc(self, *what, context=None, **named):
        """Call a method of Odoo in the company; return its result."""
        context = {**self.context, **(context or {})}
        return self.page.rpc(*what, context=context, **named)

    def find(self, model, *domain):
        """Return ids, the oldest first."""
        return self.rpc(model, "search", domain, order="id")

    def await_one(self, model, *domain):
        """Return the id of a record that a run is about to make or change.

        :raises Stop: when it does not come.
        """
        deadline = time.monotonic() + WITHIN
        while not (found := self.find(model, *domain)):
            if time.monotonic() > deadline:
                raise Stop(f"No {model} with {domain} came.")
            time.sleep(LOOK_EVERY)
        return found[0]

    def customer(self, name):
        """Return the id of a customer; who is not there is made."""
        there = ("company_id", "=", self.company)
        found = self.find("res.partner", ("name", "ilike", name), there)
        values = {"name": name, "customer_rank": 1, "company_id": self.company}
        return found[0] if found else self.rpc("res.partner", "create", values)

    def invoice(self, name, code=COFFEE, quantity=1, **values):
        """Post a document of one line; return its id."""
        line = {"name": code, "quantity": quantity, "price_unit": 120}
        if product := self.find("product.product", ("default_code", "=", code)):
            line = {"product_id": product[0], "quantity": quantity}
        values = {"move_type": "out_invoice", **values}
        values |= {
            "partner_id": self.customer(name),
            "invoice_line_ids": [[0, 0, line]],
        }
        if "invoice_date" not in values:
            values["invoice_date"] = self.page.script(
                "new Date().toISOString().slice(0, 10)"
            )
        move = self.rpc("account.move", "create", values)
        self.rpc("account.move", "action_post", [move])
        return move

    def pay(self, *moves, **values):
        """Register a payment of invoices."""
        context = {"active_model": "account.move", "active_ids": moves}
        asked = self.rpc(
            "account.payment.register",
            "create",
            {"group_payment": True, **values},
            context=context,
        )
        self.rpc("account.payment.register", "action_create_payments", [asked])

    def row_of(self, move):
        """Return the id of the queue's row of a document."""
        return self.find("synkd.transaction", ("move_id", "=", move))[0]

    def set_ledger(self, **values):
        """Change the ledger, such as its faults."""
        self.rpc("synkd.ledger", "write", [self.ledger], values)

    def account_of(self, name):
        """Return the id of the account customer of a customer."""
        fields = ["account_customer_id"]
        found = self.rpc("res.partner", "read", [self.customer(name)], fields)
        return found[0]["account_customer_id"][0]

    def day(self):
        """Make the day's documents: some go, each of the others waits for a reason."""
        self.set_ledger(demo_refuse=REFUSED)
        moves = [self.invoice(*what) for what in INVOICES]
        self.pay(moves[3], amount=600)
        self.pay(moves[4])
        self.invoice("Green Tea Supplies", move_type="out_refund")
        self.invoice(REFUSED, quantity=3)
        self.invoice(WALK_IN, quantity=2)
        self.pay(self.invoice(PAID_WALK_IN))
        self.invoice(TWIN, SERVICE)
        self.invoice("Little Bee Honey", "Delivery to the pier")
        self.invoice(HELD)
        self.invoice(ARCHIVED)
        # Who is on hold gets no invoice any more; these were there before.
        account = "synkd.account.customer"
        self.rpc(account, "write", [self.account_of(HELD)], {"held": True})
        self.rpc(account, "write", [self.account_of(ARCHIVED)], {"active": False})

    def before(self):
        """Make what was open before the ledger began."""
        for name, code, quantity in INVOICES[:3]:
            self.invoice(name, code, quantity + 1, **OLD)
        self.invoice("Green Tea Supplies", move_type="out_refund", **OLD)
