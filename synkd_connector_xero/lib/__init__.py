# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Xero without Odoo: bytes, logins, and the mapping of records."""

from . import changes, client, contacts, dates, elements, oauth, places, problems, push
from . import documents, lists, reading
from . import wire
