# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_connector_xero
from . import test_simulator_batches
from . import test_simulator_contact_rules
from . import test_simulator_contacts
from . import test_simulator_faults
from . import test_simulator_identity
from . import test_simulator_invoices
from . import test_simulator_limits
from . import test_simulator_money
from . import test_simulator_reading
from . import test_simulator_scenario
from . import test_simulator_shapes
from . import test_simulator_units
from . import test_simulator_webhooks
from . import test_xero_customers
from . import test_xero_reading
