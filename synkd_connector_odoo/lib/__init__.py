# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Another Odoo without Odoo: its calls, and the mapping of records."""

from . import client, credits, customers, documents, lists, loading
from . import payments, reading, sending, settling
