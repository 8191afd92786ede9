# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_connector_odoo
from .explore import *
from . import test_odoo_beside
from . import test_odoo_documents
from . import test_odoo_faults
from . import test_odoo_fidelity
from . import test_odoo_flow
from . import test_odoo_kills
from . import test_odoo_ledger
from . import test_odoo_loading
from . import test_odoo_mails
from . import test_odoo_pushing
from . import test_odoo_reading
from . import test_odoo_reversing
from . import test_odoo_series
from . import test_odoo_settling
from . import test_odoo_wire
