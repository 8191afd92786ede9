# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_amount, format_date
from odoo.tools.translate import LazyTranslate

from ...const import KINDS, SOURCES
from ...door import check_one, read_text
from .synkd_agreement import (
    AGREES,
    ARCHIVED,
    BALANCE,
    DIFFERS,
    EXCLUDED,
    MISSING,
    NOT_GONE,
    TWICE,
    UNKNOWN,
    UNQUEUED,
    VERDICTS,
    WAITING,
)

_lt = LazyTranslate(__name__)

STATES = [
    ("open", "To Do"),
    ("mended", "Being Put Right"),
    ("left", "Left As It Is"),
    ("fine", "Fine"),
]
SENTENCES = {
    MISSING: _lt(
        "%(document)s was posted to the books as %(number)s, but is not there any more:"
        " somebody voided or deleted it there. Post Anew asks the books once more, and"
        " sends it again if it is not there; Leave As It Is accepts that they do not"
        " have it."
    ),
    DIFFERS: _lt(
        "%(document)s is in the books as %(number)s, with other facts than here:"
        " %(facts)s. %(remedy)s"
    ),
    NOT_GONE: _lt(
        "%(document)s was taken back, but %(number)s still counts in the books:"
        " somebody restored it there. Void it there by hand, or leave it as it is. What"
        " was to be posted in its place is held back."
    ),
    TWICE: _lt(
        "%(number)s of the books carries the key of %(document)s, which is there"
        " under another identity: it was copied. Void one of them there by hand."
    ),
    UNKNOWN: _lt(
        "%(number)s of %(customer)s is in the books, and was not sent from here:"
        " somebody entered it there. If Odoo has it too, Link says which document it"
        " is, so that it is not sent as well. If not, enter it in Odoo and compare"
        " again, or leave it as it is."
    ),
    UNQUEUED: _lt(
        "%(number)s is posted in Odoo and dated in the ledger's time, but never"
        " entered the transaction queue: it was posted before the ledger was there."
        " Queue sends it; Leave As It Is keeps it out."
    ),
    BALANCE: _lt(
        "%(customer)s owes %(ours)s by Odoo, %(waiting)s of it on its way to the books,"
        " and %(theirs)s by the books; differences of the customer's documents that are"
        " listed explain %(explained)s. Look for what was entered on one side only, or"
        " before the ledger began."
    ),
    ARCHIVED: _lt(
        "Customer %(customer)s was archived, deleted or merged into another one in the"
        " books, but customers here are billed as it. Restore takes it out of the"
        " archive here and there; Merge bills them as the one that stands for it now."
    ),
    WAITING: _lt("On its way to the books: %(why)s"),
    EXCLUDED: _lt("It is not to be posted: %(why)s"),
    AGREES: _lt("Both sides say the same."),
}
# Missing is one of two postings that take each other back.
HALF = _lt(
    "%(document)s was posted to the books as %(number)s, but is not there any more. It"
    " and a credit took each other back there: what is left of the two counts alone"
    " now. Void that there by hand too, then leave this as it is."
)
REMEDIES = {
    "resolve": _lt(
        "Resolve voids or credits it there, so that it is posted as it is here; Leave"
        " As It Is accepts it."
    ),
    "take": _lt(
        "Take Over believes the books; Resolve voids or credits it there, so that it is"
        " posted as it is here."
    ),
    "draft": _lt(
        "Post it there again; or Resolve voids it there, so that it is posted as it is"
        " here; Leave As It Is accepts it."
    ),
    "credited": _lt(
        "It was credited there as it was posted, so what was changed there stays open."
        " Change it back there by hand, or leave it as it is."
    ),
    "paid": _lt(
        "Look at what is settled there, and correct the side that is wrong; Leave As It"
        " Is accepts it."
    ),
}
FACTS = {
    "number": _lt("number %(here)s here and %(there)s there"),
    "date": _lt("date %(here)s here and %(there)s there"),
    "currency": _lt("currency %(here)s here and %(there)s there"),
    "total": _lt("total %(here)s here and %(there)s there"),
    "tax": _lt("tax %(here)s here and %(there)s there"),
    "paid": _lt("settled %(here)s from here and %(there)s there"),
    "customer": _lt("customer %(here)s here and %(there)s there"),
    "draft": _lt("there it is a draft, which does not count"),
    "changed": _lt("it waits under Requires Attention"),
}
# What the books may be believed about without a document being another one here.
TAKEN = frozenset(("number", "date"))
# A difference that is alike in these is the same as before; of balances it is the
# amount by which they differ, whatever was sold meanwhile.
SAME = (
    *("verdict", "kind", "transaction_id", "posting_id", "res_model", "res_id"),
    *("account_customer_id", "facts", "books_tax", "books_date", "books_number"),
    *("books_customer", "gap"),
)
GAP = SQL(
    """CASE WHEN kind = 'balance' THEN round(books_total + paid - total - books_paid, 2)
            ::text ELSE concat_ws('/', total, paid, books_total, books_paid) END"""
)


