# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import UNSURE, WAITING_STATES
from ...door import check_one, read_date, read_text
from ...lib.adapt import find_cuts
from ...lib.obstacles import shorten


class SynkdTransaction(models.Model):
    """What people do with documents: buttons, also for scripts over RPC.

    Each checks that the user may, writes the wish down, and leaves the sending to a
    run.
    """

    _inherit = "synkd.transaction"

    # === POSTING === #

    def action_post_all(self):
        """Ask for a run that posts everything that is Ready to Post.

        Whatever is selected: the button stands above the list, and gives no rows.

        :return: the client action that shows its progress.
        :rtype: dict
        :raise UserError: when nothing is ready; says what to do.
        """
        self._check_user("read")
        ready = [("sync_state", "=", "pending")]
        groups = self._read_group(ready, ["ledger_id"])
        runs = [ledger.sudo()._request_run(self._run_vals()) for (ledger,) in groups]
        if not runs:
            raise UserError(
                self.env._(
                    "Nothing is Ready to Post. Look under Requires Attention for"
                    " documents that wait for a decision."
                )
            )
        self._retry_at_once([("ledger_id", "in", [run.ledger_id.id for run in runs])])
        return runs[0]._get_watch_action()

    def action_post(self):
        """Ask for a run that posts these documents and nothing else.

        :return: the client action that shows its progress.
        :rtype: dict
        :raise UserError: when none of them is ready; says why.
        """
        rows = self._check_may("read")
        ready = rows.filtered(lambda row: row.sync_state == "pending")
        if not ready:
            raise UserError(self._not_ready_message())
        # What is to be voided has to be let go of before.
        leaving = ready.filtered(lambda row: row.operation == "void")
        ready |= (
            self.env["synkd.settlement"]
            ._find_settling(leaving)
            .filtered(lambda row: row.external_id and row.sync_state == "pending")
        )
        self._retry_at_once([("id", "in", ready.ids)])
        runs = []
        for ledger, some in ready.grouped("ledger_id").items():
            run = ledger._request_run(self._run_vals() | {"scoped": True})
            some.write({"run_id": run.id})
            runs.append(run)
        return runs[0]._get_watch_action()

    def _run_vals(self):
        """Return what tells a run that it is about documents.

        :rtype: dict
        """
        return {"content": "documents", "requested_by_id": self.env.uid}

    def _retry_at_once(self, domain):
        """Let what would be tried again later be tried by the next run.

        :param list domain: which rows.
        """
        later = [("sync_state", "=", "pending"), ("retry_at", "!=", False)]
        self.sudo()._update_all(Domain([*domain, *later]), {"retry_at": None})

    def _not_ready_message(self):
        """Return the sentence about documents that cannot be posted now."""
        row = self[:1]
        return self.env._(
            "%(document)s is not Ready to Post: %(why)s",
            document=row.display_name,
            why=row.reason_text or row._get_state_label(),
        )

    def _get_state_label(self):
        """Return the state as people read it."""
        return dict(self._fields["sync_state"]._description_selection(self.env)).get(
            self.sync_state, ""
        )

    # === RESOLVING === #

    def action_resolve(self):
        """Open the dialog that resolves these documents, by their cause.

        :rtype: dict
        """
        rows = self._check_may("read")
        waiting = rows.filtered(lambda row: row.sync_state == "attention")
        if not waiting:
            raise UserError(
                self.env._(
                    "%s does not require attention. There is nothing to resolve.",
                    self[:1].display_name,
                )
            )
        asked = waiting.request_line_ids.filtered(lambda line: line.state == "asked")
        may_tell = self.env.user.has_group("synkd_connector.group_manager")
        if may_tell and asked and all(row.reason == UNSURE for row in waiting):
            return asked[0].with_env(self.env).action_tell()
        return self.env["synkd.resolve.wizard"]._open(waiting.with_env(self.env))

    def action_retry(self):
        """Let documents that the books refused be sent again by the next run.

        :rtype: bool
        :raise UserError: when none of them was refused; says what to do instead.
        """
        rows = self._check_may("read")
        refused = rows.filtered(lambda row: row.reason == "refused")
        if not refused:
            raise UserError(
                self.env._(
                    "%s was not refused by the books, so there is nothing to try again."
                    " Press Resolve where something is missing, Post where it is"
                    " ready.",
                    self[:1].display_name,
                )
            )
        refused._log_all(self.env._("Retry asked for."))
        refused._set_pending(from_states=("attention",))
        self.env["synkd.decider"]._decide(refused)
        return True

    def action_hold(self, note=None):
        """Keep documents from being posted until somebody releases them.

        :param str note: why; shown on the row. None opens the dialog that asks for it.
        :return: True, or the action that opens the dialog.
        :rtype: bool | dict
        :raise UserError: when the reason is empty, or nothing can be held back.
        """
        if note is None:
            return self.env["synkd.reason.wizard"]._open(self, "hold")
        rows, note = self._check_reason("read", note)
        if not rows._set_held(note):
            raise UserError(self._cannot_message(self.env._("held back")))
        return True

    def action_release(self):
        """Let documents go that were held back.

        :rtype: bool
        :raise UserError: when none of them is held back.
        """
        released = self._check_may("read")._set_released()
        if not released:
            raise UserError(self._cannot_message(self.env._("released")))
        self.env["synkd.decider"]._decide(released)
        return True

    def action_exclude(self, note=None):
        """Take documents out of the queue: they are never posted.

        :param str note: why; shown on the row. None opens the dialog that asks for it.
        :return: True, or the action that opens the dialog.
        :rtype: bool | dict
        :raise UserError: when the reason is empty, or they were sent already.
        """
        if note is None:
            return self.env["synkd.reason.wizard"]._open(self, "exclude")
        rows, note = self._check_reason("read", note)
        excluded = rows._set_excluded(note)
        if not excluded:
            raise UserError(self._cannot_message(self.env._("excluded")))
        excluded._note_shared()
        return True

    def action_include(self):
        """Bring excluded documents back into the queue.

        Those that were taken back or deleted meanwhile end: posted again they enter it
        by themselves.

        :rtype: bool
        """
        rows = self._check_may("read")
        back = rows.filtered(lambda row: row.sync_state == "excluded" and row.live)
        back.write({"note": False})
        back._set_pending(from_states=("excluded",))
        gone = back - back._filter_posted()
        gone._set_withdrawn()
        back -= gone
        back._resettle()
        self.env["synkd.decider"]._decide(back)
        back._note_shared()
        return True

    # === AFTER POSTING === #

    def action_void(self):
        """Let the next run void in the books what was posted there.

        :rtype: bool
        :raise UserError: when these books cannot void, or nothing was changed.
        """
        rows = self._check_may("write_books")
        for ledger in rows.ledger_id:
            if not ledger._get_capabilities().void:
                raise UserError(
                    self.env._(
                        "The books of %s cannot void documents. Credit it there, or"
                        " leave it as it is.",
                        ledger.name,
                    )
                )
        if not rows._set_void_wanted():
            raise UserError(self._cannot_message(self.env._("voided")))
        rows._log_all(self.env._("To be voided in the books."))
        return True

    def action_credit(self):
        """Credit in the books what was posted there, and queue the document anew.

        :rtype: bool
        :raise UserError: when it cannot be credited.
        """
        rows = self._check_may("write_books")
        if own := rows._filter_reversals():
            raise UserError(own[0]._no_credit_message())
        for row in rows:
            waits = row.sync_state == "attention" and row.external_id
            if not row._is_creditable() or not waits:
                raise UserError(row._cannot_message(self.env._("credited")))
        if altered := rows._find_altered():
            raise UserError(altered[0]._altered_message())
        for row in rows:
            row._credit()
        return True

    def action_leave(self, note=None):
        """Accept that Odoo and the books differ.

        :param str note: why; shown on the row. None opens the dialog that asks for it.
        :return: True, or the action that opens the dialog.
        :rtype: bool | dict
        :raise UserError: when the reason is empty, or nothing differs.
        """
        if note is None:
            return self.env["synkd.reason.wizard"]._open(self, "leave")
        rows, note = self._check_reason("write_books", note)
        if not rows.filtered(lambda r: r.sync_state == "attention" and r.external_id):
            raise UserError(self._cannot_message(self.env._("left as it is")))
        for row in rows:
            row._set_left(note)
        rows._after_answers()
        rows._log_all(self.env._("Left as it is: %s", note))
        return True

    # === LOOKING === #

    def action_preview(self):
        """Show exactly what would be sent.

        :rtype: dict
        """
        check_one(self)
        self._check_may("read")
        wizard = self.env["synkd.preview.wizard"]._create_dialog(
            {"transaction_id": self.id}
        )
        return wizard._get_action()

    def _explain_next_push(self, payload):
        """Say what the next run does with this document.

        :rtype: str
        """
        if self.sync_state in ("synced", "voided", "credited"):
            return self.env._("The books have this already: nothing is sent.")
        if not self.ledger_id.post_accounts:
            return self.env._(
                "Post Accounts is off for %s: this waits and is not sent.",
                self.ledger_id.name,
            )
        says = self.reason_text or self.env._(
            "The next run sends this to %s.", self.ledger_id.name
        )
        return "\n".join((says, *self._describe_cuts()))

    def _describe_cuts(self):
        """Return the sentences about what the books do not keep as it is here.

        :rtype: list[str]
        """
        if self.channel != "documents":
            return [text for text in [self._describe_tax_loss()] if text]
        capable = self.ledger_id._get_capabilities()
        reference, texts = find_cuts(self._to_data(), capable)
        said = []
        if capable.own_numbers:
            said.append(
                self.env._(
                    "The books give this a number of their own; %s is a reference"
                    " there.",
                    self.number,
                )
            )
        if reference:
            said.append(
                self.env._(
                    "The reference is longer than the %s characters that the books"
                    " keep: its end is left out.",
                    capable.reference_length,
                )
            )
        if texts:
            said.append(
                self.env._(
                    "Descriptions are longer than the %(most)s characters that the"
                    " books keep, so their end is left out: %(lines)s.",
                    most=capable.description_length,
                    lines=", ".join(dict.fromkeys(map(shorten, texts))),
                )
            )
        return said

    def action_view_document(self):
        """Open the document.

        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        document = self.env[self.res_model].browse(self.res_id)
        return document._get_records_action()

    def action_view_account_customer(self):
        """Open the account customer that it is posted to.

        :rtype: dict
        """
        check_one(self)
        return self.account_customer_id._get_records_action()

    # === CHECKS === #

    def _check_may(self, what):
        """Check that the user may do something with these rows.

        :param str what: "read" for all users of the books; "write_books" for what
            takes something back there, which managers do.
        :return: the same rows as superuser, with the user kept for the history.
        :raise AccessError: when he may not.
        :raise UserError: when no row is chosen.
        """
        self.check_access("read")
        self._check_user(what)
        if not self:
            raise UserError(
                self.env._(
                    "No document is chosen. Tick the documents in the list first, then"
                    " press the button again."
                )
            )
        return self.sudo()

    def _check_reason(self, what, note):
        """Check that the user may do something with these rows, and says why.

        :param str what: as for ``_check_may``.
        :param note: the reason, as a client gave it.
        :return: the same rows as superuser, and the reason as it is kept.
        :rtype: tuple
        :raise AccessError: when he may not.
        :raise UserError: when no row is chosen, or the reason is empty.
        """
        rows = self._check_may(what)
        if text := read_text(self.env, note):
            return rows, text
        raise UserError(
            self.env._(
                "Type the reason: those who look at %s later will want to know.",
                self[:1].display_name,
            )
        )

    def _check_user(self, what):
        """Check that the user may do something with the queue.

        :param str what: as for ``_check_may``.
        :raise AccessError: when he may not.
        """
        user = self.env.user
        if not self.env.su and not user.has_group("synkd_connector.group_user"):
            raise AccessError(
                self.env._(
                    "You may look at what was posted to the books, but change nothing"
                    " there. Ask somebody of the books."
                )
            )
        manager = user.has_group("synkd_connector.group_manager")
        if not self.env.su and what == "write_books" and not manager:
            raise AccessError(
                self.env._(
                    "Only managers of the books may take back or accept what was"
                    " posted there. Ask one of them."
                )
            )

    def _cannot_message(self, verb):
        """Return the sentence about rows whose state does not allow something."""
        row = self[:1]
        return self.env._(
            "%(document)s cannot be %(verb)s, since its state is: %(state)s.",
            document=row.display_name,
            verb=verb,
            state=row._get_state_label(),
        )

    def _log_all(self, body):
        """Note something in the chatter of all these rows."""
        self._message_log_batch(bodies={row.id: body for row in self})

    def action_set_post_date(self, date):
        """Choose the date that documents get in the books, and decide them again.

        :param date: `datetime.date`, or text as RPC gives it; False: their own dates.
        :rtype: bool
        :raise UserError: when it is no date, or of another time, or none of them waits
            to be sent.
        """
        rows = self._check_may("read")
        chosen = read_date(self.env, date)
        waiting = rows.filtered(
            lambda row: row.sync_state in WAITING_STATES and not row.external_id
        )
        if not waiting:
            raise UserError(self._cannot_message(self.env._("given another date")))
        waiting.write({"post_date": chosen})
        self.env["synkd.decider"]._decide(waiting)
        return True

    # === NAMES OF BEFORE 19.0.2.0.0: kept for one version === #

    @api.deprecated("Since 19.0.2.0.0, use action_hold")
    def hold(self, note):
        """As ``action_hold`` with a reason."""
        return self.action_hold(note or "")

    @api.deprecated("Since 19.0.2.0.0, use action_exclude")
    def exclude(self, note):
        """As ``action_exclude`` with a reason."""
        return self.action_exclude(note or "")

    @api.deprecated("Since 19.0.2.0.0, use action_void")
    def void(self):
        """As ``action_void``."""
        return self.action_void()

    @api.deprecated("Since 19.0.2.0.0, use action_credit")
    def credit(self):
        """As ``action_credit``."""
        return self.action_credit()

    @api.deprecated("Since 19.0.2.0.0, use action_leave")
    def leave(self, note):
        """As ``action_leave`` with a reason."""
        return self.action_leave(note or "")

    @api.deprecated("Since 19.0.2.0.0, use action_set_post_date")
    def set_post_date(self, date):
        """As ``action_set_post_date``."""
        return self.action_set_post_date(date)
