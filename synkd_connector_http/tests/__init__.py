# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_cursor
from . import test_dates
from . import test_http
from . import test_oauth
from . import test_places
from . import test_push
from . import test_shapes
from . import test_simulator_kit
from . import test_simulator_parts
from . import test_simulator_rest
from . import test_webhooks
