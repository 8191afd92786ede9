# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_job_ways
from . import test_repair_credit
from . import test_repair_source
