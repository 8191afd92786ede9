# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import CustomerData, Member

from ..lib import customers, lists, payments, reading
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
        self.assertEqual(self.reader.read_payload(as_partner(ANN)), sent)
        for values in ({"city": "Durban"}, {"active": False}, {"credit_limit": 1.0}):
            self.assertNotEqual(
                self.reader.read_payload(as_partner(ANN, **values)), sent
            )

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

    def test_a_draft_and_a_cancelled_one_are_gone(self):
        for state in ("draft", "cancel"):
            found = reading.from_move({"id": 5, **as_move(state=state)})
            self.assertTrue(found.gone)
            self.assertEqual(found.open, "0.00")

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
class TestOdooReading(OdooFlowCommon):
    """Balances, and money that somebody took over there."""

    def owed(self, cursor=None):
        """Read balances; return what is owed and overdue, payments, and the cursor."""
        connector = self.ledger._get_connector()
        with self.enter_registry_test_mode():
            (page,) = connector._pull_balances(self.ledger, cursor or {})
        self.assertTrue(page.is_last)
        mine = [b for b in page.balances if b.external_id == self.account.external_id]
        amounts = [(b.outstanding, b.overdue) for b in mine]
        return amounts, page.payments, page.cursor

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
        ids = [int(row.external_id)]
        context = {"active_model": "account.move", "active_ids": ids}
        wizard = self.remote.ask(
            "account.payment.register", "create", {"amount": 15.0}, context=context
        )
        self.remote.ask("account.payment.register", "action_create_payments", [wizard])
        _amounts, paid, _cursor = self.owed(cursor)
        told = [(each.document, each.amount) for each in paid]
        self.assertEqual(told, [(row.external_id, "15.00")])
        self.run_ledger()
        found = self.env["synkd.books.payment"].search(
            [("ledger_id", "=", self.ledger.id)]
        )
        self.assertEqual(found.mapped("amount"), [15.0])
        self.assertTrue(invoice.exists())

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

    def test_a_day_to_begin_with_is_obeyed(self):
        self.create_invoice()
        self.run_all()
        connector = self.ledger._get_connector()
        with self.enter_registry_test_mode():
            for day, count in ((date(2026, 3, 10), 1), (date(2026, 3, 11), 0)):
                pages = connector._pull_documents(self.ledger, {}, day)
                told = [posting for page in pages for posting in page.postings]
                self.assertEqual(len(told), count)

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
