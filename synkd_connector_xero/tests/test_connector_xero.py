# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract import LOGIN, ConnectorContract
from odoo.addons.synkd_connector_http.tests.contract_http import FAULTS

from ..lib import contacts
from .common import XeroCommon

FIELDS = {"name": "Name", "email": "EmailAddress", "vat": "TaxNumber"}


@tagged("post_install", "-at_install")
class TestConnectorXero(ConnectorContract, XeroCommon):
    """The connector to Xero keeps the contract, over real HTTP."""

    def books_customers(self):
        places = self.connector._get_places()
        return [contacts.from_contact(c, places, "ZAR") for c in self.contacts()]

    def books_write_calls(self):
        return self.write_calls()

    def break_next(self, fault):
        self.control.clear_faults()
        if fault == LOGIN:
            self.xero.world.identity.access.clear()
            self.xero.world.identity.refresh.clear()
        elif fault:
            where = {"method": "PUT,POST", "path": "/Contacts"}
            self.control.add_fault(FAULTS[fault], times=None, **where)

    def refuse(self, text):
        accounts = self.env["synkd.account.customer"].search([("name", "ilike", text)])
        accounts.xero_tax_type = "UNKNOWN"

    def books_edit(self, code, **values):
        fields = {FIELDS[name]: value for name, value in values.items()}
        contact = self.contact(AccountNumber=code)
        self.control.edit_contact(contact["ContactID"], **fields)

    def books_create(self, code, name):
        self.create_contact(name, AccountNumber=code)
