# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Point of Sale",
    "summary": "What the shop sold reaches the books once, also without an invoice",
    "version": "19.0.3.3.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["point_of_sale", "synkd_connector"],
    "data": [
        "security/ir.model.access.csv",
        "security/synkd_security.xml",
        "data/ir_cron_data.xml",
        "views/pos_order_views.xml",
        "views/pos_session_views.xml",
        "views/res_config_settings_views.xml",
        "views/synkd_customer_class_views.xml",
        "views/synkd_summary_views.xml",
        "views/synkd_takings_views.xml",
        "views/synkd_ledger_views.xml",
    ],
    "assets": {
        "point_of_sale._assets_pos": ["synkd_connector_pos/static/src/**/*"],
        "web.assets_tests": ["synkd_connector_pos/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
