# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Xero",
    "summary": "Keeps the books in Xero",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["synkd_connector"],
}
