# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who calls too fast, or logs in wrongly too often, is shut out."""

from odoo.addons.synkd_connector_http.simulator import Limits as KitLimits
from odoo.addons.synkd_connector_http.simulator import Refused

HOUR, DAY = 3600, 86400
LOGINS = 20


class Limits(KitLimits):
    """A hundred calls in a minute, and 20 refused logins in an hour.

    The day's limit is published, and not enforced at present.
    """

    minute_limit, day_limit, concurrent_limit = 100, 10**9, 100

    def reset(self):
        """Override: nobody is shut out."""
        self.blocked_until, self.refused_logins = {}, []
        return super().reset()

    def enter(self, tenant_id):
        """Override: who is shut out and calls is shut out for longer.

        :raises Refused: 429.
        """
        now = self.clock.timestamp()
        try:
            if now < self.blocked_until.get(tenant_id, 0):
                raise self.refusal(tenant_id, "blocked")
            return super().enter(tenant_id)
        except Refused:
            self.blocked_until[tenant_id] = now + HOUR
            raise

    def refusal(self, tenant_id, problem):
        """Override: no header tells how long."""
        return Refused(429, "Too many requests. Your IP is blocked for one hour.")

    def refuse_login(self):
        """Count a refused login; return the refusal.

        :rtype: Refused
        """
        now = self.clock.timestamp()
        kept = [each for each in self.refused_logins if each > now - HOUR]
        self.refused_logins = [*kept, now]
        if len(self.refused_logins) > LOGINS:
            self.blocked_until["login"] = now + DAY
        return Refused(401, {"Message": "Invalid username or password."})

    def check_login(self):
        """Refuse every login of a user who is shut out.

        :raises Refused: 429.
        """
        if self.clock.timestamp() < self.blocked_until.get("login", 0):
            raise Refused(429, "This username is blocked for 24 hours.")
