# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens once, when the addon is installed."""


def post_init_hook(env):
    """Give the main company a demo ledger, so that a newcomer can press Sync at once.

    :param Environment env: superuser environment of the installation.
    """
    company = env.ref("base.main_company")
    ledgers = env["synkd.ledger"].with_context(active_test=False)
    if not ledgers.search_count([("company_id", "=", company.id)], limit=1):
        ledgers.create(
            {
                "name": "Demo books",
                "company_id": company.id,
                "connector": "demo",
                "post_accounts": True,
                "user_id": env.ref("base.user_admin").id,
            }
        )


def uninstall_hook(env):
    """Remove the ledgers' crons, which nothing could run any more.

    :param Environment env: superuser environment of the removal.
    """
    crons = (
        env["synkd.ledger"]
        .with_context(active_test=False)
        .search([("cron_id", "!=", False)])
        .cron_id
    )
    env.cr.execute("UPDATE synkd_ledger SET cron_id = NULL")
    crons.unlink()
    env.cr.execute("DROP SEQUENCE IF EXISTS synkd_demo_change_seq")
