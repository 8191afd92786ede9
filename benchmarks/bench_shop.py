# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures of the shop and the month's bill; `make bench SHOP=1 N=5000` runs it.

A session of N orders is closed with and without its document for the books, in turns
and on the same data, which is undone each time. Then MEMBERS=10000 documents of 500
account customers are billed together.
"""

import os
import resource
import statistics
import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

from odoo.addons.synkd_connector_demo.tests.process_documents import SET_UP

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
MEMBERS = int(os.environ.get("MEMBERS") or 10000)
TURNS = int(os.environ.get("TURNS") or 3)
# One record many times, with what makes each of them another.
CLONE = """
INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table},
       to_jsonb(o) || jsonb_build_object('id', {base} + n * {step} + o.id, {own}))).*
  FROM {table} o, generate_series(1, {count}) n WHERE o.id = ANY(%s)
"""
TAXES = """
INSERT INTO account_tax_pos_order_line_rel (pos_order_line_id, account_tax_id)
SELECT 10000000 + n * 100000 + r.pos_order_line_id, r.account_tax_id
  FROM account_tax_pos_order_line_rel r, generate_series(1, {count}) n
 WHERE r.pos_order_line_id = ANY(%s)
"""
WAIT = """
INSERT INTO synkd_transaction (own_key, ledger_id, company_id, kind, channel, res_model,
       res_id, sync_state, live, source, operation, currency_id, queued_at, number,
       date, amount, amount_company, account_customer_id, class_id)
SELECT 'BN' || %s || n, %s, %s, 'invoice', 'documents', 'account.move', %s + n, 'batch',
       TRUE, 'manual', 'post', %s, now(), 'INV/' || n, '2026-06-15', 115, 115,
       (%s::int[])[1 + n %% 500], %s FROM generate_series(1, %s) n
"""


class Counted:
    """Wall time, CPU time of Python, queries and memory of what happens inside."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.queries = -self.env.cr.sql_log_count
        self.memory = -resident_mb()
        self.cpu = -time.process_time()
        self.seconds = -time.monotonic()
        return self

    def __exit__(self, *_error):
        self.env.flush_all()
        self.seconds += time.monotonic()
        self.cpu += time.process_time()
        self.queries += self.env.cr.sql_log_count
        self.memory += resident_mb()


def resident_mb():
    """Return the memory that this process holds now."""
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    return pages * resource.getpagesize() / 2**20


def open_shop(env, company, product, some_class):
    """Return an open session of a shop that takes cash and cards."""
    journals = env["account.journal"]
    drawer = journals.create(
        {"name": "Drawer", "code": "DRAW", "type": "cash", "company_id": company.id}
    )
    bank = journals.search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    methods = env["pos.payment.method"].create(
        [
            {"name": name, "journal_id": journal.id, "company_id": company.id}
            for name, journal in (("Cash", drawer), ("Card", bank))
        ]
    )
    config = env["pos.config"].create(
        {
            "name": "Bench",
            "payment_method_ids": [Command.set(methods.ids)],
            "walk_in_class_id": some_class.id,
        }
    )
    config.open_ui()
    session = config.current_session_id
    session.set_opening_control(0, "")
    ledger = company._get_synkd_ledger()
    mapping = env["synkd.mapping"]
    mapping._ensure(ledger, {("bank", str(drawer.id))})
    own = [("ledger_id", "=", ledger.id), ("kind", "=", "bank")]
    bank_item = env["synkd.books.item"].search(own, limit=1)
    mapping.search([*own, ("is_mapped", "=", False)]).item_id = bank_item
    return session


def sell(env, session, product):
    """Create two paid orders, of two lines each, as the till sends them."""
    taxes = session.company_id.account_sale_tax_id
    orders = env["pos.order"]
    for number, method in enumerate(session.payment_method_ids, 1):
        line = {
            "product_id": product.id,
            "qty": number,
            "price_unit": 10.0,
            "price_subtotal": 10.0 * number,
            "price_subtotal_incl": 11.5 * number,
            "tax_ids": [Command.set(taxes.ids)],
            "full_product_name": product.name,
        }
        total = 23.0 * number
        orders |= orders.create(
            {
                "session_id": session.id,
                "company_id": session.company_id.id,
                "name": f"Bench {number}",
                "amount_total": total,
                "amount_tax": 3.0 * number,
                "amount_paid": total,
                "amount_return": 0,
                "state": "paid",
                "lines": [Command.create(dict(line)) for _n in range(2)],
                "payment_ids": [
                    Command.create({"payment_method_id": method.id, "amount": total})
                ],
            }
        )
    return orders


def multiply(env, orders, count):
    """Let each order be there so many times."""
    env.flush_all()
    shared = {"base": 10000000, "step": 100000, "count": count}
    order = "'order_id', 10000000 + n * 100000 + o.{}".format
    own = {
        "pos_order": "'uuid', 'u' || n || o.id, 'name', o.name || '/' || n,"
        " 'pos_reference', o.name || n, 'access_token', 't' || n || o.id",
        "pos_order_line": f"{order('order_id')}, 'uuid', 'u' || n || o.id",
        "pos_payment": "'pos_order_id', 10000000 + n * 100000 + o.pos_order_id,"
        " 'uuid', 'u' || n || o.id",
    }
    records = (orders, orders.lines, orders.payment_ids)
    for table, found in zip(own, records, strict=True):
        query = CLONE.format(table=table, own=own[table], **shared)
        env.cr.execute(query, [found.ids])
    env.cr.execute(TAXES.format(count=count), [orders.lines.ids])
    env.cr.execute("ANALYZE")
    env.invalidate_all()


