# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Synkd Connector: Repairs",
    "summary": "Jobs ask for the customer's standing, and say so in the queue",
    "version": "19.0.2.1.0",
    "category": "Accounting/Accounting",
    "author": "Synkd",
    "license": "LGPL-3",
    "depends": ["repair", "synkd_connector"],
    "data": ["views/repair_order_views.xml"],
    "auto_install": True,
}
