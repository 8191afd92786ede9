# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""24 customers with all they buy, return and pay, in step with books that fail.

A test class inherits ``InStepContract`` before its flow's common class, and says how
its simulated books are read: the methods under *hooks*.
"""

CUSTOMERS = 24


class InStepContract:
    """What every connector over HTTP has to pass on a bad day of network and books."""

    allow_inherited_tests_method = True
    # One after the other, each for one call of these methods, below this path.
    faults = ()
    methods, path = "PUT,POST", "/"
    # How often a call is made that broke off: twice where a key makes it repeatable.
    tries = 1

    # === HOOKS: to be overridden === #

    def books_totals(self):
        """Return number, total and tax of each document in the books, as floats."""
        raise NotImplementedError

    def books_owed(self, account):
        """Return what a customer owes in the books, as a float."""
        raise NotImplementedError

    # === WHAT THE TESTS SHARE === #

    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"]
        links = []
        for number in range(CUSTOMERS):
            partner = self.create_partner(f"Shop {number:02}")
            links.append((partner, self.create_account(partner.name)))
            self.partners |= partner
        self.env["synkd.customer.link"]._link(links)

    def sell(self, partners):
        """Invoice customers; some return it, some pay: whole, in part, too much."""
        for partner in partners:
            number = partners.ids.index(partner.id)
            invoice = self.create_invoice(10 + partner.id / 7, partner_id=partner.id)
            if number % 4 == 0:
                credit = invoice._reverse_moves([{"invoice_date": invoice.date}])
                credit.action_post()
            elif number % 4 == 1:
                self.pay(invoice)
            elif number % 4 == 2:
                self.pay(invoice, amount=invoice.amount_total / 2)
            else:
                self.pay(invoice, amount=invoice.amount_total + number)

    def run_with(self, fault):
        """Run while something goes wrong; return whether it struck."""
        times = self.tries if fault.startswith("lost") else 1
        where = {"method": self.methods, "path": self.path}
        self.control.add_fault(fault, times=times, **where)
        self.run_ledger()
        (left,) = self.control.faults()
        self.control.clear_faults()
        self.let_go()
        return not left["times"]

    def let_go(self):
        """Let all go on, as if the times had come that pauses and back-offs told."""
        self.ledger._set_resumed()
        self.ledger.sudo().quiet_until = False
        for model in ("transaction", "account.customer", "request"):
            waiting = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
            waiting.sudo().write({"retry_at": False})

    def finish(self):
        """Run until nothing waits any more."""
        for _run in range(2):
            self.run_ledger()
        rows = self.env["synkd.transaction"]
        left = rows.search([("live", "=", True), ("sync_state", "!=", "synced")])
        self.assertFalse([(r.number, r.sync_state, r.reason_text) for r in left])

    def assert_in_step(self):
        """Fail unless the books have each document once, and all owe the same."""
        moves = self.env["account.move"].search(
            [("move_type", "in", ("out_invoice", "out_refund"))]
        )
        ours = sorted((m.name, m.amount_total, m.amount_tax) for m in moves)
        self.assertEqual(sorted(self.books_totals()), ours)
        self.run_ledger()
        for partner in self.partners:
            lines = self.env["account.move.line"].search(
                [
                    ("partner_id", "=", partner.id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                ]
            )
            owed = sum(lines.mapped("balance"))
            there = self.books_owed(partner.account_customer_id)
            self.assertAlmostEqual(there, owed, 2, partner.name)

    def test_24_customers_and_what_they_buy_return_and_pay(self):
        for number, fault in enumerate(self.faults):
            self.sell(self.partners[number :: len(self.faults)])
            self.assertTrue(self.run_with(fault), fault)
        self.finish()
        self.assert_in_step()
        before = self.write_calls()
        self.run_ledger()
        self.assertEqual(self.write_calls(), before, "what is in step is not written")
