# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

SYSTEM = "base.group_system"


class SynkdLedger(models.Model):
    _inherit = "synkd.ledger"

    odoo_database = fields.Char(
        string="Database",
        groups=SYSTEM,
        copy=False,
        help="Name of the other Odoo's database; whoever runs it knows.",
    )
    odoo_login = fields.Char(
        string="User",
        groups=SYSTEM,
        copy=False,
        help="Login of the user there whose API key is the key. Its company there keeps"
        " these books, and its rights say what may be done.",
    )
