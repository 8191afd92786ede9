# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_delivery
from . import test_delivery_form
from . import test_delivery_rpc
from . import test_delivery_tours
from . import test_delivery_values
from . import test_delivery_ways
from . import test_uninstall
