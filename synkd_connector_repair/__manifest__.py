# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Repairs",
    "summary": "Documents that come from repairs say so in the queue",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["repair", "synkd_connector"],
    "auto_install": True,
}
