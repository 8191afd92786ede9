# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import xmlrpc.client
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import CustomerData, Member
from odoo.addons.synkd_connector.tests.contract_agreement import Comparing
from odoo.addons.synkd_connector_http.tests.both_sides import (
    OTHER_CURRENCY,
    OTHER_NUMBER,
    BothSides,
)

from ..lib import client, customers, documents, lists, payments, reading
from .second_odoo import LOGIN
from .test_odoo_flow import OdooFlowCommon
from .test_odoo_pushing import as_move, as_payment

ANN = CustomerData(
    external_id="5",
    code="ANN001",
    name="Ann's Bakery",
    email="ann@bakery.example",
    phone="+1 555 0100",
    website="bakery.example",
    vat="4012345678",
    street="1 Long Street",
    city="Fresno",
    zip="93650",
    state="CA",
    country="US",
    credit_limit="75.00",
)


class Entries:
    """A client that knows three journal entries, the last one somebody else's."""

    moves = {
        id_: {"id": id_, "name": f"MISC/{id_}", "date": "2026-03-12", "state": state}
        for id_, state in ((60, "posted"), (61, "cancel"), (62, "posted"))
    }
    keys = {60: "__synkd__.SKA_difference", 61: "__synkd__.SKB_difference", 62: "x.SKC"}

    def read_ids(self, model, ids, names):
        return {id_: self.moves[id_] for id_ in ids if id_ in self.moves}

    def call(self, model, method, ids):
        return [{"id": id_, "xmlids": [{"xmlid": self.keys[id_]}]} for id_ in ids]


class OldBooks:
    """An Odoo before 19 with one open line of each of some customers."""

    series, speaks_json = 16, False
    read_pages = client.OdooClient.read_pages

    def __init__(self, count):
        self.ids, self.longest = range(1, count + 1), 0

    def tell(self, records):
        text = xmlrpc.client.dumps((records,), methodresponse=True)
        self.longest = max(self.longest, len(text))
        return records

    def find(self, domain):
        some = [d[2] for d in domain if d[:2] == ("partner_id", "in")]
        last = max([d[2] for d in domain if d[:2] == ("id", ">")], default=0)
        asked = [id_ for id_ in self.ids if not some or id_ in some[0]]
        return [
            {"id": id_, "partner_id": [id_, f"No. {id_}"], "amount_residual": 0.1}
            for id_ in asked
            if id_ > last
        ]

    def read_records(self, model, domain, names, order, limit):
        return self.tell(self.find(domain)[:limit])

    def call(self, model, method, domain, **values):
        groups = [{**each, "__domain": domain} for each in self.find(domain)]
        return self.tell(groups)


class Places:
    """A client that knows one country and one state."""

    countries = {1: "US"}

    def read_ids(self, model, ids, names):
        return {id_: {"id": id_, "code": "CA"} for id_ in ids}


def as_partner(data, **values):
    """Return a customer as the other Odoo shows it."""
    texts = {theirs: getattr(data, ours) for ours, theirs in customers.TEXTS.items()}
    record = {"id": 5, "active": not data.archived, **texts}
    record |= {"website": f"http://{data.website}", "credit_limit": 75.0}
    record |= {"country_id": [1, "United States"], "state_id": [2, "California"]}
    record |= {"category_id": [], "property_payment_term_id": False}
    return record | {"customer_rank": 1, "supplier_rank": 0} | values


