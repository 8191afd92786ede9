# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls of a nightly comparison; `make bench NIGHTLY=1 N="1000 10000"`.

N invoices in the books, half of them paid, of a tenth as many customers who are known
here. Of each kind of books: the run that compares first, the next night when nothing
happened, and the one after it, when a bookkeeper changed one invoice in a hundred. Of
each run are printed all calls, by the list that is read, and the seconds that it took.

Xero and Sage are simulated, in this process and without limits; Odoo is a second
server. What they have is put there directly, and is unknown here: that costs the calls
that it costs anyway.
"""

import os
import time
import uuid
from collections import Counter
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta

from odoo.addons.synkd_connector.lib.pace import Pace
from odoo.addons.synkd_connector_http.lib import wire
from odoo.addons.synkd_connector_http.lib.oauth import Tokens
from odoo.addons.synkd_connector_odoo.tests.second_odoo import LOGIN, SecondOdoo
from odoo.addons.synkd_connector_sage.lib.client import BLOCKED_SECONDS, SageClient
from odoo.addons.synkd_connector_sage.simulator import Simulator as Sage
from odoo.addons.synkd_connector_sage.simulator.world import COMPANY
from odoo.addons.synkd_connector_xero.const import SCOPES
from odoo.addons.synkd_connector_xero.simulator import Simulator as Xero
from odoo.addons.synkd_connector_xero.simulator import contacts

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
PLENTY, MOST_STEPS, DAY = 10**6, 1000, "2026-06-15"


class Calls:
    """Counts calls by what is read, while it is entered."""

    def __init__(self):
        self.found = Counter()

    def __enter__(self):
        self.send, wire.send = wire.send, self.watch
        return self

    def __exit__(self, *_exc):
        wire.send = self.send

    def watch(self, session, method, url, *args, **given):
        """Make one call."""
        path = url.partition("?")[0].rstrip("/").split("/")
        name = path[-2] if path[-1] == "Get" or "json" in path else path[-1]
        self.found[name if "token" not in url else "login"] += 1
        return self.send(session, method, url, *args, **given)


class XeroBooks:
    """A simulated Xero."""

    @contextmanager
    def reached(self, env):
        """Yield what a ledger needs to reach it."""
        with Xero() as self.xero:
            control = self.xero.control
            control.set_limits(minute=PLENTY, day=PLENTY, concurrent=PLENTY)
            self.granted = control.grant(scopes=" ".join(SCOPES), tenants=["Kudu"])
            tenant = next(iter(control.tenants()))
            self.tenant = self.xero.world.tenants[tenant]
            addresses = ("http_api_url", "http_identity_url", "http_login_url")
            yield {
                "http_client_id": "sim-client",
                "http_client_secret": "sim-secret",
                "http_tenant_key": tenant,
                "http_tenant_name": "Kudu",
                **dict.fromkeys(addresses, self.xero.url),
            }

    def connect(self, ledger):
        """Log in."""
        names = ("access_token", "refresh_token", "expires_in", "scope")
        tokens = Tokens(*(self.granted[name] for name in names))
        ledger.env["synkd.http.token"]._set_live(ledger, tokens)

    def fill(self, ledger, size):
        """Put customers, invoices and payments there; return the customers' ids."""
        people = [
            contacts.save(self.tenant, {"Name": f"Customer {n:06}"})["ContactID"]
            for n in range(size // 10)
        ]
        client = ledger._get_http_client()
        line = {"Description": "Bench", "Quantity": 1, "UnitAmount": "100.00"}
        line |= {"AccountCode": "200", "TaxType": "OUTPUT"}
        invoice = {"Type": "ACCREC", "Contact": {"ContactID": people[0]}}
        invoice |= {"Status": "AUTHORISED", "Date": DAY, "DueDate": DAY}
        body = {"Invoices": [invoice | {"LineItems": [line]}]}
        seed = client.save("PUT", "/Invoices", body)["Invoices"][0]["InvoiceID"]
        paid = {"Invoice": {"InvoiceID": seed}, "Account": {"Code": "090"}}
        open_ = deepcopy(self.tenant.invoices[seed])
        body = {"Payments": [paid | {"Date": DAY, "Amount": "115.00"}]}
        money = client.save("PUT", "/Payments", body)["Payments"][0]["PaymentID"]
        settled, payment = self.tenant.invoices[seed], self.tenant.payments[money]
        for number in range(size):
            mine = {seed: str(uuid.uuid4()), money: str(uuid.uuid4())}
            is_paid = number % 2
            made = renamed(settled if is_paid else open_, mine)
            made |= {"InvoiceNumber": f"BENCH/{number}"}
            made["_contact"] = people[number % len(people)]
            made["UpdatedDateUTC"] -= timedelta(days=1)
            self.tenant.invoices[mine[seed]] = made
            if is_paid:
                paid = renamed(payment, mine)
                paid["UpdatedDateUTC"] -= timedelta(days=1)
                self.tenant.payments[mine[money]] = paid
        for contact in self.tenant.contacts.values():
            contact["UpdatedDateUTC"] -= timedelta(days=1)
        return people

    def change(self, share):
        """Change one invoice in so many, of different customers."""
        for invoice in list(self.tenant.invoices.values())[::share]:
            invoice["Reference"] = "Changed"
            self.tenant.touch(invoice)


class SageBooks:
    """A simulated Sage, which asks for no rests."""

    @contextmanager
    def reached(self, env):
        """Yield what a ledger needs to reach it."""
        SageClient.rest = 0
        connector = type(env["synkd.connector.sage"])
        connector._pace = Pace(breach=BLOCKED_SECONDS)
        connector._settle_seconds = 0
        with Sage() as sage:
            sage.control.set_limits(minute=PLENTY)
            self.world = sage.world
            yield {
                "http_client_secret": "sim-key",
                "sage_user": "books@example.com",
                "sage_password": "sim-password",
                "http_api_url": sage.url,
                "http_tenant_key": str(COMPANY),
                "http_tenant_name": "Kudu",
            }

    def connect(self, ledger):
        """The key is enough."""

    def fill(self, ledger, size):
        """Put customers, invoices and receipts there; return the customers' ids."""
        keep = self.world.keep
        people = [
            keep("Customer", {"Name": f"Customer {n:06}", "Active": True})["ID"]
            for n in range(size // 10)
        ]
        for number in range(size):
            values = {"CustomerId": people[number % len(people)], "Date": DAY}
            values |= {"DueDate": DAY, "Total": 115, "Tax": 15, "Exclusive": 100}
            invoice = keep(
                "TaxInvoice", values | {"DocumentNumber": f"B{number}", "Lines": []}
            )
            if number % 2:
                receipt = keep("CustomerReceipt", values | {"DocumentNumber": "R"})
                ends = {"SourceDocumentId": receipt["ID"]}
                ends |= {"AllocatedToDocumentId": invoice["ID"], "Total": 115}
                keep("Allocation", ends)
        return [str(each) for each in people]

    def change(self, share):
        """Change one invoice in so many, of different customers."""
        for id_, invoice in list(self.world.tables["TaxInvoice"].items())[::share]:
            kept = {k: v for k, v in invoice.items() if k[0] != "_"}
            self.world.keep("TaxInvoice", kept | {"Reference": "Changed"}, id_)


CLONES = """
INSERT INTO res_partner SELECT (jsonb_populate_record(r, jsonb_build_object(
       'id', 7000000 + n, 'write_date', {before}, 'name', 'Customer ' || n,
       'commercial_partner_id', 7000000 + n))).*
  FROM res_partner r, generate_series(0, {people} - 1) n WHERE r.id = {partner};
INSERT INTO account_move SELECT (jsonb_populate_record(m, jsonb_build_object(
       'id', 1000000 + n, 'write_date', {before}, 'name', 'BENCH/' || n,
       'sequence_number', n, 'sequence_prefix', 'BENCH/',
       'partner_id', 7000000 + n % {people},
       'commercial_partner_id', 7000000 + n % {people}))).*
  FROM account_move m, generate_series(1, {size}) n WHERE m.id = {invoice};
INSERT INTO account_move_line SELECT (jsonb_populate_record(l, jsonb_build_object(
       'id', 2000000 + n, 'move_id', 1000000 + n, 'full_reconcile_id', NULL,
       'write_date', {before},
       'partner_id', 7000000 + n % {people}))).*
  FROM account_move_line l, generate_series(1, {size}) n
 WHERE l.move_id = {invoice} AND l.display_type = 'payment_term';
INSERT INTO account_move SELECT (jsonb_populate_record(m, jsonb_build_object(
       'id', 3000000 + n, 'write_date', {before}, 'name', 'MONEY/' || n,
       'sequence_number', n, 'sequence_prefix', 'MONEY/', 'origin_payment_id', NULL,
       'partner_id', 7000000 + n % {people}))).*
  FROM account_move m, generate_series(1, {size} / 2) n WHERE m.id = {entry};
INSERT INTO account_move_line SELECT (jsonb_populate_record(l, jsonb_build_object(
       'id', 4000000 + n, 'move_id', 3000000 + n, 'full_reconcile_id', NULL,
       'write_date', {before},
       'payment_id', NULL, 'partner_id', 7000000 + n % {people}))).*
  FROM account_move_line l
  JOIN account_account a ON a.id = l.account_id
   AND a.account_type = 'asset_receivable',
       generate_series(1, {size} / 2) n WHERE l.move_id = {entry};
INSERT INTO account_payment SELECT (jsonb_populate_record(p, jsonb_build_object(
       'id', 5000000 + n, 'move_id', 3000000 + n, 'write_date', {before},
       'partner_id', 7000000 + n % {people}))).*
  FROM account_payment p, generate_series(1, {size} / 2) n WHERE p.id = {payment};
UPDATE account_move SET origin_payment_id = id + 2000000 WHERE id > 3000000;
INSERT INTO account_partial_reconcile SELECT (jsonb_populate_record(r,
       jsonb_build_object('id', 6000000 + n, 'write_date', {before},
       'debit_move_id', 2000000 + n, 'credit_move_id', 4000000 + n,
       'full_reconcile_id', NULL))).*
  FROM account_partial_reconcile r, generate_series(1, {size} / 2) n
 WHERE r.debit_move_id IN (SELECT id FROM account_move_line WHERE move_id = {invoice});
"""


class OdooBooks:
    """A second Odoo."""

    @contextmanager
    def reached(self, env):
        """Yield what a ledger needs to reach it."""
        self.second = SecondOdoo.open(env.cr.dbname)
        self.second.reset()
        yield {
            "http_api_url": f"http://127.0.0.1:{self.second.port}",
            "http_client_secret": self.second.told["key"],
            "odoo_database": self.second.database,
            "odoo_login": LOGIN,
        }

    def connect(self, ledger):
        """The key is enough."""

    def fill(self, ledger, size):
        """Put customers, invoices and payments there; return the customers' ids."""
        ask = self.second.ask
        partner = ask("res.partner", "create", {"name": "Customer", "customer_rank": 1})
        line = {"name": "Bench", "price_unit": 100.0, "tax_ids": []}
        values = {"move_type": "out_invoice", "partner_id": partner}
        values |= {"invoice_date": DAY, "invoice_line_ids": [(0, 0, line)]}
        invoice = ask("account.move", "create", values)
        ask("account.move", "action_post", [invoice])
        context = {"active_model": "account.move", "active_ids": [invoice]}
        wizard = ask("account.payment.register", "create", {}, context=context)
        ask("account.payment.register", "action_create_payments", [wizard])
        (payment,) = ask("account.payment", "search", [])
        (told,) = ask("account.payment", "read", [payment], ["move_id"])
        seeds = {"partner": partner, "invoice": invoice, "payment": payment}
        seeds |= {"entry": told["move_id"][0], "people": size // 10, "size": size}
        seeds["before"] = "now() at time zone 'UTC' - interval '1 day'"
        self.second.sql(CLONES.format(**seeds))
        return [str(7000000 + number) for number in range(size // 10)]

    def change(self, share):
        """Change one invoice in so many, of different customers."""
        self.second.sql(
            "UPDATE account_move SET ref = 'Changed', write_date = now() at time zone"
            f" 'UTC' WHERE id BETWEEN 1000001 AND 2999999 AND id % {share} = 0"
        )


def renamed(value, ids):
    """Return a copy in which identities are other ones."""
    if isinstance(value, dict):
        return {k: renamed(each, ids) for k, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(renamed(each, ids) for each in value)
    return ids.get(value, value) if isinstance(value, str) else deepcopy(value)


class Night:
    """A company with a ledger that compares every night."""

    def __init__(self, env, connector, size, reached):
        self.env = env
        company = env["res.company"].create({"name": f"{connector} {size}"})
        rand = env.ref("base.ZAR")
        rand.active = True
        company.currency_id = env.ref("base.USD") if connector == "odoo" else rand
        env.user.company_ids |= company
        self.ledger = env["synkd.ledger"].create(
            {
                "name": connector,
                "connector": connector,
                "company_id": company.id,
                "start_date": False,
                "post_accounts": True,
                "agreement_nightly": True,
                **reached,
            }
        )
        company.synkd_only_complete = False

    def know(self, ids):
        """Let customers of the books be known here."""
        posting = [("posting", "=", "account")]
        posting.append(("company_id", "=", self.ledger.company_id.id))
        some_class = self.env["synkd.customer.class"].search(posting, limit=1)
        vals = {"ledger_id": self.ledger.id, "class_id": some_class.id}
        accounts = self.env["synkd.account.customer"]
        accounts = accounts.with_context(tracking_disable=True)
        for number, id_ in enumerate(ids):
            made = accounts.create({"name": f"Customer {number:06}", **vals})
            made._set_synced({"external_id": id_})

    def run(self, what):
        """Let a night pass, and print its figures."""
        self.ledger.agreement_day = False
        runs = self.env["synkd.run"].sudo()
        runs.create({"ledger_id": self.ledger.id, "origin": "schedule"})
        self.env.cr.commit()
        start = time.monotonic()
        with Calls() as calls:
            for _step in range(MOST_STEPS):
                self.ledger.cron_id.method_direct_trigger()
                # What the run did is in transactions of its own.
                self.env.cr.rollback()
                self.env.invalidate_all()
                mine = [("ledger_id", "=", self.ledger.id)]
                run = runs.search(mine, limit=1)
                if run.state not in ("waiting", "running"):
                    break
        seconds = time.monotonic() - start
        found = ", ".join(f"{name} {n}" for name, n in sorted(calls.found.items()))
        print(
            f"   {what:<18} {calls.found.total():>5} calls, {seconds:6.1f} s,"
            f" run {run.state}: {found}"
        )
        if run.state != "done":
            print(run.message, run.notes or "")


def main(env):
    """Measure each kind of books with each size."""
    kinds = {"xero": XeroBooks, "odoo": OdooBooks, "sage": SageBooks}
    for size in SIZES:
        for connector, kind in kinds.items():
            print(f"{connector}: {size:,} invoices, {size // 2:,} paid")
            books = kind()
            with books.reached(env) as reached:
                night = Night(env, connector, size, reached)
                books.connect(night.ledger)
                env.cr.commit()
                night.know(books.fill(night.ledger, size))
                night.run("first")
                night.run("nothing new")
                books.change(101)
                night.run("1 % changed")
                # The next size has the same books.
                night.ledger.write({"active": False, "books_key": False})


os.environ["SYNKD_ALLOW_LOOPBACK"] = "1"
main(env)  # noqa: F821
