# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import CustomerData

from ..lib import beside


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
