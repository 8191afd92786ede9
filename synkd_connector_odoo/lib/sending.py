# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writing one batch of documents or money: what both do."""

from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.push import Push

from . import loading

# Nobody knows what became of the call.
UNSURE = (problems.OFFLINE, problems.UNREADABLE, problems.PAGE, problems.BOUNDS)
UNSURE += (problems.SERVER, problems.PAUSED)
# What refuses one record, and not the call: the rest goes on without it.
DENIED = (problems.REFUSED, problems.SCOPE, problems.SERVER, problems.NOT_FOUND)
MOVE = "account.move"
# From then on what is posted can be cancelled at once.
CANCELS_POSTED = 16
# Reasons, keys of ``const.REFUSALS``.
UNKNOWN, ARCHIVED, STUCK = "unknown", "archived", "stuck"


class Sending(Push):
    """Sends one batch by several calls, each of which is a transaction there."""

    def __init__(self, client, batch, say):
        """Prepare, see ``Push``."""
        super().__init__(client, batch, say)
        self.found = {}
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

    def _find_there(self, model, names):
        """Read what members that were answered before are over there, by member."""
        members = [member for member in self.batch.members if member.external_id]
        self.found = loading.find_members(
            self.client, model, members, names, is_sure=True
        )

    def _begin_anew(self, model, stale, members):
        """Delete drafts that were never posted; what cannot be deleted is told.

        :param list stale: their ids.
        :return: the members that can be made (anew).
        :rtype: list[Member]
        """
        refused = self._each(model, "unlink", stale)
        stuck = {key for key, r in self.found.items() if r["id"] in refused}
        for key in stuck:
            self._refuse(self.by_id[key], refused[self.found[key]["id"]], STUCK)
        return [member for member in members if member.res_id not in stuck]

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
        return self._each_of(model, method, {id_: [id_] for id_ in ids})

    def _each_of(self, model, method, groups):
        """As ``_each`` for records that go by the same call or not at all.

        :param dict groups: ids of the records by what they belong to.
        :return: words about those that were refused, by the same.
        :rtype: dict
        """
        keys = list(groups)
        if not keys:
            return {}
        try:
            self._call(model, method, [id_ for key in keys for id_ in groups[key]])
        except ApiError as error:
            if error.problem not in DENIED:
                raise
            if len(keys) == 1:
                return {keys[0]: error.words}
            half, refused = len(keys) // 2, {}
            for some in (keys[:half], keys[half:]):
                part = {key: groups[key] for key in some}
                refused |= self._each_of(model, method, part)
            return refused
        return {}

    def _cancel(self, states):
        """Cancel journal entries; those of one member together or not at all.

        :param dict states: of the entries by their ids, by member.
        :return: words about those that were refused, by member.
        :rtype: dict
        """
        refused = {}
        if self.client.series < CANCELS_POSTED:
            # What is posted has to be a draft first, else it stays settled.
            posted = _choose(states, lambda state: state == "posted")
            refused = self._each_of(MOVE, "button_draft", posted)
        live = _choose(states, lambda state: state != "cancel")
        live = {key: ids for key, ids in live.items() if key not in refused}
        return refused | self._each_of(MOVE, "button_cancel", live)

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


def _choose(states, is_wanted):
    """Return the ids of entries in wanted states, by member; no empty ones.

    :rtype: dict[int, list[int]]
    """
    chosen = {
        key: [id_ for id_, state in some.items() if is_wanted(state)]
        for key, some in states.items()
    }
    return {key: ids for key, ids in chosen.items() if ids}
