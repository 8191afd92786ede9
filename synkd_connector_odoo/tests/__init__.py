# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_connector_odoo
from . import test_odoo_documents
