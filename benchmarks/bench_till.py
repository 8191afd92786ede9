# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a terminal loads with and without us; `make bench TILL=1 N=10000` runs it.

With N customers, of whom half are linked to account customers. Both ways take turns on
the same data, and the least CPU time of TURNS counts, since nothing that a machine does
beside it makes it less: once as Odoo is set up, which loads some of the customers, and
once with all of them.
"""

import gc
import json
import os
import statistics
import time
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from odoo.addons.synkd_connector_demo.tests.process_documents import SET_UP

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
TURNS = int(os.environ.get("TURNS") or 41)
ADDON = "synkd_connector_pos"
# What the addon adds to a load.
OVERRIDES = {
    "res.partner": ("_load_pos_data_fields", "_load_pos_data_domain"),
    "pos.session": ("_load_pos_data_relations",),
}
LIMIT = "point_of_sale.limited_customer_count"


@contextmanager
def without(env):
    """Let a till load as it would if the addon were not there."""
    with ExitStack() as stack:
        for model, names in OVERRIDES.items():
            (own,) = [
                cls
                for cls in type(env[model]).mro()
                if getattr(cls, "_module", "") == ADDON and names[0] in vars(cls)
            ]
            for name in names:
                stack.enter_context(patch.object(own, name, pass_on(own, name)))
        yield


def pass_on(own, name):
    """Return a method that does nothing but what it overrides does."""
    return lambda self, *args: getattr(super(own, self), name)(*args)


def create_customers(env, ledger, some_class, count):
    """Create customers with addresses; every other one is linked."""
    partners = env["res.partner"].create(
        [
            {
                "name": f"Customer {number:05}",
                "street": f"{number} Main Road",
                "city": "Durban",
                "zip": "4001",
                "country_id": env.ref("base.za").id,
                "email": f"customer{number}@example.com",
                "phone": f"+27 31 {number:07}",
                "customer_rank": 1,
                "company_id": ledger.company_id.id,
            }
            for number in range(count)
        ]
    )
    linked = partners[::2]
    accounts = env["synkd.account.customer"].create(
        [
            {"name": p.name, "ledger_id": ledger.id, "class_id": some_class.id}
            for p in linked
        ]
    )
    env["synkd.customer.link"]._link(list(zip(linked, accounts, strict=True)))
    # One of a hundred is on hold.
    partners[::100].write({"customer_status": "hold"})
    env.flush_all()
    env.cr.execute("ANALYZE")


def load(env, session):
    """Return CPU time, queries, bytes and customers of a load."""
    env.flush_all()
    env.invalidate_all()
    gc.collect()
    queries, start = -env.cr.sql_log_count, time.process_time()
    data = session.load_data([])
    spent = time.process_time() - start
    size = len(json.dumps(data, default=str))
    return spent, queries + env.cr.sql_log_count, size, len(data["res.partner"])


def measure(env, session, label, turns):
    """Print both ways in turns."""
    figures = {"without": [], "with": []}
    for turn in range(turns + 1):
        for way, found in figures.items():
            with without(env) if way == "without" else ExitStack():
                taken = load(env, session)
            # The first fills caches that stay.
            if turn:
                found.append(taken)
    print(f"\n{label}: {figures['with'][0][3]} customers")
    for way, found in figures.items():
        cpu = [row[0] * 1000 for row in found]
        print(
            f"{way:<10} {min(cpu):8.1f} ms CPU (median {statistics.median(cpu):.1f})"
            f" {found[0][1]:5d} queries {found[0][2]:10d} bytes"
        )
    least = [min(row[0] for row in found) for found in figures.values()]
    first, second = (found[0] for found in figures.values())
    print(
        f"{least[1] / least[0] * 100 - 100:+.1f} % CPU,"
        f" {second[1] - first[1]:+d} queries,"
        f" {second[2] / first[2] * 100 - 100:+.1f} % bytes"
    )


def main(size):
    """Measure one size; nothing of it is kept."""
    with Registry(env.cr.dbname).cursor() as cr:  # noqa: F821 the shell's
        own = {"env": api.Environment(cr, SUPERUSER_ID, {})}
        own["env"]["res.company"].search([]).synkd_only_complete = False
        exec(SET_UP, own)  # noqa: S102 the project's own text
        here, ledger, company = own["env"], own["ledger"], own["company"]
        admin = here.ref("base.user_admin")
        admin.company_ids |= company
        admin.company_id = company
        admin.group_ids |= here.ref("point_of_sale.group_pos_manager")
        create_customers(here, ledger, own["some_class"], size)
        here = api.Environment(cr, admin.id, {"allowed_company_ids": company.ids})
        bank = own["bank"].with_env(here)
        method = here["pos.payment.method"].create(
            {"name": "Card", "journal_id": bank.id, "company_id": company.id}
        )
        config = here["pos.config"].create(
            {"name": "Bench", "payment_method_ids": method.ids}
        )
        config.open_ui()
        session = config.current_session_id
        session.set_opening_control(0, "")
        label = f"A terminal of {size} customers, as Odoo is set up"
        measure(here, session, label, TURNS)
        here["ir.config_parameter"].sudo().set_param(LIMIT, str(size))
        # Odoo alone takes a query for each of them here.
        measure(here, session, "All of them", max(TURNS // 10, 2))
        cr.rollback()


for each_size in SIZES:
    main(each_size)
