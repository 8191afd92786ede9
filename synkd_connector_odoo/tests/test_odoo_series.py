# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import Batch, Member
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..lib import beside, client, customers, lists, payments, reading, reversal
from .test_odoo_pushing import (
    FakeOdoo,
    as_move,
    as_payment,
    document,
    find_items,
    paid,
    say,
)
from .test_odoo_wire import WireCase, answer, wire, xml

SERIES = range(14, 20)
# What only some series of Odoo know: the first and the last one.
KNOWN = {
    ("account.account", "deprecated"): (14, 18),
    ("account.account", "active"): (19, 19),
    ("account.move.line", "account_id.internal_type"): (14, 15),
    ("account.move.line", "account_id.account_type"): (16, 19),
    ("account.move.line", "exclude_from_invoice_tab"): (14, 15),
    ("account.move.line", "formatted_read_group"): (19, 19),
    ("account.payment", "ref"): (14, 17),
    ("account.payment", "memo"): (18, 19),
    ("account.move", "invoice_currency_rate"): (18, 19),
    ("account.move", "button_draft"): (14, 15),
    ("res.company", "fiscalyear_lock_date"): (14, 19),
    ("res.company", "sale_lock_date"): (18, 19),
    ("res.company", "hard_lock_date"): (18, 19),
    ("res.partner", "use_partner_credit_limit"): (16, 19),
    ("account.payment.term.line", "days_next_month"): (18, 19),
}


class Recorder(FakeOdoo):
    """Notes each name that an Odoo of a series is asked for, by its model."""

    countries = {1: "US"}

    def __init__(self, series):
        super().__init__()
        self.series, self.speaks_json = series, series >= client.JSON_SERIES
        self.company, self.asked = 1, set()

    def read_ids(self, model, ids, names):
        self.note(model, names)
        return super().read_ids(model, ids, names)

    def read_records(self, model, domain, names, **values):
        self.note(model, names)
        self.note(model, [part[0] for part in domain if len(part) == 3])
        return super().read_records(model, domain, names, **values)

    def call(self, model, method, ids=(), context=None, **values):
        self.note(model, [method])
        self.note(model, [part[0] for part in values.get("domain", ()) if part[1:]])
        if method == "formatted_read_group":
            return []
        return super().call(model, method, ids, context, **values)

    def load(self, model, names, data):
        self.note(model, [name.partition("/")[0] for name in names])
        return super().load(model, names, data)

    def note(self, model, names):
        self.asked |= {(model, name) for name in names}


@tagged("post_install", "-at_install")
class TestSeriesKnows(BaseCase):
    """An Odoo of each series is asked for nothing that only others know."""

    def ask_all(self, series):
        """Read and write a bit of everything; return what was asked for."""
        odoo = Recorder(series)
        days = dict.fromkeys(lists.LOCKS[14] + lists.LOCKS[18])
        odoo.tables["res.company"] = {1: days}
        lists.read_items(odoo)
        lists.read_lock_date(odoo, lists.LOCKS)
        for cursor in ({}, {"since": "2026-03-01T00:00:00"}):
            list(reading.read_money(odoo, cursor))
        for model in (reading.MOVE, payments.MODEL):
            list(reading.read_pages(odoo, model, 0, None))
        pusher = self.pusher(customers.CustomerPush, odoo)
        pusher.tags = beside.read_tags(odoo)
        beside.read_terms(odoo)
        odoo.note(customers.MODEL, pusher._columns())
        self.send(odoo)
        reversal._read_lines(odoo, {1})
        return odoo.asked

    def pusher(self, kind, odoo, payload=None, id_=""):
        """Return what sends one payload."""
        members = (Member(1, payload, id_, "SK1"),) if payload else ()
        more = () if kind is customers.CustomerPush else (find_items,)
        return kind(odoo, Batch("key", members), say, *more)

    def send(self, odoo):
        """Post a document and a payment, and void both."""
        odoo.make = lambda model, row: (
            as_move() if model == reading.MOVE else as_payment("draft", move=90)
        )
        pushers = (reversal.VoidingPush, document()), (payments.PaymentPush, paid())
        for kind, payload in pushers:
            (made,) = self.pusher(kind, odoo, payload).run()
            void = payload | {"operation": "void"}
            odoo.tables.setdefault(reading.MOVE, {})[90] = {"id": 90, "state": "posted"}
            (found,) = self.pusher(kind, odoo, void, made.external_id).run()
            self.assertEqual(found.outcome, "ok", found.message)

    def test_each_series_is_asked_for_what_it_knows(self):
        asked = {series: self.ask_all(series) for series in SERIES}
        for what, (first, last) in KNOWN.items():
            by = {series for series in SERIES if what in asked[series]}
            with self.subTest(what=what):
                self.assertTrue(by, "somebody is asked for it")
                self.assertLessEqual(by, set(range(first, last + 1)))


@tagged("post_install", "-at_install")
class TestSeriesSpeaks(WireCase):
    """The version that is told chooses the wire."""

    series = None

    def test_14_to_18_are_called_by_xml_and_19_by_json(self):
        missing = wire.Reply(404, {}, b"<html/>")
        for series in SERIES:
            told = [answer({"version_info": [19, 0, 0]})]
            if series < client.JSON_SERIES:
                told = [missing, xml({"server_version_info": [series, 0, 0]})]
            client._KNOWN.clear()
            self.know("user", 7)
            self.know("company", 1)
            with self.subTest(series=series):
                self.call(*told, xml([]) if len(told) > 1 else answer([]))
                self.assertEqual(self.client.series, series)
                way = "/xmlrpc/2/object" if len(told) > 1 else "/json/2/m/load"
                self.assertEqual(self.sent[-1][1], way)

    def test_an_older_one_is_refused(self):
        missing = wire.Reply(404, {}, b"<html/>")
        for version in ([13, 0], ["8", 0]):
            self.answers = [missing, xml({"server_version_info": version})]
            with self.assertRaises(ApiError):
                _series = self.client.series
