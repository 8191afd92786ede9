# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import synkd_ledger
from . import synkd_customer_class
from . import synkd_account_customer
from . import synkd_connector_sage
from . import synkd_connector_sage_documents
from . import synkd_run
from . import synkd_transaction
from . import synkd_engine
