# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_bad_input,
    test_connector_demo,
    test_connector_demo_documents,
    test_connector_demo_files,
    test_connector_demo_identity,
    test_demo_data,
    test_demo_document,
    test_demo_item,
    test_demo_payment,
    test_demo_setup,
    test_demo_tours,
    test_dialogs,
    test_doors,
    test_features,
    test_flow,
    test_hooks,
    test_languages,
    test_migration,
    test_odd_arguments,
    test_rpc,
    test_security,
    test_tours,
    test_wizards,
)
from .customers import *
from .engine import *
from .explore import *
from .ledger import *
from .mapping import *
from .queue import *
