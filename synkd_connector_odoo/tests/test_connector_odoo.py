# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract import ConnectorContract

from ..lib import customers
from .common import SecondOdooCommon, SecondOdooHooks


@tagged("post_install", "-at_install")
class TestConnectorOdoo(SecondOdooHooks, ConnectorContract, SecondOdooCommon):
    """The connector keeps the contract about customers, by JSON-2."""

    def books_customers(self):
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            reader = customers.Reader(client)
            records = customers.read_page(client, None, 1, 1000)
            records.sort(key=lambda record: record["id"])
            reader.read_beside(records)
            reader.prepare(records)
            return [reader.to_customer(record) for record in records]

    def books_write_calls(self):
        return self.write_calls()

    def refuse(self, text):
        self.remote.refuse("res_partner", "name", text)

    def books_edit(self, code, **values):
        found = self.remote.ask("res.partner", "search", [("ref", "=", code)])
        names = {"archived": ("active", False)}
        vals = dict(names.get(name, (name, value)) for name, value in values.items())
        self.remote.ask("res.partner", "write", found, vals)

    def books_create(self, code, name):
        vals = {"ref": code, "name": name, "customer_rank": 1, "is_company": True}
        self.remote.ask("res.partner", "create", vals)
