# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures of customers in bulk; `make bench CUSTOMERS=1 N=10000` runs it.

Each size goes through Odoo's own importer, as a person does it with a file: once as new
customers with address, salesperson, terms, category and limits, and once more as they
were exported, which changes nothing. Then there are ROWS=100000 customers, each with
an account customer: the list is opened with Odoo's columns, with more of Odoo's, as
many as there are in all, and with all of ours; and customers are found by each number
that they have.
"""

import csv
import io
import json
import os
import resource
import statistics
import time
from unittest.mock import patch

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import SQL

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
ROWS = int(os.environ.get("ROWS") or 100000)
TIMES = 15
# As people type them: by name, not by id.
COLUMNS = {
    "Company": "name",
    "Is a Company": "is_company",
    "Customer": "customer_rank",
    "Street": "street",
    "City": "city",
    "Zip": "zip",
    "Country": "country_id",
    "Email": "email",
    "Phone": "phone",
    "Tax ID": "vat",
    "Tracking #": "tracking_number",
    "Sub Acc #": "sub_account_code",
    "Category": "customer_category_id",
    "Salesperson": "user_id",
    "Terms": "property_payment_term_id",
    "Credit Limit": "own_credit_limit",
}
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "float_thousand_separator": " ",
    "float_decimal_separator": ".",
    "fallback_values": {},
}


class Counted:
    """Time, queries and CPU of what happens inside."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.queries = -self.env.cr.sql_log_count
        self.seconds = -time.monotonic()
        self.cpu = -resource.getrusage(resource.RUSAGE_SELF).ru_utime
        return self

    def __exit__(self, *_error):
        self.seconds += time.monotonic()
        self.queries += self.env.cr.sql_log_count
        self.cpu += resource.getrusage(resource.RUSAGE_SELF).ru_utime


def row_of(number, category, term):
    """Return one line of the file: text, as in a spreadsheet."""
    return [
        f"Bench Trading {number:06d}",
        "True",
        "1",
        f"{number} Main Road",
        "Cape Town",
        f"{number % 9000 + 1000}",
        "South Africa",
        f"accounts{number}@bench.example",
        f"+27 21 {number:07d}",
        f"4{number:09d}",
        f"B-{number:06d}",
        f"S{number:06d}",
        category,
        "Administrator",
        term,
        f"{number % 50 * 1000}.00",
    ]


def as_file(header, rows):
    """Return lines as the bytes of a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def load(env, header, rows, names):
    """Send a file through Odoo's importer; stop when it has something to say."""
    importer = env["base_import.import"].create(
        {
            "res_model": "res.partner",
            "file": as_file(header, rows),
            "file_type": "text/csv",
            "file_name": "customers.csv",
        }
    )
    with Counted(env) as meter:
        told = importer.execute_import(names, header, dict(OPTIONS))
        env.flush_all()
    assert not told["messages"], told["messages"][:3]
    assert len(told["ids"]) == len(rows), (len(told["ids"]), len(rows))
    return env["res.partner"].browse(told["ids"]), meter


def show(what, meter, count):
    """Print a figure in all and for each customer."""
    print(
        f"{what:<34} {meter.seconds:8.2f} s  {meter.cpu / count * 1000:7.2f} ms CPU"
        f" and {meter.queries / count:6.3f} queries per customer"
    )


def import_all(env, size):
    """Import new customers, export them, and import that again."""
    category = env["synkd.customer.category"].create({"name": "Bench Retail"})
    term = env["account.payment.term"].search([], limit=1)
    names = list(COLUMNS.values())
    rows = [row_of(number, category.name, term.name) for number in range(size)]
    customers, meter = load(env, list(COLUMNS), rows, names)
    show("imported as new", meter, size)
    exported = ["id", *names]
    exported = [f"{n}/id" if n.endswith("_id") else n for n in exported]
    with Counted(env) as meter:
        data = customers.export_data(exported)["datas"]
    show("exported", meter, size)
    before = snapshot(env, customers)
    text = [["" if v is False else str(v) for v in line] for line in data]
    _same, meter = load(env, exported, text, exported)
    show("imported again, unchanged", meter, size)
    assert snapshot(env, customers) == before, "the round trip changed something"


def snapshot(env, customers):
    """Return what is known of customers, without when it was written."""
    env.invalidate_all()
    return customers.read([*COLUMNS.values(), "customer_status", "write_date"][:-1])


