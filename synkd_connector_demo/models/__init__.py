# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    synkd_connector_demo,
    synkd_connector_demo_documents,
    synkd_connector_demo_files,
    synkd_demo_allocation,
    synkd_demo_customer,
    synkd_demo_document,
    synkd_demo_item,
    synkd_demo_payment,
    synkd_demo_posting,
    synkd_demo_setup,
)