def close(env, session, mode):
    """Close a session, and undo it; return figures of all, and of the document."""
    savepoint = env.cr.savepoint()
    session.config_id.synkd_summary_mode = mode
    cash = session.order_ids.payment_ids.filtered("payment_method_id.is_cash_count")
    session.post_closing_cash_details(sum(cash.mapped("amount")))
    with Counted(env) as meter:
        session.close_session_from_ui()
    assert session.state == "closed", session.state
    with Counted(env) as document:
        env["synkd.till.closing"]._close(session)
    summaries = env["synkd.summary"].search([("session_id", "=", session.id)])
    states = set(summaries.transaction_ids.mapped("sync_state"))
    rows = summaries.transaction_ids
    assert states == ({"pending"} if mode == "session" else set()), rows.mapped(
        "reason_text"
    )
    savepoint.close(rollback=True)
    env.invalidate_all()
    return meter, document


def show(what, meter):
    """Print one line of figures."""
    print(
        f"{what:<42} {meter.seconds:8.2f} s {meter.cpu:8.2f} s CPU"
        f" {meter.queries:7d} queries"
        f" {meter.memory:+8.1f} MB"
    )


def bench_closing(env, session, size):
    """Compare closing with and without the document for the books."""
    figures = {"none": [], "session": []}
    for _turn in range(TURNS):
        for mode, found in figures.items():
            found.append(close(env, session, mode))
    print(f"\nClosing a session of {size} orders (median of {TURNS})")
    best = {}
    for mode, label in (("none", "without"), ("session", "with its document")):
        pairs = sorted(figures[mode], key=lambda pair: pair[0].seconds)
        best[mode] = pairs[len(pairs) // 2]
        show(label, best[mode][0])
    show("the document alone", best["session"][1])
    more = best["session"][0].queries - best["none"][0].queries
    print(f"{more:+d} queries")
    for name in ("seconds", "cpu"):
        turns = [[getattr(m, name) for m, _i in f] for f in figures.values()]
        for what in (statistics.median, min):
            one, two = map(what, turns)
            print(f"{two / one * 100 - 100:+.1f} % {name} ({what.__name__})")


def bench_bills(env, ledger, some_class, count):
    """Bill documents of 500 account customers together."""
    gathered = some_class.copy(
        {"name": f"Gathered {count}", "batch_billing": True, "batch_period": "hand"}
    )
    accounts = env["synkd.account.customer"].create(
        [
            {"name": f"Bench {n}", "ledger_id": ledger.id, "class_id": gathered.id}
            for n in range(500)
        ]
    )
    env.flush_all()
    company = ledger.company_id
    env.cr.execute(
        WAIT,
        [
            *(f"{count}-", ledger.id, company.id, 50000000 + 10 * count),
            *(company.currency_id.id, accounts.ids, gathered.id, count),
        ],
    )
    env.cr.execute("ANALYZE synkd_transaction")
    day = env["synkd.batch"]._fields["date"].to_date("2026-06-30")
    biller = env["synkd.biller"]
    with (
        patch.object(type(env["synkd.enqueuer"]), "_enqueue_batches"),
        Counted(env) as meter,
    ):
        bills = biller._bill(gathered, company, day)
    assert len(bills) == 500, len(bills)
    assert sum(bills.mapped("member_count")) == count
    show(f"{count} documents in 500 bills", meter)


def main(size):
    """Measure one size; nothing of it is kept."""
    with Registry(env.cr.dbname).cursor() as cr:  # noqa: F821 the shell's
        own = {"env": api.Environment(cr, SUPERUSER_ID, {})}
        own["env"]["res.company"].search([]).synkd_only_complete = False
        exec(SET_UP, own)  # noqa: S102 the project's own text
        env_here, ledger, company = own["env"], own["ledger"], own["company"]
        admin = env_here.ref("base.user_admin")
        admin.company_ids |= company
        admin.group_ids |= env_here.ref("point_of_sale.group_pos_manager")
        admin.group_ids |= env_here.ref("synkd_connector.group_manager")
        env_here = env_here(user=admin, su=True)
        some_class = env_here["synkd.customer.class"].search(
            [("posting", "=", "generic"), ("company_id", "=", company.id)], limit=1
        )
        company, ledger = company.with_env(env_here), ledger.with_env(env_here)
        session = open_shop(env_here, company, own["product"], some_class)
        orders = sell(env_here, session, own["product"])
        multiply(env_here, orders, size // 2 - 1)
        bench_closing(env_here, session, size)
        print("\nBatch billing")
        for count in (MEMBERS // 10, MEMBERS):
            bench_bills(env_here, ledger, own["some_class"], count)
        cr.rollback()


for each_size in SIZES:
    main(each_size)
