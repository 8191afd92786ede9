# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ...lib.documents import VOID, AllocationData, DocumentData, LineData
from ...lib.errors import RejectedError
from ...lib.lookup import fixed, number
from ...lib.obstacles import Posting

NOTHING = Decimal()


class SynkdDocumentMapper(models.AbstractModel):
    """Maps summaries: one line for each item, account and tax of the books."""

    _inherit = "synkd.document.mapper"

    def _document_data(self, transaction, lookup):
        """Override: a summary adds up what Odoo booked of its sales.

        The books would round the tax of the whole anew; net and tax are said for each
        line instead, so that both sides have the same to the cent.
        """
        summary = transaction.summary_id
        if not summary or transaction.operation == VOID:
            return super()._document_data(transaction, lookup)
        places = transaction.currency_id.decimal_places
        sign = -1 if transaction.kind == "credit_note" else 1
        date = self._get_date(transaction)
        return DocumentData(
            **self._common(transaction, lookup),
            due_date=date,
            rate=self._get_rate(transaction, lookup, self._get_day_rate(summary)),
            tax_included=False,
            total=fixed(number(summary.total * sign), places),
            tax=fixed(number(summary.tax * sign), places),
            lines=tuple(self._summary_lines(summary, lookup, sign, places)),
        )

    def _get_day_rate(self, summary):
        """Return the units of a summary's currency for one of the company's."""
        company = summary.company_id
        return summary.currency_id._get_conversion_rate(
            company.currency_id, summary.currency_id, company, summary.date
        )

    def _summary_lines(self, summary, lookup, sign, places):
        """Yield a line for each target and tax in the books, in a fixed order.

        :raise RejectedError: when a line cannot be posted.
        """
        house, sums = self._in_house(summary.company_id), {}
        for line in summary.line_ids.sorted("id"):
            posting = lookup.summary_postings.get(line.id, Posting(invalid=True))
            self._check_posting(line, posting)
            # Without a target of the books the product tells itself.
            named = "" if posting.item or posting.account else line.name
            key = (posting.item, posting.account, posting.tax_code, named)
            name, net, tax = sums.get(key, (line.name, NOTHING, NOTHING))
            shared = name if name == line.name else ""
            sums[key] = (shared, net + number(line.net), tax + number(line.tax))
        for (item, account, tax_code, _named), (name, net, tax) in sums.items():
            if not (net or tax):
                continue
            text = fixed(net * sign, places)
            yield LineData(
                description=name or house.env._("Sales of %s", summary.name),
                quantity="1",
                price=text,
                discount="0.00",
                net=text,
                tax=fixed(tax * sign, places),
                item=item,
                account=account,
                tax_code=tax_code,
            )

    def _check_posting(self, line, posting):
        """Refuse a line that the books have no place for.

        :raise RejectedError: says what to choose.
        """
        if posting.invalid:
            raise RejectedError(
                self.env._(
                    "%s has no product class that posts it. Choose one on the product"
                    " or on its category.",
                    line.name,
                )
            )
        if posting.needs:
            sentences = self.env["synkd.mapping"]._describe(posting.needs)
            raise RejectedError(" ".join(sentences))

    def _get_payment_rate(self, transaction):
        """Override: the money of a summary is worth what its sales are."""
        if transaction.summary_id:
            return self._get_day_rate(transaction.summary_id)
        return super()._get_payment_rate(transaction)

    def _get_allocations(self, transaction, lookup):
        """Override: the money of a summary settles it, in turn, up to its total."""
        summary = transaction.summary_id
        if not summary:
            return super()._get_allocations(transaction, lookup)
        key = transaction.ledger_id.id, summary.id
        settles = "invoice" if transaction.kind == "payment" else "credit_note"
        if key not in lookup.summaries or summary._get_kind() != settles:
            return ()
        left = abs(number(summary.total))
        for money in summary.money_ids.sorted("id"):
            if money._get_kind() != transaction.kind:
                continue
            part = min(left, abs(number(money.amount)))
            left -= part
            if money.id == transaction.res_id and part:
                text = fixed(part, transaction.currency_id.decimal_places)
                return (AllocationData(*lookup.summaries[key], amount=text),)
        return ()
