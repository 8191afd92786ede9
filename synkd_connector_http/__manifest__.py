# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: HTTP",
    "summary": "What connectors need whose books are reached over HTTP",
    "version": "19.0.2.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["synkd_connector"],
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "wizards/synkd_http_tenant_wizard_views.xml",
        "views/login_templates.xml",
        "views/synkd_ledger_views.xml",
    ],
}
