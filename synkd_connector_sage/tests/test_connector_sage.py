# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract import LOGIN
from odoo.addons.synkd_connector_http.tests.contract_http import FAULTS, HttpContract

from ..lib import customers
from .common import SageCommon

FIELDS = {"name": "Name", "email": "Email", "vat": "TaxReference"}


@tagged("post_install", "-at_install")
class TestConnectorSage(HttpContract, SageCommon):
    """The connector to Sage keeps the contract, over real HTTP."""

    path = "/Customer/Save"

    def books_customers(self):
        codes = {str(c["ID"]): c["Code"] for c in self.records("Currency")}
        found = [{**c, "ID": str(c["ID"])} for c in self.records("Customer")]
        return [customers.from_record(c, codes, "ZAR") for c in found]

    def break_next(self, fault):
        self.control.clear_faults()
        self.control.set_options(password="sim-password")
        if fault == LOGIN:
            self.control.set_options(password="another")
        elif fault:
            where = {"method": "POST", "path": self.path}
            self.control.add_fault(FAULTS[fault], times=None, **where)

    def books_edit(self, code, **values):
        fields = {FIELDS[name]: value for name, value in values.items()}
        self.control.edit("Customer", self.of_code(code)["ID"], **fields)

    def books_create(self, code, name):
        self.control.add("Customer", Name=name, TextField1=code)

    def spoil(self, code):
        self.control.spoil("Customer", self.of_code(code)["ID"], Email=["odd"])

    def of_code(self, code):
        """Return the customer of the books with a code."""
        (found,) = (
            each
            for each in self.records("Customer")
            if customers.read_code(each) == code
        )
        return found

    def test_customers_of_which_nothing_is_new_are_not_read_again_and_again(self):
        for number in range(5):
            self.books_create(f"ZED{number:03}", f"Zed {number}")
        _found, cursor = self.pull()
        self.books_edit("ZED001", name="Zed the First")
        found, cursor = self.pull(cursor)
        self.assertEqual(found.keys(), {"ZED001"})
        self.assertEqual(self.pull(cursor)[0], {})
