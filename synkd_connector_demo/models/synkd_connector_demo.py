# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import psycopg2

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.synkd_connector.lib.errors import (
    RejectedError,
    RetryableError,
    ThrottledError,
    UnauthorisedError,
)
from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.results import (
    CANDIDATES,
    NOT_FOUND,
    OK,
    REJECTED,
    Answer,
    Balance,
    BalancePage,
    Books,
    BooksRecord,
    Budget,
    Capabilities,
    CustomerData,
    Page,
    Result,
)

_lt = LazyTranslate(__name__)

PAGE_SIZE = 1000
DAY_LIMIT = 5000
NOT_KEPT = (
    *("external_id", "version", "extra", "supplier"),
    *("state_name", "country_name", "delivery_state_name", "delivery_country_name"),
)
# Kept, but nobody changes it over there: it is not read back.
ONE_WAY = ("category", "sales_rep", "price_list", "sub_account", "emails")
KEPT = tuple(
    f.name
    for f in dataclass_fields(CustomerData)
    if f.name not in (*NOT_KEPT, *ONE_WAY)
)
# They are asked for with every record.
CUSTOMERS = Capabilities(
    outside=False,
    customer_batch=100,
    code_length=15,
    name_length=100,
    pull=True,
    balances=True,
    credit_limit=True,
    hold=True,
    archive=True,
    currencies=True,
    delivery_address=True,
    categories=True,
    sales_reps=True,
    price_lists=True,
    emails=True,
    fields=KEPT,
    own_key_customers="reference",
)

FAULTS = [
    ("offline", "Books are offline"),
    ("lost_before", "Answer lost, nothing was written"),
    ("lost_after", "Answer lost after the write"),
    ("minute", "Minute limit reached"),
    ("day", "Day limit reached"),
    ("login", "Login refused"),
    ("batch", "Whole batch refused because of one member"),
    ("cent", "Totals in the books differ by a cent"),
]


class SynkdLedger(models.Model):
    _inherit = "synkd.ledger"

    keep_days = fields.Integer(
        help="Finished runs and requests, and calls to the demo books, are removed"
        " after this time.",
    )
    demo_refuse = fields.Char(
        string="Refuse Names With",
        help="The demo books refuse customers whose name contains this text, their"
        " documents, and documents whose number or reference contains it.",
    )
    demo_fault = fields.Selection(FAULTS, string="Simulated Fault")
    demo_fault_every = fields.Integer(
        string="At Every n-th Call",
        default=1,
        help="1: every write call meets the fault; 3: every third one.",
    )
    demo_organisation = fields.Char(
        string="Are the Books of",
        help="Name and identity of the organisation whose books these play to be."
        " Empty: the ledger's own.",
    )
    demo_currency_id = fields.Many2one(
        "res.currency",
        string="Play to Be Kept In",
        help="Base currency of the books. Empty: that of the company.",
    )
    demo_lock_date = fields.Date(
        string="Closed Until",
        help="The demo books take no document of this day or before.",
    )


