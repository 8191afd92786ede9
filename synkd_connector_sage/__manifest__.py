# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Sage Accounting (South Africa)",
    "summary": "Keeps the books in Sage Accounting, South Africa",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["synkd_connector_http"],
    "data": [
        "views/synkd_customer_class_views.xml",
        "views/synkd_ledger_views.xml",
        "views/synkd_transaction_views.xml",
    ],
}
