# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import (
    NOT_FOUND,
    OK,
    REJECTED,
    Batch,
    Member,
)
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..lib import documents, lists, loading, payments, sending, settling
from ..lib.client import OdooClient


class FakeOdoo:
    """What the other Odoo does with calls, as far as the order of calls goes.

    ``make`` says what becomes of a row; ``refuse`` has the words about records by what
    is called for them.
    """

    series, speaks_json = 19, True

    def __init__(self, **tables):
        self.tables = {"res.partner": {7: {"id": 7, "active": True}}}
        self.tables |= {name.replace("_", "."): rows for name, rows in tables.items()}
        self.calls, self.refuse, self.number = [], {}, 100
        # Ids that are of others: none of our keys is theirs.
        self.strangers = ()
        self.make = lambda model, row: {}

    def methods(self):
        """Return what was written, in order."""
        return [(model, method) for model, method in self.calls]

    def read_ids(self, model, ids, names):
        rows = self.tables.get(model, {})
        return {id_: dict(rows[id_]) for id_ in ids if id_ in rows}

    def read_records(self, model, domain, names, **values):
        wanted = {part[0]: part[2] for part in domain if len(part) == 3}
        found = self.tables.get(model, {}).values()
        moves = wanted.get("move_id")
        if moves is not None:
            found = [row for row in found if row["move_id"][0] in moves]
        return [dict(row) for row in found]

    read_pages = OdooClient.read_pages

    def call(self, model, method, ids=(), context=None, **values):
        if model == "ir.model.data":
            raise ApiError(
                problems.SCOPE if method == "search_read" else problems.NOT_FOUND
            )
        if method == "get_metadata":
            return [self.tell_keys(id_) for id_ in ids]
        self.calls.append((model, method))
        if method == "load":
            return self.load(model, values["fields"], values["data"])
        for id_ in ids:
            if words := self.refuse.get((method, id_)):
                raise ApiError(problems.REFUSED, words)
        name = "delete" if method == "unlink" else method
        return getattr(self, name)(model, ids)

    def tell_keys(self, id_):
        keys = () if id_ in self.strangers else range(9)
        return {"id": id_, "xmlids": [{"xmlid": f"__synkd__.SK{n}"} for n in keys]}

    def load(self, model, names, data):
        ids = []
        for row in data:
            values = dict(zip(names, row, strict=True))
            if values.get(".id"):
                id_ = int(values[".id"])
                self.tables[model][id_] |= self.make(model, values)
            elif values.get("id"):
                self.number += 1
                id_ = self.number
                made = {"id": id_, "state": "draft", **self.make(model, values)}
                self.tables.setdefault(model, {})[id_] = made
            else:
                continue
            ids.append(id_)
        return {"ids": ids, "messages": []}

    def action_post(self, model, ids):
        self.set_state(model, ids, "posted" if model == "account.move" else "paid")

    def button_draft(self, model, ids):
        self.set_state(model, ids, "draft")

    action_draft = button_draft

    def button_cancel(self, model, ids):
        self.set_state(model, ids, "cancel")
        for payment in self.tables.get(payments.MODEL, {}).values():
            if payment["move_id"] and payment["move_id"][0] in ids:
                payment["state"] = "canceled"

    def action_cancel(self, model, ids):
        self.set_state(model, ids, "canceled")

    def delete(self, model, ids):
        for id_ in ids:
            del self.tables[model][id_]

    def set_state(self, model, ids, state):
        for id_ in ids:
            self.tables[model][id_]["state"] = state


def find_items(kind, codes):
    """Return identities of a list that has some codes."""
    known = {"15": "15", "SALES": "40", "WIDGET": "3", "BNK1": "5", "LOSS": "60"}
    return {code: known[code] for code in codes if code in known}


def say(member, words, reason=""):
    """Return a sentence that a test can read."""
    return f"{reason}:{words}"


def said(member, record):
    """Return a sentence about what is otherwise there."""
    return f"altered {record['name']}"


def document(number="INV/1", total="115.00", tax="15.00", **values):
    """Return the payload of an invoice of one line."""
    line = {"description": "Widget", "quantity": "1", "price": "100.00"}
    line |= {"discount": "0.00", "net": "100.00", "item": "WIDGET"}
    line |= {"account": "SALES", "tax_code": "15"}
    payload = {"operation": "post", "kind": "invoice", "number": number}
    payload |= {"reference": "", "customer": "7", "date": "2026-03-05"}
    payload |= {"due_date": "2026-03-05", "currency": "USD", "rate": "1.000000"}
    return payload | {"total": total, "tax": tax, "lines": [line]} | values


