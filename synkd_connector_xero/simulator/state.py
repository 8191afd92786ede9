# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the simulated Xero knows: organisations, their records, and one clock."""

import uuid

from odoo.addons.synkd_connector_http.simulator import World as KitWorld

from . import seed
from .errors import Invalid
from .idempotency import XeroKeys
from .identity import Identity
from .limits import XeroLimits
from .webhooks import XeroWebhooks

TABLES = (
    *("contacts", "groups", "invoices", "credit_notes", "payments"),
    *("overpayments", "prepayments", "bank_transactions"),
    *("accounts", "tax_rates", "currencies", "items", "themes", "tracking"),
)
# What is kept from one start to the next.
KEPT = (*TABLES, "organisation", "history", "found", "counters")
KEPT_LOGINS = ("codes", "access", "refresh", "connections")
# What Xero leaves open, or may do one way today and another tomorrow.
OPTIONS = {
    # Where a validation text stands: "Message" or "Description".
    "error_text_key": "Message",
    # Which signs a failed element carries, of "status", "flag" and "errors".
    "error_marks": ["status", "flag", "errors"],
    # Whether some values break Xero's own specification, as live answers do.
    "loose_types": False,
    # Whether a batch answers its elements in another order.
    "shuffle": False,
    # Whether a list with nothing new answers 304 instead of an empty list.
    "not_modified": False,
    # Whether a record changed in the very second of If-Modified-Since is left out.
    "strict_since": False,
    # Whether ContactStatus ACTIVE brings an archived contact back.
    "unarchive": False,
    # Whether two active contacts may not share a name; Xero may give this up.
    "unique_names": True,
    # How many invoices a month the organisation's plan lets approve; None: any.
    "invoice_limit": None,
    # Whether the authorize page allows at once, without a person.
    "auto_allow": False,
    # Whether a document takes another number together with the status VOIDED.
    "void_number": True,
    # Whether bank transactions keep a Reference that are neither SPEND nor RECEIVE.
    "overpayment_reference": True,
    # What is refused whatever it is: each element that has this text in it.
    "refuse": "",
    # Whether answers too are held against what Xero publishes; see `contract.py`.
    "check_answers": False,
}


class Tenant:
    """One organisation: tables of records by id, each record a dict of wire fields."""

    def __init__(self, world, spec):
        """Make an organisation from an entry of `seed.ORGANISATIONS`."""
        self.world = world
        self.id = spec["OrganisationID"]
        self.organisation = dict(spec)
        for table in TABLES:
            setattr(self, table, {})
        self.history, self.found = {}, {}
        self.counters = {"INV": 0, "CN": 0}
        seed.fill(self)

    @property
    def currency(self):
        """Return the base currency."""
        return self.organisation["BaseCurrency"]

    def next_number(self, prefix):
        """Return the next automatic number, such as INV-0001."""
        self.counters[prefix] += 1
        return f"{prefix}-{self.counters[prefix]:04d}"

    def find(self, table, name, value):
        """Return the record that was noted last with this value of a field, or None.

        A look-up, so that books of many thousand records stay quick; see `note`.
        """
        key = self.found.get((table, name, value))
        record = getattr(self, table).get(key)
        return record if record and record.get(name) == value else None

    def note(self, table, key, record, *names):
        """Make a record findable by the values of some of its fields."""
        for name in names:
            if record.get(name):
                self.found[table, name, record[name]] = record[key]

    def touch(self, record):
        """Note that a record changed now."""
        record["UpdatedDateUTC"] = self.world.clock.now()
        return record

    def check_open(self, *days):
        """Refuse days in a locked period.

        :raises Invalid: with Xero's sentence, when one lies on or before a lock date.
        """
        locks = [self.organisation.get(f"{x}LockDate") for x in ("Period", "EndOfYear")]
        last = max((lock for lock in locks if lock), default=None)
        if last and any(day and day <= last for day in days):
            raise Invalid(
                "The document date cannot be before the end of the locked period "
                f"({last.isoformat()})"
            )


class World(KitWorld):
    """Everything one simulated Xero keeps."""

    OPTIONS = OPTIONS
    keys_class, limits_class = XeroKeys, XeroLimits

    def fill(self):
        """Make the organisations, with nobody in them and nobody connected."""
        self.tenants = {}
        for spec in seed.ORGANISATIONS:
            self.tenants[spec["OrganisationID"]] = Tenant(self, spec)
        self.identity = Identity(self)
        self.webhooks = XeroWebhooks(self)
        self.egress = 0

    def kept(self):
        """Return the books and the logins."""
        books = {
            key: {name: getattr(tenant, name) for name in KEPT}
            for key, tenant in self.tenants.items()
        }
        logins = {name: getattr(self.identity, name) for name in KEPT_LOGINS}
        return {"books": books, "logins": logins}

    def take(self, kept):
        """Go on with books and logins that were kept."""
        for key, books in kept["books"].items():
            vars(self.tenants[key]).update(books)
        vars(self.identity).update(kept["logins"])


def new_id():
    """Return a fresh id as Xero writes them."""
    return str(uuid.uuid4())
