# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Simulated books of Sage Accounting, on the kit of synkd_connector_http."""

from .server import Simulator
