# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_capabilities,
    test_fresh,
    test_frontend,
    test_payment_term,
    test_screens,
)
from .customers import *
from .ledger import *
from .lib import *
from .mapping import *
