# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

READ = """
from odoo import api
from odoo.modules.registry import Registry
env = api.Environment(Registry.new(env.cr.dbname).cursor(), 1, {})
shop = env["pos.config"].create({"name": "Kiosk"})
partner = env["res.partner"].create({"name": "Zebra"})
partner.action_synkd_hold("Two cheques bounced")
assert "cheques" in str(partner.synkd_card), "a till knows it"
visitor = env.ref("base.public_user")
partners = env["res.partner"].with_user(visitor)
(told,) = partners._load_pos_self_data_read(partner.sudo(), shop)
assert told["name"] == "Zebra", told
assert "synkd_card" not in told, told
"""


@tagged("post_install", "-at_install")
class TestSelfOrder(BaseCase):
    """Who orders for himself, in a database of its own where people can.

    He needs no login, and may name anybody as the customer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])

    def test_he_is_not_told_what_tills_know_of_customers(self):
        self.assertEqual(self.workers.install("pos_self_order"), "")
        self.assertEqual(self.workers.do(code=READ), "")