def as_move(total=115.0, tax=15.0, state="draft", **values):
    """Return an invoice as the other Odoo shows it."""
    record = {"name": "INV/9", "state": state, "move_type": "out_invoice"}
    record |= {"partner_id": [7, "Hope"], "date": "2026-03-05"}
    record |= {"currency_id": [1, "USD"], "amount_total": total, "amount_tax": tax}
    return record | {"amount_residual": total, "invoice_origin": "INV/1"} | values


class PushCase(BaseCase):
    """A pusher that meets a fake."""

    def setUp(self):
        super().setUp()
        self.odoo = FakeOdoo()

    def batch(self, channel, *payloads, ids=(), parts=()):
        members = []
        for place, payload in enumerate(payloads):
            id_ = ids[place] if place < len(ids) else ""
            members.append(Member(place, payload, id_, f"SK{place}", parts))
        return Batch("key", tuple(members), channel)


@tagged("post_install", "-at_install")
class TestDocumentPush(PushCase):
    """Documents are created, compared, posted; or nothing is left of them."""

    def setUp(self):
        super().setUp()
        self.odoo.make = lambda model, row: as_move() if "id" in row else {}

    def push(self, *payloads, ids=()):
        batch = self.batch("documents", *payloads, ids=ids)
        return documents.DocumentPush(self.odoo, batch, say, find_items).run()

    def test_two_calls_post_a_batch(self):
        found = self.push(document("INV/1"), document("INV/2"))
        self.assertEqual([each.outcome for each in found], [OK, OK])
        self.assertEqual(found[0].number, "INV/9")
        self.assertEqual((found[0].total, found[0].tax), ("115.00", "15.00"))
        calls = [("account.move", "load"), ("account.move", "action_post")]
        self.assertEqual(self.odoo.methods(), calls)

    def test_other_totals_are_tried_by_whole_lines_and_then_refused(self):
        self.odoo.make = lambda model, row: as_move(total=99.0)
        (found,) = self.push(document())
        self.assertEqual(found.outcome, REJECTED)
        self.assertIn("totals:99.00 (15.00)", found.message)
        self.assertEqual(self.odoo.tables["account.move"], {}, "nothing is left")
        methods = [method for _model, method in self.odoo.methods()]
        self.assertEqual(methods, ["load", "unlink"] * 2)

    def test_whole_lines_may_come_to_the_same(self):
        seen = []

        def make(model, row):
            seen.append(row["invoice_line_ids/quantity"])
            return as_move(total=115.0 if seen[-1] == "1" else 114.99)

        self.odoo.make = make
        line = document()["lines"][0] | {"quantity": "3", "price": "33.33"}
        (found,) = self.push(document(lines=[line]))
        self.assertEqual(found.outcome, OK)
        self.assertEqual(seen, ["3", "1"])

    def test_what_an_earlier_call_made_otherwise_is_made_anew(self):
        partners = [8, 7]
        self.odoo.make = lambda model, row: as_move(partner_id=[partners.pop(0), ""])
        (found,) = self.push(document())
        self.assertEqual((found.outcome, found.external_id), (OK, "102"))
        self.assertEqual(list(self.odoo.tables["account.move"]), [102])

    def test_what_is_not_posted_after_all_is_not_told_as_posted(self):
        self.odoo.action_post = lambda model, ids: None
        self.assertEqual(self.push(document()), ())

    def test_a_cent_of_tax_is_put_right(self):
        lines = {1: {"id": 1, "move_id": [101, ""], "amount_currency": -14.99}}
        self.odoo.tables["account.move.line"] = lines
        written = []

        def make(model, row):
            if "line_ids/.id" not in row:
                return as_move(total=114.99, tax=14.99)
            written.append((row["line_ids/.id"], row["line_ids/amount_currency"]))
            return {"amount_total": 115.0, "amount_tax": 15.0}

        self.odoo.make = make
        (found,) = self.push(document())
        self.assertEqual(found.outcome, OK, found.message)
        self.assertEqual(written, [("1", "-15.00")])

    def test_the_smallest_coin_is_that_of_the_currency(self):
        lines = {1: {"id": 1, "amount_currency": -0.149}}
        self.odoo.tables["account.move.line"] = lines
        for total, tax, there, outcome in (
            ("1.150", "0.150", (1.149, 0.149), OK),
            ("1.150", "0.150", (1.148, 0.148), REJECTED),
            ("115", "15", (114.0, 14.0), OK),
            ("115", "15", (113.0, 13.0), REJECTED),
            ("1.150", "0.150", (1.15, 0.15), OK),
        ):

            def make(model, row, there=there, ours=(float(total), float(tax))):
                if "line_ids/.id" in row:
                    return dict(zip(("amount_total", "amount_tax"), ours, strict=True))
                lines[1]["move_id"] = [self.odoo.number, ""]
                return as_move(*there)

            self.odoo.make = make
            (found,) = self.push(document(total=total, tax=tax))
            with self.subTest(total=total, there=there):
                self.assertEqual(found.outcome, outcome, found.message)

    def test_more_than_a_cent_a_line_is_another_tax(self):
        self.odoo.make = lambda model, row: as_move(total=114.0, tax=14.0)
        (found,) = self.push(document())
        self.assertEqual(found.outcome, REJECTED)
        self.assertIn("114.00 (14.00)", found.message)

    def test_what_cannot_be_posted_is_deleted_and_stops_no_other(self):
        self.odoo.refuse = {("action_post", 102): "A period is closed"}
        found = self.push(*(document(f"INV/{n}") for n in range(4)))
        outcomes = {each.res_id: each.outcome for each in found}
        self.assertEqual(outcomes, {0: OK, 1: REJECTED, 2: OK, 3: OK})
        self.assertNotIn(102, self.odoo.tables["account.move"])
        told = next(each for each in found if each.outcome == REJECTED)
        self.assertIn("A period is closed", told.message)

    def test_a_draft_of_before_is_begun_anew(self):
        self.odoo.tables["account.move"] = {50: {"id": 50, **as_move(total=1.0)}}
        (found,) = self.push(document(), ids=["50"])
        self.assertEqual((found.outcome, found.external_id), (OK, "101"))
        self.assertNotIn(50, self.odoo.tables["account.move"])

    def test_what_is_posted_is_not_sent_again(self):
        self.odoo.tables["account.move"] = {50: {"id": 50, **as_move(state="posted")}}
        (found,) = self.push(document(), ids=["50"])
        self.assertEqual((found.outcome, found.external_id), (OK, "50"))
        self.assertFalse(self.odoo.calls)

    def test_a_draft_that_was_posted_before_is_told_and_stays(self):
        record = {"id": 50, **as_move(posted_before=True)}
        self.odoo.tables["account.move"] = {50: record}
        (found,) = self.push(document(), ids=["50"])
        self.assertEqual((found.outcome, found.message), (REJECTED, "draft:INV/9"))
        self.assertFalse(self.odoo.calls)

    def test_a_draft_that_cannot_be_deleted_stops_no_other(self):
        rows = {id_: {"id": id_, **as_move()} for id_ in (50, 51)}
        self.odoo.tables["account.move"] = rows
        self.odoo.refuse = {("unlink", 50): "It is sealed"}
        found = self.push(document("INV/1"), document("INV/2"), ids=["50", "51"])
        told = {each.res_id: (each.outcome, each.message) for each in found}
        self.assertEqual(told, {0: (REJECTED, "stuck:It is sealed"), 1: (OK, "")})

    def test_an_id_that_is_of_another_one_now_is_not_touched(self):
        """A database that was restored from a copy gives its ids again."""
        self.odoo.strangers = {50}
        for state in ("draft", "posted"):
            rows = {50: {"id": 50, **as_move(state=state)}}
            self.odoo.tables["account.move"] = rows
            (found,) = self.push(document(operation="void"), ids=["50"])
            self.assertEqual(found.message, "vanished:50")
            (found,) = self.push(document(), ids=["50"])
            self.assertEqual(found.outcome, OK, "it is not there, so it is made")
            self.assertNotEqual(found.external_id, "50")
            self.assertEqual(self.odoo.tables["account.move"][50]["state"], state)

    def test_a_draft_is_voided_whatever_is_open(self):
        record = {"id": 50, **as_move(posted_before=True, amount_residual=0.0)}
        self.odoo.tables["account.move"] = {50: record}
        (found,) = self.push(document(operation="void"), ids=["50"])
        self.assertEqual(found.outcome, OK)
        self.assertEqual(self.odoo.methods(), [("account.move", "button_cancel")])

    def test_what_was_changed_there_is_left_to_a_person(self):
        for values in ({"total": 99.0}, {"partner_id": [8, ""]}, {"state": "cancel"}):
            record = {"id": 50, **as_move(**{"state": "posted"} | values)}
            self.odoo.tables["account.move"] = {50: record}
            (found,) = self.push(document(), ids=["50"])
            self.assertEqual(found.outcome, REJECTED)
            self.assertIn("posted:INV/9", found.message)
        self.assertFalse(self.odoo.calls)

    def test_what_no_list_has_is_refused_before_anything_is_sent(self):
        line = document()["lines"][0]
        for name in ("item", "account", "tax_code"):
            (found,) = self.push(document(lines=[line | {name: "NONE"}]))
            self.assertEqual(found.message, "lists:NONE")
        self.assertFalse(self.odoo.calls)

    def test_who_is_not_there_or_archived_is_refused(self):
        self.odoo.tables["res.partner"][8] = {"id": 8, "active": False}
        for customer, reason in (
            ("9", "unknown"),
            ("odd", "unknown"),
            ("8", "archived"),
        ):
            (found,) = self.push(document(customer=customer))
            self.assertEqual(found.message, f"{reason}:")
        self.assertFalse(self.odoo.calls)

    def test_a_void_takes_one_call_and_once_more_none(self):
        self.odoo.tables["account.move"] = {50: {"id": 50, **as_move(state="posted")}}
        for calls in (1, 0):
            (found,) = self.push(document(operation="void"), ids=["50"])
            self.assertEqual(found.outcome, OK)
            self.assertEqual(len(self.odoo.calls), calls)
            self.odoo.calls.clear()
        self.assertEqual(self.odoo.tables["account.move"][50]["state"], "cancel")

    def test_a_void_that_is_refused_has_the_words(self):
        self.odoo.tables["account.move"] = {50: {"id": 50, **as_move(state="posted")}}
        self.odoo.refuse = {("button_cancel", 50): "It is sealed"}
        (found,) = self.push(document(operation="void"), ids=["50"])
        self.assertEqual((found.outcome, found.message), (REJECTED, ":It is sealed"))
        self.assertEqual(self.odoo.tables["account.move"][50]["state"], "posted")

    def test_a_void_of_what_is_gone_or_paid_is_refused(self):
        paid = as_move(state="posted", amount_residual=1.0)
        self.odoo.tables["account.move"] = {50: {"id": 50, **paid}}
        gone, paid = self.push(*[document(operation="void")] * 2, ids=["49", "50"])
        self.assertEqual(gone.message, "vanished:49")
        self.assertEqual(paid.message, "paid:INV/9")

    def test_an_item_without_an_account_has_that_of_its_category(self):
        seen = []

        def make(model, row):
            seen.append(row["invoice_line_ids/account_id/.id"])
            return as_move()

        self.odoo.make = make
        line = document()["lines"][0] | {"account": ""}
        product = {"id": 3, "property_account_income_id": False, "categ_id": [4, ""]}
        self.odoo.tables["product.product"] = {3: product}
        for group, last, expected in (
            ({"property_account_income_categ_id": [41, ""]}, False, "41"),
            ({"property_account_income_categ_id": False}, [42, ""], "42"),
            ({"property_account_income_categ_id": False}, False, ""),
        ):
            self.odoo.tables["product.category"] = {4: {"id": 4, **group}}
            self.odoo.tables["account.journal"] = {1: {"default_account_id": last}}
            self.push(document(lines=[line]))
            self.assertEqual(seen.pop(), expected)


