# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .common import PosCommon


class TillCommon(PosCommon):
    def sell_plain(self, *payments, **values):
        """Sell without an invoice."""
        return self.sell(*payments, invoiced=False, **values)

    def figures(self, ledger=None, companies=None):
        """Return count and amount that the ledger tells, read anew."""
        ledger = ledger or self.ledger
        ledger.invalidate_recordset()
        if companies is not None:
            ledger = ledger.with_context(allowed_company_ids=companies.ids)
        return ledger.till_count, ledger.till_amount

    def till_text(self, session=None):
        """Return what the session tells, read anew."""
        session = session or self.pos_session
        session.invalidate_recordset(["synkd_till_text"])
        return session.synkd_till_text


@tagged("post_install", "-at_install")
class TestPosTillFigures(TillCommon):
    """What the shop took without an invoice is summed, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.ledger = cls.ledger.with_env(cls.env)

    def set_column(self, order, name, value):
        """Make an order what the till would not let it become again."""
        self.env.flush_all()
        sql = SQL("UPDATE pos_order SET %s = %s", SQL.identifier(name), value)
        self.env.cr.execute(SQL("%s WHERE id = %s", sql, order.id))
        self.env.invalidate_all()

    def test_nothing_is_told_where_all_have_an_invoice(self):
        self.sell()
        self.assertEqual(self.figures(), (0, 0.0))
        self.assertFalse(self.ledger.till_text)
        self.assertFalse(self.till_text())

    def test_open_and_closed_sessions_count(self):
        self.sell_plain()
        self.sell()
        self.assertEqual(self.figures(), (1, 115.0))
        self.close()
        self.open_new_session(0)
        self.sell_plain((self.card, 115.0))
        self.assertEqual(self.figures(), (2, 230.0))
        self.assertIn("2, ", self.ledger.till_text)
        self.assertIn("230.00", self.ledger.till_text)

    def test_a_return_lowers_it(self):
        self.sell_plain(quantity=3)
        self.sell_plain(quantity=-1)
        self.assertEqual(self.figures(), (2, 230.0))

    def test_a_sale_and_its_return_are_still_told(self):
        self.sell_plain()
        self.sell_plain(quantity=-1)
        self.assertEqual(self.figures(), (2, 0.0))
        self.assertTrue(self.ledger.till_text)

    def test_an_invoice_after_closing_takes_it_out(self):
        order = self.sell_plain()
        self.close()
        self.assertEqual(self.figures(), (1, 115.0))
        order.action_pos_order_invoice()
        self.assertEqual(self.figures(), (0, 0.0))
        self.assertFalse(self.till_text())

    def test_unpaid_and_cancelled_orders_do_not_count(self):
        for state in ("draft", "cancel"):
            self.set_column(self.sell_plain(), "state", state)
        self.assertEqual(self.figures(), (0, 0.0))

    def test_only_since_documents_from_at_the_company(self):
        """Midnight in Durban is ten in the evening of UTC."""
        self.company.partner_id.tz = "Africa/Johannesburg"
        self.ledger.start_date = "2026-03-10"
        before, since = self.sell_plain(), self.sell_plain(quantity=2)
        before.date_order = datetime(2026, 3, 9, 21, 59, 59)
        since.date_order = datetime(2026, 3, 9, 22, 0, 0)
        self.assertEqual(self.figures(), (1, 230.0))
        self.assertIn("1, ", self.till_text())
        self.assertIn("03/10/2026", self.ledger.till_text)

    def test_a_currency_counts_at_the_rate_of_the_order(self):
        """Each order is rounded, as the books would take it."""
        self.sell_plain()
        for rate in (3.0, 7.0):
            self.set_column(self.sell_plain(), "currency_rate", rate)
        self.assertEqual(self.figures(), (3, 115.0 + 38.33 + 16.43))

    def test_a_branch_counts_with_its_company_where_it_is_ticked(self):
        self.sell_plain()
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.sell_plain(quantity=2).company_id = branch
        both = self.company | branch
        self.assertEqual(self.figures(companies=both), (2, 345.0))
        self.assertEqual(self.figures(companies=self.company), (1, 115.0))
        own = self.create_ledger(name="Books of the branch", company_id=branch.id)
        own.start_date = False
        self.assertEqual(self.figures(companies=both), (1, 115.0))
        self.assertEqual(self.figures(own, both), (1, 230.0))

    def test_another_company_has_its_own_figure(self):
        self.sell_plain()
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(name="Other books", company_id=other.id)
        both = self.company | other
        self.assertEqual(self.figures(ledger, both), (0, 0.0))
        self.assertEqual(self.figures(companies=both), (1, 115.0))

    def test_an_archived_ledger_tells_nothing(self):
        self.sell_plain()
        self.ledger.active = False
        self.assertEqual(self.figures(), (0, 0.0))

    def test_the_link_opens_what_was_counted(self):
        orders = self.sell_plain() | self.sell_plain()
        self.sell()
        action = self.ledger.action_view_till()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), orders)

    def queries_of(self, function):
        """Return the statements that some work takes, with all of it flushed first."""
        self.env.flush_all()
        self.env.invalidate_all()
        function()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(name="Other books", company_id=other.id)
        companies = (self.company | other).ids
        both = (self.ledger | ledger).with_context(allowed_company_ids=companies)
        both.start_date = "2026-01-01"
        self.sell_plain()
        few = self.queries_of(lambda: both[:1]._read_till([("id", ">", 0)]))
        self.assertEqual(few, 1)
        one = self.queries_of(lambda: both[:1].mapped("till_amount"))
        for _index in range(4):
            self.sell_plain()
        self.assertEqual(self.queries_of(lambda: both.mapped("till_amount")), one)
        first = self.pos_session
        texts = self.queries_of(first._get_synkd_till_texts)
        self.close()
        self.open_new_session(0)
        self.sell_plain()
        sessions = first | self.pos_session
        self.assertEqual(self.queries_of(sessions._get_synkd_till_texts), texts)


@tagged("post_install", "-at_install")
class TestPosTillTold(TillCommon):
    """Who closes a session and who keeps the books is told, and nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user("till_clerk", "synkd_connector.group_user")
        cls.cashier = cls.create_user("till_cashier", "point_of_sale.group_pos_user")

    def view_of(self, user, model, kind, xmlid):
        """Return the view as a user gets it."""
        view = self.env.ref(xmlid)
        arch = self.env[model].with_user(user).get_view(view.id, kind)["arch"]
        return etree.fromstring(arch)

    def test_a_clerk_without_the_shop_reads_the_figure(self):
        self.sell_plain()
        ledger = self.ledger.with_user(self.clerk)
        self.assertEqual((ledger.till_count, ledger.till_amount), (1, 115.0))
        self.assertIn("115.00", ledger.till_text)
        with self.assertRaisesRegex(AccessError, "Ask an administrator"):
            ledger.action_view_till()

    def test_he_gets_no_link_that_he_may_not_follow(self):
        both = self.create_user(
            "till_both", "synkd_connector.group_user,point_of_sale.group_pos_user"
        )
        for kind in ("form", "kanban"):
            xmlid = f"synkd_connector.synkd_ledger_view_{kind}"
            for user, links in ((self.clerk, 0), (both, 1)):
                arch = self.view_of(user, "synkd.ledger", kind, xmlid)
                self.assertTrue(arch.xpath("//field[@name='till_text']"))
                found = arch.xpath("//*[@name='action_view_till']")
                self.assertEqual(len(found), links, (kind, user.login))

    def test_the_banners_are_there_only_with_a_text(self):
        arch = self.view_of(
            self.cashier,
            "pos.session",
            "form",
            "point_of_sale.view_pos_session_form",
        )
        banner = arch.xpath("//div[@name='synkd_till']")[0]
        self.assertEqual(banner.get("invisible"), "not synkd_till_text")
        xmlid = "synkd_connector.synkd_ledger_view_form"
        arch = self.view_of(self.clerk, "synkd.ledger", "form", xmlid)
        banner = arch.xpath("//div[@name='till']")[0]
        self.assertEqual(banner.get("invisible"), "not till_text")

    def test_a_cashier_reads_of_his_session_but_not_of_the_ledger(self):
        self.sell_plain()
        session = self.pos_session.with_user(self.cashier)
        self.assertIn("in this session: 1, ", session.synkd_till_text)
        for name in ("till_count", "till_amount", "till_text"):
            with self.assertRaises(AccessError):
                self.ledger.with_user(self.cashier).read([name])
        with self.assertRaises(AccessError):
            self.ledger.with_user(self.cashier).action_view_till()

    def test_the_closing_is_told(self):
        self.sell()
        self.assertIs(
            self.pos_session.get_closing_control_data()["synkd_till_text"], False
        )
        self.sell_plain()
        data = self.pos_session.with_user(self.cashier).get_closing_control_data()
        self.assertIn("115.00", data["synkd_till_text"])
        self.assertIn("tell the bookkeeper", data["synkd_till_text"])

    def test_a_company_without_books_is_not_troubled(self):
        self.sell_plain()
        self.ledger.active = False
        self.assertIs(
            self.pos_session.get_closing_control_data()["synkd_till_text"], False
        )

    def test_the_daily_mail_says_so(self):
        self.assertFalse(self.ledger._get_summary())
        self.sell_plain()
        self.sell()
        line = self.ledger._get_summary()[-1]
        self.assertEqual((line["count"], line["amount"]), (1, 115.0))
        self.assertFalse(line["attention"])
        self.assertTrue(line["url"].endswith(f"/odoo/ledgers/{self.ledger.id}"))
        mail = self.env["mail.mail"].browse(self.ledger._send_summary())
        self.assertIn("Shop orders without an invoice", mail.body_html)


@tagged("post_install", "-at_install")
class TestPosTillTours(TillCommon, HttpCase):
    """The closing screen of the terminal, in a real browser."""

    def close_at_the_terminal(self, tour):
        """Open the terminal as a cashier, and press Close Register."""
        self.create_user("till_closer", "point_of_sale.group_pos_manager")
        url = f"/pos/ui/{self.config.id}"
        self.start_tour(url, tour, login="till_closer")

    def test_the_closing_screen_tells(self):
        self.sell(invoiced=False)
        self.sell(invoiced=False)
        self.close_at_the_terminal("synkd_till_told")

    def test_it_is_silent_where_all_have_an_invoice(self):
        self.sell()
        self.close_at_the_terminal("synkd_till_silent")
