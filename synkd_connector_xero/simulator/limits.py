# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Xero's four rate limits."""

from odoo.addons.synkd_connector_http.simulator import Limits


class XeroLimits(Limits):
    """Those of an app on the Core tier."""

    minute_limit, day_limit, app_limit, concurrent_limit = 60, 5000, 10000, 5
    left_headers = {
        "minute": "X-MinLimit-Remaining",
        "day": "X-DayLimit-Remaining",
        "app": "X-AppMinLimit-Remaining",
    }
    problem_header = "X-Rate-Limit-Problem"
