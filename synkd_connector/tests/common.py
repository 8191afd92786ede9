# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of every addon of the family share: one company with a ledger."""

from unittest.mock import patch

from odoo.modules.migration import load_script
from odoo.tests.common import new_test_user
from odoo.tools import file_path

from odoo.addons.base.tests.common import BaseCommon

from ..models.ledger import synkd_ledger_schedule


def load_migration(addon, version, name):
    """Return a script of an upgrade, to be run by a test.

    :param str name: of the file, without its ending.
    :rtype: module
    """
    path = file_path(f"{addon}/migrations/{version}/{name}.py")
    return load_script(path, name)


class SynkdCommon(BaseCommon):
    """A company of its own with a ledger, so that no other data disturbs.

    The ledger has no connector here: connectors say theirs in `connector_code`. Tests
    that need books of some kind are in `synkd_connector_demo`.
    """

    connector_code = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A timer may end after its test, whose cursor it would use.
        cls.startClassPatcher(patch.object(synkd_ledger_schedule, "trigger_after"))
        cls.company = cls.env["res.company"].create({"name": "Test Company"})
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context=dict(
                cls.env.context, allowed_company_ids=[cls.company.id], lang="en_US"
            )
        )
        cls.ledger = cls.create_ledger()
        cls.class_account = cls._get_class("account")
        cls.class_generic = cls._get_class("generic")
        cls.class_decide = cls._get_class("decide")
        cls.counter = cls.class_generic.generic_account_customer_id

    @classmethod
    def create_ledger(cls, **values):
        """Create a ledger of the test company, posting switched on.

        Its customers are linked whatever they lack: most tests are not about that.
        """
        defaults = {
            "name": "Test books",
            "company_id": cls.company.id,
            "connector": cls.connector_code,
            "post_accounts": True,
        }
        ledger = cls.env["synkd.ledger"].create(defaults | values)
        ledger.company_id.synkd_only_complete = False
        return ledger

    @classmethod
    def _get_class(cls, posting):
        """Return the ready-made class of the test company with a posting."""
        return cls.env["synkd.customer.class"].search(
            [("company_id", "=", cls.company.id), ("posting", "=", posting)]
        )

    @classmethod
    def create_partner(cls, name, **values):
        """Create an operational customer."""
        defaults = {"name": name, "customer_rank": 1, "is_company": True}
        return cls.env["res.partner"].create(defaults | values)

    @classmethod
    def create_account(cls, name, **values):
        """Create an account customer of the class that posts as itself."""
        defaults = {
            "name": name,
            "ledger_id": cls.ledger.id,
            "class_id": cls.class_account.id,
        }
        return cls.env["synkd.account.customer"].create(defaults | values)

    @classmethod
    def create_user(cls, login, groups, company=None):
        """Create a user of one company with groups, given as a comma list of ids."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def run_ledger(self, ledger=None):
        """Make one pass of the ledger, as its cron does, and return the run.

        The commits of the pass, and the books' own transactions, end up in the
        transaction of the test.
        """
        ledger = ledger or self.ledger
        with self.enter_registry_test_mode():
            ledger.sudo().cron_id.method_direct_trigger()
        self.env.invalidate_all()
        return self.env["synkd.run"].search([("ledger_id", "=", ledger.id)], limit=1)
