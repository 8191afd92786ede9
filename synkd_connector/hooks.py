# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens once, when the addon is removed."""


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