class SynkdConnectorDemo(models.AbstractModel):
    """Books of their own inside this database, for trying things out and for tests.

    They commit in transactions of their own, as a remote system would: a crash may
    fall between their commit and ours. They refuse what real books refuse, and can
    simulate faults (see the ledger's Demo Books tab).
    """

    _name = "synkd.connector.demo"
    _description = "Connector: Demo Books"
    _inherit = ["synkd.connector"]
    _connector_label = _lt("Demo books (in this database)")

    # === CONTRACT === #

    @api.model
    def _capabilities(self, ledger):
        """Override: the demo books can do everything."""
        return CUSTOMERS

    @api.model
    def _check(self, ledger):
        """Override: the login may be simulated to fail."""
        with self._books(ledger, "read"):
            return []

    @api.model
    def _read_books(self, ledger):
        """Override: these books are the ledger's own, unless others are played."""
        with self._books(ledger, "read") as (books, _fault):
            played = ledger.with_env(books.env)
            return Books(
                key=played.demo_organisation or f"demo-{ledger.id}",
                name=played.demo_organisation or played.name,
                currency=(played.demo_currency_id or played.currency_id).name,
            )

    @api.model
    def _customer_payload(self, ledger, data):
        """Override: the neutral record; what came later only where there is some.

        Of e-mail addresses that is what is not said by the first one.
        """
        values = data.as_dict()
        first = {"address": data.email, "purposes": ()}
        values["emails"] = [
            each | {"purposes": list(each["purposes"])}
            for each in values["emails"]
            if each != first
        ]
        return {
            k: v
            for k, v in values.items()
            if k not in NOT_KEPT and (v or k not in ONE_WAY)
        }

    @api.model
    def _push_customers(self, ledger, batch):
        """Override: write the batch into the books, in a transaction of their own."""
        return self._take_batch(ledger, batch, self._take_customers)

    def _take_customers(self, books, ledger, batch, _fault):
        """Let the books take customers."""
        return self._write_members(books, ledger, batch.members)

    @api.model
    def _reconcile(self, ledger, batch):
        """Override: find the members by our key, then by number; compare them."""
        with self._books(ledger, "read") as (books, _fault):
            members = self._as_kept(ledger.with_env(books.env), batch).members
            found = books.search(
                [
                    ("ledger_id", "=", ledger.id),
                    "|",
                    "|",
                    ("reference", "in", [m.own_key for m in members if m.own_key]),
                    ("number", "in", [m.external_id for m in members if m.external_id]),
                    ("code", "in", [m.payload["code"] for m in members]),
                ]
            )
            known = {customer.reference: customer for customer in found}
            known |= {("no", customer.number): customer for customer in found}
            for customer in found:
                known.setdefault(("code", customer.code), []).append(customer)
            return Answer(tuple(self._compare(known, member) for member in members))

    @api.model
    def _pull_customers(self, ledger, cursor):
        """Override: read what changed, by the number of the change."""
        after = cursor.get("change", 0)
        while True:
            with self._books(ledger, "read") as (books, _fault):
                found = self._changed(books, ledger, after)
                customers = tuple(self._to_data(customer) for customer in found)
                after = found[-1:].change_number or after
                budget = self._budget(books, ledger)
            is_last = len(customers) < PAGE_SIZE
            yield Page(customers, {"change": after}, budget=budget, is_last=is_last)
            if is_last:
                return

    @api.model
    def _pull_balances(self, ledger, cursor):
        """Override: balances travel with the customer's change."""
        after = cursor.get("change", 0)
        while True:
            with self._books(ledger, "read") as (books, _fault):
                books._update_overdue(ledger)
                found = self._changed(books, ledger, after)
                balances = tuple(
                    Balance(
                        customer.number,
                        Decimal(f"{customer.outstanding:.2f}"),
                        Decimal(f"{customer.overdue:.2f}"),
                    )
                    for customer in found
                )
                after = found[-1:].change_number or after
                budget = self._budget(books, ledger)
            is_last = len(balances) < PAGE_SIZE
            yield BalancePage(
                balances, {"change": after}, budget=budget, is_last=is_last
            )
            if is_last:
                return

    @api.model
    def _get_books_action(self, ledger):
        """Override: the demo books are lists in this database."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector_demo.synkd_demo_customer_action"
        )
        action["domain"] = [("ledger_id", "=", ledger.id)]
        action["context"] = {"default_ledger_id": ledger.id}
        return action

    # === THE BOOKS' SIDE === #

    @contextmanager
    def _books(self, ledger, kind, member_count=0):
        """Open the books in a transaction of their own, and count the call.

        :return: the `synkd.demo.customer` model there, and the fault to simulate.
        """
        try:
            with self.env.registry.cursor() as books_cursor:
                env = api.Environment(books_cursor, api.SUPERUSER_ID, {})
                ledger = ledger.with_env(env)
                fault = self._count_call(env, ledger, kind, member_count)
                books_cursor.commit()  # the books' own transaction, not ours
                self._raise_fault(fault)
                yield env["synkd.demo.customer"], fault
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            # A broken connection of our own is found by whoever uses it next.
            raise RetryableError(self._lost_message()) from error

    def _take_batch(self, ledger, batch, take):
        """Make one write call: every kind of record meets the same faults.

        :param take: method that lets the books take the batch; gets their customers,
            the ledger, the batch and the fault; returns the results.
        :rtype: Answer
        """
        with self._books(ledger, "write", len(batch.members)) as (books, fault):
            ledger = ledger.with_env(books.env)
            batch = self._as_kept(ledger, batch)
            self._refuse_batch(ledger, batch, fault)
            if fault == "lost_before":
                raise RetryableError(self._lost_message())
            results = take(books, ledger, batch, fault)
            budget = self._budget(books, ledger)
        if fault == "lost_after":
            raise RetryableError(self._lost_message())
        return Answer(results, budget)

    def _as_kept(self, ledger, batch):
        """Return a batch as these books take it: no key of ours where they keep none.

        :rtype: Batch
        """
        if getattr(self._capabilities(ledger), f"own_key_{batch.channel}"):
            return batch
        members = (replace(member, own_key="") for member in batch.members)
        return replace(batch, members=tuple(members))

    def _count_call(self, env, ledger, kind, member_count):
        """Log one call, and say which fault it meets."""
        calls = env["synkd.demo.call"]
        same_kind = [("ledger_id", "=", ledger.id), ("kind", "=", kind)]
        last = calls.search(same_kind, limit=1)
        number = last.number + 1
        due = not number % max(ledger.demo_fault_every, 1)
        is_met = due and (kind == "write" or ledger.demo_fault in ("offline", "login"))
        fault = ledger.demo_fault if is_met else False
        calls.create(
            {
                "ledger_id": ledger.id,
                "number": number,
                "kind": kind,
                "member_count": member_count,
                "fault": fault,
            }
        )
        return fault

    def _raise_fault(self, fault):
        """Raise the error of a simulated fault, if there is one."""
        now = fields.Datetime.now()
        if fault == "offline":
            raise RetryableError(
                self.env._("The demo books are offline. The run goes on later.")
            )
        if fault == "login":
            raise UnauthorisedError(
                self.env._(
                    "The demo books refuse the login. Switch the simulated fault off on"
                    " the ledger, then press Resume."
                )
            )
        if fault == "minute":
            raise ThrottledError(
                self.env._("The demo books allow no more calls for one minute."),
                now + timedelta(minutes=1),
            )
        if fault == "day":
            raise ThrottledError(
                self.env._("The demo books allow no more calls until tomorrow."),
                now + timedelta(hours=20),
            )

    def _lost_message(self):
        """Return the sentence about an answer that never came."""
        return self.env._(
            "The connection to the demo books broke, so the answer is unknown. The next"
            " run asks what happened before it sends anything again."
        )

    def _refuse_batch(self, ledger, batch, fault):
        """Refuse everything because of one member, as some systems do."""
        text = (ledger.demo_refuse or "").lower()
        if fault == "batch" and text:
            for member in batch.members:
                if text in member.payload["name"].lower():
                    raise RejectedError(self._refused_message(member.payload))

    def _refused_message(self, payload):
        """Return the books' words about a customer that they do not want."""
        return self.env._(
            "The demo books refuse customer %(code)s %(name)s. Correct it, then press"
            " Retry.",
            code=payload["code"],
            name=payload["name"],
        )

    def _write_members(self, books, ledger, members):
        """Write each member, or refuse it alone.

        :rtype: tuple[Result]
        """
        by_number, by_code = self._find_stored(books, ledger, members)
        results, fresh, known = [], [], []
        for member in members:
            stored = by_number.get(member.external_id)
            problem = self._find_problem(ledger, member, stored, by_code)
            if problem:
                results.append(Result(member.res_id, REJECTED, message=problem))
                continue
            by_code[member.payload["code"].upper()] = stored or member.res_id
            (known if stored else fresh).append((member, stored))
        self._rewrite(books, ledger, known)
        created = books.create(
            [
                self._member_vals(m)
                | {
                    "ledger_id": ledger.id,
                    "code_once": self._capabilities(ledger).unique_codes,
                }
                for m, _none in fresh
            ]
        )
        pairs = known + [
            (member, customer)
            for (member, _none), customer in zip(fresh, created, strict=True)
        ]
        results += [Result(member.res_id, OK, c.number) for member, c in pairs]
        return tuple(results)

    def _rewrite(self, books, ledger, pairs):
        """Write members over what is stored; the numbers of the changes at once."""
        owners = [{"ledger_id": ledger.id}] if pairs else []
        changes = books._next_changes(owners, len(pairs))
        for (member, stored), change in zip(pairs, changes, strict=True):
            stored.write(self._member_vals(member) | {"change_number": change})

    def _find_stored(self, books, ledger, members):
        """Return the stored customers by number, and who holds each code."""
        codes = [member.payload["code"] for member in members]
        numbers = [member.external_id for member in members if member.external_id]
        books.env.cr.execute(
            "SELECT id FROM synkd_demo_customer"
            " WHERE ledger_id = %s AND (number = ANY(%s) OR upper(code) = ANY(%s))",
            [ledger.id, numbers, [code.upper() for code in codes]],
        )
        found = books.browse([row[0] for row in books.env.cr.fetchall()])
        by_number = {customer.number: customer for customer in found}
        return by_number, {customer.code.upper(): customer for customer in found}

    def _find_problem(self, ledger, member, stored, by_code):
        """Return why the books refuse a member, or None."""
        payload = member.payload
        text = (ledger.demo_refuse or "").lower()
        if text and text in payload["name"].lower():
            return self._refused_message(payload)
        takes_once = self._capabilities(ledger).unique_codes
        if takes_once and by_code.get(payload["code"].upper(), stored) != stored:
            return self.env._(
                "The demo books have customer code %s already. Give this customer"
                " another code, or match it with that one.",
                payload["code"],
            )
        if member.external_id and not stored:
            return self.env._(
                "The demo books do not know customer %(code)s (%(number)s) any more."
                " Archive it here, or create a new account customer.",
                code=payload["code"],
                number=member.external_id,
            )
        return None

    def _budget(self, books, ledger):
        """Return the calls that are left, as a remote system would tell."""
        day_start = fields.Datetime.now() - timedelta(days=1)
        used = books.env["synkd.demo.call"].search_count(
            [("ledger_id", "=", ledger.id), ("create_date", ">", day_start)],
            limit=DAY_LIMIT,
        )
        return Budget(60, DAY_LIMIT - used, DAY_LIMIT)

    def _changed(self, books, ledger, after):
        """Return the next customers that changed after a number."""
        return books.search(
            [("ledger_id", "=", ledger.id), ("change_number", ">", after)],
            order="change_number, id",
            limit=PAGE_SIZE,
        )

    def _compare(self, known, member):
        """Say whether the books hold what a member carried.

        One of its code that carries no key of anybody may be it: a person tells.
        """
        stored = member.own_key and known.get(member.own_key)
        stored = stored or known.get(("no", member.external_id))
        if not stored:
            twins = known.get(("code", member.payload["code"]), ())
            records = tuple(
                BooksRecord(twin.number, twin.code, name=twin.name)
                for twin in twins
                if not find_key(twin.reference)
            )
            outcome = CANDIDATES if records else NOT_FOUND
            return Result(member.res_id, outcome, candidates=records)
        same = self._to_data(stored).as_dict()
        is_held = all(same[name] == member.payload[name] for name in KEPT)
        told = self._to_vals(member.payload)
        is_held = is_held and all((stored[n] or "") == told[n] for n in ONE_WAY)
        return Result(member.res_id, OK if is_held else NOT_FOUND, stored.number)

    # === MAPPING === #

    def _member_vals(self, member):
        """Return the values of a customer in the books, with our key."""
        vals = self._to_vals(member.payload)
        return vals | {"reference": member.own_key} if member.own_key else vals

    def _to_vals(self, payload):
        """Return the values of a customer in the books for a payload."""
        others = [
            " ".join([each["address"], f"({', '.join(each['purposes'])})"])
            if each["purposes"]
            else each["address"]
            for each in payload.get("emails", ())
        ]
        return (
            dict.fromkeys(ONE_WAY, "")
            | payload
            | {
                "credit_limit": float(payload["credit_limit"]),
                "emails": "\n".join(others),
            }
        )

    def _to_data(self, customer):
        """Return a customer of the books as the neutral record."""
        values = {name: customer[name] or "" for name in KEPT}
        return CustomerData(
            **values
            | {
                "external_id": customer.number,
                "credit_limit": f"{customer.credit_limit:.2f}",
                "term_days": customer.term_days,
                "held": customer.held,
                "archived": customer.archived,
            }
        )
