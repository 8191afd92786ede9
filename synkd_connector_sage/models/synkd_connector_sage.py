# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import cache

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.results import (
    BalancePage,
    Books,
    Budget,
    Capabilities,
)
from odoo.addons.synkd_connector_http.lib.marks import clean_texts

from ..const import (
    ACCESS,
    CUSTOMER_LIKE,
    FIELD_NAMES,
    NO_CURRENCY,
    PACE,
    PROBLEMS,
    REFUSED_CUSTOMER,
    SETTLE_SECONDS,
    TOO_LONG,
    UNKNOWN_CUSTOMER,
)
from ..lib import balances, customers, push, reading
from ..lib.client import COMPANY, SageClient

REFUSALS = {
    "": REFUSED_CUSTOMER,
    push.UNKNOWN: UNKNOWN_CUSTOMER,
    push.NO_CURRENCY: NO_CURRENCY,
}
TERM_FIELDS = ("term_kind", "term_days")


@cache
def _capable(pace, with_terms):
    """Return what Sage can do: put together once, asked for often.

    It has no code of customers that is given once, no holds, and no call for several
    records at once.
    """
    terms = TERM_FIELDS if with_terms else ()
    return Capabilities(
        customer_batch=1,
        code_length=customers.CODE_LENGTH,
        name_length=customers.LENGTH,
        pull=True,
        balances=True,
        credit_limit=True,
        archive=True,
        currencies=True,
        delivery_address=True,
        # Each call names the company, so a day-old answer holds.
        books_hours=24,
        fields=(*customers.FIELDS, *terms),
        own_key_customers=customers.MARK,
        unique_codes=False,
        unique_numbers=False,
        pace=pace,
    )


class SynkdConnectorSage(models.AbstractModel):
    """Books in Sage Accounting South Africa: how they are reached, and customers."""

    _name = "synkd.connector.sage"
    _description = "Connector: Sage Accounting (South Africa)"
    _inherit = ["synkd.connector.http"]
    _connector_label = "Sage Accounting (South Africa)"
    _pace = PACE
    _settle_seconds = SETTLE_SECONDS

    # === HOW IT IS REACHED === #

    @api.model
    def _access(self, ledger):
        """Override: a key, with user and password beside it."""
        return ACCESS

    @api.model
    def _client(self, ledger, url, get_token):
        """Override: the client of one company."""
        password = self.env["synkd.vault"]._unseal(ledger.sage_password_sealed, ledger)
        company = ledger.http_tenant_key or ""
        return SageClient(url, get_token, ledger.sage_user or "", password, company)

    @api.model
    def _ask_books(self, client):
        """Override: the company of the client, among those that the login sees."""
        companies = reading.read_all(client, COMPANY)
        found = next((c for c in companies if c["ID"] == client.tenant_id), {})
        code = ""
        if home := found.get("HomeCurrencyId"):
            code = push.read_currencies(client).get(str(home), "")
        return Books(found.get("ID", ""), str(found.get("Name") or ""), code)

    @property
    def _sentences(self):
        """Override: what Sage's users know of its locks."""
        return PROBLEMS

    @api.model
    def _budget(self, ledger, client):
        """Override: Sage tells nothing of what is left, so calls are counted, once."""
        return Budget(calls=client.take_calls())

    # === CUSTOMERS === #

    @api.model
    def _capabilities(self, ledger):
        """Override: customers, both ways."""
        return _capable(self._pace, ledger.sudo().sage_terms)

    @api.model
    def _customer_payload(self, ledger, data):
        """Override: the whole record, in words."""
        payload = customers.to_payload(
            clean_texts(data), ledger.currency_id.name, ledger.sudo().sage_terms
        )
        if found := customers.find_too_long(payload):
            name, value, longest = found
            words = FIELD_NAMES.get(name, FIELD_NAMES[""])
            raise RejectedError(
                self._sentence(
                    TOO_LONG,
                    field=self._sentence(words),
                    account=data.label,
                    count=len(value),
                    limit=longest,
                )
            )
        return payload

    @api.model
    def _push_customers(self, ledger, batch):
        """Override: one call for each."""
        with self._writing(ledger) as client:
            base = ledger.currency_id.name
            results = push.CustomerPush(client, batch, self._say_customer, base).run()
        return self._answer(ledger, client, results)

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: by ID or by our key; what is not there yet may still come."""
        with self._writing(ledger) as client:
            base = ledger.currency_id.name
            results = push.find_outcomes(client, batch, self._say_like, base)
        return self._outcomes(ledger, client, results, batch)

    @api.model
    def _pull_customers(self, ledger, cursor):
        """Override: the whole list, of which is told what changed."""
        base = ledger.currency_id.name
        with self._writing(ledger) as client:
            currencies = {}

            def read(record):
                if record.get("CurrencyId") and not currencies:
                    currencies.update(push.read_currencies(client))
                return customers.from_record(record, currencies, base)

            pages = reading.read_changed(client, push.SERVICE, cursor)
            yield from self._customer_pages(ledger, client, push.SERVICE, pages, read)

    @api.model
    def _pull_balances(self, ledger, cursor):
        """Override: what all customers owe, and what is late of it."""
        today = fields.Date.context_today(ledger).isoformat()
        with self._writing(ledger) as client:
            for owed, after, is_last in balances.read(client, cursor, today):
                odd, budget = client.take_odd(), self._budget(ledger, client)
                yield BalancePage(
                    tuple(owed), after, odd=odd, budget=budget, is_last=is_last
                )

    # === SENTENCES === #

    def _say_customer(self, member, words, reason=""):
        """Return the sentence about a customer that was not taken.

        :param str reason: key of REFUSALS.
        """
        words = words.strip() or self.env._("no reason given")
        if not reason and words[-1] not in ".!?":
            words += "."
        name = member.payload["Name"]
        return self._sentence(REFUSALS[reason], name=name, words=words, currency=words)

    def _say_like(self, member):
        """Return the sentence about a customer that may be in Sage without our key."""
        return self._sentence(CUSTOMER_LIKE, name=member.payload["Name"])
