# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Idempotency-Key: the same call within six minutes gets the same answer again."""

from odoo.addons.synkd_connector_http.simulator import Keys

from .errors import bad_request


class XeroKeys(Keys):
    """The keys that apps have used, and what was answered to each.

    A key belongs to an app, not to a tenant: the tenant is a header and no part of
    what is compared, which is how a key used for two tenants answers for the wrong one.
    """

    seconds = 360
    length = 128

    def refuse(self, text):
        """Return Xero's 400."""
        return bad_request(text, 0, "BadRequest")