@tagged("post_install", "-at_install")
class TestSending(PushCase):
    """What several calls have in common."""

    def sending(self, *errors):
        """Return a batch that wrote, and then met errors."""

        class One(sending.Sending):
            def _send(self):
                for error in errors:
                    if error:
                        raise error
                    self.has_written = True

        return One(self.odoo, self.batch("documents", document()), say)

    def test_what_nobody_knows_is_raised(self):
        for problem in (problems.OFFLINE, problems.SERVER, problems.UNREADABLE):
            with self.assertRaises(ApiError):
                self.sending(None, ApiError(problem)).run()

    def test_a_limit_after_a_write_ends_the_batch_without_an_error(self):
        self.assertEqual(self.sending(None, ApiError(problems.MINUTE)).run(), ())

    def test_a_limit_before_any_write_is_raised(self):
        with self.assertRaises(ApiError):
            self.sending(ApiError(problems.MINUTE)).run()

    def test_all_at_once_or_by_halves(self):
        pusher = self.sending()
        self.odoo.tables["m"] = {id_: {"state": ""} for id_ in range(8)}
        self.assertEqual(pusher._each("m", "button_draft", range(8)), {})
        self.assertEqual(len(self.odoo.calls), 1)
        self.odoo.refuse = {("button_draft", 5): "Five"}
        self.assertEqual(pusher._each("m", "button_draft", range(8)), {5: "Five"})
        self.assertEqual(pusher._each("m", "button_draft", []), {})

    def test_a_lost_answer_is_no_refusal(self):
        pusher = self.sending()
        self.odoo.button_draft = lambda *_args: self.raise_offline()
        with self.assertRaises(ApiError):
            pusher._each("m", "button_draft", [1, 2])
        with self.assertRaises(ApiError):
            pusher._together("m", "button_draft", [1, 2])

    def raise_offline(self):
        raise ApiError(problems.OFFLINE)

    def test_what_needs_all_is_done_or_told(self):
        pusher = self.sending()
        self.odoo.tables["m"] = {1: {}, 2: {}}
        self.assertEqual(pusher._together("m", "button_draft", [1, 2]), "")
        self.odoo.refuse = {("button_draft", 2): "Two"}
        self.assertEqual(pusher._together("m", "button_draft", [1, 2]), "Two")


