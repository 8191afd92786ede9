# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Xero",
    "summary": "Keeps the books in Xero",
    "version": "19.0.2.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["synkd_connector_http"],
    "data": [
        "security/synkd_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "wizards/synkd_xero_tenant_wizard_views.xml",
        "views/login_templates.xml",
        "views/synkd_account_customer_views.xml",
        "views/synkd_customer_class_views.xml",
        "views/synkd_ledger_views.xml",
    ],
    "assets": {
        "web.assets_tests": ["synkd_connector_xero/static/tests/tours/**/*"],
    },
}
