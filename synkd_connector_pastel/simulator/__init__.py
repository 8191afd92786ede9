# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company of Pastel that imports files and exports lists, for tests and for games."""

from .company import PastelCompany

__all__ = ["PastelCompany"]
