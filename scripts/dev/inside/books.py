# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on the demo database: a company whose books are simulated.

SYNKD_BOOKS says which ones: a key of BOOKS; SYNKD_BOOKS_URL where they are.
"""

import os
import sys

sys.path.insert(0, os.getcwd())

from scripts.dev.inside import company as companies

# For each kind of books: its company, and what its ledger begins with.
BOOKS = {
    "xero": (
        "Kudu Trading",
        {
            "name": "Xero (simulated)",
            "http_client_id": "sim-client",
            "http_client_secret": "sim-secret",
        },
    ),
    "sage": (
        "Marula Trading",
        {
            "name": "Sage (simulated)",
            "http_client_secret": "sim-key",
            "sage_user": "books@example.com",
            "sage_password": "sim-password",
        },
    ),
}
ADDRESSES = ("http_api_url", "http_identity_url", "http_login_url")


def make_ledger(env, company, kind, values):
    """Return the ledger of a company, not connected yet."""
    common = {
        "company_id": company.id,
        "connector": kind,
        "user_id": env.ref("base.user_admin").id,
    }
    return env["synkd.ledger"].create(common | values)


def make(env):
    """Make the company if it is not there; tell its ledger where its books are."""
    kind = os.environ["SYNKD_BOOKS"]
    ledger = companies.find_ledger(env, kind)
    if not ledger:
        name, values = BOOKS[kind]
        company = companies.make_company(env, name)
        ledger = make_ledger(env, company, kind, values)
        companies.class_products(env, company)
    names = [name for name in ADDRESSES if ledger[name]]
    ledger.write(dict.fromkeys(names, os.environ["SYNKD_BOOKS_URL"]))
    parameters = env["ir.config_parameter"]
    parameters.set_param("web.base.url", os.environ["SYNKD_DEMO_URL"])
    env.cr.commit()


make(env)  # noqa: F821
