# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sage Accounting without Odoo: its calls, and the mapping of records."""

from . import client, customers, documents, lists, money, postings, push, reading, refs
