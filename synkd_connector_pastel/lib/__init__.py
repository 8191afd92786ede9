# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The files of Pastel: what they look like, and how those that it exports are read."""
