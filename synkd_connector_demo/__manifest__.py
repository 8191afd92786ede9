# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Demo Books",
    "summary": "Books of their own inside this database, for trying things out",
    "version": "19.0.2.1.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["synkd_connector"],
    "data": [
        "security/synkd_security.xml",
        "security/ir.model.access.csv",
        "views/synkd_demo_customer_views.xml",
        "views/synkd_demo_document_views.xml",
        "views/synkd_demo_item_views.xml",
        "views/synkd_demo_payment_views.xml",
        "views/synkd_ledger_views.xml",
        "wizards/synkd_demo_import_views.xml",
        "views/synkd_menus.xml",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/synkd_customer_category_demo.xml",
        "demo/res.partner.csv",
        "demo/product_product_demo.xml",
        "demo/synkd_demo_setup.xml",
        "demo/synkd_batch_demo.xml",
    ],
    "assets": {
        "web.assets_tests": ["synkd_connector_demo/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
