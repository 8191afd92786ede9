# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.test_rpc import RpcCommon

from .test_pos_credit import TILL, CreditCommon


@tagged("post_install", "-at_install")
class TestPosRpc(RpcCommon, CreditCommon):
    """What docs/rpc.md promises of the till, over the same addresses."""

    def test_a_till_asks_before_it_takes_a_payment(self):
        self.keys = {"integrator": self.create_key("till-program", TILL)}
        asked = {
            "config_id": self.config.id,
            "partner_id": self.partner.id,
            "on_account": 100.0,
            "uuid": "",
        }
        advice = ("pos.order", "get_synkd_advice")
        self.assertEqual(self.call(*advice, **asked), {"refused": False, "text": ""})
        self.hold()
        answer = self.call(*advice, **asked)
        self.assertTrue(answer["refused"])
        self.assertIn("Cheque came back", answer["text"])
        cash = self.call(*advice, **asked | {"on_account": 0})
        self.assertFalse(cash["refused"], "he may pay cash")
        self.refused(422, "is no number", *advice, **asked | {"on_account": "much"})
