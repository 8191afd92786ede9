# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import synkd_xero_login_mixin  # isort: skip (the ledger inherits it)
from . import synkd_ledger  # isort: skip (the login extends it)
from . import synkd_xero_reader  # isort: skip (the connector inherits it)
from . import synkd_connector_xero  # isort: skip (its documents extend it)
from . import (
    synkd_account_customer,
    synkd_connector_xero_documents,
    synkd_customer_class,
    synkd_importer,
    synkd_xero_event,
    synkd_xero_login,
    synkd_xero_person,
    synkd_xero_token,
)
