# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import check_one

# What a line says about one document; the first ones are differences.
MISSING, NOT_GONE, DIFFERS, TWICE = "missing", "not_gone", "differs", "twice"
UNKNOWN, UNQUEUED, BALANCE, ARCHIVED = "unknown", "unqueued", "balance", "archived"
AGREES, WAITING, EXCLUDED = "agrees", "waiting", "excluded"
VERDICTS = [
    (MISSING, "Not in the Books Any More"),
    (DIFFERS, "Differs"),
    (NOT_GONE, "Taken Back, but Still There"),
    (TWICE, "Twice in the Books"),
    (UNQUEUED, "Never Queued"),
    (UNKNOWN, "Only in the Books"),
    (BALANCE, "Balance Differs"),
    (ARCHIVED, "Customer Archived There"),
    (WAITING, "On Its Way"),
    (EXCLUDED, "Not to Be Posted"),
    (AGREES, "Agrees"),
]
DIFFERENCES = (MISSING, DIFFERS, NOT_GONE, TWICE, UNQUEUED, UNKNOWN, BALANCE, ARCHIVED)


class SynkdAgreement(models.Model):
    """Whether Odoo and the books of one ledger agree, as of one moment.

    *waiting*: asked for; a run reads what the books have, and compares
    (`synkd.comparer`) in one transaction. *done*: the result, kept. What was read in
    part only says nothing, so there is nothing between the two. What agrees is listed
    in the last one only; the sums and differences of earlier ones stay.
    """

    _name = "synkd.agreement"
    _description = "Agreement of Both Sides"
    _inherit = ["synkd.fields.mixin"]
    _order = "id desc"

    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("waiting", "Being Compared"), ("done", "Compared")],
        default="waiting",
        required=True,
        readonly=True,
    )
    date_from = fields.Date(
        string="From",
        readonly=True,
        required=True,
        help="What agrees and is dated earlier is not listed.",
    )
    date_to = fields.Date(
        string="To",
        readonly=True,
        help="What is dated later is neither listed nor compared. Empty: no end.",
    )
    as_of = fields.Datetime(
        readonly=True, help="When the read of the books began that this tells of."
    )
    odd_count = fields.Integer(
        string="Not Readable",
        readonly=True,
        help="Records of the books that make no sense to us: the run names them.",
    )
    document_count = fields.Integer(string="Compared", readonly=True)
    amount = fields.Monetary(
        string="In Odoo",
        readonly=True,
        help="Documents less credit notes and payments, in the company's currency.",
    )
    books_amount = fields.Monetary(string="In the Books", readonly=True)
    waiting_count = fields.Integer(string="On Its Way", readonly=True)
    waiting_amount = fields.Monetary(string="Amount on Its Way", readonly=True)
    balance = fields.Monetary(
        string="Customers Owe in Odoo",
        readonly=True,
        help="Of customers with an account of their own in the books.",
    )
    books_balance = fields.Monetary(string="Customers Owe There", readonly=True)
    line_ids = fields.One2many("synkd.agreement.line", "agreement_id", readonly=True)
    open_ids = fields.One2many(
        "synkd.agreement.line",
        "agreement_id",
        string="Differences",
        domain=[("state", "in", ("open", "left", "mended"))],
        readonly=True,
    )
    difference_count = fields.Integer(
        string="To Do", compute="_compute_difference_count", compute_sudo=True
    )
    is_last = fields.Boolean(compute="_compute_is_last", compute_sudo=True)

    _open_uniq = models.UniqueIndex(
        "(ledger_id) WHERE state = 'waiting'",
        "Both sides of this ledger are being compared already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("ledger_id", "as_of")
    def _compute_display_name(self):
        for agreement in self:
            day = fields.Date.to_string(agreement.as_of or agreement.create_date) or ""
            agreement.display_name = f"{agreement.ledger_id.sudo().name} {day}".strip()

    @api.depends("line_ids.state")
    def _compute_difference_count(self):
        groups = self.env["synkd.agreement.line"]._read_group(
            [("agreement_id", "in", self.ids), ("state", "=", "open")],
            ["agreement_id"],
            ["__count"],
        )
        counts = {agreement.id: count for agreement, count in groups}
        for agreement in self:
            agreement.difference_count = counts.get(agreement.id, 0)

    @api.depends("ledger_id.agreement_id")
    def _compute_is_last(self):
        for agreement in self:
            agreement.is_last = agreement.ledger_id.agreement_id == agreement

    # === ASKING FOR ONE === #

    @api.model
    def _ask(self, ledger, date_from=None, date_to=None):
        """Return the agreement that waits for a run, or write one down.

        :param recordset ledger: one `synkd.ledger`, as superuser.
        :param datetime.date date_from: first day of what is listed; None: as the
            ledger says.
        :param datetime.date date_to: last day of what is compared; None: no end.
        """
        first = ledger._get_today() - timedelta(days=ledger.agreement_days)
        period = {"date_from": date_from or first, "date_to": date_to or False}
        if waiting := ledger.agreement_open_id:
            if date_from or date_to:
                waiting.write(period)
            return waiting
        waiting = self.create({"ledger_id": ledger.id, **period})
        ledger.agreement_open_id = waiting
        return waiting

    def _get_before(self):
        """Return the earlier agreements whose lines speak for today.

        That is the last one, and when that one ended at a day, those before it back to
        one that did not: it knows nothing of what is dated later.

        :rtype: recordset
        """
        done = [("ledger_id", "=", self.ledger_id.id), ("state", "=", "done")]
        done.append(("id", "<", self.id))
        whole = self.search([*done, ("date_to", "=", False)], limit=1)
        return self.search([*done, ("id", ">=", whole.id or 0)])

    def _ask_once_more(self):
        """Ask for another one, up to now, that begins to read after this transaction.

        It writes to the one that waits, so that no run begins with that meanwhile.

        :return: the `synkd.run` that is to make it.
        :raise UserError: when the books are being read already.
        """
        ledger = self.ledger_id
        if ledger.agreement_open_id.as_of:
            raise UserError(
                self.env._(
                    "Both sides of %s are being compared just now. Wait until that has"
                    " ended, then look at what it says.",
                    ledger.name,
                )
            )
        self._ask(ledger, self.date_from)
        wish = {"content": "agreement", "requested_by_id": self.env.uid}
        return ledger._request_run(wish)

    # === STATE === #

    def _set_done(self, values):
        """End one that was *waiting*: its lines are there, and what it says counts.

        What agrees is listed in this one only from now on.

        :param dict values: of its sums.
        """
        if self.state != "waiting":
            return
        ledger = self.ledger_id
        # One that leaves out the end of the time stands for no day.
        day = ledger.agreement_day if self.date_to else ledger._get_today()
        self.write(values | {"state": "done"})
        ledger.write(
            {
                "agreement_id": self.id,
                "agreement_open_id": False,
                "agreement_day": day,
            }
        )
        self.env["synkd.comparer"]._drop_earlier(self)
        ledger._tell_agreement()

    # === ACTIONS === #

    def action_view_lines(self):
        """Open all that was compared, to group and sum up.

        :rtype: dict
        """
        return self._view_lines({"search_default_documents": 1})

    def action_view_open(self):
        """Open the differences that nobody dealt with yet.

        :rtype: dict
        """
        return self._view_lines({"search_default_open": 1})

    def action_view_waiting(self):
        """Open what is on its way to the books.

        :rtype: dict
        """
        return self._view_lines({"search_default_waiting": 1})

    def _view_lines(self, context):
        """Return the window of lines, narrowed to this agreement.

        Its address names the agreement, so that the browser's *back* finds the same.
        """
        check_one(self)
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_agreement_line_action"
        )
        action["context"] = {
            "active_model": self._name,
            "active_id": self.id,
            "active_ids": self.ids,
            **context,
        }
        return action

    def action_view_last(self):
        """Open the last agreement of the ledger, which says what is so now.

        :rtype: dict
        """
        check_one(self)
        return self.ledger_id.action_view_agreement()

    def action_again(self):
        """Ask for the same comparison once more.

        :rtype: dict
        """
        check_one(self)
        return self.ledger_id.action_agree()

    @api.autovacuum
    def _gc_agreements(self):
        """Remove those that are older than their ledger keeps runs, but the last."""
        ledgers = self.env["synkd.ledger"].with_context(active_test=False)
        compared = ["|", ("agreement_id", "!=", False)]
        last = ledgers.search([*compared, ("agreement_open_id", "!=", False)])
        kept = (last.agreement_id | last.agreement_open_id).ids
        return self.env["synkd.ledger"]._vacuum(self._name, [("id", "not in", kept)])
