# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    synkd_connector_odoo,
    synkd_connector_odoo_documents,
    synkd_importer,
    synkd_ledger,
)
