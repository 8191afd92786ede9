# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Xero without Odoo: its calls, its limits, and the mapping of records."""

from . import changes, client, contacts, dates, elements, push
from . import documents, lists, reading
