# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# Columns of the templates as clerks call them: the field, and an example. The names
# that Odoo does not know are in data/base_import_mapping_data.xml.
COLUMNS = {
    "Customer": ("name", "Hope Works (Pty) Ltd"),
    "Main Customer": ("parent_id", "HOP001"),
    "Is a Company": ("is_company", "1"),
    "Address Type": ("type", "Delivery"),
    "Reference": ("ref", "HOP001"),
    "Tracking #": ("tracking_number", "DBN-002"),
    "Sub Acc #": ("sub_account_code", "HOP-01"),
    "Contact": ("contact_name", "Thandi Mokoena"),
    "Email": ("email", "office@hopeworks.example"),
    "Phone": ("phone", "031 123 4567"),
    "Website": ("website", "https://hopeworks.example"),
    "Tax ID": ("vat", "4010101010"),
    "Street": ("street", "1 Dock Road"),
    "Street2": ("street2", "Unit 4"),
    "City": ("city", "Durban"),
    "State": ("state_id", "KwaZulu-Natal"),
    "Zip": ("zip", "4001"),
    "Country": ("country_id", "South Africa"),
    "Currency": ("customer_currency_id", "ZAR"),
    "Category": ("customer_category_id", "Wholesale"),
    "Terms": ("property_payment_term_id", "30 Days"),
    "Sales Rep": ("user_id", "Mitchell Admin"),
    "Price List": ("property_product_pricelist", "Trade prices"),
    "Tax Type": ("property_account_position_id", "Export"),
    "Credit Limit": ("credit_limit", "75,000.00"),
    "Sales Limit": ("sales_limit", "100,000.00"),
    "Factored by": ("factor_id", "Cash Flow Ltd"),
    "Web Sales": ("web_sales", "1"),
}
ADDRESS = ("Street", "Street2", "City", "State", "Zip", "Country")
# What only sub-customers, or only their addresses, have.
BELOW = ("Main Customer", "Sub Acc #", "Address Type")
NEEDED = ("Currency", "Category", "Terms", "Sales Rep")
# File in static/xls: its columns.
TEMPLATES = {
    "customers_basic.xlsx": (
        *("Customer", "Reference", "Contact", "Email", "Phone"),
        *ADDRESS,
        *NEEDED,
    ),
    "customers_full.xlsx": tuple(name for name in COLUMNS if name not in BELOW),
    "customer_addresses.xlsx": (
        *("Main Customer", "Customer", "Is a Company", "Address Type"),
        *("Email", "Phone"),
        *ADDRESS,
    ),
    "sub_customers.xlsx": (
        *("Main Customer", "Customer", "Is a Company", "Sub Acc #", "Tracking #"),
        *("Contact", "Email", "Phone"),
        *ADDRESS,
        *NEEDED,
    ),
}


class ResPartner(models.Model):
    """What the importer offers for customers."""

    _inherit = "res.partner"

    @api.model
    def get_import_templates(self):
        """Override of `base` to offer templates for customers.

        :rtype: list[dict]
        """
        labels = {
            "customers_basic.xlsx": self.env._("Customers: Basic"),
            "customers_full.xlsx": self.env._("Customers: All Columns"),
            "customer_addresses.xlsx": self.env._("Addresses of Customers"),
            "sub_customers.xlsx": self.env._("Sub-Customers"),
        }
        ours = [
            {"label": labels[name], "template": f"/synkd_connector/static/xls/{name}"}
            for name in TEMPLATES
        ]
        return ours + super().get_import_templates()