@tagged("post_install", "-at_install")
class TestCustomerRecords(BaseCase):
    """Customers there and back."""

    def setUp(self):
        super().setUp()
        self.reader = customers.Reader(Places())

    def to_customer(self, record):
        self.reader.prepare([record])
        return self.reader.to_customer(record)

    def test_there_and_back_is_the_same(self):
        self.assertEqual(self.to_customer(as_partner(ANN)), ANN)

    def test_a_payload_has_no_identity(self):
        self.assertFalse({"id", "external_id"} & set(customers.to_record(ANN)))

    def test_what_was_sent_is_told_from_what_was_changed(self):
        self.reader.prepare([as_partner(ANN)])
        sent = customers.to_record(ANN)
        self.reader.terms, self.reader.tags = {6: "after_invoice 30"}, {8: "Retail"}
        self.assertTrue(self.reader.is_as_sent(as_partner(ANN), sent))
        for values in (
            *({"city": "Durban"}, {"active": False}, {"credit_limit": 1.0}),
            {"category_id": [8]},
        ):
            there = as_partner(ANN, **values)
            self.assertFalse(self.reader.is_as_sent(there, sent), values)

    def test_two_changes_of_a_second_are_told_apart_by_what_they_say(self):
        now = {"write_date": "2026-03-05 10:00:00"}
        one, two, again = (
            customers.stamp_of(as_partner(ANN, **now, **values))
            for values in ({}, {"city": "Durban"}, {})
        )
        self.assertNotEqual(one, two)
        self.assertEqual(one, again)
        moment = datetime(2026, 3, 5, 10)
        self.assertEqual({customers.read_stamp(each) for each in (one, two)}, {moment})
        self.assertIsNone(customers.read_stamp(""))

    def test_a_contact_tells_the_keys_of_those_that_were_merged_into_it(self):
        told = [{"id": 5, "xmlids": [{"xmlid": "__synkd__.SKB"}, {"xmlid": "x.SKC"}]}]
        self.reader.client.call = lambda model, method, ids: told
        self.assertEqual(self.to_customer(as_partner(ANN)).extra, {})
        self.reader.find_merged([as_partner(ANN)])
        found = self.to_customer(as_partner(ANN))
        self.assertEqual(found.extra, {"keys": ["SKB"]})
        self.assertEqual(found, replace(ANN, extra=found.extra), "nothing else changed")

    def test_what_is_empty_there_is_an_empty_text(self):
        names = (*customers.TEXTS.values(), "country_id", "state_id")
        found = self.to_customer(as_partner(ANN) | dict.fromkeys(names, False))
        self.assertEqual((found.name, found.website, found.country), ("", "", ""))

    def test_who_sells_and_buys_is_a_customer(self):
        for customer, supplier, expected in (
            (0, 1, True),
            (1, 1, False),
            (1, 0, False),
        ):
            ranks = {"customer_rank": customer, "supplier_rank": supplier}
            self.assertEqual(
                self.to_customer(as_partner(ANN, **ranks)).supplier, expected
            )

    def test_a_web_address_is_compared_without_what_odoo_adds(self):
        for text in ("http://bakery.example", "bakery.example/", " bakery.example"):
            self.assertEqual(customers._site(text), "bakery.example")
        self.assertEqual(customers._site("https://a.example"), "https://a.example")


@tagged("post_install", "-at_install")
class TestPostings(BaseCase):
    """Documents and money as the comparison takes them."""

    def test_a_document(self):
        found = reading.from_move({"id": 5, **as_move(state="posted")})
        self.assertEqual((found.external_id, found.kind), ("5", "invoice"))
        self.assertEqual(
            (found.total, found.tax, found.open), ("115.00", "15.00", "115.00")
        )
        self.assertEqual((found.customer, found.name), ("7", "Hope"))
        self.assertEqual((found.number, found.reference), ("INV/9", "INV/1"))
        self.assertFalse(found.gone)

    def test_a_difference_without_its_payment_counts_if_it_is_posted_and_ours(self):
        """After the books were restored from a copy its id may be of another entry."""
        kinds = {f"difference {id_}": "refund" for id_ in (60, 61, 62, 63)}
        (found,) = reading.find_left(Entries(), kinds)
        told = (found.external_id, found.kind, found.number, found.date, found.total)
        wanted = ("difference 60", "refund", "MISC/60", "2026-03-12", "0.00")
        self.assertEqual(told, wanted)
        self.assertFalse(found.gone or found.draft)
        self.assertEqual(reading.find_left(Entries(), {}), ())

    def test_a_cancelled_one_is_gone_and_a_draft_is_a_draft(self):
        for state, told in (
            ("draft", (False, True, "115.00")),
            ("cancel", (True, False, "0.00")),
            ("posted", (False, False, "115.00")),
        ):
            found = reading.from_move({"id": 5, **as_move(state=state)})
            self.assertEqual((found.gone, found.draft, found.open), told)
            record = {"id": 5, **as_payment(state=state), "memo": ""}
            found = reading.from_money(record, "memo")
            self.assertEqual((found.gone, found.draft), told[:2])

    def test_amounts_keep_the_decimals_of_their_currency(self):
        for value, text in (
            (1.234, "1.234"),
            (115.0, "115.00"),
            (1150, "1150.00"),
            (0.1 + 0.2, "0.30"),
            (False, "0.00"),
            (-0.005, "-0.005"),
        ):
            self.assertEqual(str(documents.money(value)), text)
        for text, unit in (("1.234", "0.001"), ("115.00", "0.01"), ("115", "1")):
            self.assertEqual(str(documents.unit_of(text)), unit)

    def test_a_document_of_nobody(self):
        record = {"id": 5, **as_move(partner_id=False, name=False, currency_id=False)}
        found = reading.from_move(record)
        self.assertEqual((found.customer, found.number, found.currency), ("", "", ""))

    def test_money(self):
        record = {"id": 5, **as_payment(), "memo": "PAY/1"}
        found = reading.from_money(record, "memo")
        self.assertEqual(
            (found.external_id, found.kind), (payments.identity(5), "payment")
        )
        self.assertEqual((found.total, found.reference), ("115.00", "PAY/1"))
        record |= {"payment_type": "outbound", "state": "canceled"}
        found = reading.from_money(record, "memo")
        self.assertEqual((found.kind, found.gone), ("refund", True))


