# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    synkd_account_customer,
    synkd_connector_xero,
    synkd_connector_xero_documents,
    synkd_connector_xero_reader,
    synkd_customer_class,
    synkd_importer,
    synkd_ledger,
    synkd_xero_person,
)
