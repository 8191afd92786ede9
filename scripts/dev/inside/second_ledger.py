# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on the demo database: a company with books in another Odoo.

It is connected, its lists are there and mapped. SYNKD_BOOKS_URL says where these books
are, SYNKD_BOOKS_DATABASE in which database, SYNKD_BOOKS_KEY in which file the key is.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, os.getcwd())
sys.path.insert(0, "synkd_connector_odoo/tests")

from second_odoo import LOGIN

from scripts.dev.inside import company as companies


def make_ledger(env, company):
    """Return the ledger of a company."""
    return env["synkd.ledger"].create(
        {
            "name": "Another Odoo",
            "company_id": company.id,
            "connector": "odoo",
            "user_id": env.ref("base.user_admin").id,
        }
    )


def make(env):
    """Make the company if it is not there; tell its ledger where its books are."""
    ledger = companies.find_ledger(env, "odoo")
    if not ledger:
        company = companies.make_company(env, "Protea Trading")
        ledger = make_ledger(env, company)
        companies.class_products(env, company)
    ledger.write(
        {
            "http_api_url": os.environ["SYNKD_BOOKS_URL"],
            "http_client_secret": Path(os.environ["SYNKD_BOOKS_KEY"]).read_text(),
            "odoo_database": os.environ["SYNKD_BOOKS_DATABASE"],
            "odoo_login": LOGIN,
        }
    )
    env.cr.commit()
    if ledger.post_accounts:
        return
    for ask in (ledger.action_test_connection, ledger.action_pull_lists):
        ask()
        companies.run(env, ledger)
    taxes = [("ledger_id", "=", ledger.id), ("kind", "=", "tax")]
    tax = env["synkd.books.item"].search([*taxes, ("name", "=", "VAT 15")])
    companies.map_lists(env, ledger, tax=tax.code, bank="BNK1", account="400000")
    ledger.post_accounts = True
    env.cr.commit()


make(env)  # noqa: F821
