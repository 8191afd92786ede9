# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ...const import PLAIN_FIELDS, UNDER_WAY_STATES
from ...lib import emails
from ...lib.alone import each_alone
from ...lib.fingerprint import fingerprint
from ...lib.odd import storable
from ...lib.results import CustomerData

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
        each_alone(
            self.env.cr.savepoint,
            list(page.customers),
            lambda customers: self._take_customers(run, customers),
            run._leave_out,
        )
        self._take_deleted(run, page.deleted)
        run._note_odd(page.odd)

    def _take_deleted(self, run, identities):
        """Archive customers that the books deleted; here nothing is deleted.

        :param tuple identities: external ids.
        """
        mine = [("ledger_id", "=", run.ledger_id.id), ("active", "=", True)]
        mine.append(("sync_state", "not in", UNDER_WAY_STATES))
        gone = self._accounts().search([*mine, ("external_id", "in", list(identities))])
        if not gone:
            return
        message = self.env._(
            "The books deleted this customer, so it is archived here. If that was a"
            " mistake, restore it there, then take it out of the archive here."
        )
        gone._message_log_batch(bodies=dict.fromkeys(gone.ids, message))
        gone._set_synced({"active": False, "run_id": run.id})
        run._count("imported", len(gone))
        run._note(
            self.env._(
                "The books deleted these customers, so they are archived here: %s.",
                ", ".join(gone.mapped("display_name")),
            )
        )

    def _take_customers(self, run, customers):
        """Take over some customers of the books."""
        ledger = run.ledger_id
        known = self._find_known(ledger, customers)
        by_code = self._find_by_code(ledger, customers, known)
        lookup = self._prepare_lookup(customers)
        new, changed = {}, []
        for data in customers:
            code = data.code.strip().upper()
            if account := known.get(data.external_id):
                changed += self._take_change(run, account, data)
            elif account := by_code.get(code):
                changed += self._take_same_code(run, account, data)
            elif code and code in new:
                self._note_double(run, data)
            elif not data.archived:
                new[code or data] = data
        self._overwrite(ledger, changed, lookup)
        self._create_imported(run, list(new.values()), lookup)

    def _note_double(self, run, data):
        """Note a customer whose code another customer of the books has as well."""
        run._count("skipped")
        run._note(
            self.env._(
                "%(name)s was left out: the books have customer code %(code)s more"
                " than once (capital and small letters count as the same). Change"
                " one there.",
                name=data.name,
                code=data.code,
            )
        )

    def _accounts(self):
        """Return the model with archived records and without tracking."""
        return self.env["synkd.account.customer"]._unwatched()

    def _find_known(self, ledger, customers):
        """Return the account customers of a page by external id."""
        ids = [data.external_id for data in customers]
        found = self._accounts().search(
            [("ledger_id", "=", ledger.id), ("external_id", "in", ids)]
        )
        return {account.external_id: account for account in found}

    def _find_by_code(self, ledger, customers, known):
        """Return account customers that are new here and use a code of the page."""
        codes = [d.code.strip() for d in customers if d.external_id not in known]
        found = self._accounts()._find_by_code(ledger, filter(None, codes))
        return {account.code.upper(): account for account in found}

    def _take_change(self, run, account, data):
        """Take notice of a change of a customer that is known here.

        :return: account and data, when the books' values are to be written over ours.
        :rtype: list[tuple]
        """
        theirs = self._fields_of(data, account.ledger_id._get_pulled_fields())
        digest = fingerprint(theirs)
        if account.supplier_only and not data.supplier:
            account.supplier_only = False
        if data.version and data.version != account.books_version:
            account.books_version = data.version
        if account.sync_state in UNDER_WAY_STATES:
            account.books_data = data.as_dict()
            return []
        if digest == account.books_fingerprint:
            self._end_conflict(account)
            return []
        account.run_id = run
        if account.sync_state == "synced":
            run._count("imported")
            return [(account, data)]
        if account._books_fields() == theirs:
            # What the books do not give back may still have to be sent.
            account.books_fingerprint = digest
            self._end_conflict(account)
        else:
            self._set_changed_both(account, data)
            run._count("refused")
        return []

    def _end_conflict(self, account):
        """Send our change after all, since the books took theirs back."""
        kind = (account.books_data or {}).get("__kind__")
        if account.sync_state == "conflict" and kind == CHANGED_BOTH:
            account.books_data = False
            account._set_pending(from_states=("conflict",))

    def _take_late(self, account, values):
        """Take notice of what the books told while the account was being sent.

        :param recordset account: one account customer whose answer came.
        :param dict values: a ``CustomerData``.
        """
        data = CustomerData.from_dict(values)
        digest = self._digest_of(account.ledger_id, data)
        if digest != account.books_fingerprint:
            self._set_changed_both(account, data)

    def _set_changed_both(self, account, data):
        """Let a record wait that was changed on both sides."""
        account._set_conflict(
            self.env._(
                "%(account)s was changed here and in the books since the last"
                " synchronisation. Press Resolve Conflict to say which side is right.",
                account=account.display_name,
            ),
            data.as_dict() | {"__kind__": CHANGED_BOTH},
        )

    def _take_same_code(self, run, account, data):
        """Deal with a customer that is new in the books, and whose code is known here.

        An account customer that is not in the books yet waits for a person; one that
        is another customer over there is not touched; one of which a person said that
        it is in the books is found now.

        :return: as ``_take_change``.
        :rtype: list[tuple]
        """
        if account.sync_state in UNDER_WAY_STATES:
            return []
        if account.external_id:
            self._note_double(run, data)
            return []
        if account.sync_state == "synced":
            account.external_id = data.external_id
            return self._take_change(run, account, data)
        message = self.env._(
            "The books already have a customer %(code)s: %(name)s. Press Resolve"
            " Conflict to say whether it is the same customer.",
            code=data.code,
            name=data.name,
        )
        account.run_id = run
        account._set_conflict(message, data.as_dict() | {"__kind__": CODE_TAKEN})
        run._count("refused")
        return []

    def _overwrite(self, ledger, pairs, lookup):
        """Write the books' values on account customers; nothing has to be sent.

        :param list pairs: tuples of account customer and ``CustomerData``.
        """
        pulled = set(ledger._get_pulled_fields())
        accounts = self._accounts()
        switched = {True: accounts, False: accounts}
        for account, data in pairs:
            vals = self._prepare_vals(data, lookup, pulled)
            if data.email and emails.first(account.email) == data.email:
                # They keep the first of several addresses, ours stay.
                vals.pop("email", None)
            active = vals.pop("active", account.active)
            if active != account.active:
                switched[active] += account
            account._set_synced(vals)
        for active, some in switched.items():
            some._set_synced({"active": active})
        for account, data in pairs:
            self._mark_as_theirs(account, data)

    def _mark_as_theirs(self, account, data):
        """Remember that this account customer is what the books have."""
        account._set_synced(
            {
                "books_fingerprint": self._digest_of(account.ledger_id, data),
                "fingerprint": account._get_sent_fingerprint() or False,
            }
        )

    def _create_imported(self, run, customers, lookup):
        """Create account customers for customers that are new in the books."""
        accounts = self._import(run.ledger_id, customers, lookup)
        accounts.run_id = run
        run._count("imported", len(accounts))

    @api.model
    def _import(self, ledger, customers, lookup):
        """Make account customers of customers of the books, synced and not linked.

        :param list customers: ``CustomerData``.
        :param dict lookup: see ``_prepare_lookup``.
        :return: the new account customers.
        """
        base = {"ledger_id": ledger.id, "origin": "books"}
        pulled = set(ledger._get_pulled_fields())
        vals_list = [
            base
            | {"class_id": ledger.import_class_id.id}
            | self._prepare_vals(data, lookup, pulled)
            | {
                "sync_state": "synced",
                "external_id": data.external_id,
                "supplier_only": data.supplier,
                "books_version": data.version or False,
                "books_fingerprint": fingerprint(self._fields_of(data, pulled)),
            }
            for data in customers
        ]
        accounts = self._accounts().create(vals_list)
        for account in accounts:
            account.fingerprint = account._get_sent_fingerprint() or False
        return accounts

    # === MAPPING: books to Odoo === #

    def _fields_of(self, data, pulled):
        """Return what the books give back of one customer, by field name.

        :param pulled: names of those ``CustomerData`` fields.
        """
        values = data.as_dict()
        return {name: values[name] for name in pulled}

    def _digest_of(self, ledger, data):
        """Return the fingerprint of what the books give back of one customer."""
        return fingerprint(self._fields_of(data, ledger._get_pulled_fields()))

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
        vals = {
            name: values[name].strip() or False
            for name in PLAIN_FIELDS
            if name in pulled
        }
        vals["name"] = data.name.strip() or data.code.strip() or data.external_id
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
            "credit_limit": ("credit_limit", self._to_amount(data)),
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

    def _to_amount(self, data):
        """Return the credit limit of a customer of the books.

        :rtype: float
        :raise UserError: when it is no amount of money.
        """
        try:
            amount = Decimal(data.credit_limit.replace(",", "").strip() or "0")
        except ArithmeticError:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            raise UserError(
                self.env._(
                    "its credit limit in the books, %s, is no amount of money. Correct"
                    " it there.",
                    data.credit_limit,
                )
            )
        return float(amount)

    # === CUSTOMERS THAT WERE MERGED IN THE BOOKS === #

    def _follow_merges(self, run, merged):
        """Let account customers follow the customers that theirs were merged into.

        :param recordset run: the `synkd.run` that counts.
        :param dict merged: identity of the one that stays, by the one that went.
        """
        ids = [*merged, *merged.values()]
        domain = [("ledger_id", "=", run.ledger_id.id), ("external_id", "in", ids)]
        known = {a.external_id: a for a in self._accounts().search(domain)}
        for gone, stays in merged.items():
            loser = known.get(gone)
            # One that is being sent waits for its answer; it is refused as merged.
            if not loser or loser.sync_state == "sending":
                continue
            if stays in known:
                self._join(run, loser, known[stays])
            else:
                known[stays] = loser
                self._rename(run, loser, stays)
        self._ask_balances(run.ledger_id, sorted(known.keys() & merged.values()))

    def _ask_balances(self, ledger, ids):
        """Let the next read tell what customers owe into whom others were merged.

        What both owed is owed by one now, though no document of theirs changed.
        """
        if ids:
            cursor = ledger.balance_cursor or {}
            cursor = ledger._get_connector()._ask_balances(cursor, ids)
            ledger.balance_cursor = storable(cursor)

    def _rename(self, run, account, stays):
        """Let an account customer be the one that stays; its data comes as well."""
        account.external_id = stays
        # It was refused when it was sent as the one that went.
        account._set_pending(from_states=("attention",))
        account.message_post(
            body=self.env._(
                "In the books this customer was merged into another one; from now on"
                " it is that one."
            )
        )
        run._count("imported")

    def _join(self, run, loser, winner):
        """Let those who were billed as one customer be billed as another."""
        partners = loser.link_ids.filtered("active").partner_id
        links_sudo = self.env["synkd.customer.link"].sudo()
        links_sudo._link([(partner, winner) for partner in partners])
        loser._set_synced({"active": False})
        message = self.env._(
            "%(gone)s was merged into %(stays)s in the books. Who was billed as the"
            " first one is billed as the second one now.",
            gone=loser.display_name,
            stays=winner.display_name,
        )
        loser.message_post(body=message)
        winner.message_post(body=message)
        run._count("imported")

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
        data = CustomerData.from_dict(account.books_data)
        digest = self._digest_of(account.ledger_id, data)
        account.external_id = data.external_id
        if take_theirs:
            lookup = self._prepare_lookup([data])
            self._overwrite(account.ledger_id, [(account, data)], lookup)
        else:
            account._set_synced({"books_fingerprint": digest, "fingerprint": False})
            account._set_pending(from_states=("synced",))

    # === BALANCES === #

    @api.model
    def _take_money(self, run, page):
        """Take over one page of balances, and of payments made in the books.

        :param recordset run: the `synkd.run` that counts.
        :param BalancePage page: as the connector read it.
        """
        for members, take in self._get_money_takers(page):
            each_alone(
                self.env.cr.savepoint,
                tuple(members),
                lambda some, take=take: take(run.ledger_id, some),
                run._leave_out,
            )
        run._note_odd(page.odd)

    @api.model
    def _get_money_takers(self, page):
        """Return the parts of a page of balances, and who takes each over.

        This method serves as a hook for what else the books tell with balances.

        :param BalancePage page: as the connector read it.
        :rtype: list[tuple[tuple, callable]]
        """
        return [(page.balances, self._take_balances)]

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
            owed = (float(balance.outstanding), float(balance.overdue))
            if owed != (account.outstanding, account.overdue):
                account.write({"outstanding": owed[0], "overdue": owed[1]})