@tagged("post_install", "-at_install")
class TestBalancesByXml(BaseCase):
    """No answer grows with the customers, or it would not be taken at last."""

    def test_an_answer_is_as_long_for_many_as_for_some(self):
        longest = []
        for count in (40, 80):
            odoo = OldBooks(count)
            with patch.object(client, "PAGE_SIZE", 10):
                for partners in (None, set(odoo.ids)):
                    found = reading.read_balances(odoo, partners)
                    self.assertEqual(len(found), count)
                    owed = {(b.outstanding, b.overdue) for b in found}
                    self.assertEqual(owed, {(Decimal("0.10"), Decimal("0.10"))})
                touched = reading.read_touched(odoo, datetime.now(), date.today())
            self.assertEqual(touched, set(odoo.ids))
            longest.append(odoo.longest)
        self.assertLess(longest[1], longest[0] * 1.1)


@tagged("post_install", "-at_install")
class TestOdooReading(Comparing, OdooFlowCommon):
    """Balances, and money that somebody took over there."""

    def owed(self, cursor=None):
        """Read balances; return what is owed and overdue, payments, and the cursor."""
        connector = self.ledger._get_connector()
        with self.enter_registry_test_mode():
            pages = list(connector._pull_balances(self.ledger, cursor or {}))
        self.assertEqual([p.is_last for p in pages], [*[False] * len(pages[1:]), True])
        told = [balance for page in pages for balance in page.balances]
        mine = [b for b in told if b.external_id == self.account.external_id]
        amounts = [(b.outstanding, b.overdue) for b in mine]
        paid = [payment for page in pages for payment in page.payments]
        return amounts, paid, pages[-1].cursor

    def test_balances_are_read_and_follow(self):
        self.assertEqual(self.owed()[0], [])
        invoice = self.create_invoice(invoice_date_due="2026-03-20")
        self.run_all()
        amounts, _paid, cursor = self.owed()
        total = Decimal(f"{invoice.amount_total:.2f}")
        due = self.remote.sql("SELECT max(date_maturity) FROM account_move_line")
        self.assertEqual(
            amounts,
            [(total, total)],
            f"it fell due on {due}, of {invoice.invoice_date_due}",
        )
        amounts, _paid, _cursor = self.owed(cursor)
        self.assertEqual(amounts, [(total, total)], "what changed just now comes again")
        later = {"since": (datetime.now() + timedelta(days=1)).isoformat()}
        self.assertEqual(self.owed(later)[0], [])

    def test_money_that_was_taken_there_is_told(self):
        invoice = self.create_invoice()
        row = self.run_all()
        _amounts, _paid, cursor = self.owed()
        self.pay_there(row, amount=15.0)
        _amounts, paid, _cursor = self.owed(cursor)
        told = [(each.document, each.amount) for each in paid]
        self.assertEqual(told, [(row.external_id, "15.00")])
        self.run_ledger()
        found = self.env["synkd.books.payment"].search(
            [("ledger_id", "=", self.ledger.id)]
        )
        self.assertEqual(found.mapped("amount"), [15.0])
        self.assertTrue(invoice.exists())
        (line,) = self.compare().line_ids.filtered(lambda l: l.verdict == "unknown")
        self.assertEqual(line.posting_id.external_id, found.money)
        self.assertEqual(line.transaction_id, row, "what it pays there")

    def read_in_pieces(self, cursor):
        """Read one record a page, each page by a reading of its own."""
        connector, pages = self.ledger._get_connector(), []
        with (
            self.enter_registry_test_mode(),
            patch.object(reading, "PAGE_SIZE", 1),
            patch.object(client, "PAGE_SIZE", 1),
        ):
            while not pages or not pages[-1].is_last:
                pages.append(next(connector._pull_balances(self.ledger, cursor)))
                cursor = pages[-1].cursor
        return pages

    def test_money_comes_in_pages_and_a_reading_that_is_cut_goes_on(self):
        other = self.create_account("Hope Group")
        partner = self.env["res.partner"].create({"name": "Hope Group"})
        self.env["synkd.customer.link"]._link([(partner, other)])
        invoices = self.create_invoice() | self.create_invoice(partner_id=partner.id)
        self.run_all()
        _amounts, _paid, cursor = self.owed()
        for row in self.env["synkd.transaction"].search([("live", "=", True)]):
            self.pay_there(row, amount=15.0)
        pages = self.read_in_pieces(cursor)
        self.assertEqual([len(page.payments) for page in pages], [1, 1, 0, 0, 0])
        self.assertEqual([len(page.balances) for page in pages], [0, 0, 1, 1, 0])
        paid = {
            (each.document, each.amount) for page in pages for each in page.payments
        }
        rows = self.env["synkd.transaction"].search([("live", "=", True)])
        self.assertEqual(paid, {(row.external_id, "15.00") for row in rows})
        left = Decimal(f"{invoices[0].amount_total - 15:.2f}")
        owed = {b.external_id: b.outstanding for p in pages for b in p.balances}
        ids = (self.account.external_id, other.external_id)
        self.assertEqual(owed, dict.fromkeys(ids, left))
        self.assertEqual(list(pages[-1].cursor), ["since"])

    def test_nothing_that_is_sold_is_left_out_of_the_lists(self):
        with self.enter_registry_test_mode():
            books = self.ledger._get_http_client()
            whole = lists.read_items(books)
            with patch.object(client, "PAGE_SIZE", 2):
                self.assertEqual(lists.read_items(books), whole)

    def test_money_that_odoo_has_too_is_linked_and_stays_ours(self):
        invoice = self.create_invoice()
        row = self.run_all()
        self.owed()
        self.pay_there(row)
        self.run_ledger()
        payment = self.pay(invoice)
        (line,) = self.compare().line_ids.filtered(lambda l: l.verdict == "unknown")
        action = line.action_link()
        (candidate,) = self.env[action["res_model"]].browse(action["res_id"]).line_ids
        candidate.action_pick()
        mine = self.env["synkd.transaction"].search(
            [("payment_id", "=", payment.id), ("live", "=", True)]
        )
        self.assertEqual(mine.external_id, line.posting_id.external_id)
        self.run_all()
        self.run_ledger()
        told = [("ledger_id", "=", self.ledger.id)]
        self.assertFalse(self.env["synkd.books.payment"].search(told), "it is ours")
        self.assertEqual(
            self.remote.sql("SELECT id FROM account_payment WHERE id > 0")[1:], []
        )
        self.assertFalse(self.compare().difference_count)

    def pay_there(self, row, **values):
        """Register a payment of an invoice in the other Odoo, as people do."""
        context = {"active_model": "account.move", "active_ids": [int(row.external_id)]}
        wizard = self.remote.ask(
            "account.payment.register", "create", values, context=context
        )
        self.remote.ask("account.payment.register", "action_create_payments", [wizard])

    def test_money_of_ours_is_not_told_as_somebody_elses(self):
        invoice = self.create_invoice()
        self.pay(invoice, amount=15.0)
        self.run_all()
        _amounts, paid, _cursor = self.owed({"since": "2026-01-01T00:00:00"})
        self.assertEqual([each.amount for each in paid], ["15.00"])
        self.run_ledger()
        mine = [("ledger_id", "=", self.ledger.id)]
        self.assertFalse(self.env["synkd.books.payment"].search(mine))

    def age(self):
        """Let all that is there have been written long ago."""
        self.remote.sql(
            "UPDATE account_move_line SET write_date = '2026-01-01';"
            "UPDATE account_move SET write_date = '2026-01-01'"
        )

    def test_what_is_posted_or_taken_back_long_after_it_was_written_counts(self):
        partner = int(self.account.external_id)
        line = (0, 0, {"name": "Tea", "quantity": 1, "price_unit": 10, "tax_ids": []})
        values = {"move_type": "out_invoice", "partner_id": partner}
        values["invoice_line_ids"] = [line]
        (move,) = self.remote.ask("account.move", "create", [values])
        _amounts, _paid, cursor = self.owed()
        self.age()
        self.remote.ask("account.move", "action_post", [move])
        self.assertEqual([owed for owed, _due in self.owed(cursor)[0]], [Decimal(10)])
        self.age()
        self.remote.ask("account.move", "button_draft", [move])
        self.assertEqual([owed for owed, _due in self.owed(cursor)[0]], [Decimal(0)])

    def test_other_companies_of_the_user_are_not_seen(self):
        (other,) = self.remote.ask("res.company", "create", [{"name": "Other House"}])
        # Its own contact is no customer that the next test begins without.
        self.remote.sql(
            "UPDATE res_partner SET create_date = '2026-01-01'"
            " WHERE id IN (SELECT partner_id FROM res_company)"
        )
        (user,) = self.remote.ask("res.users", "search", [("login", "=", LOGIN)])
        self.remote.ask("res.users", "write", [user], {"company_ids": [(4, other)]})
        self.addCleanup(
            self.remote.ask, "res.users", "write", [user], {"company_ids": [(3, other)]}
        )
        values = {"name": "Theirs", "code": "ZZ9", "type": "general"}
        self.remote.ask("account.journal", "create", [values | {"company_id": other}])
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            theirs = [("code", "=", "ZZ9")]
            self.assertEqual(
                client.read_records("account.journal", theirs, ["code"]), []
            )

    def told_since(self, day):
        """Return what the other Odoo tells of when it is read from a day on."""
        connector = self.ledger._get_connector()
        with self.enter_registry_test_mode():
            pages = connector._pull_documents(self.ledger, {}, day)
            return [posting for page in pages for posting in page.postings]

    def test_a_day_to_begin_with_is_obeyed(self):
        self.create_invoice()
        self.run_all()
        self.remote.sql("UPDATE account_move SET create_date = '2026-03-01'")
        for day, count in ((date(2026, 3, 10), 1), (date(2026, 3, 11), 0)):
            self.assertEqual(len(self.told_since(day)), count)

    def test_what_was_dated_back_there_is_no_deleted_one(self):
        """Of the first day of the ledger, and moved to the month before it."""
        self.create_invoice()
        self.run_all()
        self.remote.sql("UPDATE account_move SET date = '2026-02-10'")
        (posting,) = self.told_since(self.ledger._find_postings_since())
        self.assertEqual((posting.kind, posting.gone), ("invoice", False))
        self.assertEqual(self.told_since(date(2026, 3, 10)), [posting])

    def test_lists_have_each_code_once(self):
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            items = lists.read_items(client)
        codes = [(item.kind, item.code.upper()) for item in items]
        self.assertEqual(len(codes), len(set(codes)))
        self.assertEqual({item.kind for item in items}, set(lists.KINDS))

    def test_a_key_is_found_by_either_way(self):
        from ..lib import loading

        member = Member(1, {}, own_key=self.account.own_key)
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            found = loading.find_keys(client, "res.partner", [member.own_key, "SKNONE"])
        self.assertEqual(found, {member.own_key: int(self.account.external_id)})

    def merge(self, stays, *gone):
        """Merge contacts over there, as a bookkeeper does."""
        ids = [int(each) for each in (stays, *gone)]
        values = {"partner_ids": [(6, 0, ids)], "dst_partner_id": ids[0]}
        values["state"] = "selection"
        model = "base.partner.merge.automatic.wizard"
        wizard = self.remote.ask(model, "create", values)
        self.remote.ask(model, "action_merge", [wizard])

    def test_one_that_was_merged_into_a_stranger_is_that_one(self):
        values = {"name": "Hope Group", "ref": "HG1", "customer_rank": 1}
        stranger = self.remote.ask("res.partner", "create", values)
        self.merge(stranger, self.account.external_id)
        self.run_ledger()
        self.assertEqual(self.account.external_id, str(stranger))
        self.assertEqual(self.account.name, "Hope Group")
        invoice = self.create_invoice()
        self.run_all()
        self.assert_same(invoice)

    def test_one_that_was_merged_into_another_hands_its_customers_over(self):
        other = self.create_account("Hope Group")
        self.run_ledger()
        self.merge(other.external_id, self.account.external_id)
        self.run_ledger()
        self.assertFalse(self.account.active)
        self.env.invalidate_all()
        self.assertEqual(self.partner.account_customer_id, other)
        said = other.message_ids[:1].id
        self.remote.ask("res.partner", "write", [int(other.external_id)], {"zip": "1"})
        self.run_ledger()
        self.assertEqual(other.zip, "1")
        self.assertEqual(other.message_ids[:1].id, said, "it is followed once")

    def test_a_draft_there_is_told_as_one_and_voided_by_resolve(self):
        """An invoice that is reset there is never posted a second time beside it."""
        invoice = self.create_invoice()
        row = self.run_all()
        id_ = int(row.external_id)
        self.remote.ask("account.move", "button_draft", [id_])
        line = self.compare().line_ids.filtered(lambda each: each.kind == "invoice")
        self.assertEqual((line.verdict, line.facts), ("differs", "draft"))
        self.assertIn("draft", line.why)
        self.assertEqual(line.books_amount, 0)
        with self.assertRaises(UserError):
            line.action_post_anew()
        line.action_resolve()
        row.void()
        self.run_ledger()
        self.run_ledger()
        state = f"SELECT state FROM account_move WHERE id = {id_}"
        self.assertEqual(self.remote.sql(state), [["cancel"]])
        self.assert_same(invoice)


