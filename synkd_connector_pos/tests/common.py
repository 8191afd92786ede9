# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the shop share: a till with an open session."""

from odoo.addons.point_of_sale.tests import common as pos
from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon


class Till:
    """A shop that takes cash and cards, whose orders are sent as the till does."""

    summary_mode = "none"

    create_ui_order_data = pos.TestPoSCommon.create_ui_order_data
    create_random_uid = pos.TestPoSCommon.create_random_uid
    open_new_session = pos.TestPoSCommon.open_new_session

    @classmethod
    def create_drawer(cls):
        """Create the journal of the shop's cash."""
        return cls.env["account.journal"].create(
            {
                "name": "Drawer",
                "code": "DRAW",
                "type": "cash",
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def create_shop(cls, **values):
        """Create the shop and its payment methods; the product is sold there."""
        cls.env.user.group_ids |= cls.env.ref("point_of_sale.group_pos_manager")
        cls.product.available_in_pos = True
        cls.product.taxes_id = cls.tax
        cls.cash = cls.create_method("Cash", cls.cash_journal)
        cls.card = cls.create_method("Card", cls.bank)
        cls.named_card = cls.create_method(
            "Card of a Customer", cls.bank, split_transactions=True
        )
        cls.later = cls.create_method("On Account", split_transactions=True)
        methods = cls.cash | cls.card | cls.named_card | cls.later
        defaults = {
            "name": "Shop",
            "payment_method_ids": [(6, 0, methods.ids)],
            "synkd_summary_mode": cls.summary_mode,
            "walk_in_class_id": cls.class_generic.id,
        }
        cls.config = cls.env["pos.config"].create(defaults | values)

    @classmethod
    def create_method(cls, name, journal=None, **values):
        """Create a payment method of the shop."""
        vals = {"name": name, "company_id": cls.company.id} | values
        if journal:
            vals["journal_id"] = journal.id
        return cls.env["pos.payment.method"].create(vals)

    def sell(self, *payments, invoiced=True, customer=None, quantity=1):
        """Sell the product at the till, and return the order.

        :param payments: pairs of payment method and amount; none: cash, all of it.
        """
        data = self.create_ui_order_data(
            [(self.product, quantity)],
            customer=self.partner if customer is None else customer,
            is_invoiced=invoiced,
            payments=list(payments) or None,
        )
        found = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        return self.env["pos.order"].browse(found[0]["id"])

    def refund(self, order, method=None):
        """Take an order back at the till, with a credit note, and return the refund."""
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        refund.to_invoice = True
        context = {"active_ids": refund.ids, "active_id": refund.id}
        wizard = self.env["pos.make.payment"].with_context(**context)
        method = method or self.cash
        wizard.create({"payment_method_id": method.id}).with_context(**context).check()
        return refund

    def close(self):
        """Count the cash and close the session, as people do in the evening."""
        cash = self.pos_session.order_ids.payment_ids.filtered(
            lambda payment: payment.payment_method_id == self.cash
        )
        self.pos_session.post_closing_cash_details(sum(cash.mapped("amount")))
        self.pos_session.close_session_from_ui()
        self.assertEqual(self.pos_session.state, "closed")
        self.write_down()

    def write_down(self):
        """Let what closed sessions sold be written down, as the cron does at once."""
        with self.enter_registry_test_mode():
            self.env.ref("synkd_connector_pos.ir_cron_close").method_direct_trigger()


class PosCommon(Till, QueueCommon):
    """A shop of a company whose books are the demo books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_shop()
        cls.shop_item = cls._item("SHOP")
        cls.product_class.shop_item_id = cls.shop_item

    @classmethod
    def _set_up_books(cls):
        """Override: the shop has a cash drawer, which the books know."""
        cls.cash_journal = cls.create_drawer()
        return super()._set_up_books()

    @classmethod
    def _item(cls, code):
        return cls.env["synkd.books.item"].search(
            [("ledger_id", "=", cls.ledger.id), ("code", "=", code)]
        )

    def setUp(self):
        super().setUp()
        self.open_new_session(0)

    def queue(self):
        """Return all rows of the company's queue, as kind and amount, sorted."""
        rows = self.env["synkd.transaction"].search(
            [("ledger_id", "=", self.ledger.id), ("live", "=", True)]
        )
        return sorted((row.kind, row.amount) for row in rows)
