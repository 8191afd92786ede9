# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The levers behind the scenes: what no client can do, for tests and demonstrations.

Every public method of `Control` can be called in the process, or as
`POST /__control__/<method>` with its arguments as a JSON object.
"""

import uuid
from datetime import date

from odoo.addons.synkd_connector_http.simulator import control as kit

from . import contacts, wire
from .credit_notes import CREDIT_NOTE
from .invoices import INVOICE
from .state import TABLES

SHOWN = (
    *("contacts", "groups", "invoices", "credit_notes", "payments"),
    *("overpayments", "prepayments", "bank_transactions"),
)
LOCKS = ("PeriodLockDate", "EndOfYearLockDate")


class Control(kit.Control):
    """What only people in Xero can do, and what its webhooks tell."""

    # These wait for others, who may want the world meanwhile.
    unlocked = kit.UNLOCKED | {"deliver", "intent"}

    def _plain(self, value):
        """Return a value as Xero writes it."""
        return wire.plain(value)

    def _tenant(self, tenant):
        """Return an organisation by id, or by a part of its name; "" is the first."""
        for each in self.world.tenants.values():
            if tenant == each.id or tenant in each.organisation["Name"]:
                return each
        raise ValueError(f"there is no organisation {tenant!r}")

    # The world

    def state(self, tenant=""):
        """Return all records of an organisation as the API would show their fields."""
        found = self._tenant(tenant)
        tables = {name: list(getattr(found, name).values()) for name in SHOWN}
        return wire.plain({"organisation": found.organisation, **tables}, twins=True)

    def tenants(self):
        """Return id and name of each organisation."""
        return {t.id: t.organisation["Name"] for t in self.world.tenants.values()}

    def counters(self, tenant=""):
        """Return what remains of the limits, and the bytes that were answered."""
        headers = self.world.limits.headers(self._tenant(tenant).id)
        return {**headers, "egress": self.world.egress}

    # Limits

    def spend(self, minute=None, day=None, tenant=""):
        """Leave an organisation only so many calls in the running windows."""
        windows = self.world.limits.of(self._tenant(tenant).id)
        for name, left in (("minute", minute), ("day", day)):
            if left is not None:
                windows[name].spend(left)
        return self.counters(tenant)

    # Who may do what

    def add_app(self, client_id, secret=None, **settings):
        """Register an app.

        :param settings: `legacy`, `custom`, `redirect_uris`.
        """
        self.world.identity.apps[client_id] = {"secret": secret, **settings}
        return {}

    def grant(self, app="sim-client", scopes="", tenants=None):
        """Connect an app without its consent page and return a token answer."""
        identity, event = self.world.identity, str(uuid.uuid4())
        for tenant in tenants if tenants is not None else self.world.tenants:
            identity.connect(app, self._tenant(tenant).id, event)
        return identity.mint(app, (scopes or DEFAULT_SCOPES).split(), event)

    def disconnect(self, tenant=""):
        """Remove every app's connection to an organisation, as its user may."""
        wanted, kept = self._tenant(tenant).id, self.world.identity.connections
        for key in [key for key, each in kept.items() if each["tenantId"] == wanted]:
            del kept[key]
        return {}

    # What people do in the user interface

    def edit_contact(self, contact_id, tenant="", **fields):
        """Change fields of a contact; returns it."""
        found = self._tenant(tenant)
        return contacts.save(found, {**fields, "ContactID": contact_id})

    def archive_contact(self, contact_id, tenant=""):
        """Archive a contact."""
        return self.edit_contact(contact_id, tenant, ContactStatus="ARCHIVED")

    def merge_contacts(self, loser, winner, tenant=""):
        """Merge a contact into another; returns the archived one."""
        return contacts.merge(self._tenant(tenant), loser, winner)

    def set_lock_dates(self, tenant="", period=None, year=None):
        """Lock what is dated on or before `YYYY-MM-DD`; None unlocks."""
        found = self._tenant(tenant)
        for name, text in zip(LOCKS, (period, year), strict=True):
            found.organisation.pop(name, None)
            if text:
                found.organisation[name] = date.fromisoformat(text)
        return {}

    def set_record(self, table, key, tenant="", **fields):
        """Change a record past all rules, such as the status of an account."""
        if table not in TABLES:
            raise ValueError(f"there is no table {table!r}")
        found = self._tenant(tenant)
        record = getattr(found, table)[key]
        record.update(fields)
        for kind in (INVOICE, CREDIT_NOTE):
            if table == kind.table:
                found.note(table, kind.key, record, kind.number)
        return found.touch(record) if "UpdatedDateUTC" in record else record

    # Webhooks

    def subscribe(self, url, key="", categories=None, auto=False):
        """Add a webhook subscription; returns its signing key."""
        kept = self.world.webhooks.subscribe(url, key, categories, auto)
        return {"key": kept.key}

    def deliver(self):
        """Post the events that wait; returns the status of each post."""
        return self.world.webhooks.deliver()

    def events(self):
        """Return the events that wait, per subscription."""
        return [each.waiting for each in self.world.webhooks.subscriptions]

    def complaints(self):
        """Return what Xero would hold against each receiver: cookies, bodies, time."""
        return [each.complaints for each in self.world.webhooks.subscriptions]

    def intent(self):
        """Post the intent-to-receive to all; returns `[signed, status]` pairs."""
        hooks = self.world.webhooks
        return [pair for each in hooks.subscriptions for pair in hooks.intent(each)]


DEFAULT_SCOPES = (
    "offline_access accounting.contacts accounting.invoices accounting.payments "
    "accounting.banktransactions accounting.settings.read"
)
