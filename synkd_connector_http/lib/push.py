# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writing one batch: what every pusher does, whatever it writes."""

from odoo.addons.synkd_connector.lib.results import (
    NOT_FOUND,
    OK,
    REJECTED,
    Result,
)

from . import problems
from .problems import ApiError

# What says that books did not take one record, and took none of it.
DENIED = (problems.REFUSED, problems.NOT_FOUND)


class Push:
    """Sends one batch.

    After the first write no error is raised any more: members without a result are
    asked about later. An heir writes in ``_send``, sets ``has_written`` after each call
    that may have written, and tells what became of members by ``_accept`` and
    ``_refuse``.
    """

    def __init__(self, client, batch, say):
        """Prepare.

        :param HttpClient client: talks.
        :param Batch batch: of the core's contract.
        :param callable say: makes a sentence of a member, the books' words, and what
            kind of refusal it is ("": the words tell).
        """
        self.client = client
        self.batch = batch
        self.say = say
        self.results = {}
        self.has_written = False

    def run(self):
        """Send the batch.

        :raise ApiError: when nothing was written.
        :rtype: tuple[Result]
        """
        self._prepare()
        try:
            self._send()
        except ApiError:
            if not self.has_written:
                raise
        return self._results()

    # === HOOKS === #

    def _prepare(self):
        """Read what has to be known before anything is written.

        :raise ApiError: nothing is written then.
        """

    def _send(self):
        """Write, call by call.

        :raise ApiError: stops the batch.
        """
        raise NotImplementedError

    def _results(self):
        """Return what became of the members, as far as that is known.

        :rtype: tuple[Result]
        """
        return tuple(self.results.values())

    # === FOR HEIRS === #

    def _split(self):
        """Return the members that are new to the books, and those that are known.

        :rtype: tuple[list, list]
        """
        fresh = [m for m in self.batch.members if not m.external_id]
        return fresh, [m for m in self.batch.members if m.external_id]

    def _accept(self, member, external_id, words=""):
        """Note that the books have a member as it was sent."""
        self.results[member.res_id] = Result(member.res_id, OK, external_id, words)

    def _refuse(self, member, words, reason=""):
        """Note that the books did not take a member.

        :param str words: the books' own.
        :param str reason: what kind of refusal it is, for the sentence.
        """
        said = self.say(member, words, reason)
        found = Result(member.res_id, REJECTED, member.external_id, said)
        self.results[member.res_id] = found


class OneByOne(Push):
    """For books that take one record a call: one that is refused stops no other."""

    def _send(self):
        for member in self.batch.members:
            try:
                external_id = self._save(member)
            except ApiError as error:
                if error.problem not in DENIED:
                    raise
                self._refuse(member, error.words)
            else:
                self.has_written = True
                self._accept(member, external_id)

    def _save(self, member):
        """Create a member, or change it when it has an identity; return its identity.

        :param Member member: of the core's contract.
        :rtype: str
        :raise ApiError: when it was not taken.
        """
        raise NotImplementedError


def find_outcomes(members, find, is_as_sent):
    """Return what became of members whose answer is unknown.

    :param tuple members: ``Member`` of the core's contract.
    :param callable find: gets a member; returns its identity in the books and its
        record there, by the identity that was kept or by our key; None for none.
    :param callable is_as_sent: whether a record (second) is as a member was sent.
    :return: OK, or NOT_FOUND when it has to be sent (again), with the identity when it
        is there.
    :rtype: tuple[Result]
    """
    results = []
    for member in members:
        external_id, record = find(member) or (member.external_id, None)
        outcome = OK if record and is_as_sent(member, record) else NOT_FOUND
        results.append(Result(member.res_id, outcome, external_id))
    return tuple(results)
