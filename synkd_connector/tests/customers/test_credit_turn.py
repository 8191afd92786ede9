# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from decimal import Decimal

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...door import read_moment
from ...lib.credit_control import Advice, Answer, Owed
from ..common import SynkdCommon


@tagged("-at_install", "post_install")
class TestCreditTurn(SynkdCommon):
    """Families with a limit are served one after the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.turns = cls.env["synkd.credit.turn"]
        cls.partner = cls.create_partner("Contended")
        cls.other = cls.create_partner("Other")

    def turn_of(self, partner):
        """Return how often the turn of a family was taken."""
        self.env.invalidate_all()
        return self.turns.search([("partner_id", "=", partner.id)]).turn

    def test_each_turn_counts(self):
        for expected in (1, 2, 3):
            self.turns._take([self.partner.id])
            self.assertEqual(self.turn_of(self.partner), expected)
        self.assertFalse(self.turn_of(self.other))

    def test_nobody_asked_nobody_served(self):
        start = self.env.cr.sql_log_count
        self.turns._take([])
        self.assertEqual(self.env.cr.sql_log_count, start)

    def test_several_cost_one_query(self):
        start = self.env.cr.sql_log_count
        self.turns._take([self.other.id, self.partner.id])
        self.assertEqual(self.env.cr.sql_log_count, start + 1)
        self.assertEqual(self.turn_of(self.partner), 1)
        self.assertEqual(self.turn_of(self.other), 1)

    def test_a_customer_that_goes_takes_his_turn_along(self):
        self.turns._take([self.other.id])
        turn = self.turns.search([("partner_id", "=", self.other.id)])
        self.other.unlink()
        self.assertFalse(turn.exists())

    def test_only_limits_that_refuse_are_served(self):
        control = self.env["synkd.credit.control"]
        mine = self.partner.with_company(self.company)
        for action, served in (("notify", 0), ("reason", 1), ("block", 2)):
            mine.write({"credit_limit": 10, "limit_action": action})
            control._require(self.company, "quote", [])
            known = control._get_known(self.company, self.partner.ids)
            control._take_turn(known.values())
            self.assertEqual(self.turn_of(self.partner), served, action)
        mine.credit_limit = 0
        known = control._get_known(self.company, self.partner.ids)
        control._take_turn(known.values())
        self.assertEqual(self.turn_of(self.partner), 2, "no limit, no turn")

    @mute_logger("odoo.sql_db")
    def test_the_second_transaction_is_out_of_date(self):
        """Of two that read the same, the one that comes second starts anew."""
        registry = Registry(self.env.cr.dbname)
        with registry.cursor() as made:
            made.execute("SELECT MIN(id) FROM res_partner")
            partner_id = made.fetchone()[0]
        take = "INSERT INTO synkd_credit_turn AS t (partner_id, turn) VALUES (%s, 1)"
        take += " ON CONFLICT (partner_id) DO UPDATE SET turn = t.turn + 1"
        with registry.cursor() as first, registry.cursor() as second:
            second.execute("SELECT COUNT(*) FROM res_partner")
            first.execute(take, [partner_id])
            first.commit()
            with self.assertRaises(SerializationFailure):
                second.execute(take, [partner_id])
            second.rollback()
            second.execute(take, [partner_id])
            second.rollback()
        with registry.cursor() as done:
            done.execute("DELETE FROM synkd_credit_turn WHERE TRUE")


@tagged("-at_install", "post_install")
class TestCreditRecords(SynkdCommon):
    def test_what_is_owed_adds_up(self):
        owed = Owed(Decimal("10.50"), Decimal("4.50"), Decimal(3))
        self.assertEqual(owed.exposure, Decimal("15.00"))
        self.assertEqual(Owed().exposure, 0)

    def test_an_advice_is_a_line_for_each_sentence(self):
        self.assertEqual(Advice(Answer(), ("One.", "Two.")).text, "One.\nTwo.")
        self.assertFalse(Advice().text)
        self.assertFalse(Advice().answer.refused)

    def test_moments_that_clients_give(self):
        given = datetime(2026, 11, 28, 10, 30, 15, 99)
        self.assertEqual(read_moment(self.env, given).microsecond, 0)
        self.assertEqual(
            read_moment(self.env, "2026-11-28 10:30:15"),
            datetime(2026, 11, 28, 10, 30, 15),
        )
        for nothing in (None, False, ""):
            self.assertFalse(read_moment(self.env, nothing))

    def test_moments_that_are_none(self):
        for odd in ("soon", 17, ["2026-01-01"], {"at": 1}, "2206-01-01 10:00:00"):
            with self.subTest(odd=odd), self.assertRaises(UserError):
                read_moment(self.env, odd)
