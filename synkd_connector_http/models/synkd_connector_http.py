# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.results import NOT_FOUND, Answer, Budget, Page

from ..const import ALTERED_THERE, DIFFERENCES, LOOKS_LIKE, PROBLEMS, REFUSAL
from ..lib import access, dates, problems
from ..lib.places import Places
from ..lib.problems import ApiError

# So often a run waits when books refuse logins that they renew; then a person is asked.
MOST_RENEWALS = 3


class SynkdConnectorHttp(models.AbstractModel):
    """The base of connectors whose books are reached over HTTP.

    An heir names its system, tells how it is reached (``_access``), makes its client
    (``_client``), and asks which books a client reaches (``_ask_books``). The rest is
    the contract: inside ``_writing`` or ``_talking`` whatever goes wrong with a call
    becomes one of the five kinds of errors, with a sentence for people.
    """

    _name = "synkd.connector.http"
    _description = "Connector over HTTP"
    _inherit = ["synkd.connector"]

    # So many seconds after the last call of a batch the books show what they took of
    # it: before that, what is not there may still come. Whoever sent it may have died
    # at any of its calls, so it counts from when the books were first asked about it.
    _settle_seconds = 0

    # === HOOKS === #

    @api.model
    def _access(self, ledger):
        """Say how this system is reached.

        :param recordset ledger: one `synkd.ledger`, possibly a new one.
        :rtype: Access
        """
        return access.Access()

    @api.model
    def _client(self, ledger, url, get_token):
        """Return a client of the ledger's books.

        :param recordset ledger: one `synkd.ledger`.
        :param str url: base address, checked.
        :param callable get_token: see ``HttpClient``.
        :rtype: HttpClient
        """
        raise self._not_supported(self.env._("talking over HTTP"))

    @api.model
    def _identity_error(self, reply):
        """Return the error of an identity server's answer that OAuth says nothing of.

        :param Reply reply: its answer.
        :rtype: ApiError
        """
        problem = problems.SERVER if reply.status >= 500 else problems.ADDRESS
        return ApiError(problem, str(reply.status))

    @api.model
    def _ask_books(self, client):
        """Return what the books that a client reaches tell of themselves.

        :param HttpClient client: talks.
        :rtype: Books
        :raise ApiError: when they cannot be asked.
        """
        raise self._not_supported(self.env._("telling which books these are"))

    @api.model
    def _read_events(self, body):
        """Return what a webhook tells; whatever else is in it, nothing.

        :param bytes body: as it arrived, signed.
        :rtype: list[Event]
        """
        return []

    @property
    def _sentences(self):
        """Return what these books say in words of their own, by problem.

        :return: lazy texts with ``%(system)s``, ``%(ledger)s`` and ``%(words)s``.
        :rtype: dict
        """
        return {}

    @api.model
    def _budget(self, ledger, client):
        """Return the calls that are left, as the last answer told.

        :rtype: Budget
        """
        return Budget()

    # === CONTRACT === #

    @api.model
    def _check(self, ledger):
        """Override: asking which books these are tries all the rest."""
        ledger._check_http_connected()
        return []

    @api.model
    def _read_books(self, ledger):
        """Override: ask; a login without a person tells the one that it reaches."""
        with self._writing(ledger) as client:
            if ledger._has_own_http_tenant() and not client.tenant_id:
                tenants = client.read_tenants()
                client.tenant_id = tenants[0].key if len(tenants) == 1 else ""
                if ledger.http_login == access.KEY and not client.tenant_id:
                    ledger._refuse_without_tenant()
            books = self._ask_books(client)
        return replace(books, budget=self._budget(ledger, client))

    # === TALKING === #

    @contextmanager
    def _writing(self, ledger):
        """Yield a client of a connected ledger.

        :raise ConnectorError: whatever the books say, as one of the five kinds.
        """
        ledger._check_http_connected()
        with self._talking(ledger):
            yield ledger._get_http_client()

    @contextmanager
    def _talking(self, ledger):
        """Turn what went wrong with a call into one of the five kinds of errors.

        :raise ThrottledError: while the books want no calls, whoever asks for one.
        """
        ledger._check_quiet()
        try:
            yield
        except ApiError as error:
            raise self._to_error(ledger, error) from error

    def _to_error(self, ledger, error):
        """Return the error of the contract for a problem of the client.

        :param ApiError error: what went wrong.
        :rtype: ConnectorError
        """
        problem = error.problem
        if problem == problems.RENEWED and ledger.failures >= MOST_RENEWALS:
            problem = problems.LOGIN
        kind, sentence = PROBLEMS[problem]
        message = self._sentence(
            self._sentences.get(problem, sentence),
            ledger=ledger.name,
            words=error.words.rstrip(".") or self.env._("no reason given"),
        )
        if not message.endswith("."):
            message += "."
        until = None
        if error.seconds is not None:
            until = fields.Datetime.now() + timedelta(seconds=error.seconds + 1)
        return kind(message, until)

    def _customer_pages(self, ledger, client, name, changed, read):
        """Yield pages of customers, with what the answers told beside them.

        :param str name: of their list in the answers.
        :param changed: pages from ``cursor.read_changed``.
        :param callable read: makes a ``CustomerData`` of a record.
        :rtype: Iterator[Page]
        """
        for records, after, is_last in changed:
            found = tuple(client.read_each(name, records, read))
            odd, budget = client.take_odd(), self._budget(ledger, client)
            yield Page(found, after, odd, budget, is_last=is_last)

    def _answer(self, ledger, client, results):
        """Return the answer to a batch that was written.

        :param tuple results: ``Result``.
        :rtype: Answer
        """
        return Answer(results, self._budget(ledger, client))

    def _outcomes(self, ledger, client, results, batch=None):
        """Return the answer to a question after a batch.

        Without *not found*, where something was read that made no sense: it may be
        what was looked for, and must not be sent again. Nor while it may still come.

        :param tuple results: ``Result``.
        :param Batch batch: what was asked about, for books with ``_settle_seconds``.
        :rtype: Answer
        """
        if client.take_odd() or (batch and self._may_still_come(batch)):
            results = tuple(each for each in results if each.outcome != NOT_FOUND)
        return self._answer(ledger, client, results)

    def _may_still_come(self, batch):
        """Whether the books may show later what they took of a batch.

        :param Batch batch: of the contract.
        :rtype: bool
        """
        ended = dates.read_moment(batch.asked) or dates.utc_now()
        return ended + timedelta(seconds=self._settle_seconds) > dates.utc_now()

    # === SENTENCES === #

    def _sentence(self, lazy, **values):
        """Return a sentence of const.py in the user's language, filled in."""
        values["system"] = self._connector_label
        return lazy._translate(self.env.lang or "en_US") % values

    def _say_refused(self, member, words, reason=""):
        """Return the sentence about a member that was not taken.

        :param Member member: what was sent.
        :param str words: the books' own.
        :param str reason: what kind of refusal it is, where there are several.
        """
        words = words.strip() or self.env._("no reason given")
        if words[-1] not in ".!?":
            words += "."
        return self._sentence(REFUSAL, name=self._name_of(member), words=words)

    def _say_found(self, member, differences=()):
        """Return the sentence about what may be ours there, or is and was changed.

        :param list differences: names of what is otherwise there, keys of DIFFERENCES,
            with what it is here and there; none: nobody knows whether it is ours.
        """
        number = member.payload["number"]
        if not differences:
            return self._sentence(LOOKS_LIKE, number=number)
        words = [
            self._sentence(DIFFERENCES[name], here=here, there=there)
            for name, here, there in differences
        ]
        return self._sentence(ALTERED_THERE, number=number, words=", ".join(words))

    def _name_of(self, member):
        """Return what people know a member by.

        :rtype: str
        """
        return str(member.payload.get("name") or "")

    # === NAMES === #

    def _get_places(self):
        """Return all countries and states.

        :rtype: Places
        """
        english = self.with_context(lang="en_US").env
        countries = english["res.country"].search_fetch([], ["name", "code"])
        states = english["res.country.state"].search_fetch(
            [], ["name", "code", "country_id"]
        )
        return Places(
            {country.code: country.name for country in countries if country.code},
            {(s.country_id.code, s.code): s.name for s in states if s.code},
        )
