# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_connector_sage
from . import test_lib_sage
from . import test_sage_client
from . import test_sage_documents
from . import test_sage_flow
from . import test_sage_in_step
from . import test_sage_kills
from . import test_sage_reading
from . import test_sage_customers
from . import test_simulator_sage