class SynkdAgreementLine(models.Model):
    """What one document, payment or customer is on both sides, as it was compared.

    *open*: a difference that waits for a person. *mended*: a button puts it right; the
    next comparison says whether it did. *left*: accepted, as long as it stays the same.
    *fine*: no difference.
    """

    _name = "synkd.agreement.line"
    _description = "One Document on Both Sides"
    _inherit = ["synkd.fields.mixin"]
    _order = "agreement_id desc, date desc, id desc"
    _rec_name = "number"

    agreement_id = fields.Many2one(
        "synkd.agreement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", string="Site", readonly=True)
    company_currency_id = fields.Many2one(
        related="agreement_id.currency_id", string="Company Currency"
    )
    kind = fields.Selection(
        [
            *(pair for pair in KINDS if pair[0] != "allocation"),
            (BALANCE, "Balance"),
            (ARCHIVED, "Customer"),
        ],
        required=True,
        readonly=True,
    )
    verdict = fields.Selection(VERDICTS, required=True, readonly=True)
    facts = fields.Char(readonly=True, help="Names of what differs.")
    state = fields.Selection(STATES, required=True, readonly=True, default="fine")
    note = fields.Char(string="Reason Given", readonly=True)
    why = fields.Text(compute="_compute_why", compute_sudo=True)
    may_take = fields.Boolean(compute="_compute_may")
    may_resolve = fields.Boolean(compute="_compute_may")
    may_post_anew = fields.Boolean(compute="_compute_may")

    # Who it is
    transaction_id = fields.Many2one(
        "synkd.transaction",
        string="In the Queue",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    posting_id = fields.Many2one(
        "synkd.books.posting",
        string="There",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )
    account_customer_id = fields.Many2one(
        "synkd.account.customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    class_id = fields.Many2one(
        "synkd.customer.class", readonly=True, ondelete="set null"
    )
    source = fields.Selection(SOURCES, string="Source App", readonly=True)

    # What it says here
    date = fields.Date(readonly=True)
    number = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    total = fields.Monetary(readonly=True)
    tax = fields.Monetary(readonly=True)
    paid = fields.Monetary(string="Settled From Here", readonly=True)
    amount = fields.Monetary(
        string="In Odoo",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency; what lowers the customer's debt is negative.",
    )

    # And there
    books_date = fields.Date(string="Dated There", readonly=True)
    books_number = fields.Char(string="Number There", readonly=True)
    books_customer = fields.Char(string="Customer's Identity There", readonly=True)
    books_total = fields.Monetary(string="Total There", readonly=True)
    books_tax = fields.Monetary(string="Tax There", readonly=True)
    books_paid = fields.Monetary(string="Settled There", readonly=True)
    books_amount = fields.Monetary(
        string="In the Books", currency_field="company_currency_id", readonly=True
    )

    _open_idx = models.Index("(agreement_id) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("kind", "number", "books_number")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            name = line.number or line.account_customer_id.sudo().display_name
            line.display_name = f"{labels.get(line.kind, '')} {name or ''}".strip()

    @api.depends("verdict", "facts", "transaction_id.reason_text", "note")
    @api.depends_context("lang")
    def _compute_why(self):
        for line in self:
            is_half = line.verdict == MISSING and line._is_reversed()
            sentence = HALF if is_half else SENTENCES[line.verdict]
            line.why = line._in_words(sentence) % line._words()

    @api.depends("verdict", "facts", "state", "transaction_id.sync_state")
    def _compute_may(self):
        for line in self:
            line_sudo = line.sudo()
            line.may_take = line.verdict == DIFFERS and line._get_remedy() == "take"
            line.may_resolve = line_sudo._may_resolve()
            line.may_post_anew = line_sudo._may_post_anew()

    def _is_reversed(self):
        """Whether this is a posting that was credited in the books, or that credit.

        The document itself is in the books anew, as a row of its own.

        :rtype: bool
        """
        row = self.sudo().transaction_id
        return row.sync_state == "credited" or bool(row) and row.res_model == row._name

    def _in_words(self, lazy):
        """Return a sentence in the language of who reads it."""
        return lazy._translate(self.env.lang or "en_US")

    def _words(self):
        """Return what the sentences name.

        :rtype: dict
        """
        row = self.transaction_id
        customer = self.account_customer_id.display_name or self.posting_id.name
        return {
            "document": row.display_name or self.display_name,
            "number": self.books_number or row.books_number or self.number or "?",
            "customer": customer or self.env._("a customer unknown here"),
            "facts": ", ".join(self._describe_facts()),
            "remedy": self._in_words(REMEDIES[self._get_remedy()]),
            "why": row.reason_text or row._get_state_label(),
            "ours": self._money(self.total),
            "theirs": self._money(self.books_total),
            "waiting": self._money(self.paid),
            "explained": self._money(self.books_paid),
        }

    def _money(self, amount):
        """Return an amount as people read it."""
        return format_amount(self.env, amount, self.currency_id)

    def _get_facts(self):
        """Return the names of what differs.

        :rtype: set[str]
        """
        return set(filter(None, (self.facts or "").split(",")))

    def _get_remedy(self):
        """Return which way a document that differs is put right.

        :rtype: str
        """
        facts = self._get_facts()
        if self._is_reversed():
            return "credited"
        if "draft" in facts:
            return "draft"
        if facts and facts <= TAKEN:
            return "take"
        return "paid" if facts == {"paid"} else "resolve"

    def _describe_facts(self):
        """Return what differs, in words.

        :rtype: list[str]
        """
        row, number, day = self.transaction_id, self.books_number, self.books_date
        here = self._before(day, row.books_date, row.post_date, self.date)
        values = {
            "number": (self._before(number, row.books_number, self.number), number),
            "date": (format_date(self.env, here), format_date(self.env, day)),
            "currency": (self.currency_id.name, self.posting_id.currency or "?"),
            "customer": (
                self.account_customer_id.display_name,
                self._get_customer_there(),
            ),
            **{
                name: (self._money(self[name]), self._money(self[f"books_{name}"]))
                for name in ("total", "tax", "paid")
            },
        }
        told = []
        for name in (name for name in FACTS if name in self._get_facts()):
            ours, theirs = values.get(name, ("", ""))
            told.append(self._in_words(FACTS[name]) % {"here": ours, "there": theirs})
        return told

    def _before(self, there, *ours):
        """Return what was said here, also after it was taken over from the books.

        :param there: what the books say.
        :param ours: what may have been said here, the likeliest first.
        """
        return next((each for each in ours if each and each != there), ours[-1])

    def _get_customer_there(self):
        """Return the name of whose document it is in the books.

        :rtype: str
        """
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        mine = [("ledger_id", "=", self.ledger_id.id)]
        mine.append(("external_id", "=", self.books_customer))
        known = accounts.search(mine, limit=1)
        return known.display_name or self.posting_id.name or self.books_customer or "?"

    # === STATE === #

    def _set_left(self, note):
        """Accept differences: from *open*.

        :param str note: why.
        """
        moved = self.filtered(lambda line: line.state == "open")
        moved.write({"state": "left", "note": note})
        return moved

    @api.model
    def _set_left_again(self, agreement):
        """Let stay left what a person left as it is, while it is the same: *open*.

        :param recordset agreement: one `synkd.agreement`, new; one statement.
        """
        self.env.cr.execute(
            SQL(
                """WITH l AS (SELECT *, %(gap)s AS gap FROM synkd_agreement_line
                               WHERE ledger_id = %(ledger)s AND state <> 'fine'),
                alike AS (
                    SELECT array_agg(id) FILTER (
                               WHERE agreement_id = %(id)s AND state = 'open') AS ids,
                           (array_agg(note ORDER BY id DESC) FILTER (
                               WHERE agreement_id = ANY(%(before)s)
                                 AND state = 'left'))[1] AS note,
                           bool_or(agreement_id = ANY(%(before)s)
                               AND state = 'left') AS was_left
                      FROM l GROUP BY %(same)s)
                UPDATE synkd_agreement_line u SET state = 'left', note = alike.note
                  FROM alike, unnest(alike.ids) AS n (id)
                 WHERE alike.was_left AND u.id = n.id AND u.state = 'open'""",
                gap=GAP,
                ledger=agreement.ledger_id.id,
                before=agreement._get_before().ids,
                id=agreement.id,
                same=SQL(", ").join(SQL.identifier(name) for name in SAME),
            )
        )

    def _set_mended(self, note):
        """Say that something is under way that puts these right: from *open*.

        :param str note: what.
        """
        moved = self.filtered(lambda line: line.state == "open")
        moved.write({"state": "mended", "note": note})
        return moved

    def _set_fine(self):
        """End wishes that the books fulfilled themselves: from *mended*."""
        self.filtered(lambda line: line.state == "mended").write({"state": "fine"})

    # === ACTIONS === #

    def action_leave(self, note=None):
        """Accept differences, as long as they stay the same.

        :param str note: why; shown on the line. None opens the dialog that asks for it.
        :return: True, or the action that opens the dialog.
        :rtype: bool | dict
        :raise UserError: when the reason is empty, or nothing differs.
        """
        lines = self._check_may()
        if note is None:
            return self.env["synkd.agreement.leave.wizard"]._open(self)
        if not (text := read_text(self.env, note)):
            raise UserError(
                self.env._(
                    "Type the reason: those who look at %s later will want to know.",
                    self[:1].display_name,
                )
            )
        if not lines._set_left(text):
            raise UserError(self._cannot_message())
        return True

    def action_post_anew(self):
        """Ask the books once more, and send again what they do not have any more.

        They may have got it back since they were read: so the wish is written down,
        and the comparison that begins after it fulfils it (``_post_anew``).

        :return: the client action that shows the progress of that comparison.
        :rtype: dict
        :raise UserError: when none of these is missing there, or it moved meanwhile.
        """
        lines = self._check_may().filtered(lambda line: line._may_post_anew())
        if not lines:
            raise UserError(self._cannot_message())
        lines._set_mended(
            self.env._("The books are asked once more, then it is posted anew.")
        )
        runs = [agreement._ask_once_more() for agreement in lines.agreement_id]
        return runs[0]._get_watch_action()

    def _may_post_anew(self):
        """Whether this is a document or money of ours that the books do not have.

        :rtype: bool
        """
        row = self.transaction_id
        mine = row.live and row.external_id and not self._is_reversed()
        return bool(mine) and self.verdict == MISSING and self.state == "open"

    def _may_resolve(self):
        """Whether a person may say what becomes of what differs there.

        :rtype: bool
        """
        is_ours = self.transaction_id.live and not self._is_reversed()
        return is_ours and self.verdict == DIFFERS and self.state == "open"

    @api.model
    def _find_wished(self, agreement):
        """Return the lines of what people wished to be posted anew, not yet done.

        :param recordset agreement: one `synkd.agreement`, new.
        :rtype: recordset
        """
        return self.search(
            [
                ("agreement_id", "in", agreement._get_before().ids),
                *(("verdict", "=", MISSING), ("state", "=", "mended")),
                ("transaction_id.live", "=", True),
            ]
        )

    @api.model
    def _post_anew(self, agreement):
        """Send again what people wished, and a read that began later does not have.

        What was there counts as voided, so that it is decided and posted like new. Of
        what the books have after all, that is noted, and nothing is sent.

        :param recordset agreement: one `synkd.agreement`, new.
        """
        wished = self._find_wished(agreement)
        mine = [("agreement_id", "=", agreement.id)]
        mine.append(("transaction_id", "in", wished.transaction_id.ids))
        told = self.search(mine) if wished else self
        missing = told.filtered(lambda line: line._may_post_anew())
        back = (told - missing).transaction_id - missing.transaction_id
        back._log_all(self.env._("The books have it after all: it is not posted anew."))
        wished.filtered(lambda line: line.transaction_id in back)._set_fine()
        note = self.env._("Not in the books any more, so it is posted anew.")
        rows = missing.transaction_id
        rows._log_all(note)
        rows._set_voided()
        rows._enqueue_anew()
        missing._set_mended(note)

    def action_resolve(self):
        """Open the dialog that says what becomes of what differs there.

        :rtype: dict
        :raise UserError: when it differs no more, or is not here.
        """
        check_one(self)
        line = self._check_may()
        row = line.transaction_id
        if not line._may_resolve():
            raise UserError(self._cannot_message())
        if row.sync_state != "attention":
            row._set_changed(line.why, "altered")
        if row.sync_state != "attention":
            raise UserError(self._cannot_message())
        line._set_mended(self.env._("To be resolved under Requires Attention."))
        return row.with_env(self.env).action_resolve()

    def action_take_over(self):
        """Believe the books about number and date of documents.

        :rtype: bool
        :raise UserError: when more than that differs.
        """
        lines = self._check_may().filtered(
            lambda line: line.state == "open" and line.may_take
        )
        if not lines:
            raise UserError(self._cannot_message())
        note = self.env._("Taken over from the books.")
        for line in lines:
            line.transaction_id.write(
                {"books_number": line.books_number, "books_date": line.books_date}
            )
        lines.transaction_id._log_all(note)
        lines._set_mended(note)
        return True

    def action_queue(self):
        """Queue documents and payments that never entered the queue.

        :rtype: bool
        :raise UserError: when none of these is such a one.
        """
        lines = self._check_may().filtered(
            lambda line: line.verdict == UNQUEUED and line.state == "open"
        )
        if not lines:
            raise UserError(self._cannot_message())
        enqueuer = self.env["synkd.enqueuer"].sudo()
        for model, take in (
            ("account.move", enqueuer._enqueue_moves),
            ("account.payment", enqueuer._enqueue_payments),
        ):
            ids = lines.filtered(lambda line, m=model: line.res_model == m)
            take(self.env[model].sudo().browse(ids.mapped("res_id")).exists())
        lines._set_mended(self.env._("Queued."))
        for line in lines:
            line._hold_alike()
        return True

    def action_view_document(self):
        """Open the document, or the customer that it is about.

        :rtype: dict
        :raise UserError: when there is none here.
        """
        check_one(self)
        self.check_access("read")
        if self.transaction_id:
            return self.transaction_id.action_view_document()
        if self.res_id:
            return self.env[self.res_model].browse(self.res_id)._get_records_action()
        if self.account_customer_id:
            return self.account_customer_id._get_records_action()
        raise UserError(self._cannot_message())

    def action_view_customer_lines(self):
        """Open what was compared of the customer whose balance differs.

        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        action = self.agreement_id.action_view_lines()
        names = ("agreement_id", "account_customer_id")
        return action | {"domain": [(name, "=", self[name].id) for name in names]}

    # === CHECKS === #

    def _check_may(self):
        """Check that the user may put differences right: managers of the books.

        :return: the same lines as superuser.
        :raise AccessError: when he may not.
        :raise UserError: when none is chosen, or a newer comparison replaced them.
        """
        self.check_access("read")
        manager = self.env.user.has_group("synkd_connector.group_manager")
        if not self.env.su and not manager:
            raise AccessError(
                self.env._(
                    "Only managers of the books put differences right. Ask one of them."
                )
            )
        lines = self.sudo()
        old = lines.filtered(lambda line: not line.agreement_id.is_last)
        if lines and not old:
            return lines
        raise UserError(
            self.env._(
                "Both sides were compared again since. Look at the last agreement of"
                " ledger %s.",
                old[0].ledger_id.name,
            )
            if old
            else self.env._("Tick the differences in the list first.")
        )

    def _cannot_message(self):
        """Return the sentence about lines that a button does nothing for."""
        return self.env._(
            "This does not apply to %(document)s (%(verdict)s), or it was dealt with"
            " already. Its reason says what does.",
            document=self[:1].display_name,
            verdict=dict(self._fields["verdict"]._description_selection(self.env)).get(
                self[:1].verdict, ""
            ),
        )
