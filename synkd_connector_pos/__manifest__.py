# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Point of Sale",
    "summary": "Invoices of the shop and their payments enter the queue, each once",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["point_of_sale", "synkd_connector"],
    "auto_install": True,
}
