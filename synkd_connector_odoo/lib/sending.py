# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writing one batch of documents or money: what both do."""

from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.push import Push

# Nobody knows what became of the call.
UNSURE = (problems.OFFLINE, problems.UNREADABLE, problems.PAGE, problems.BOUNDS)
UNSURE += (problems.SERVER, problems.PAUSED)
# What refuses one record, and not the call: the rest goes on without it.
DENIED = (problems.REFUSED, problems.SCOPE, problems.SERVER, problems.NOT_FOUND)
# Reasons, keys of ``const.REFUSALS``.
UNKNOWN, ARCHIVED = "unknown", "archived"


class Sending(Push):
    """Sends one batch by several calls, each of which is a transaction there."""

    def __init__(self, client, batch, say):
        """Prepare, see ``Push``."""
        super().__init__(client, batch, say)
        self.by_id = {member.res_id: member for member in batch.members}
        self.partners = {}

    def run(self):
        """Override: after a lost answer nothing is told, and the batch is asked about.

        :raise ApiError: when nothing was written, or nobody knows.
        :rtype: tuple[Result]
        """
        self._prepare()
        try:
            self._send()
        except ApiError as error:
            if not self.has_written or error.problem in UNSURE:
                raise
        return self._results()

    def _find_partners(self):
        """Read whether the customers are there, by one call."""
        names = {member.payload["customer"] for member in self.batch.members}
        ids = {int(name) for name in names if name.isdigit()}
        self.partners = self.client.read_ids("res.partner", ids, ["active"])

    def _find_partner_problem(self, member):
        """Return why nothing can be booked for the customer of a member; "" if it can.

        :rtype: str
        """
        name = member.payload["customer"]
        partner = self.partners.get(int(name)) if name.isdigit() else None
        if not partner:
            return UNKNOWN
        return "" if partner["active"] else ARCHIVED

    def _call(self, model, method, ids):
        """Call a method that writes.

        :raise ApiError: when it failed.
        """
        result = self.client.call(model, method, ids)
        self.has_written = True
        return result

    def _each(self, model, method, ids):
        """Call a method for all records at once; where some are refused, for halves.

        :return: words about those that were refused, by id.
        :rtype: dict[int, str]
        """
        ids = list(ids)
        if not ids:
            return {}
        try:
            self._call(model, method, ids)
        except ApiError as error:
            if error.problem not in DENIED:
                raise
            if len(ids) == 1:
                return {ids[0]: error.words}
            half = len(ids) // 2
            refused = self._each(model, method, ids[:half])
            return refused | self._each(model, method, ids[half:])
        return {}

    def _together(self, model, method, ids):
        """Call a method that needs all records at once.

        :return: words when it was refused; "" when it was done.
        :rtype: str
        """
        try:
            self._call(model, method, ids)
        except ApiError as error:
            if error.problem not in DENIED:
                raise
            return error.words or error.problem
        return ""
