# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.errors import RejectedError, ThrottledError
from odoo.addons.synkd_connector.lib.results import (
    NOT_FOUND,
    Answer,
    Books,
    Budget,
    Capabilities,
)
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.places import Places
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..const import FIELD_NAMES, MISFITS, PROBLEMS, REFUSALS
from ..lib import contacts, push

BATCH = 50
# So often a run waits when Xero refuses logins that it renews; then a person is asked.
MOST_RENEWALS = 3
ORGANISATION = "/Organisation"


class SynkdConnectorXero(models.AbstractModel):
    """Books in Xero: what is asked and answered is in lib/, what it means is here."""

    _name = "synkd.connector.xero"
    _description = "Connector: Xero"
    _inherit = ["synkd.connector"]
    _connector_label = "Xero"

    # === CONTRACT === #

    @api.model
    def _capabilities(self, ledger):
        """Override: what Xero's interface can do; it knows no credit limits."""
        return Capabilities(
            customer_batch=BATCH,
            code_length=50,
            name_length=255,
            pull=True,
            balances=True,
            credit_limit=False,
            hold=False,
            archive=True,
            currencies=True,
            own_rates=True,
            delivery_address=True,
            webhooks=True,
            # Each call names the organisation, so a day-old answer holds.
            books_hours=24,
            fields=contacts.FIELDS,
            own_key_customers="ContactNumber",
        )

    @api.model
    def _check(self, ledger):
        """Override: asking which books these are tries all the rest."""
        ledger._check_xero_connected()
        return []

    @api.model
    def _read_books(self, ledger):
        """Override: the organisation, the smallest of answers."""
        ledger._check_xero_connected()
        with self._talking(ledger):
            client = ledger._get_xero_client()
            ledger._take_xero_custom(client)
            books = self._ask_books(client)
        self._note_limits(ledger, client)
        return books

    def _ask_books(self, client):
        """Return what the organisation that a client reaches tells of itself.

        :rtype: Books
        """
        organisation = (client.get(ORGANISATION).get("Organisations") or [{}])[0]
        return Books(
            client.tenant_id or organisation.get("OrganisationID") or "",
            str(organisation.get("Name") or ""),
            str(organisation.get("BaseCurrency") or ""),
        )

    @api.model
    def _customer_payload(self, account_customer):
        """Override: the whole contact; of a known one, only what differs is sent."""
        data = account_customer._to_data()
        group = account_customer.class_id.xero_contact_group
        contact = contacts.to_contact(
            data,
            self._places_of(account_customer),
            (contacts.clean(group),) if group else (),
        )
        self._refuse_misfit(account_customer, contact)
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
        return Answer(results, self._budget(ledger, client))

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: find the members by id or by our number, and compare."""
        with self._writing(ledger) as client:
            results = push.find_outcomes(
                client, batch.members, self._get_places(), ledger.currency_id.name
            )
        return Answer(
            self._without_doubt(client, results), self._budget(ledger, client)
        )

    def _without_doubt(self, client, results):
        """Return results without *not found*, where something read made no sense.

        It may be what was looked for, and must not be sent again.
        """
        if not client.take_odd():
            return results
        return tuple(each for each in results if each.outcome != NOT_FOUND)

    # === TALKING === #

    @contextmanager
    def _writing(self, ledger):
        """Yield a client of a connected ledger.

        :raise ConnectorError: whatever Xero says, as one of the five kinds.
        """
        ledger._check_xero_connected()
        with self._talking(ledger):
            yield ledger._get_xero_client()

    @contextmanager
    def _talking(self, ledger):
        """Turn what went wrong with a call into one of the five kinds of errors."""
        try:
            yield
        except ApiError as error:
            raise self._to_error(ledger, error) from error

    def _to_error(self, ledger, error):
        """Return the error of the contract for a problem of the client.

        :param ApiError error: what went wrong.
        :rtype: ConnectorError
        """
        problem = error.problem
        if problem == problems.RENEWED and ledger.failures >= MOST_RENEWALS:
            problem = problems.LOGIN
        kind, sentence = PROBLEMS[problem]
        words = error.words.rstrip(".") or self.env._("no reason given")
        message = self._sentence(sentence, ledger=ledger.name, words=words)
        if not message.endswith("."):
            message += "."
        until = None
        if error.seconds is not None:
            until = fields.Datetime.now() + timedelta(seconds=error.seconds + 1)
        if kind is ThrottledError:
            return ThrottledError(message, until)
        found = kind(message)
        # Also other errors may know when calls work again.
        found.until = until
        return found

    def _budget(self, ledger, client):
        """Return the calls that are left, as the last answer told.

        :rtype: Budget
        """
        limits = client.limits
        limit = ledger._get_xero_day_limit(limits.day)
        return Budget(limits.minute, limits.day, limit)

    # === SENTENCES === #

    def _sentence(self, lazy, **values):
        """Return a sentence of const.py in the user's language, filled in."""
        return lazy._translate(self.env.lang or "en_US") % values

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

    def _refuse_misfit(self, account, contact):
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
                account=account.display_name,
                count=len(value),
                limit=limit,
                value=value,
            )
        )

    # === NAMES === #

    def _places_of(self, account):
        """Return the countries and states of one account customer.

        :rtype: Places
        """
        account = account.with_context(lang="en_US")
        countries = account.country_id | account.delivery_country_id
        states = account.state_id | account.delivery_state_id
        return self._to_places(countries, states)

    def _get_places(self):
        """Return all countries and states.

        :rtype: Places
        """
        english = self.with_context(lang="en_US").env
        countries = english["res.country"].search_fetch([], ["name", "code"])
        states = english["res.country.state"].search_fetch(
            [], ["name", "code", "country_id"]
        )
        return self._to_places(countries, states)

    def _to_places(self, countries, states):
        return Places(
            {country.code: country.name for country in countries if country.code},
            {(s.country_id.code, s.code): s.name for s in states if s.code},
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
