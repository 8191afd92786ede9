# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Xero",
    "summary": "Keeps the books in Xero",
    "version": "19.0.2.1.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["synkd_connector_http"],
    "data": [
        "security/synkd_security.xml",
        "security/ir.model.access.csv",
        "views/synkd_account_customer_views.xml",
        "views/synkd_customer_class_views.xml",
        "views/synkd_ledger_views.xml",
    ],
    "assets": {
        "web.assets_tests": ["synkd_connector_xero/static/tests/tours/**/*"],
    },
}
