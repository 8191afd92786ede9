# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Sage Pastel Partner",
    "summary": "Keeps the books in Pastel Partner or Xpress, by files",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["synkd_connector"],
    "data": [
        "security/synkd_security.xml",
        "security/ir.model.access.csv",
        "views/synkd_pastel_export_views.xml",
        "views/synkd_ledger_views.xml",
    ],
    "assets": {
        "web.assets_tests": ["synkd_connector_pastel/static/tests/tours/**/*"],
    },
}
