# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on the demo database: a company whose books are in Xero."""

import os
import sys

sys.path.insert(0, os.getcwd())

from scripts.dev.inside import company as companies


def make_ledger(env, company):
    """Return the ledger of a company, not connected yet."""
    return env["synkd.ledger"].create(
        {
            "name": "Xero (simulated)",
            "company_id": company.id,
            "connector": "xero",
            "user_id": env.ref("base.user_admin").id,
            "http_client_id": "sim-client",
            "http_client_secret": "sim-secret",
        }
    )


def make(env):
    """Make the company if it is not there; tell its ledger where Xero is today."""
    ledger = companies.find_ledger(env, "xero")
    if not ledger:
        company = companies.make_company(env, "Kudu Trading")
        ledger = make_ledger(env, company)
        companies.class_products(env, company)
    names = ("http_api_url", "http_identity_url", "http_login_url")
    ledger.write(dict.fromkeys(names, os.environ["SYNKD_XERO_URL"]))
    parameters = env["ir.config_parameter"]
    parameters.set_param("web.base.url", os.environ["SYNKD_DEMO_URL"])
    env.cr.commit()


make(env)  # noqa: F821
