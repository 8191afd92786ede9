# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import time
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tests.common import release_test_lock

from odoo.addons.synkd_connector_http.lib.webhooks import sign as signature
from odoo.addons.synkd_connector_http.models import synkd_http_event
from odoo.addons.synkd_connector_http.models.synkd_http_event import KEEP

from .common import WEBHOOK_PATH, XeroCommon

KEY = "wEbh00k-k3y"
TRIGGER = "ir.cron.trigger"


@tagged("post_install", "-at_install")
class TestXeroWebhook(XeroCommon, HttpCase):
    """Webhooks: signed, answered at once, and no more than a wake-up call."""

    def setUp(self):
        super().setUp()
        # The simulated Xero calls from outside of the test's own session.
        self.http_request_allow_all = True
        self.ledger.http_webhook_key = KEY
        self.control.subscribe(url=self.base_url() + WEBHOOK_PATH, key=KEY)
        self.env[TRIGGER].search([]).unlink()
        self.env.flush_all()

    def post(self, body, key=KEY, **headers):
        """Post a body as Xero would; return the answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"x-xero-signature": signature(data, key), **headers}
        headers["Content-Type"] = "application/json"
        answer = self.opener.post(
            self.base_url() + WEBHOOK_PATH, data=data, headers=headers, timeout=10
        )
        self.env.invalidate_all()
        return answer

    def event(self, number=1, **values):
        """Return the body of one event."""
        event = {
            "resourceId": f"contact-{number}",
            "eventDateUtc": "2026-11-22T10:00:00.000",
            "eventType": "UPDATE",
            "eventCategory": "CONTACT",
            "tenantId": self.tenant,
            "tenantType": "ORGANISATION",
        }
        return {
            "events": [event | values],
            "firstEventSequence": number,
            "lastEventSequence": number,
            "entropy": "ABC",
        }

    def woken(self):
        """Return how often the ledger's cron was woken."""
        return self.env[TRIGGER].search_count(
            [("cron_id", "=", self.ledger.cron_id.id)]
        )

    def test_the_intent_to_receive_is_passed(self):
        with release_test_lock():
            answers = self.control.intent()
        self.assertEqual(
            answers, [[True, 200], [False, 401], [True, 200], [False, 401]]
        )
        self.assertEqual(self.woken(), 0)

    def test_a_real_change_wakes_the_cron_and_nothing_else(self):
        self.create_contact("Zed Traders")
        self.control.log(clear=True)
        with release_test_lock():
            self.assertEqual(self.control.deliver(), [200])
        self.env.invalidate_all()
        self.assertEqual(self.woken(), 1)
        self.assertEqual(self.control.log(), [], "nothing is asked in the request")
        accounts = self.env["synkd.account.customer"]
        self.assertFalse(accounts.search([("name", "=", "Zed Traders")]))

    def test_signed_bodies_of_odd_shapes_are_taken_and_wake_nobody(self):
        odd = [None, 0, True, 1.5, "x", "", [], [[]], {}, {"a": 1}]
        bodies = [json.dumps(value) for value in odd]
        bodies += [json.dumps({"events": value}) for value in odd]
        bodies += [json.dumps({"events": [value]}) for value in odd]
        bodies += [json.dumps(self.event(tenantId=value)) for value in odd]
        bodies += ["", "{", "nul", "[" * 100_000, '{"events": %s' % ("[" * 100_000)]
        bodies += ["9" * 10_000, '{"events": [NaN, Infinity]}', "\x00", '"\\ud800"']
        bodies = [body.encode() for body in bodies]
        bodies += [b"\xff\xfe", b"\xef\xbb\xbf{}", "{}".encode("utf-16")]
        for body in bodies:
            with self.subTest(body[:60]):
                self.assertEqual(self.post(body).status_code, 200)
        self.assertEqual(self.woken(), 0)
        self.assertGreater(len(bodies), 50)

    def test_odd_values_in_an_event_of_ours_do_not_hide_it(self):
        odd = [None, 5, [], {}, "\ud800", "a\x00b", "²", "x" * 100_000]
        names = ("resourceId", "eventType", "eventDateUtc", "eventCategory")
        for name in names:
            for number, value in enumerate(odd):
                event = self.event(f"{name}-{number}", **{name: value})
                with self.subTest(
                    name=name, value=str(value)[:10].encode("ascii", "replace")
                ):
                    self.assertEqual(self.post(event).status_code, 200)
        self.assertGreater(self.woken(), 0)
        kept = self.env["synkd.http.event"].search([("ledger_id", "=", self.ledger.id)])
        self.assertTrue(all(len(c or "") <= 40 for c in kept.mapped("categories")))

    def test_odd_signatures_are_refused(self):
        body = json.dumps(self.event()).encode()
        for odd in ("", "²", "\xff", "=", "a" * 5000, "%00", "null"):
            with self.subTest(odd[:10]):
                answer = self.post(body, **{"x-xero-signature": odd.encode("latin-1")})
                self.assertEqual(answer.status_code, 401)
        self.assertEqual(self.woken(), 0)

    def test_answers_have_no_body_and_no_cookie(self):
        for key, status in ((KEY, 200), ("other", 401)):
            self.opener.cookies.clear()
            answer = self.post(self.event(), key)
            self.assertEqual(answer.status_code, status)
            self.assertEqual(answer.content, b"")
            self.assertNotIn("Set-Cookie", answer.headers)

    def test_the_answer_comes_in_time(self):
        start = time.monotonic()
        body = self.event()
        body["events"] = [
            body["events"][0] | {"resourceId": f"contact-{n}"} for n in range(500)
        ]
        self.assertEqual(self.post(body).status_code, 200)
        self.assertLess(time.monotonic() - start, 4)
        self.assertEqual(self.woken(), 1)

    def test_wrong_signatures_wake_nobody(self):
        body = json.dumps(self.event()).encode()
        good = signature(body, KEY)
        for given in ("", "x", good[:-4], good.lower(), "ünicode".encode("latin1")):
            answer = self.post(body, **{"x-xero-signature": given})
            self.assertEqual(answer.status_code, 401, given)
        self.assertEqual(self.woken(), 0)

    def test_the_signature_covers_every_byte(self):
        body = json.dumps(self.event()).encode()
        given = {"x-xero-signature": signature(body, KEY)}
        self.assertEqual(self.post(body + b" ", **given).status_code, 401)
        self.assertEqual(self.post(body, **given).status_code, 200)

    def test_the_same_event_wakes_once(self):
        for _try in range(3):
            self.assertEqual(self.post(self.event()).status_code, 200)
        self.assertEqual(self.woken(), 1)
        self.assertEqual(self.env["synkd.http.event"].search_count([]), 1)
        self.post(self.event(eventDateUtc="2026-11-22T10:00:01.000"))
        self.assertEqual(self.env["synkd.http.event"].search_count([]), 2)

    def test_events_of_other_organisations_wake_nobody(self):
        self.assertEqual(self.post(self.event(tenantId="other")).status_code, 200)
        self.assertEqual(self.woken(), 0)

    def test_odd_bodies_are_no_fault(self):
        for body in (b"", b"[]", b"nonsense", b'{"events": null}', b"\xff\xfe"):
            self.assertEqual(self.post(body).status_code, 200, body)
        self.assertEqual(self.woken(), 0)

    def test_a_key_that_cannot_be_opened_signs_nothing(self):
        self.env["ir.config_parameter"].set_param("database.secret", "of a copy")
        self.env.flush_all()
        event = "odoo.addons.synkd_connector_http.models.synkd_http_event"
        with self.assertLogs(event, "WARNING") as logged:
            self.assertEqual(self.post(self.event()).status_code, 401)
            self.assertEqual(self.post(self.event(), "").status_code, 401)
        self.assertIn("cannot be opened", logged.output[0])
        self.assertEqual(self.woken(), 0)

    def test_without_a_key_everything_is_refused(self):
        self.ledger.http_webhook_key = False
        self.env.flush_all()
        self.assertEqual(self.post(self.event(), "").status_code, 401)

    def test_archived_ledgers_listen_no_more(self):
        self.ledger.active = False
        self.env.flush_all()
        self.assertEqual(self.post(self.event()).status_code, 401)

    def test_a_page_cannot_be_read_there(self):
        answer = self.url_open(WEBHOOK_PATH)
        self.assertEqual(answer.status_code, 405)

    def test_old_events_are_removed(self):
        self.post(self.event())
        events = self.env["synkd.http.event"]
        events._gc_events()
        self.assertEqual(events.search_count([]), 1)
        long_ago = events.search([]).create_date - KEEP - timedelta(hours=1)
        self.env.cr.execute("UPDATE synkd_http_event SET create_date = %s", [long_ago])
        self.env.invalidate_all()
        events._gc_events()
        self.assertEqual(events.search_count([]), 0)

    def test_more_old_events_than_are_removed_at_once_are_removed_as_well(self):
        events, old = self.env["synkd.http.event"], []
        for number in range(5):
            old.append({"ledger_id": self.ledger.id, "event_key": f"key {number}"})
        long_ago = events.create(old)[0].create_date - KEEP - timedelta(hours=1)
        self.env.cr.execute("UPDATE synkd_http_event SET create_date = %s", [long_ago])
        self.env.invalidate_all()
        with patch.object(synkd_http_event, "MOST_REMOVED", 2):
            told = [events._gc_events() for _round in range(3)]
        self.assertEqual(told, [(2, True), (2, True), (1, False)])
        self.assertEqual(events.search_count([]), 0)
