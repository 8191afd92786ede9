# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on the demo database: a company whose books are in Pastel.

Its tax types, ledger accounts and customers are in a made-up company of Pastel, whose
store is beside the demo: what people download is imported there by its command.
"""

import base64
import os
import sys
from datetime import date

sys.path.insert(0, os.getcwd())

from odoo.addons.synkd_connector_pastel.simulator import store

from scripts.dev.inside import company as companies

BANK, CLEARING, SALES = "8400000", "9990000", "1000000"


def make_ledger(env, company):
    """Return the ledger of a company, all set up; the year began with March."""
    today = date.today()
    start = date(today.year - (today.month < 3), 3, 1)
    return env["synkd.ledger"].create(
        {
            "name": "Pastel",
            "company_id": company.id,
            "connector": "pastel",
            "user_id": env.ref("base.user_admin").id,
            "pastel_company": "BAOBAB",
            "pastel_year_start": start,
            "pastel_sales_code": "ODOO",
            "file_delivery": "folder",
            "file_folder": "baobab",
        }
    )


def upload(env, ledger, kind, content):
    """Upload an export of Pastel, and give it to the next run."""
    export = env["synkd.pastel.export"].create(
        {
            "ledger_id": ledger.id,
            "kind": kind,
            "file": base64.b64encode(content),
            "file_name": f"{kind}.csv",
        }
    )
    export.action_test()
    export.action_import()


def class_products(env, ledger):
    """Post all products as one item of Pastel's: its list has no others."""
    mine = [("ledger_id", "=", ledger.id), ("kind", "=", "item")]
    goods = env["synkd.product.class"].create(
        {
            "name": "Goods in Pastel",
            "company_id": ledger.company_id.id,
            "posting": "department",
            "item_id": env["synkd.books.item"].search(mine, limit=1).id,
        }
    )
    categories = env["product.category"].with_company(ledger.company_id)
    categories.search([("parent_id", "=", False)]).synkd_product_class_id = goods


def sync(env, ledger, pastel):
    """Bring the customers into Pastel, as its user does: by a file and a list."""
    ledger.post_accounts = True
    classes = env["synkd.customer.class"]
    mine = [("company_id", "=", ledger.company_id.id), ("posting", "=", "account")]
    ledger._request_run({"create_class_id": classes.search(mine, limit=1).id})
    companies.run(env, ledger)
    waiting = [("ledger_id", "=", ledger.id), ("state", "=", "handed")]
    for request in env["synkd.request"].search(waiting, order="id"):
        for file in request.file_ids:
            pastel.import_file(file.name, file.raw)
        results, _odd = request._read_report(pastel.export_customers())
        request._say(results, "customers.csv")


def make(env):
    """Make the company if it is not there, with its customers in Pastel."""
    ledger = companies.find_ledger(env, "pastel")
    if ledger.post_accounts:
        return
    company = companies.make_company(env, "Baobab Foods")
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    ledger = ledger.with_env(env) or make_ledger(env, company)
    pastel = store.PastelCompany()
    for kind in ("taxes", "accounts", "items"):
        upload(env, ledger, kind, getattr(pastel, f"export_{kind}")())
    companies.run(env, ledger)
    companies.map_lists(env, ledger, tax="1", bank=BANK, account=SALES)
    ledger.pastel_contra_id = companies.find_item(env, ledger, "account", CLEARING)
    class_products(env, ledger)
    sync(env, ledger, pastel)
    store.save(os.environ["SYNKD_PASTEL_STORE"], pastel)
    env.cr.commit()


make(env)  # noqa: F821
