# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Delivery Methods",
    "summary": "The customer's delivery method is that of his orders and deliveries",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["stock_delivery", "synkd_connector_sale", "synkd_connector_stock"],
    "data": ["views/synkd_customer_category_views.xml"],
    "auto_install": True,
}
