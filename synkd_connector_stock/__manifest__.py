# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Stock",
    "summary": "Deliveries ask for the customer's standing; his warehouse and carrier",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["sale_stock", "synkd_connector"],
    "data": [
        "views/report_stock_picking.xml",
        "views/res_partner_views.xml",
        "views/sale_order_views.xml",
        "views/stock_picking_views.xml",
        "views/synkd_customer_category_views.xml",
    ],
    "assets": {"web.assets_tests": ["synkd_connector_stock/static/tests/tours/**/*"]},
    "auto_install": True,
}