def fill(env, rows):
    """Add customers with account customers, by SQL, until there are so many."""
    env.flush_all()
    ledger = env.company._get_synkd_ledger()
    env.cr.execute(
        """INSERT INTO res_partner (name, complete_name, active, is_company, type,
               customer_rank, autopost_bills, email, city, customer_status,
               commercial_partner_id, tracking_number, sub_account_code, create_date)
           SELECT 'Filler ' || n, 'Filler ' || n, true, true, 'contact',
               1, 'ask', 'filler' || n || '@x.example', 'City ' || n %% 90, 'active',
               NULL, 'F-' || lpad(n::text, 6, '0'), 'F' || n, now()
             FROM generate_series(1, %s) n""",
        [rows],
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id"
        " WHERE commercial_partner_id IS NULL"
    )
    env.cr.execute(
        """INSERT INTO synkd_account_customer (name, code, ledger_id, company_id,
               active, currency_id, sync_state, origin, own_key, mirror_partner_id)
           SELECT name, tracking_number, %s, %s, true, %s, 'synced', 'odoo',
               'bench-' || id, id
             FROM res_partner WHERE name LIKE 'Filler %%'""",
        [ledger.id, ledger.company_id.id, ledger.company_id.currency_id.id],
    )
    env.cr.execute(
        """INSERT INTO synkd_customer_link (partner_id, account_customer_id,
               ledger_id, company_id, active)
           SELECT mirror_partner_id, id, ledger_id, company_id, true
             FROM synkd_account_customer WHERE own_key LIKE 'bench-%%'"""
    )
    for table in ("res_partner", "synkd_account_customer", "synkd_customer_link"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()


def columns_of(env, which):
    """Return columns of the customer list.

    :param str which: ``odoo`` those of plain Odoo; ``equal`` with one that Odoo stores
        for each of ours, of the same type where there is one; ``all`` with ours.
    """
    partners = env["res.partner"]
    arch = partners.get_view(env.ref("base.view_partner_tree").id, "list")["arch"]
    nodes = etree.fromstring(arch).xpath("/list/field[not(@column_invisible)]")
    names = dict.fromkeys(node.get("name") for node in nodes)
    if which == "all":
        return list(names)
    odoos = [n for n in names if not is_ours(partners._fields[n])]
    if which == "odoo":
        return odoos
    spare = [
        name
        for name, field in partners._fields.items()
        if field.column_type and field.store and name not in names
        if not is_ours(field) and not field.groups
    ]
    more = []
    for name in names.keys() - set(odoos):
        kind = partners._fields[name].type
        alike = [n for n in spare if partners._fields[n].type == kind]
        more.append((alike or spare)[0])
        spare.remove(more[-1])
    return odoos + more


def is_ours(field):
    """Tell whether a field comes from our addons."""
    return (field._module or "").startswith("synkd_")


def open_list(env, which):
    """Return how long the first page takes, and its queries: the middle of several."""
    spec = {name: {} for name in columns_of(env, which)}
    for name in spec:
        if env["res.partner"]._fields[name].type == "many2one":
            spec[name] = {"fields": {"display_name": {}}}
    seconds, queries = [], []
    for _time in range(TIMES):
        env.invalidate_all()
        with Counted(env) as meter:
            env["res.partner"].web_search_read(
                [("customer_rank", ">", 0)], spec, limit=80, count_limit=10001
            )
        seconds.append(meter.seconds)
        queries.append(meter.queries)
    return statistics.median(seconds), int(statistics.median(queries)), len(spec)


def search_all(env, size):
    """Print how a customer is found by each of its numbers."""
    last = size - 1
    for what, domain in (
        ("Tracking #", [("tracking_number", "ilike", f"b-{last:06d}")]),
        ("Sub Acc #", [("sub_account_code", "ilike", f"S{last:06d}")]),
        ("Ext Acc #", [("account_customer_id.code", "ilike", "f-000077")]),
    ):
        query = env["res.partner"]._search(domain, limit=80).select()
        with Counted(env) as meter:
            env.execute_query(query)
        plan = env.execute_query(SQL("EXPLAIN %s", query))
        full = any("Seq Scan on res_partner" in line for (line,) in plan)
        how = "reads the whole table" if full else "by index"
        print(f"found by {what:<25} {meter.seconds * 1000:8.2f} ms, {how}")


def modify_all(env, size):
    """Print how long the Data Manager takes to change so many, and its memory."""
    category = env["synkd.customer.category"].create({"name": "Bench"})
    partners = env["res.partner"].search([("customer_rank", ">", 0)], limit=size)
    action = partners.action_synkd_modify()
    wizard = env[action["res_model"]].browse(action["res_id"])
    wizard.write({"what": "category", "category_id": category.id})
    with Counted(env) as meter:
        wizard.preview  # noqa: B018 computed as it is read
    print(
        f"preview of {size} to modify: {meter.seconds:.2f} s, {meter.queries} queries"
    )
    wizard.action_confirm()
    # Nothing is committed here, so that it can be rolled back.
    going_on = patch.object(
        type(env["ir.cron"]), "_commit_progress", lambda *_a, **_k: float("inf")
    )
    with going_on, Counted(env) as meter:
        env(user=SUPERUSER_ID)["synkd.bulk.change"]._cron_apply()
    change = env["synkd.bulk.change"].search([], limit=1)
    print(
        f"{change.changed_count} modified, {change.left_count} left out:"
        f" {meter.seconds:.1f} s, {meter.queries} queries"
    )


def main(size):
    """Measure one size in a transaction that is rolled back."""
    print(f"\n{size} customers")
    with Registry(env.cr.dbname).cursor() as cr:  # noqa: F821 the shell's
        mine = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        mine = mine["res.users"].browse(2).env(user=2, context={"lang": "en_US"})
        import_all(mine, size)
        fill(mine, max(ROWS - size, 1))
        opened = {which: open_list(mine, which) for which in ("odoo", "equal", "all")}
        for which, (seconds, queries, columns) in opened.items():
            print(
                f"list, {which}: {columns} columns".ljust(34),
                f"{seconds * 1000:8.1f} ms, {queries} queries,",
                f"{seconds / opened['odoo'][0] * 100 - 100:+.1f} %",
            )
        search_all(mine, size)
        modify_all(mine, size)
        cr.rollback()
    print(json.dumps({"size": size, "list": opened}))


for each in SIZES:
    main(each)
