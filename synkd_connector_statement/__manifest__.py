# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Synkd Connector: Statements",
    "summary": "Statements of account with the balance of the books beside them",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "AGPL-3",
    "depends": ["partner_statement", "synkd_connector"],
    "data": [
        "security/ir.model.access.csv",
        "security/synkd_statement_security.xml",
        "data/mail_template_data.xml",
        "data/ir_cron_data.xml",
        "report/outstanding_statement_templates.xml",
        "wizards/synkd_statement_wizard_views.xml",
        "views/synkd_statement_views.xml",
        "views/res_partner_views.xml",
    ],
    "assets": {
        "web.assets_tests": ["synkd_connector_statement/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
