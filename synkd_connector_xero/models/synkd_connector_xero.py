# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.odd import printable
from odoo.addons.synkd_connector.lib.results import Books, Budget, Capabilities
from odoo.addons.synkd_connector_http.lib import webhooks
from odoo.addons.synkd_connector_http.lib.access import Event
from odoo.addons.synkd_connector_http.lib.shapes import is_identity

from ..const import (
    ACCESS,
    CUSTOMER_LIKE,
    FIELD_NAMES,
    MISFITS,
    PROBLEMS,
    REFUSALS,
)
from ..lib import contacts, push
from ..lib.client import XeroClient, to_error

BATCH = 50
ORGANISATION = "/Organisation"
# They are asked for with every record. Xero knows no credit limits, and no holds.
CUSTOMERS = Capabilities(
    customer_batch=BATCH,
    code_length=50,
    name_length=255,
    pull=True,
    balances=True,
    documents=True,
    tells_deleted=True,
    archive=True,
    currencies=True,
    own_rates=True,
    delivery_address=True,
    # Each call names the organisation, so a day-old answer holds.
    books_hours=24,
    fields=contacts.FIELDS,
    own_key_customers="ContactNumber",
)


class SynkdConnectorXero(models.AbstractModel):
    """Books in Xero: what is asked and answered is in lib/, what it means is here."""

    _name = "synkd.connector.xero"
    _description = "Connector: Xero"
    _inherit = ["synkd.connector.http"]
    _connector_label = "Xero"

    # === CONTRACT === #

    @api.model
    def _capabilities(self, ledger):
        """Override: what Xero's interface can do."""
        return CUSTOMERS

    @api.model
    def _access(self, ledger):
        """Override: logins of persons, and custom connections to one organisation."""
        return ACCESS

    @api.model
    def _client(self, ledger, url, get_token):
        """Override: the client of the Accounting API."""
        return XeroClient(url, ledger.http_tenant_key or "", get_token)

    @api.model
    def _identity_error(self, reply):
        """Override: Xero's identity server has the same limits and faults."""
        return to_error(reply)

    @api.model
    def _ask_books(self, client):
        """Override: the organisation, the smallest of answers."""
        organisation = (client.get(ORGANISATION).get("Organisations") or [{}])[0]
        return Books(
            client.tenant_id or organisation.get("OrganisationID") or "",
            str(organisation.get("Name") or ""),
            str(organisation.get("BaseCurrency") or ""),
        )

    @property
    def _sentences(self):
        """Override: Xero has a page that tells of its faults."""
        return PROBLEMS

    @api.model
    def _read_events(self, body):
        """Override: nothing tells one event from another, but what it says.

        That is which record changed, and when.
        """
        names = ("resourceId", "eventType", "eventDateUtc")
        return [
            Event(
                event["tenantId"],
                webhooks.digest(*(printable(event.get(name)) for name in names)),
                event.get("eventCategory") or "",
            )
            for event in webhooks.read_records(body, "events")
            if is_identity(event.get("tenantId"))
        ]

    @api.model
    def _customer_payload(self, ledger, data):
        """Override: the whole contact; of a known one, only what differs is sent."""
        contact = contacts.to_contact(contacts.normalise(data))
        self._refuse_misfit(data, contact)
        return contact

    @api.model
    def _push_customers(self, ledger, batch):
        """Override: create with one call, change with another."""
        with self._writing(ledger) as client:
            pusher = push.CustomerPush(
                client,
                batch,
                self._get_places(),
                ledger.currency_id.name,
                self._get_our_groups(ledger),
                self._say_refusal,
            )
            results = pusher.run()
        return self._answer(ledger, client, results)

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: find the members by id or by our number, and compare."""
        with self._writing(ledger) as client:
            results = push.find_outcomes(
                client,
                batch,
                self._get_places(),
                ledger.currency_id.name,
                self._say_like,
            )
        return self._outcomes(ledger, client, results)

    @api.model
    def _budget(self, ledger, client):
        """Override: return the calls that are left, as the last answer told.

        :rtype: Budget
        """
        limits = client.limits
        limit = ledger._get_xero_day_limit(limits.day)
        return Budget(limits.minute, limits.day, limit, limits.app)

    # === SENTENCES === #

    def _say_refusal(self, member, words, reason=""):
        """Return the sentence about a member that was not taken.

        :param Member member: what was sent.
        :param str words: Xero's own.
        :param str reason: key of REFUSALS.
        """
        words = words.strip()
        if words and words[-1] not in ".!?":
            words += "."
        return self._sentence(
            REFUSALS[reason],
            code=member.payload["AccountNumber"],
            name=member.payload["Name"],
            emails=push.find_emails(member),
            words=words,
        )

    def _say_like(self, member):
        """Return the sentence about a customer that may be in Xero without our number.

        :param Member member: what was sent.
        """
        return self._sentence(
            CUSTOMER_LIKE,
            code=member.payload["AccountNumber"],
            name=member.payload["Name"],
        )

    def _refuse_misfit(self, data, contact):
        """Refuse a contact that Xero would not take whole.

        :raise RejectedError: says what to change.
        """
        found = contacts.find_problem(contact)
        if not found:
            return
        kind, name, value, limit = found
        raise RejectedError(
            self._sentence(
                MISFITS[kind],
                field=self._sentence(FIELD_NAMES[name]) if kind == "length" else "",
                account=data.label,
                count=len(value),
                limit=limit,
                value=value,
            )
        )

    def _get_our_groups(self, ledger):
        """Return the names of the contact groups that belong to classes.

        :rtype: set[str]
        """
        classes = self.env["synkd.customer.class"].with_context(active_test=False)
        found = classes.search_fetch(
            [
                ("company_id", "=", ledger.company_id.id),
                ("xero_contact_group", "!=", False),
            ],
            ["xero_contact_group"],
        )
        return {contacts.clean(each.xero_contact_group) for each in found}
