# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import check_one
from ...lib.results import NOT_FOUND, OK, Answer, Result


class SynkdRequest(models.Model):
    """Where a person decides what the books cannot tell.

    Only an open request that the books were asked about in vain may be decided; what
    the person says is kept as its answer, and goes the way of every answer.
    """

    _inherit = "synkd.request"

    own_key_field = fields.Char(compute="_compute_own_key_field", compute_sudo=True)

    @api.depends("ledger_id", "channel")
    def _compute_own_key_field(self):
        for request in self:
            capable = request.ledger_id._get_capabilities()
            name = f"own_key_{request.channel}"
            request.own_key_field = getattr(capable, name, False)

    # === STATE === #

    def _set_due(self):
        """Let an *open* or *asked* request be asked about by the next run."""
        if self.state == "asked":
            self.line_ids._set_open()._get_records()._set_sure()
            self.state = "open"
        if self.state == "open":
            self.retry_at = fields.Datetime.now()

    def _set_decided(self, outcome, said, external_id=""):
        """Close an *open* request as a person said, and move its members.

        :param str outcome: ``OK``, or ``NOT_FOUND``: the books do not have them.
        :param str said: who said what; kept with the request and its members.
        :param str external_id: the sole member's identity in the books, if known.
        """
        lines = self.line_ids.filtered(lambda line: line.state == "open")
        if outcome == NOT_FOUND:
            # The person looked it up, so there is nothing to wait for.
            lines._get_records().attempts = 0
        lines.message = said
        records = lines._get_records()
        records._message_log_batch(bodies=dict.fromkeys(records.ids, said))
        self.message = "\n".join(filter(None, (said, self.message)))
        self._set_answered(
            Answer(
                tuple(
                    Result(line.res_id, outcome, external_id, message=said)
                    for line in lines
                )
            )
        )
        self._apply(self.run_id)

    # === ACTIONS === #

    def action_ask_again(self):
        """Let the next run ask the books again, right after this transaction.

        :rtype: bool
        :raise UserError: when there is nothing to ask any more.
        """
        self.check_access("read")
        for request_sudo in self.sudo():
            if request_sudo.state != "asked":
                request_sudo._check_undecided()
            request_sudo._set_due()
        self.sudo().ledger_id._wake()
        return True

    def action_in_books(self):
        """Open the dialog in which a manager says that the books have the members.

        :rtype: dict
        :raise UserError: when there is nothing to decide, or the user may not.
        """
        check_one(self)
        self._check_may_decide()
        wizard = self.env["synkd.request.wizard"]._create_dialog(
            {"request_id": self.id}
        )
        return wizard._get_dialog_action(self.env._("It Is in the Books"))

    def action_not_in_books(self):
        """Say that the books do not have the members: they are sent again.

        :rtype: bool
        :raise UserError: when there is nothing to decide, or the user may not.
        """
        check_one(self)
        self._check_may_decide()
        said = self.env._(
            "%(user)s looked it up on %(date)s: the books do not have this. It is sent"
            " again.",
            user=self.env.user.name,
            date=fields.Date.context_today(self),
        )
        self.sudo()._set_decided(NOT_FOUND, said)
        self.sudo().ledger_id._wake()
        return True

    def _decide_in_books(self, external_id):
        """Note that the books have the members.

        :param str external_id: the sole member's identity there; empty: it is found.
        :raise UserError: when there is nothing to decide, or the user may not.
        """
        self._check_may_decide()
        self._check_identity_free(external_id)
        self._check_identity_given(external_id)
        said = self.env._(
            "%(user)s looked it up on %(date)s: the books have this.",
            user=self.env.user.name,
            date=fields.Date.context_today(self),
        )
        self.sudo()._set_decided(self._get_told_outcome(external_id), said, external_id)
        # Reading was held back as long as the identity was awaited.
        self.sudo().ledger_id._wake()

    def _get_told_outcome(self, external_id):
        """Return what it means that a person said which record of the books it is.

        :param str external_id: the sole member's identity there; "" for none.
        :return: OK; NOT_FOUND where some of it may be missing: it is gone on with.
        :rtype: str
        """
        steps = self.ledger_id.sudo()._get_capabilities().payment_steps
        is_begun = external_id and steps and self.channel == "payments"
        return NOT_FOUND if is_begun else OK

    # === CHECKS === #

    def _check_identity_given(self, external_id):
        """Ask for an identity that no later run finds, as it does those of customers.

        :raise UserError: says what to do instead.
        """
        found_later = self.sudo().line_ids._get_records()._found_later
        if not found_later and not (external_id or "").strip():
            raise UserError(
                self.env._(
                    "%s carried documents, whose identity in the books has to be known:"
                    " type it. When it carried several, press Member by Member.",
                    self.display_name,
                )
            )

    def action_ask_manager(self):
        """Ask a manager what the books have: an activity with each record sent.

        :return: the notification that says who was asked.
        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        note = self.env._(
            "%s: nobody knows whether the books have it. Look there, and say so.",
            self.display_name,
        )
        return self.ledger_id._ask(self.line_ids._get_records(), note)

    def _check_may_decide(self):
        """Let only managers decide, and only what the books cannot clear up.

        :raise UserError: says who may, or why there is nothing to decide.
        """
        self.check_access("read")
        if not self.env.user.has_group("synkd_connector.group_manager"):
            raise UserError(
                self.env._(
                    "Only managers of the books say what the books have. Ask one of"
                    " them, or press Ask Again."
                )
            )
        self.sudo()._check_undecided()

    def _check_undecided(self):
        """Refuse what is cleared up already, or may still be under way.

        :raise UserError: says which of both.
        """
        if self.state == "asked":
            raise UserError(
                self.env._(
                    "%s waits for a word about its members one by one. Press Which One"
                    " on each of them.",
                    self.display_name,
                )
            )
        if self.state != "open":
            raise UserError(
                self.env._(
                    "%s is cleared up already. Nothing was changed.", self.display_name
                )
            )
        if not self.attempts:
            raise UserError(
                self.env._(
                    "The books were not asked about %s yet. Let a run ask them first.",
                    self.display_name,
                )
            )

    def _check_identity_free(self, external_id):
        """Refuse an identity for several members, or that is another's.

        :raise UserError: says what to type instead.
        """
        if not external_id:
            return
        if len(self.line_ids) > 1:
            raise UserError(
                self.env._(
                    "%s has several members, and an identity is of one only. Leave it"
                    " empty: the next runs find each in the books by its code.",
                    self.display_name,
                )
            )
        owner = self._find_owner(external_id)
        if owner and owner.id != self.line_ids.res_id:
            raise self._identity_taken_error(external_id, owner)

    def _identity_taken_error(self, external_id, owner):
        """Return the error about an identity that another record has.

        :rtype: UserError
        """
        return UserError(
            self.env._(
                "%(identity)s is the identity of %(account)s already. Type the one that"
                " the books show for this record, or leave it empty.",
                identity=external_id,
                account=owner.display_name,
            )
        )

    def _find_owner(self, external_id):
        """Return the record of this ledger that has an identity in the books."""
        records = self.sudo().line_ids._get_records()
        return records._find_owners({external_id}).get(external_id, records.browse())


class SynkdRequestLine(models.Model):
    """Where a person says which record of the books a member is."""

    _inherit = "synkd.request.line"

    def action_tell(self):
        """Open the dialog in which a manager says which record of the books it is.

        :rtype: dict
        :raise UserError: when nobody is asked, or the user may not say.
        """
        check_one(self)
        self._check_may_tell()
        return self.env["synkd.candidate.wizard"]._open(self)

    def _check_may_tell(self):
        """Let only managers tell, and only what nobody told yet.

        :raise UserError: says who may, or that it is cleared up.
        """
        self.check_access("read")
        if not self.env.user.has_group("synkd_connector.group_manager"):
            raise UserError(
                self.env._(
                    "Only managers of the books say what the books have. Ask one of"
                    " them."
                )
            )
        if self.state != "asked":
            raise UserError(
                self.env._(
                    "%s is cleared up already. Nothing was changed.",
                    self.sudo()._get_records().display_name,
                )
            )

    def _tell(self, candidate):
        """Note which record of the books a member is, as a manager said.

        :param dict candidate: a lib.results.BooksRecord; {} for none of them: it is
            sent again.
        :raise UserError: when nobody is asked any more, or it is another record's.
        """
        self._check_may_tell()
        identity = candidate.get("external_id") or ""
        request = self.request_id
        owner = identity and request._find_owner(identity)
        if owner and owner.id != self.res_id:
            raise request._identity_taken_error(identity, owner)
        words = {
            "user": self.env.user.name,
            "date": fields.Date.context_today(self),
            "identity": candidate.get("number") or identity,
        }
        said = self.env._(
            "%(user)s looked it up on %(date)s: it is %(identity)s there.", **words
        )
        if not identity:
            said = self.env._(
                "%(user)s looked it up on %(date)s: the books do not have this. It is"
                " sent again.",
                **words,
            )
        result = Result(
            self.res_id,
            request._get_told_outcome(identity) if identity else NOT_FOUND,
            identity,
            message=said,
            number=candidate.get("number") or "",
            date=candidate.get("date") or "",
            total=candidate.get("total") or "",
        )
        self.sudo()._apply_told({self.res_id: result}, {self.res_id: said})
        self.sudo().ledger_id._wake()

    def _apply_told(self, results, said):
        """Move *open*, *asked* or *handed* members of a request as a person said.

        :param dict results: ``Result`` by id of the record.
        :param dict said: who said what, by id of the record.
        """
        records = self._get_records()
        records._set_sure()
        records._message_log_batch(bodies=said)
        for record in records:
            if results[record.id].outcome == NOT_FOUND:
                # The person looked it up, so there is nothing to wait for.
                record.attempts = 0
        told = {res_id: result.as_dict() for res_id, result in results.items()}
        self._apply_all(told, self.request_id.run_id)
        for line in self:
            line.message = said[line.res_id]
        self.request_id._set_settled()
