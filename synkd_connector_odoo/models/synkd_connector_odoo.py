# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from operator import itemgetter

from odoo import api, models

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError
from odoo.addons.synkd_connector.lib.results import Books, Capabilities
from odoo.addons.synkd_connector_http.lib.cursor import read_changed

from ..const import ACCESS, PROBLEMS, REFUSALS
from ..lib import customers
from ..lib.client import OdooClient

PAGE_SIZE = 500
BATCH = 200
CUSTOMERS = Capabilities(
    customer_batch=BATCH,
    code_length=50,
    pull=True,
    credit_limit=True,
    archive=True,
    categories=True,
    delivery_address=True,
    emails=True,
    # Each call names the database and its user, so a day-old answer holds.
    books_hours=24,
    fields=customers.FIELDS,
    own_key_customers="External ID",
    unique_codes=False,
)


class SynkdConnectorOdoo(models.AbstractModel):
    """Books in another Odoo database: what is asked is in lib/, what it means here."""

    _name = "synkd.connector.odoo"
    _description = "Connector: Odoo"
    _inherit = ["synkd.connector.http"]
    _connector_label = "Odoo"

    # === HOW IT IS REACHED === #

    @api.model
    def _access(self, ledger):
        """Override: an API key of a user over there."""
        return ACCESS

    @api.model
    def _client(self, ledger, url, get_token):
        """Override: the client of one database.

        :raise MisconfiguredError: when nobody said which one.
        """
        ledger_sudo = ledger.sudo()
        database, login = ledger_sudo.odoo_database, ledger_sudo.odoo_login
        if not database or not login:
            raise MisconfiguredError(
                self.env._(
                    "Ledger %s has no database or no user of the other Odoo. An"
                    " administrator types both on the ledger's Login page.",
                    ledger.name,
                )
            )
        return OdooClient(url, get_token, database.strip(), login.strip())

    @api.model
    def _ask_books(self, client):
        """Override: the company that the user works for."""
        names = ["name", "currency_id", "create_date"]
        id_ = client.ask_company()
        company = client.read_ids("res.company", [id_], names)[id_]
        key = f"{company['id']} {company['create_date']}"
        return Books(key, company["name"], company["currency_id"][1])

    @property
    def _sentences(self):
        """Override: the words of the other Odoo, and what to do there."""
        return {problem: sentence for problem, (_kind, sentence) in PROBLEMS.items()}

    def _to_error(self, ledger, error):
        """Override: what a user may not do over there is no matter of the login."""
        found = super()._to_error(ledger, error)
        kind = PROBLEMS.get(error.problem, (type(found), None))[0]
        return kind(found.message, found.until)

    # === CUSTOMERS === #

    @api.model
    def _capabilities(self, ledger):
        """Override: what a plain Odoo keeps of customers."""
        return CUSTOMERS

    @api.model
    def _customer_payload(self, ledger, data):
        """Override: the whole contact."""
        return customers.to_record(data)

    @api.model
    def _push_customers(self, ledger, batch):
        """Override: create by one call, change by another."""
        with self._writing(ledger) as client:
            results = customers.CustomerPush(client, batch, self._say_refused).run()
        return self._answer(ledger, client, results)

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: by identity, then by external id."""
        with self._writing(ledger) as client:
            results = customers.find_outcomes(client, batch.members)
        return self._outcomes(ledger, client, results)

    @api.model
    def _pull_customers(self, ledger, cursor):
        """Override: who changed since, by the moment of the change."""
        with self._writing(ledger) as client:
            reader = customers.Reader(client)

            def ask(since, page):
                records = customers.read_page(client, since, page, PAGE_SIZE)
                reader.prepare(records)
                reader.find_merged(records)
                return records, len(records) < PAGE_SIZE

            changed = read_changed(
                ask,
                "key",
                itemgetter("stamp"),
                cursor,
                customers.read_stamp,
                customers.BEHIND,
            )
            yield from self._customer_pages(
                ledger, client, "customers", changed, reader.to_customer
            )

    # === SENTENCES === #

    def _say_refused(self, member, words, reason=""):
        """Override: sentences of this addon."""
        # What the database adds is for those who run it.
        words = " ".join(words.partition("DETAIL:")[0].split())
        words = words or self.env._("no reason given")
        return self._sentence(
            REFUSALS[reason],
            name=self._name_of(member),
            words=words if words[-1] in ".!?" or reason else words + ".",
            total=member.payload.get("total"),
            tax=member.payload.get("tax"),
        )