@tagged("post_install", "-at_install")
class TestOdooOwedByXml(OdooFlowCommon):
    """What customers owe, by XML-RPC."""

    owed = TestOdooReading.owed
    test_balances_are_read_and_follow = (
        TestOdooReading.test_balances_are_read_and_follow
    )


@tagged("post_install", "-at_install")
class TestOdooBothSides(BothSides, OdooFlowCommon):
    """What people do in the second Odoo is named."""

    def take_invoice_there(self, identity):
        self.remote.ask("account.move", "button_draft", [int(identity)])
        self.remote.ask("account.move", "button_cancel", [int(identity)])

    def take_money_there(self, row):
        ids = [int(row.external_id.removeprefix(payments.PREFIX))]
        self.remote.ask("account.payment", "action_draft", ids)
        self.remote.ask("account.payment", "action_cancel", ids)

    def date_there(self, identity, day):
        self.write_there(identity, {"invoice_date": day})

    def write_there(self, identity, values):
        """Reset an invoice to a draft, change it, and post it again."""
        ids = [int(identity)]
        self.remote.ask("account.move", "button_draft", ids)
        self.remote.ask("account.move", "write", ids, values)
        self.remote.ask("account.move", "action_post", ids)

    def edit_there(self, identity, fact):
        mine = [("move_id", "=", int(identity)), ("display_type", "=", "product")]
        (line,) = self.remote.ask("account.move.line", "search", mine)
        named = [("name", "=", OTHER_CURRENCY)]
        inactive = {"context": {"active_test": False}}
        euro = self.remote.ask("res.currency", "search", named, **inactive)
        self.remote.ask("res.currency", "write", euro, {"active": True})
        more = {"name": "Courier", "quantity": 1, "price_unit": 1.0, "tax_ids": []}
        whole = {"price_unit": 38.33, "tax_ids": [(6, 0, [])]}
        edits = {
            "number": {"name": OTHER_NUMBER},
            "total": {"invoice_line_ids": [(0, 0, more)]},
            "tax": {"invoice_line_ids": [(1, line, whole)]},
            "currency": {"currency_id": euro[0]},
            "customer": {"partner_id": int(self.other.external_id)},
        }
        self.write_there(identity, edits[fact])

    def enter_there(self, customer):
        named = [("name", "=", "VAT 15"), ("type_tax_use", "=", "sale")]
        taxes = self.remote.ask("account.tax", "search", named)
        line = {"name": "Widget", "quantity": 3, "price_unit": 33.33}
        line["tax_ids"] = [(6, 0, taxes)]
        values = {"move_type": "out_invoice", "partner_id": int(customer)}
        values |= {"invoice_date": "2026-03-10", "invoice_line_ids": [(0, 0, line)]}
        id_ = self.remote.ask("account.move", "create", values)
        self.remote.ask("account.move", "action_post", [id_])
        return str(id_)

    def count_there(self):
        return len(self.there())

    def archive_there(self, account, archived=True):
        ids = [int(account.external_id)]
        self.remote.ask("res.partner", "write", ids, {"active": not archived})
