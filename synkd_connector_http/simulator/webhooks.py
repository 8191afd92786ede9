# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks: events collected per subscription, signed, and posted."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field

TIMEOUT_SECONDS = 5


@dataclass
class Subscription:
    """Where an app wants its events, and the key they are signed with."""

    url: str
    key: str
    categories: list
    auto: bool = False
    sequence: int = 0
    waiting: list = field(default_factory=list)
    # What the books would hold against the receiver's answers.
    complaints: list = field(default_factory=list)


class Webhooks:
    """All subscriptions of one world; an heir tells what events look like."""

    # What subscriptions may be about, and the header of the signature.
    categories = ()
    header = "x-signature"

    def __init__(self, world):
        """Start with none."""
        self.world = world
        self.subscriptions = []

    def subscribe(self, url, key="", categories=None, auto=False):
        """Add a subscription and return it; without `key` one is made.

        :param auto: deliver in the background at once, not only on `deliver`.
        """
        found = Subscription(
            url,
            key or secrets.token_urlsafe(32),
            list(categories or self.categories),
            auto,
        )
        self.subscriptions.append(found)
        return found

    def add(self, category, event):
        """Collect an event for those who want its category."""
        for each in self.subscriptions:
            if category in each.categories:
                each.waiting.append(event)
                if each.auto:
                    threading.Thread(
                        target=self.deliver_one, args=(each,), daemon=True
                    ).start()

    def deliver(self):
        """Post all that waits; return one status per post, None for no answer."""
        answers = [self.deliver_one(each) for each in self.subscriptions]
        return [answer for answer in answers if answer != "nothing"]

    def deliver_one(self, subscription):
        """Post what waits for one subscription; what was not taken waits on."""
        with self.world.lock:
            events, subscription.waiting = subscription.waiting, []
            first = subscription.sequence + 1
            subscription.sequence += len(events)
        if not events:
            return "nothing"
        status = self.post(subscription, events, first, first + len(events) - 1)
        if status != 200:
            with self.world.lock:
                subscription.waiting = events + subscription.waiting
                subscription.sequence = first - 1
        return status

    def intent(self, subscription):
        """Post an intent-to-receive: some rightly signed, some not.

        :return: list of `[rightly signed, status]`; a receiver passes with 200 for
            the right ones and 401 for the others.
        """
        signed = (True, False, True, False)
        return [[s, self.post(subscription, [], 0, 0, good=s)] for s in signed]

    def body(self, events, first, last):
        """Return the body that tells of some events, first and last by number."""
        return {"events": events}

    def post(self, subscription, events, first, last, good=True):
        """Post one body and return the status, None when nobody answered in 5 s."""
        data = json.dumps(self.body(events, first, last)).encode()
        headers = {
            "Content-Type": "application/json",
            self.header: signature(data, subscription.key if good else "wrong"),
        }
        request = urllib.request.Request(subscription.url, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                return self._judge(subscription, answer)
        except urllib.error.HTTPError as error:
            return self._judge(subscription, error)
        except OSError:
            subscription.complaints.append("no answer within 5 seconds")
            return None

    def _judge(self, subscription, answer):
        """Note what is wrong with an answer, and return its status."""
        if answer.headers.get("Set-Cookie"):
            subscription.complaints.append("the answer sets a cookie")
        if answer.read(1):
            subscription.complaints.append("the answer has a body")
        return answer.status


def signature(data, key):
    """Return the signature of these bytes: HMAC with SHA-256, in Base64."""
    digest = hmac.new(key.encode(), data, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
