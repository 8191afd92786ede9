# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import OK, Batch, CustomerData, Member

from ..lib import beside, customers
from .test_odoo_loading import FakeClient, made, refused
from .test_odoo_pushing import say


class Terms:
    """A client that knows lines of terms."""

    series = 19

    def __init__(self, *lines):
        self.lines = [
            {"payment_id": [term, ""], "value": value, "delay_type": way}
            | {"nb_days": days, "days_next_month": day}
            for term, value, way, days, day in lines
        ]

    def read_records(self, model, domain, names, **values):
        return self.lines


@tagged("post_install", "-at_install")
class TestBeside(BaseCase):
    """What is sent of terms, category and delivery address."""

    def test_a_customer_without_them_sends_nothing(self):
        payload = beside.to_payload(CustomerData(name="Ann"))
        self.assertEqual(payload, {"term": "", "category": "", "delivery": {}})

    def test_any_part_of_an_address_is_one(self):
        payload = beside.to_payload(CustomerData(delivery_country="ZA"))
        self.assertEqual(payload["delivery"]["country"], "ZA")
        self.assertEqual(payload["delivery"]["street"], "")

    def test_terms_are_known_by_what_they_say(self):
        client = Terms(
            (1, "percent", "days_after", 30, "10"),
            (2, "percent", "days_after_end_of_month", 15, "10"),
            (3, "percent", "days_end_of_month_on_the", 0, "20"),
        )
        told = {"after_invoice 30": 1, "after_month_end 15": 2, "following_month 20": 3}
        self.assertEqual(beside.read_terms(client), told)

    def test_what_has_no_word_here_is_no_term_of_ours(self):
        client = Terms(
            (1, "percent", "days_after", 0, "10"),
            (1, "percent", "days_after", 30, "10"),
            (2, "fixed", "days_after", 30, "10"),
            (3, "percent", "days_after_end_of_next_month", 5, "10"),
            (4, "percent", "days_end_of_month_on_the", 5, "20"),
            (5, "percent", "days_end_of_month_on_the", 0, False),
        )
        self.assertEqual(beside.read_terms(client), {})

    def test_of_several_that_say_the_same_the_oldest_counts(self):
        lines = [(term, "percent", "days_after", 30, "") for term in (9, 4)]
        self.assertEqual(beside.read_terms(Terms(*lines)), {"after_invoice 30": 4})

    def test_before_18_terms_are_not_told(self):
        client = Terms((1, "percent", "days_after", 30, "10"))
        client.series = 17
        self.assertEqual(beside.read_terms(client), {})

    # === TAGS AND ADDRESSES === #

    def test_a_tag_is_made_below_ours_once(self):
        client = FakeClient(
            lambda _v: {"ids": [4], "messages": []},
            lambda _v: {"ids": [5, 6], "messages": []},
        )
        found = beside.make_tags(client, ["Retail", "Trade"])
        self.assertEqual(found, {"Retail": 5, "Trade": 6})
        _model, _method, values = client.calls[1]
        self.assertEqual(
            [row[1:] for row in values["data"]], [["Retail", "4"], ["Trade", "4"]]
        )
        keys = {row[0] for row in values["data"]}
        self.assertEqual(len(keys), 2, "each has a key of its own")

    def test_who_may_make_no_tag_has_none(self):
        self.assertEqual(beside.make_tags(FakeClient(refused(0)), ["Retail"]), {})

    def test_a_first_contact_gives_its_address_to_nobody(self):
        """Odoo takes it for that of the customer, when the customer has none."""
        one = lambda _v: {"ids": [1], "messages": []}
        client = FakeClient(one, lambda _v: {"ids": [1, 2], "messages": []})
        address = {"street": "9 Dock Road"}
        addresses = {"SKA": (7, 1, 2, address), "SKB": (8, 1, "", address)}
        self.assertEqual(beside.write_addresses(client, addresses, ["SKA"]), {})
        first, second = (values for _model, _method, values in client.calls)
        self.assertNotIn("street", first["fields"])
        self.assertEqual(first["data"], [["__synkd__.SKA_delivery", "7", "delivery"]])
        self.assertEqual([row[1] for row in second["data"]], ["7", "8"])

    def test_an_address_that_went_is_put_out_of_use(self):
        client = FakeClient(lambda _v: {"ids": [1], "messages": []})
        beside.write_addresses(client, {"SKA": (7, "", "", {})})
        _model, _method, values = client.calls[0]
        row = dict(zip(values["fields"], values["data"][0], strict=True))
        self.assertEqual((row["active"], row["street"]), ("0", ""))

    def test_no_address_asks_nobody(self):
        self.assertEqual(beside.write_addresses(FakeClient(), {}), {})
        self.assertEqual(beside.read_below(FakeClient(), ()), ({}, {}))


@tagged("post_install", "-at_install")
class TestCustomerPush(BaseCase):
    """Which calls a batch of customers takes."""

    def push(self, client, *datas, **known):
        """Send new customers; return what was told of each."""
        members = tuple(
            Member(place, customers.to_record(data), "", f"SK{place}")
            for place, data in enumerate(datas)
        )
        pusher = customers.CustomerPush(client, Batch("key", members), say)
        pusher.countries, pusher.states, pusher.new_tags = {}, {}, ()
        pusher.tags, pusher.kept = known.get("tags", {}), {}
        pusher.terms = known.get("terms", {})
        pusher._prepare = lambda: None
        return pusher.run()

    def numbered(self, values):
        return {"ids": [7 + n for n, _row in enumerate(values["data"])], "messages": []}

    def test_plain_ones_go_by_one_call(self):
        client = FakeClient(self.numbered)
        found = self.push(client, CustomerData(name="Ann"), CustomerData(name="Ben"))
        self.assertEqual([each.outcome for each in found], [OK, OK])
        self.assertNotIn("category_id/.id", client.calls[0][2]["fields"])

    def test_those_whose_terms_are_unknown_there_go_without(self):
        client = FakeClient(self.numbered, self.numbered)
        soon = CustomerData(name="Ann", term_kind="after_invoice", term_days=30)
        late = CustomerData(name="Ben", term_kind="current_month", term_days=30)
        self.push(client, soon, late, terms={"after_invoice 30": 4})
        (with_term, without) = (values for _model, _method, values in client.calls)
        self.assertEqual(with_term["fields"][-1], "property_payment_term_id/.id")
        self.assertEqual(with_term["data"][0][-1], "4")
        self.assertNotIn("property_payment_term_id/.id", without["fields"])

    def test_a_category_is_one_of_the_tags(self):
        client = FakeClient(self.numbered)
        ann = CustomerData(name="Ann", category="Retail")
        self.push(client, ann, CustomerData(name="Ben"), tags={"Retail": 5})
        values = client.calls[0][2]
        place = values["fields"].index("category_id/.id")
        self.assertEqual([row[place] for row in values["data"]], ["5", ""])

    def test_an_address_that_is_refused_refuses_its_customer_alone(self):
        client = FakeClient(self.numbered, made_first, refused(0), made)
        ann = CustomerData(name="Ann", delivery_street="9 Dock Road")
        found = self.push(client, ann, CustomerData(name="Ben"))
        outcomes = {each.res_id: each.outcome for each in found}
        self.assertEqual(outcomes, {0: "rejected", 1: OK})


def made_first(values):
    """Return what ``load`` answers when each row is a record."""
    return {"ids": [1 for _row in values["data"]], "messages": []}
