# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# The four trading terms that accounting systems know, by the name the wire uses.
TERM_KINDS = {
    "days_after": "after_invoice",
    "day_of_current_month": "current_month",
    "days_end_of_month_on_the": "following_month",
    "days_after_end_of_month": "after_month_end",
}
# Kinds whose days are a day of the month.
DAYS_RANGE = {"current_month": (1, 31), "following_month": (1, 31)}


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    def _get_trading_term(self):
        """Translate a payment term into one of the four trading terms.

        :return: kind (a value of ``TERM_KINDS``) and days; ("", 0) for an empty term
            or one that the four kinds cannot express, such as instalments.
        :rtype: tuple[str, int]
        """
        line = self.line_ids
        if len(line) != 1 or line.value != "percent":
            return "", 0
        if line.delay_type == "days_end_of_month_on_the":
            return self._get_following_month_term(line)
        kind = TERM_KINDS.get(line.delay_type, "")
        return (kind, line.nb_days) if kind else ("", 0)

    def _get_following_month_term(self, line):
        """Return the term of a "days end of month on the" line.

        :rtype: tuple[str, int]
        """
        day = line.days_next_month or ""
        if line.nb_days or not day.isdigit() or not int(day):
            return "", 0
        return "following_month", int(day)

    @api.model
    def _find_trading_term(self, kind, days):
        """Return the payment term that says the same, made when there is none.

        Only terms that all companies share are looked at.

        :param str kind: a value of ``TERM_KINDS``, or "".
        :param int days: days, or day of the month.
        :return: empty when no payment term can say that.
        :rtype: recordset of `account.payment.term`
        """
        delay_type = next((k for k, v in TERM_KINDS.items() if v == kind), None)
        lowest, highest = DAYS_RANGE.get(kind, (0, 9999))
        if not delay_type or not lowest <= days <= highest:
            return self.browse()
        terms = self.search(
            [("line_ids.delay_type", "=", delay_type), ("company_id", "=", False)]
        )
        same = (t for t in terms if t._get_trading_term() == (kind, days))
        return next(same, None) or self._create_trading_term(delay_type, days)

    def _create_trading_term(self, delay_type, days):
        """Create the payment term of one trading term.

        :rtype: recordset of `account.payment.term`
        """
        labels = dict(
            self.env["account.payment.term.line"]
            ._fields["delay_type"]
            ._description_selection(self.env)
        )
        line = {"value": "percent", "value_amount": 100, "delay_type": delay_type}
        if delay_type == "days_end_of_month_on_the":
            line |= {"nb_days": 0, "days_next_month": str(days)}
        else:
            line["nb_days"] = days
        name = f"{labels[delay_type]}: {days}"
        return self.create({"name": name, "line_ids": [fields.Command.create(line)]})


class AccountPaymentTermLine(models.Model):
    _inherit = "account.payment.term.line"

    delay_type = fields.Selection(
        selection_add=[("day_of_current_month", "Day of the current month")],
        ondelete={"day_of_current_month": "set default"},
    )

    def _get_due_date(self, date_ref):
        """Override of `account` to add the day of the current month.

        A day that has passed already makes the invoice due on its own date.
        """
        self.ensure_one()
        if self.delay_type != "day_of_current_month":
            return super()._get_due_date(date_ref)
        date = fields.Date.to_date(date_ref) or fields.Date.today()
        return max(date, date + relativedelta(day=max(self.nb_days, 1)))
