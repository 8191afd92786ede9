# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from ..common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestRecordInvoices(DocumentsCommon):
    """What the customer record does at the invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls.create_user("rep", "account.group_account_invoice")
        cls.branch = cls.create_partner("Hope North", parent_id=cls.partner.id)

    def set_rep(self, **values):
        """Give the customer a sales rep."""
        self.partner.rep_ids = [(5,), (0, 0, {"user_id": self.rep.id} | values)]

    def open_invoice(self, partner):
        """Return the form of a new invoice for a customer."""
        moves = self.env["account.move"].with_context(default_move_type="out_invoice")
        form = Form(moves)
        form.partner_id = partner
        form.invoice_user_id = self.rep
        return form

    # === DISCOUNT === #

    def test_typed_lines_have_the_discount_of_the_sales_rep(self):
        self.set_rep(discount=7.5)
        form = self.open_invoice(self.branch)
        with form.invoice_line_ids.new() as line:
            line.product_id = self.desk
            self.assertEqual(line.discount, 7.5)
        with form.invoice_line_ids.new() as line:
            line.discount = 3
            line.product_id = self.desk
        move = form.save()
        self.assertEqual(move.invoice_line_ids.mapped("discount"), [7.5, 3])

    def test_other_sales_people_and_vendors_give_none(self):
        self.set_rep(discount=7.5)
        form = self.open_invoice(self.branch)
        form.invoice_user_id = self.env.user
        with form.invoice_line_ids.new() as line:
            line.product_id = self.desk
            self.assertEqual(line.discount, 0)

    # === COMMISSION === #

    def invoice(self, **values):
        """Post an invoice of the sales rep for the branch."""
        vals = {"partner_id": self.branch.id, "invoice_user_id": self.rep.id}
        return self.create_invoice(self.line(self.desk), **vals | values)

    def commission(self, move):
        """Return rate and amount of the commission of a document."""
        found = self.env["synkd.commission"].search([("move_id", "=", move.id)])
        self.assertLessEqual(len(found), 1)
        return (found.rate, found.amount) if found else None

    def test_the_rate_at_posting_is_kept(self):
        self.set_rep(commission=5)
        move = self.invoice()
        self.assertEqual(self.commission(move), (5, 5))
        self.set_rep(commission=8)
        self.assertEqual(self.commission(move), (5, 5))
        move.button_draft()
        move.invoice_line_ids.price_unit = 300
        move.action_post()
        self.assertEqual(self.commission(move), (5, 15), "another amount, same rate")
        self.assertEqual(self.commission(self.invoice()), (8, 8))

    def test_a_credit_note_gives_back_at_the_rate_of_its_invoice(self):
        self.set_rep(commission=5)
        move = self.invoice()
        self.set_rep(commission=8)
        credit = move._reverse_moves([{"invoice_date": "2026-03-11"}])
        credit.action_post()
        self.assertEqual(self.commission(credit), (5, -5))
        other = self.invoice(move_type="out_refund")
        self.assertEqual(self.commission(other), (8, -8))

    def test_who_sells_it_gets_it_and_nobody_else(self):
        self.set_rep(commission=5)
        move = self.invoice(invoice_user_id=self.env.uid)
        self.assertIsNone(self.commission(move))
        move.button_draft()
        move.invoice_user_id = self.rep
        move.action_post()
        self.assertEqual(self.commission(move), (5, 5))
        move.button_draft()
        move.invoice_user_id = self.env.user
        move.action_post()
        self.assertIsNone(self.commission(move))

    def test_another_currency_counts_in_that_of_the_company(self):
        self.set_rep(commission=10)
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.create_rate(euro, 2)
        move = self.invoice(currency_id=euro.id)
        self.assertEqual(self.commission(move), (10, 5))

    def test_people_see_their_own_and_managers_all(self):
        self.set_rep(commission=5)
        move = self.invoice()
        commissions = self.env["synkd.commission"]
        clerk = self.create_user("clerk", "account.group_account_invoice")
        boss = self.create_user("boss", "account.group_account_manager")
        for user, count in ((self.rep, 1), (clerk, 0), (boss, 1)):
            mine = commissions.with_user(user)
            self.assertEqual(mine.search_count([("move_id", "=", move.id)]), count)

    def test_200_invoices_cost_no_query_each(self):
        self.set_rep(commission=5)
        partners = self.env["res.partner"].create(
            [{"name": f"C{n}", "parent_id": self.partner.id} for n in range(40)]
        )
        moves = self.env["account.move"]
        for partner in partners:
            moves |= self.create_invoice(
                self.line(self.desk),
                post=False,
                partner_id=partner.id,
                invoice_user_id=self.rep.id,
            )
        commissions = self.env["synkd.commission"].sudo()
        counts = []
        for some in (moves[:1], moves[1:11], moves[11:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            commissions._note(some, some)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_posting_asks_for_no_word_and_no_rate_that_nobody_gave(self):
        """Permits and commissions cost nothing where there is no limit and no rep."""
        draft = self.create_invoice(
            self.line(self.desk), post=False, partner_id=self.branch.id
        )
        with self.assertLogs("odoo.sql_db", "DEBUG") as log:
            draft.action_post()
        queries = "\n".join(log.output)
        self.assertIn("account_move", queries)
        for table in ("synkd_credit_permit", "synkd_commission", "synkd_credit_turn"):
            self.assertNotIn(table, queries)
        self.assertEqual(queries.count('FROM "synkd_customer_rep"'), 1)

    # === CURRENCY, TERMS, TAX TYPE === #

    def test_an_invoice_is_in_the_customers_currency(self):
        self.euro.active = True
        self.partner.customer_currency_id = self.euro
        form = self.open_invoice(self.branch)
        self.assertEqual(form.currency_id, self.euro)
        move = self.create_invoice(post=False, partner_id=self.branch.id)
        self.assertEqual(move.currency_id, self.euro)
        self.branch.customer_currency_id = self.company.currency_id
        move.partner_id = self.partner
        self.assertEqual(move.currency_id, self.euro)
        move.partner_id = self.branch
        self.assertEqual(move.currency_id, self.company.currency_id)
        typed = self.create_invoice(
            post=False, partner_id=self.partner.id, currency_id=self.dollar.id
        )
        self.assertEqual(typed.currency_id, self.dollar, "typed")

    def test_a_journal_of_another_currency_holds_and_says_so(self):
        self.euro.active = True
        self.partner.customer_currency_id = self.euro
        self.journal.currency_id = self.company.currency_id
        move = self.create_invoice(post=False, partner_id=self.branch.id)
        self.assertEqual(move.currency_id, self.company.currency_id)
        alert = move._get_alerts()["synkd_currency"]["message"]
        self.assertIn("Hope North buys in EUR, but journal", alert)
        self.journal.currency_id = False
        self.assertIn("Choose EUR if", move._get_alerts()["synkd_currency"]["message"])
        self.euro.active = False
        move = self.create_invoice(post=False, partner_id=self.branch.id)
        self.assertEqual(move.currency_id, self.company.currency_id)
        alert = move._get_alerts()["synkd_currency"]["message"]
        self.assertIn("EUR, which is archived", alert)
        self.partner.customer_currency_id = False
        self.assertNotIn("synkd_currency", move._get_alerts())

    def test_bills_of_vendors_know_nothing_of_it(self):
        self.euro.active = True
        self.partner.customer_currency_id = self.euro
        bill = self.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": self.partner.id}
        )
        self.assertEqual(bill.currency_id, self.company.currency_id)
        self.assertNotIn("synkd_currency", bill._get_alerts())

    def test_terms_and_tax_type_are_own_or_the_main_customers(self):
        terms = self.env.ref("account.account_payment_term_30days")
        own = self.env.ref("account.account_payment_term_45days")
        positions = self.env["account.fiscal.position"].create(
            [{"name": n, "company_id": self.company.id} for n in ("Export", "Local")]
        )
        self.partner.property_payment_term_id = terms
        self.partner.property_account_position_id = positions[0]
        shop = self.create_partner("Hope Shop", parent_id=self.branch.id)
        move = self.create_invoice(post=False, partner_id=shop.id)
        self.assertEqual(move.invoice_payment_term_id, terms)
        self.assertEqual(move.fiscal_position_id, positions[0])
        self.branch.property_payment_term_id = own
        self.branch.property_account_position_id = positions[1]
        move = self.create_invoice(post=False, partner_id=shop.id)
        self.assertEqual(move.invoice_payment_term_id, own)
        self.assertEqual(move.fiscal_position_id, positions[1])

    # === FACTOR, MAIL === #

    def test_the_factors_notice_is_on_the_invoice(self):
        factor = self.create_partner("Cash Flow Ltd")
        factor.factor_notice = "Pay to Cash Flow Ltd,\naccount 62 000 000."
        self.partner.factor_id = factor
        move = self.create_invoice(self.line(self.desk), partner_id=self.branch.id)
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("account.report_invoice", move.ids)
        self.assertIn("account 62 000 000.", html.decode())
        self.partner.factor_id = False
        html, _kind = report._render_qweb_html("account.report_invoice", move.ids)
        self.assertNotIn("62 000 000", html.decode())

    def test_invoices_are_mailed_to_those_who_get_invoices(self):
        self.partner.email = "office@hope.example"
        template = self.env.ref("account.email_template_edi_invoice")
        send = self.env["account.move.send"]
        move = self.create_invoice(self.line(self.desk))

        def found(move):
            return send._get_default_mail_partner_ids(move, template, "en_US")

        self.assertEqual(found(move), self.partner)
        person = {"is_company": False, "parent_id": self.partner.id}
        anne = self.create_partner("Anne", **person, email="anne@hope.example")
        self.create_partner("Bo", **person, email="bo@hope.example", mail_orders=True)
        self.create_partner("Cy", **person, mail_invoices=True)
        self.assertEqual(found(move), self.partner, "Cy has no address")
        anne.mail_invoices = True
        self.assertEqual(found(move), anne)
        branch = self.create_invoice(self.line(self.desk), partner_id=self.branch.id)
        self.assertEqual(found(branch), anne, "the branch names nobody")
