# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..const import PLAIN_FIELDS
from ..lib.fingerprint import fingerprint
from ..lib.results import CustomerData

CHANGED_BOTH = "changed"
CODE_TAKEN = "code"


class SynkdImporter(models.AbstractModel):
    """Takes over what the books tell, and makes account customers in numbers.

    New customers of the books become account customers without a link. A change over
    there is taken over when nothing changed here; when both sides changed, the record
    waits as a conflict that shows both. Nothing is linked, and nothing overwritten.
    """

    _name = "synkd.importer"
    _description = "Importer of Books Records"

    # === A PAGE OF CUSTOMERS === #

    @api.model
    def _take_page(self, run, page):
        """Take over one page of customers; a constant number of queries.

        :param recordset run: the `synkd.run` that counts.
        :param Page page: as the connector read it.
        """
        ledger = run.ledger_id
        known = self._find_known(ledger, page.customers)
        by_code = self._find_by_code(ledger, page.customers, known)
        lookup = self._prepare_lookup(page.customers)
        new = []
        for data in page.customers:
            if account := known.get(data.external_id):
                self._take_change(run, account, data, lookup)
            elif account := by_code.get(data.code.upper()):
                self._take_same_code(run, account, data)
            elif not data.archived:
                new.append(data)
        self._create_imported(run, new, lookup)

    def _accounts(self):
        """Return the model with archived records and without tracking."""
        return self.env["synkd.account.customer"].with_context(
            active_test=False, tracking_disable=True
        )

    def _find_known(self, ledger, customers):
        """Return the account customers of a page by external id."""
        ids = [data.external_id for data in customers]
        found = self._accounts().search(
            [("ledger_id", "=", ledger.id), ("external_id", "in", ids)]
        )
        return {account.external_id: account for account in found}

    def _find_by_code(self, ledger, customers, known):
        """Return account customers that are new here and use a code of the page."""
        codes = [d.code for d in customers if d.code and d.external_id not in known]
        if not codes:
            return {}
        found = self._accounts().search(
            [("ledger_id", "=", ledger.id), ("code", "=ilike", codes[0])]
            if len(codes) == 1
            else [
                ("ledger_id", "=", ledger.id),
                ("id", "in", self._code_ids(ledger, codes)),
            ]
        )
        return {account.code.upper(): account for account in found}

    def _code_ids(self, ledger, codes):
        """Return ids of account customers by code, whatever the case."""
        self.env["synkd.account.customer"].flush_model(["code", "ledger_id"])
        self.env.cr.execute(
            "SELECT id FROM synkd_account_customer"
            " WHERE ledger_id = %s AND upper(code) = ANY(%s)",
            [ledger.id, [code.upper() for code in codes]],
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _take_change(self, run, account, data, lookup):
        """Take over a change of a customer that is known here."""
        theirs = self._fields_of(account.ledger_id, data)
        mark = fingerprint(theirs)
        if mark == account.books_fingerprint or account.sync_state == "sending":
            return
        account.run_id = run
        ours = account._books_fields()
        if account.sync_state == "synced":
            self._overwrite(account, data, mark, lookup)
            run._count("imported")
        elif ours == theirs:
            account._set_synced({"books_fingerprint": mark})
        else:
            account._set_conflict(
                self.env._(
                    "%(account)s was changed here and in the books since the last"
                    " synchronisation. Press Resolve Conflict to say which side is"
                    " right.",
                    account=account.display_name,
                ),
                data.as_dict() | {"__kind__": CHANGED_BOTH},
            )
            run._count("refused")

    def _take_same_code(self, run, account, data):
        """Let a record wait whose code belongs to another customer of the books."""
        if account.external_id and account.external_id != data.external_id:
            message = self.env._(
                "The books have code %s twice. Change one of them there.", data.code
            )
        else:
            message = self.env._(
                "The books already have a customer %(code)s: %(name)s. Press Resolve"
                " Conflict to say whether it is the same customer.",
                code=data.code,
                name=data.name,
            )
        account.run_id = run
        account._set_conflict(message, data.as_dict() | {"__kind__": CODE_TAKEN})
        run._count("refused")

    def _overwrite(self, account, data, mark, lookup):
        """Write the books' values on an account customer; nothing has to be sent."""
        pulled = set(account.ledger_id._get_pulled_fields())
        vals = self._prepare_vals(data, lookup, pulled)
        account.write(vals | {"sync_state": "synced"})
        connector = account.ledger_id._get_connector()
        account._set_synced(
            {
                "books_fingerprint": mark,
                "fingerprint": fingerprint(connector._customer_payload(account)),
            }
        )

    def _create_imported(self, run, customers, lookup):
        """Create account customers for customers that are new in the books."""
        ledger = run.ledger_id
        if not customers:
            return
        base = {"ledger_id": ledger.id, "origin": "books", "run_id": run.id}
        pulled = set(ledger._get_pulled_fields())
        vals_list = [
            base
            | {"class_id": ledger.import_class_id.id}
            | self._prepare_vals(data, lookup, pulled)
            | {
                "sync_state": "synced",
                "external_id": data.external_id,
                "books_fingerprint": fingerprint(self._fields_of(ledger, data)),
            }
            for data in customers
        ]
        accounts = self._accounts().create(vals_list)
        connector = ledger._get_connector()
        for account in accounts:
            account.fingerprint = fingerprint(connector._customer_payload(account))
        run._count("imported", len(accounts))

    # === MAPPING: books to Odoo === #

    def _fields_of(self, ledger, data):
        """Return what the books give back of one customer, by field name."""
        values = data.as_dict()
        return {name: values[name] for name in ledger._get_pulled_fields()}

    def _prepare_lookup(self, customers):
        """Read the countries, states and currencies of a page at once.

        :rtype: dict
        """
        codes = {d.country for d in customers} | {d.delivery_country for d in customers}
        countries = self.env["res.country"].search([("code", "in", list(codes))])
        states = self.env["res.country.state"].search(
            [("country_id", "in", countries.ids)]
        )
        currencies = self.env["res.currency"].with_context(active_test=False)
        currencies = currencies.search(
            [("name", "in", list({d.currency for d in customers}))]
        )
        kinds = {(d.term_kind, d.term_days) for d in customers if d.term_kind}
        terms = self.env["account.payment.term"]
        return {
            "country": {c.code: c.id for c in countries},
            "state": {(s.country_id.code, s.code): s.id for s in states},
            "currency": {c.name: c.id for c in currencies},
            "term": {key: terms._find_trading_term(*key).id for key in kinds},
        }

    def _prepare_vals(self, data, lookup, pulled):
        """Return the values of an account customer for a customer of the books.

        :param set pulled: names of the ``CustomerData`` fields that mean something.
        :rtype: dict
        """
        values = data.as_dict()
        vals = {name: values[name] or False for name in PLAIN_FIELDS if name in pulled}
        vals["name"] = data.name or data.code
        country, state = lookup["country"], lookup["state"]
        optional = {
            "country": ("country_id", country.get(data.country)),
            "state": ("state_id", state.get((data.country, data.state))),
            "delivery_country": (
                "delivery_country_id",
                country.get(data.delivery_country),
            ),
            "delivery_state": (
                "delivery_state_id",
                state.get((data.delivery_country, data.delivery_state)),
            ),
            "credit_limit": ("credit_limit", float(data.credit_limit)),
            "held": ("held", data.held),
            "archived": ("active", not data.archived),
            "term_kind": (
                "payment_term_id",
                lookup["term"].get((data.term_kind, data.term_days)),
            ),
        }
        vals |= {
            field: value for key, (field, value) in optional.items() if key in pulled
        }
        if currency := lookup["currency"].get(data.currency):
            vals["currency_id"] = currency
        return vals

    # === CONFLICTS === #

    @api.model
    def _resolve_conflict(self, account, take_theirs):
        """Settle a conflict as a person decided.

        :param recordset account: one account customer with a conflict.
        :param bool take_theirs: take the books' values; else send ours.
        :raise UserError: when there is no conflict any more.
        """
        if account.sync_state != "conflict":
            raise UserError(
                self.env._(
                    "%s has no conflict any more; somebody resolved it. Nothing was"
                    " changed.",
                    account.display_name,
                )
            )
        values = {k: v for k, v in account.books_data.items() if k != "__kind__"}
        data = CustomerData(**values)
        mark = fingerprint(self._fields_of(account.ledger_id, data))
        account.external_id = data.external_id
        if take_theirs:
            self._overwrite(account, data, mark, self._prepare_lookup([data]))
        else:
            account._set_synced({"books_fingerprint": mark, "fingerprint": False})
            account._set_pending(from_states=("synced",))

    # === ACCOUNT CUSTOMERS FOR OPERATIONAL ONES === #

    @api.model
    def _adopt(self, run, partners):
        """Create and link account customers for operational ones.

        Customers that look like one of the books' wait in Match instead, so that
        nobody gets a twin; those whose data does not do are left out and counted.

        :param recordset run: the `synkd.run` with the class to create in.
        :param recordset partners: `res.partner` without an account customer.
        """
        fit = partners.filtered(lambda p: (p.name or "").strip() and len(p.name) <= 255)
        fit -= self.env["synkd.match"]._get_likely_partners(run.ledger_id, fit)
        run._count("skipped", len(partners) - len(fit))
        accounts = self._accounts()
        vals_list = [
            accounts._prepare_from_partner(partner, run.create_class_id)
            | {"ledger_id": run.ledger_id.id, "run_id": run.id}
            for partner in fit
        ]
        self._take_references(run.ledger_id, fit, vals_list)
        accounts.create(vals_list)

    def _take_references(self, ledger, partners, vals_list):
        """Use the customers' own references as codes where they fit and are free."""
        length = ledger._get_capabilities().code_length
        wanted = [(p.ref or "").strip() for p in partners]
        used = self._accounts().browse(self._code_ids(ledger, wanted))
        taken = {account.code.upper() for account in used}
        for vals, code in zip(vals_list, wanted, strict=True):
            if code and len(code) <= length and code.upper() not in taken:
                vals["code"] = code
                taken.add(code.upper())

    # === BALANCES === #

    @api.model
    def _take_balances(self, ledger, balances):
        """Put what customers owe on their account customers.

        :param recordset ledger: the `synkd.ledger`.
        :param tuple balances: ``Balance``.
        """
        by_id = {balance.external_id: balance for balance in balances}
        found = self._accounts().search(
            [("ledger_id", "=", ledger.id), ("external_id", "in", list(by_id))]
        )
        for account in found:
            balance = by_id[account.external_id]
            account.write(
                {
                    "outstanding": float(balance.outstanding),
                    "overdue": float(balance.overdue),
                }
            )
