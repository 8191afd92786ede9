# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Synkd Connector: Financial Risk",
    "summary": "The limits of OCA's Financial Risk act with one sentence and reason",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "AGPL-3",
    "depends": ["sale_financial_risk", "synkd_connector_sale"],
    "auto_install": True,
}
