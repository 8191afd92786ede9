# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the demo books' files look like; no Odoo inside."""
