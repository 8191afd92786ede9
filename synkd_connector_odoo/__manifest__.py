# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Odoo",
    "summary": "Keeps the books in another Odoo database",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["synkd_connector_http"],
    "data": ["views/synkd_ledger_views.xml"],
}
