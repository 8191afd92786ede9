# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date, format_datetime, plaintext2html

from ...door import check_one
from ...lib.odd import storable

READ_FIELDS = frozenset(
    ("postings_cursor", "postings_since", "postings_read", "postings_whole")
    + ("agreement_id", "agreement_open_id", "agreement_day")
)
ACTIVITY = "synkd_connector.mail_activity_agreement"
MOST_DAYS = 3660


class SynkdLedger(models.Model):
    """Whether both sides agree: when that is looked at, and how it was last."""

    _inherit = "synkd.ledger"

    agreement_nightly = fields.Boolean(
        string="Compare Every Night",
        tracking=True,
        help="The first run of each day reads what the books have of documents and"
        " money, and compares it with Odoo. A difference makes an activity for the"
        " responsible.",
    )
    agreement_days = fields.Integer(
        string="Days Listed",
        default=92,
        help="How far back an agreement lists what agrees. Differences are found"
        " however old they are.",
    )
    agreement_foreign = fields.Boolean(
        string="Others Write in These Books",
        help="On: documents that are in the books and unknown here are listed, but are"
        " no differences.",
    )
    agreement_id = fields.Many2one(
        "synkd.agreement", string="Last Agreement", readonly=True, copy=False
    )
    agreement_open_id = fields.Many2one("synkd.agreement", readonly=True, copy=False)
    agreement_day = fields.Date(readonly=True, copy=False)
    agreement_text = fields.Char(
        string="Agreement", compute="_compute_agreement", compute_sudo=True
    )
    agreement_count = fields.Integer(
        string="Differences", compute="_compute_agreement", compute_sudo=True
    )
    can_agree = fields.Boolean(compute="_compute_can_agree")
    postings_cursor = fields.Json(readonly=True, copy=False)
    postings_since = fields.Date(readonly=True, copy=False)
    postings_read = fields.Integer(readonly=True, copy=False)
    postings_whole = fields.Boolean(readonly=True, copy=False)

    @property
    def _engine_fields(self):
        """Override to add what only runs write."""
        return super()._engine_fields | READ_FIELDS

    # === COMPUTE METHODS === #

    @api.depends("connector")
    def _compute_can_agree(self):
        for ledger in self:
            ledger.can_agree = ledger._get_capabilities().documents

    @api.depends("agreement_id", "agreement_open_id")
    @api.depends_context("lang", "tz")
    def _compute_agreement(self):
        lines = self.env["synkd.agreement.line"]
        groups = lines._read_group(
            [("agreement_id", "in", self.agreement_id.ids), ("state", "=", "open")],
            ["ledger_id"],
            ["__count"],
        )
        counts = {ledger.id: count for ledger, count in groups}
        for ledger in self:
            ledger.agreement_count = counts.get(ledger.id, 0)
            ledger.agreement_text = ledger._describe_agreement()

    def _describe_agreement(self):
        """Return how both sides were last, in a few words; "" when nobody looked.

        :rtype: str
        """
        last = self.agreement_id
        if not last:
            return self.env._("Being compared") if self.agreement_open_id else ""
        moment = format_datetime(self.env, last.as_of, dt_format="short")
        if self.agreement_count or last.odd_count:
            return self.env._(
                "Differences as of %(moment)s: %(count)s",
                moment=moment,
                count=self.agreement_count + last.odd_count,
            )
        if last.date_to:
            return self.env._(
                "Agrees up to %(day)s, as of %(moment)s",
                day=format_date(self.env, last.date_to),
                moment=moment,
            )
        return self.env._("Agrees as of %s", moment)

    # === CONSTRAINT METHODS === #

    @api.constrains("agreement_nightly", "connector")
    def _check_agreement_nightly(self):
        for ledger in self.filtered("agreement_nightly"):
            if not ledger.can_agree:
                raise ValidationError(ledger._cannot_agree_message())

    @api.constrains("agreement_days")
    def _check_agreement_days(self):
        for ledger in self:
            if not 1 <= ledger.agreement_days <= MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "An agreement of ledger %(ledger)s lists 1 day or more, and"
                        " %(most)s at most. Type the number of days.",
                        ledger=ledger.name,
                        most=MOST_DAYS,
                    )
                )

    def _cannot_agree_message(self):
        """Return the sentence about books that do not tell what they have."""
        return self.env._(
            "The books of %s do not tell which documents they have, so both sides"
            " cannot be compared from here. Compare with a report of the books.",
            self.name,
        )

    # === ACTIONS === #

    def action_agree(self):
        """Open the dialog that asks for an agreement.

        :rtype: dict
        :raise UserError: when these books do not tell what they have.
        """
        check_one(self)
        self.check_access("write")
        if not self.can_agree:
            raise UserError(self._cannot_agree_message())
        return self.env["synkd.agreement.wizard"]._open(self)

    def action_view_agreement(self):
        """Open the last agreement, or the dialog that asks for the first.

        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        shown = self.agreement_id or self.agreement_open_id
        if not shown:
            return self.action_agree()
        shown.check_access("read")
        return shown._get_records_action()

    # === READING === #

    def _get_today(self):
        """Return the day that it is where the ledger is.

        :rtype: datetime.date
        """
        now = fields.Datetime.now().replace(tzinfo=UTC)
        return now.astimezone(ZoneInfo(self._get_zone())).date()

    def _is_agreement_due(self):
        """Whether the next run compares both sides: asked for, or a new day.

        :rtype: bool
        """
        if self.agreement_open_id:
            return True
        return self.agreement_nightly and self.agreement_day != self._get_today()

    def _begin_postings(self):
        """Begin to read what the books have, or go on with a read that was cut.

        Everything is read anew when there is nothing to go on from, when the books do
        not tell what they deleted, and when older documents went there meanwhile.
        """
        since = self._find_postings_since()
        if self.postings_cursor and (
            not self.postings_since or self.postings_since <= since
        ):
            return
        self.write(
            {
                "postings_cursor": {},
                "postings_since": since,
                "postings_read": self.postings_read + 1,
                "postings_whole": True,
            }
        )

    def _find_postings_since(self):
        """Return the first day of any document of this ledger, or of its posting.

        So what we posted is never older, whatever date it was given in the books.

        :rtype: datetime.date
        """
        self.env["synkd.transaction"].flush_model()
        query = SQL(
            """SELECT min(LEAST(date, post_date, books_date, posted_at::date))
                 FROM synkd_transaction
                WHERE ledger_id = %s AND external_id IS NOT NULL""",
            self.id,
        )
        first = self.env.execute_query(query)[0][0]
        days = [day for day in (first, self.start_date) if day]
        return min(days, default=fields.Date.to_date("1970-01-01"))

    def _take_postings(self, run, page):
        """Take one page over, and remember where the next one begins.

        :return: how many records could not be read.
        :rtype: int
        """
        odd = self.env["synkd.books.posting"]._take(run, page)
        self.env["synkd.engine"]._note_read(run, page)
        self.postings_cursor = storable(page.cursor)
        return odd

    def _find_untold(self):
        """Return what we posted that the whole read of now did not tell of, so far.

        Connectors whose books are asked by day call it after their last page, and ask
        for these by identity: who dates a document back there takes it out of the days
        that are asked for, and what counts as missing may be posted anew.

        :return: identities in the books, by kind; {} while only changes are read.
        :rtype: dict[str, list[str]]
        """
        if not self.postings_whole:
            return {}
        self.env["synkd.transaction"].flush_model()
        query = SQL(
            """WITH %(part)s,
               untold AS (
                SELECT part.row_id
                  FROM part
             LEFT JOIN synkd_books_posting p ON p.ledger_id = %(ledger)s
                   AND p.channel = part.channel AND p.external_id = part.key
                   AND p.read_number >= %(number)s
              GROUP BY part.row_id
                HAVING COUNT(p.id) = 0)
               SELECT kind, array_agg(key)
                 FROM (SELECT t.kind, part.key
                         FROM untold
                         JOIN part ON part.row_id = untold.row_id
                         JOIN synkd_transaction t ON t.id = part.row_id
                          AND t.ledger_id = %(ledger)s AND t.live
                        UNION
                       SELECT kind, external_id FROM synkd_books_posting
                        WHERE ledger_id = %(ledger)s AND own_key IS NOT NULL
                          AND NOT gone AND read_number < %(number)s) ours
             GROUP BY kind""",
            part=self.env["synkd.comparer"]._part_sql(self),
            ledger=self.id,
            number=self.postings_read,
        )
        return dict(self.env.execute_query(query))

    def _end_postings(self, odd):
        """End a read: what a whole one did not tell of is gone.

        :param bool odd: something could not be read, so that all is read next time.
        """
        if self.postings_whole and not odd:
            self.env["synkd.books.posting"]._end_whole(self)
        anew = odd or not self._get_capabilities().tells_deleted
        self.write(
            {
                "postings_whole": False,
                "postings_cursor": False if anew else self.postings_cursor,
            }
        )

    def _forget_books(self):
        """Override to forget what these books told of documents."""
        result = super()._forget_books()
        mine = [("ledger_id", "=", self.id)]
        self.env["synkd.books.posting"].search(mine).unlink()
        self.agreement_open_id.unlink()
        self.write(dict.fromkeys(READ_FIELDS, False))
        return result

    # === TELLING === #

    def _tell_agreement(self):
        """Give the responsible an activity when there are differences; else end it.

        One that ends at a day knows nothing of later ones: who asked looks at it.
        """
        self.invalidate_recordset(["agreement_text", "agreement_count"])
        if self.agreement_id.date_to:
            return
        self.activity_unlink([ACTIVITY])
        if not self.agreement_count and not self.agreement_id.odd_count:
            return
        user = self.user_id.filtered("active") or self.env.user
        theirs = self.with_context(lang=user.lang)
        self.activity_schedule(
            ACTIVITY,
            summary=theirs.env._("Odoo and the books differ"),
            note=plaintext2html(
                theirs.env._(
                    "%(text)s. Look at each under Invoicing > Books > Agreement: it"
                    " says why, and what puts it right.",
                    text=theirs.agreement_text,
                )
            ),
            user_id=user.id,
        )
