# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on the demo database: a company whose books are in Xero."""

import os

ledgers = env["synkd.ledger"].with_context(active_test=False)  # noqa: F821
ledger = ledgers.search([("connector", "=", "xero")], limit=1)
if not ledger:
    rand = env.ref("base.ZAR")  # noqa: F821
    rand.active = True
    company = env["res.company"].create(  # noqa: F821
        {"name": "Kudu Trading", "currency_id": rand.id}
    )
    env.ref("base.user_admin").company_ids += company  # noqa: F821
    ledger = ledgers.create(
        {
            "name": "Xero (simulated)",
            "company_id": company.id,
            "connector": "xero",
            "xero_client_id": "sim-client",
            "xero_client_secret": "sim-secret",
        }
    )
# The simulated books begin anew with each start, so the old login is of no use.
ledger.write(
    dict.fromkeys(
        ("xero_api_url", "xero_identity_url", "xero_login_url"),
        os.environ["SYNKD_XERO_URL"],
    )
)
parameters = env["ir.config_parameter"]  # noqa: F821
parameters.set_param("web.base.url", os.environ["SYNKD_DEMO_URL"])
env.cr.commit()  # noqa: F821
