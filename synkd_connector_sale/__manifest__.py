# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Sales",
    "summary": "Orders ask for the customer's standing, and say so in the queue",
    "version": "19.0.2.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["sale", "synkd_connector"],
    "data": ["views/sale_order_views.xml", "views/synkd_ledger_views.xml"],
    "assets": {"web.assets_tests": ["synkd_connector_sale/static/tests/tours/**/*"]},
    "auto_install": True,
}