def paid(number="PAY/1", amount="115.00", **values):
    """Return the payload of a payment."""
    payload = {"operation": "post", "kind": "payment", "number": number}
    payload |= {"reference": "", "customer": "7", "date": "2026-03-05"}
    payload |= {"currency": "USD", "amount": amount, "account": "BNK1", "remark": ""}
    return payload | {"allocations": [], "differences": []} | values


def as_payment(state="paid", amount=115.0, move=None, **values):
    """Return a payment as the other Odoo shows it."""
    record = {"name": "PBNK1/1", "state": state, "amount": amount}
    record |= {"date": "2026-03-05", "payment_type": "inbound"}
    record |= {"partner_id": [7, "Hope"], "currency_id": [1, "USD"]}
    return record | {"move_id": [move, ""] if move else False} | values


def receivable(id_, move, amount, left=None):
    """Return a line on the customer's account."""
    left = abs(amount) if left is None else left
    return {
        "id": id_,
        "move_id": [move, ""],
        "account_id": [11, ""],
        "currency_id": [1, "USD"],
        "company_currency_id": [1, "USD"],
        "balance": amount,
        "amount_residual": left,
        "amount_residual_currency": left,
        "parent_state": "posted",
    }


@tagged("post_install", "-at_install")
class TestPaymentPush(PushCase):
    """Money is created, posted and set against documents; or nothing is left of it."""

    def setUp(self):
        super().setUp()
        self.written = []
        self.odoo.make = self.make
        self.odoo.tables["account.move.line"] = {
            1: receivable(1, 10, 115.0),
            9: receivable(9, 90, -115.0),
        }

    def make(self, model, row):
        self.written.append((model, row))
        return as_payment(state="draft", move=90) if model == payments.MODEL else {}

    def push(self, *payloads, ids=(), parts=()):
        batch = self.batch("payments", *payloads, ids=ids, parts=parts)
        return payments.PaymentPush(self.odoo, batch, say, find_items).run()

    def settles(self, amount, number="INV/1", move="10"):
        return [[move, number, amount, ""]]

    def test_money_on_account_takes_two_calls(self):
        (found,) = self.push(paid(remark="Settles INV/0"))
        self.assertEqual((found.outcome, found.external_id), (OK, "P101"))
        self.assertEqual(found.total, "115.00")
        self.assertEqual([m for _model, m in self.odoo.calls], ["load", "action_post"])
        row = self.written[0][1]
        self.assertEqual(row["memo"], "PAY/1 Settles INV/0")
        self.assertEqual(row["journal_id/.id"], "5")

    def test_what_it_settles_is_a_third_call(self):
        (found,) = self.push(paid(allocations=self.settles("100.00")))
        self.assertEqual(found.outcome, OK, found.message)
        model, row = self.written[-1]
        self.assertEqual(model, settling.MODEL)
        self.assertEqual(
            (row["debit_move_id/.id"], row["credit_move_id/.id"]), ("1", "9")
        )
        self.assertEqual(row["amount"], "100.00")
        self.assertEqual([part["kind"] for part in found.parts], ["partial"])

    def test_more_than_is_open_is_refused_before_it_is_there(self):
        (found,) = self.push(paid(allocations=self.settles("115.01")))
        self.assertIn("less:INV/1: 115.00", found.message)
        self.assertFalse(self.odoo.calls)

    def test_a_document_that_is_not_there_is_named(self):
        (found,) = self.push(paid(allocations=self.settles("1.00", move="99")))
        self.assertEqual(found.message, "unposted:INV/1")

    def test_a_bank_or_account_that_no_list_has_is_named(self):
        lost = [["NONE", "1.00"]]
        for payload in (paid(account="NONE"), paid(differences=lost)):
            (found,) = self.push(payload)
            self.assertEqual(found.message, "lists:NONE")
        self.assertFalse(self.odoo.calls)

    def test_money_without_an_entry_is_taken_back(self):
        self.odoo.make = lambda model, row: as_payment(state="draft")
        (found,) = self.push(paid())
        self.assertEqual(found.message, "no_entry:BNK1")
        self.assertEqual(self.odoo.tables[payments.MODEL], {})

    def test_money_that_cannot_be_posted_is_taken_back(self):
        self.odoo.refuse = {("action_post", 102): "Closed"}
        found = self.push(paid(), paid("PAY/2"))
        outcomes = {each.res_id: each.outcome for each in found}
        self.assertEqual(outcomes, {0: OK, 1: REJECTED})
        self.assertEqual(list(self.odoo.tables[payments.MODEL]), [101])

    def test_a_difference_is_an_entry_of_its_own(self):
        payload = paid(amount="110.00", differences=[["LOSS", "5.00"]])
        payload["allocations"] = self.settles("115.00")
        batch = self.batch("payments", payload)
        pusher = payments.PaymentPush(self.odoo, batch, say, find_items)
        pusher._prepare()
        rows = pusher._to_entry(batch.members[0])
        amounts = [(row[4], *row[-2:]) for row in rows]
        self.assertEqual(amounts, [("60", "5.00", "0"), ("11", "0", "5.00")])

    def test_money_kept_turns_the_entry_round(self):
        payload = paid(differences=[["LOSS", "-0.03"]])
        payload["allocations"] = self.settles("114.97")
        batch = self.batch("payments", payload)
        pusher = payments.PaymentPush(self.odoo, batch, say, find_items)
        pusher._prepare()
        rows = pusher._to_entry(batch.members[0])
        amounts = [(row[4], *map(Decimal, row[-2:])) for row in rows]
        kept = Decimal("0.03")
        self.assertEqual(amounts, [("60", 0, kept), ("11", kept, 0)])

    def test_a_difference_that_is_refused_leaves_nothing(self):
        payload = paid(amount="110.00", differences=[["LOSS", "5.00"]])
        payload["allocations"] = self.settles("115.00")
        self.odoo.refuse = {("action_post", 102): "No such account"}
        (found,) = self.push(payload)
        self.assertEqual(found.message, ":No such account")
        self.assertEqual(self.odoo.tables[payments.MODEL], {})
        self.assertEqual(self.odoo.tables["account.move"], {})

    def test_a_difference_that_was_posted_before_is_not_posted_again(self):
        payload = paid(amount="110.00", differences=[["LOSS", "5.00"]])
        payload["allocations"] = self.settles("110.00")
        self.odoo.make = lambda model, row: (
            as_payment(state="draft", amount=110.0, move=90)
            if model == payments.MODEL
            else {"state": "posted"}
        )
        self.odoo.refuse = {("action_post", 102): "It must be a draft"}
        (found,) = self.push(payload)
        self.assertEqual(found.outcome, OK, found.message)

    def test_a_difference_without_a_document_is_refused(self):
        (found,) = self.push(paid(differences=[["LOSS", "5.00"]]))
        self.assertEqual(found.message, "alone:USD")
        self.assertFalse(self.odoo.calls)

    def test_a_difference_in_another_currency_than_the_companys_is_refused(self):
        self.odoo.tables["account.move.line"][1] |= {"currency_id": [2, "EUR"]}
        payload = paid(currency="EUR", differences=[["LOSS", "5.00"]])
        (found,) = self.push(payload | {"allocations": self.settles("115.00")})
        self.assertEqual(found.message, "foreign:EUR")
        self.assertFalse(self.odoo.calls)

    def test_money_that_an_earlier_call_made_otherwise_is_asked_about(self):
        self.odoo.make = lambda model, row: as_payment("draft", amount=1.0, move=90)
        self.assertEqual(self.push(paid()), ())

    def test_differences_of_money_that_is_not_there_go(self):
        self.odoo.tables["account.move"] = {60: {"id": 60, "state": "posted"}}
        batch = self.batch("payments", paid(differences=[["LOSS", "5.00"]]))

        def find(client, model, keys):
            return {key: 60 for key in keys if model == "account.move"}

        with patch.object(loading, "find_keys", find):
            (found,) = payments.find_outcomes(self.odoo, batch, said, say, find_items)
        self.assertEqual(found.outcome, NOT_FOUND)
        self.assertEqual(self.odoo.tables["account.move"], {})

    def put(self, state="paid", entry="posted"):
        """Let a payment be there, with its entry, and that of a difference."""
        record = {"id": 50, **as_payment(state, move=90)}
        self.odoo.tables[payments.MODEL] = {50: record}
        seals = {"inalterable_hash": False, "restrict_mode_hash_table": False}
        seals |= {"date": "2026-03-05", "state": entry}
        moves = {id_: {"id": id_, **seals} for id_ in (60, 90)}
        self.odoo.tables["account.move"] = moves
        days = dict.fromkeys(lists.LOCKS[14] + lists.LOCKS[18])
        self.odoo.company, self.odoo.tables["res.company"] = 1, {1: days}

    def push_void(self, entry=60, **values):
        """Void the payment that is there, whose difference is known by our key."""

        def find(client, model, keys):
            return {key: entry for key in keys if model == "account.move" and entry}

        with patch.object(loading, "find_keys", find):
            (found,) = self.push(paid(operation="void", **values), ids=["P50"])
        return found

    def states(self):
        """Return the states of the payment, its entry and that of its difference."""
        moves = self.odoo.tables["account.move"]
        paid = self.odoo.tables[payments.MODEL][50]["state"]
        return (paid, moves[90]["state"], moves[60]["state"])

    def test_a_void_of_which_one_part_is_refused_leaves_all_as_it_is(self):
        for refused in (60, 90):
            self.put()
            self.odoo.refuse = {("button_cancel", refused): "It is sealed"}
            found = self.push_void()
            told = (found.outcome, found.message)
            self.assertEqual(told, (REJECTED, ":It is sealed"))
            self.assertEqual(self.states(), ("paid", "posted", "posted"))

    def test_a_void_of_what_nobody_can_cancel_is_told_with_its_number(self):
        """Also where it is its difference that is sealed."""
        for refused, table, seal in (
            (90, "account.move", {"inalterable_hash": "abc"}),
            (60, "account.move", {"restrict_mode_hash_table": True}),
            (90, "res.company", {"hard_lock_date": "2026-03-05"}),
            (60, "res.company", {"fiscalyear_lock_date": "2026-03-31"}),
        ):
            self.put()
            self.odoo.refuse = {("button_cancel", refused): "It is sealed"}
            id_ = refused if table == "account.move" else 1
            self.odoo.tables[table][id_] |= seal
            found = self.push_void()
            told = (found.outcome, found.message.partition(":")[0])
            self.assertEqual(told, (REJECTED, payments.SEALED), seal)
            self.assertEqual(self.states(), ("paid", "posted", "posted"))

    def test_a_lock_of_sales_is_none_of_money(self):
        self.put()
        self.odoo.refuse = {("button_cancel", 90): "No right"}
        self.odoo.tables["res.company"][1]["sale_lock_date"] = "2026-03-31"
        self.assertEqual(self.push_void().message, ":No right")

    def test_a_void_takes_one_call_for_all_and_can_be_made_again(self):
        self.put()
        for _again in range(2):
            found = self.push_void(account="")
            self.assertEqual((found.outcome, found.external_id), (OK, "P50"))
        self.assertEqual(self.states(), ("canceled", "cancel", "cancel"))
        self.assertEqual(self.odoo.methods(), [("account.move", "button_cancel")])

    def test_before_16_what_is_posted_is_made_a_draft_first(self):
        self.put()
        self.odoo.series = 15
        self.assertEqual(self.push_void().outcome, OK)
        methods = [method for _model, method in self.odoo.calls]
        self.assertEqual(methods, ["button_draft", "button_cancel"])
        self.assertEqual(self.states(), ("canceled", "cancel", "cancel"))

    def test_a_payment_whose_state_its_entry_does_not_tell_is_cancelled_itself(self):
        self.put()
        self.odoo.button_cancel = lambda m, ids: self.odoo.set_state(m, ids, "cancel")
        self.assertEqual(self.push_void().outcome, OK)
        methods = [method for _model, method in self.odoo.calls]
        self.assertEqual(methods, ["button_cancel", "action_cancel"])

    def test_a_void_of_what_has_no_difference_looks_for_none(self):
        self.put()
        self.assertEqual(self.push_void(entry=None).outcome, OK)
        self.assertEqual(self.states(), ("canceled", "cancel", "posted"))

    def test_a_void_of_what_is_of_another_one_now_is_told(self):
        self.put()
        self.odoo.strangers = {50}
        self.assertEqual(self.push_void(entry=None).message, "vanished:P50")
        self.assertFalse(self.odoo.calls)

    def test_a_void_of_deleted_money_cancels_its_difference_and_can_be_made_again(self):
        self.put()
        del self.odoo.tables[payments.MODEL][50]
        for _again in range(2):
            found = self.push_void()
            self.assertEqual((found.outcome, found.external_id), (OK, "P50"))
            self.assertEqual(found.parts, ())
        self.assertEqual(self.odoo.tables["account.move"][60]["state"], "cancel")
        self.assertEqual(self.odoo.methods(), [("account.move", "button_cancel")])

    def test_a_difference_of_deleted_money_that_is_sealed_is_told(self):
        self.put()
        del self.odoo.tables[payments.MODEL][50]
        self.odoo.refuse = {("button_cancel", 60): "It is sealed"}
        self.odoo.tables["account.move"][60]["inalterable_hash"] = "abc"
        found = self.push_void()
        told = (found.outcome, found.message.partition(":")[0])
        self.assertEqual(told, (REJECTED, payments.SEALED))

    def test_money_that_was_reset_to_a_draft_is_told_and_stays(self):
        self.put("draft")
        self.odoo.tables["account.move"][90]["posted_before"] = True
        (found,) = self.push(paid(), ids=["P50"])
        self.assertEqual(found.message, "draft:PBNK1/1")
        batch = self.batch("payments", paid(), ids=["P50"])
        (found,) = payments.find_outcomes(self.odoo, batch, said, say, find_items)
        self.assertEqual(found.outcome, "altered")
        self.assertFalse(self.odoo.calls)

    def test_a_payment_that_was_changed_there_is_left_to_a_person(self):
        for values in ({"amount": 1.0}, {"state": "canceled"}, {"partner_id": False}):
            record = {"id": 50, **as_payment(move=90) | values}
            self.odoo.tables[payments.MODEL] = {50: record}
            (found,) = self.push(paid(), ids=["P50"])
            self.assertEqual(found.message, "posted:PBNK1/1")

    def test_outcomes_of_money(self):
        batch = self.batch("payments", paid(), ids=["P50"])
        for record, outcome in (
            (None, NOT_FOUND),
            (as_payment(state="draft"), NOT_FOUND),  # and gone
            (as_payment(move=90), OK),
            (as_payment(state="canceled", move=90), "altered"),
            (as_payment(amount=1.0, move=90), "altered"),
        ):
            rows = {50: {"id": 50, **record}} if record else {}
            self.odoo.tables[payments.MODEL] = rows
            (found,) = payments.find_outcomes(self.odoo, batch, said, say, find_items)
            self.assertEqual(found.outcome, outcome, record)

    def test_identities_of_money_have_their_kind(self):
        self.assertEqual(payments.identity(5), "P5")
        self.assertEqual(loading._number("P5"), 5)
        self.assertEqual(loading._number(""), 0)

    def test_the_name_of_the_memo_hangs_on_the_series(self):
        for series, name in ((14, "ref"), (17, "ref"), (18, "memo"), (19, "memo")):
            self.odoo.series = series
            self.assertEqual(payments.memo_of(self.odoo), name)
