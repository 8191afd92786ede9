# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import synkd_ledger
from . import synkd_connector_pastel
from . import synkd_connector_pastel_pull
from . import synkd_connector_pastel_report
from . import synkd_pastel_export
