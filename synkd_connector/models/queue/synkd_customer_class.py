# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from calendar import monthrange
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Values that say where the documents of a class are posted, and as what.
POSTING_FIELDS = frozenset(
    ("posting", "generic_account_customer_id", "invoice_prefix", "batch_billing")
)


class SynkdCustomerClass(models.Model):
    """What becomes of waiting documents when their class changes, and batch billing."""

    _inherit = "synkd.customer.class"

    batch_billing = fields.Boolean(
        tracking=True,
        help="Documents of its customers wait under Batch Billing, and go to the books"
        " together: one bill for each account customer.",
    )
    batch_period = fields.Selection(
        [
            ("hand", "When Somebody Presses Bill Now"),
            ("week", "Each Week"),
            ("month", "Each Month"),
        ],
        string="Billed",
        default="month",
        tracking=True,
    )
    batch_day = fields.Integer(
        string="Day of the Month",
        default=1,
        tracking=True,
        help="1 to 31; in a shorter month its last day. What is dated before this day"
        " is billed.",
    )
    batch_weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        string="Day of the Week",
        default="0",
        tracking=True,
        help="What is dated before this day is billed.",
    )
    batch_next_date = fields.Date(
        string="Next Bills",
        compute="_compute_batch_next_date",
        store=True,
        readonly=False,
        help="The first run of the ledger on or after this day bills all that is dated"
        " before it.",
    )

    @api.depends("batch_billing", "batch_period", "batch_day", "batch_weekday")
    def _compute_batch_next_date(self):
        for customer_class in self:
            customer_class.batch_next_date = customer_class._get_batch_date(
                fields.Date.context_today(self)
            )

    @api.constrains("batch_day")
    def _check_batch_day(self):
        if wrong := self.filtered(lambda each: not 1 <= each.batch_day <= 31):
            raise ValidationError(
                self.env._(
                    "Class %(name)s is to be billed on day %(day)s of the month. Type a"
                    " day from 1 to 31.",
                    name=wrong[0].name,
                    day=wrong[0].batch_day,
                )
            )

    def _get_batch_date(self, day):
        """Return the first billing day after a day, or False when people bill by hand.

        :param datetime.date day: not billed on this one.
        :rtype: datetime.date | bool
        """
        if not self.batch_billing or self.batch_period == "hand":
            return False
        found = day + timedelta(days=1)
        while not self._is_batch_day(found):
            found += timedelta(days=1)
        return found

    def _is_batch_day(self, day):
        """Whether bills are made on a day.

        :rtype: bool
        """
        if self.batch_period == "week":
            return day.weekday() == int(self.batch_weekday or 0)
        last = monthrange(day.year, day.month)[1]
        return day.day == min(self.batch_day, last)

    def action_bill(self):
        """Open the dialog that bills what waits of these classes.

        :rtype: dict
        """
        self.env["synkd.transaction"]._check_user("read")
        return self.env["synkd.batch.wizard"]._open(self)

    @api.onchange("posting")
    def _onchange_posting_warn(self):
        """Say how many waiting documents a change of the posting touches."""
        count = self._origin.account_customer_count
        if not count or self._origin.posting == self.posting:
            return None
        return {
            "warning": {
                "title": self.env._("This changes how documents are posted"),
                "message": self.env._(
                    "%(count)s account customers are of class %(name)s. Their waiting"
                    " documents (%(waiting)s) will be decided again when you save.",
                    count=count,
                    name=self._origin.name,
                    waiting=self._origin._count_waiting(),
                ),
            }
        }

    def _count_waiting(self):
        """Return how many documents wait whose account customers are of this class.

        :rtype: int
        """
        domain = [("class_id", "in", self.ids)]
        return self.env["synkd.transaction"]._count_waiting(domain)

    def write(self, vals):
        """Override to decide the documents again that wait in these classes."""
        result = super().write(vals)
        if POSTING_FIELDS & vals.keys():
            domain = [("class_id", "in", self.ids)]
            self.env["synkd.transaction"]._redecide(domain)
        return result
