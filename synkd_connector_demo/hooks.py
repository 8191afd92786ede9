# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens once, when the addon is installed or removed."""


def post_init_hook(env):
    """Give the main company a demo ledger, so that a newcomer can press Sync at once.

    :param Environment env: superuser environment of the installation.
    """
    env["synkd.demo.setup"]._create_ledger(env.ref("base.main_company"))


def uninstall_hook(env):
    """Remove what numbers the changes in the books.

    :param Environment env: superuser environment of the removal.
    """
    env.cr.execute("DROP SEQUENCE IF EXISTS synkd_demo_change_seq")
