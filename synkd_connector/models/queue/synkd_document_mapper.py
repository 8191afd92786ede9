# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import fields, models
from odoo.tools import format_date

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
        if transaction.operation == VOID:
            return super()._document_data(transaction, lookup)
        if transaction._is_bill():
            return self._bill_data(transaction, lookup)
        if not summary:
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
        company, day = summary.company_id, summary._get_rate_date()
        return summary.currency_id._get_conversion_rate(
            company.currency_id, summary.currency_id, company, day
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
        # Of an even exchange all lines come to nothing; a document has one at least.
        is_even = not any(net or tax for _name, net, tax in sums.values())
        for (item, account, tax_code, _named), (name, net, tax) in sums.items():
            if not (net or tax or is_even):
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

    # === BILLS OF SEVERAL DOCUMENTS === #

    def _bill_data(self, transaction, lookup):
        """Return a bill: a line for each member, item, account and tax of the books.

        Net and tax are added up as Odoo booked them, document by document.

        :rtype: DocumentData
        :raise RejectedError: when a member cannot be posted; says which.
        """
        bill, places = transaction._get_bill(), transaction.currency_id.decimal_places
        total = tax = NOTHING
        lines = []
        for members in bill._iter_members():
            found = members._look_up()
            for member in members:
                data = self._member_data(member, found)
                sign = 1 if member.kind == transaction.kind else -1
                total += sign * Decimal(data.total)
                tax += sign * Decimal(data.tax)
                lines += self._bill_lines(member, data, sign, places)
        return DocumentData(
            **self._common(transaction, lookup),
            due_date=fields.Date.to_string(bill.date_due),
            rate=self._get_rate(transaction, lookup, self._get_bill_rate(transaction)),
            tax_included=False,
            total=fixed(total, places),
            tax=fixed(tax, places),
            lines=tuple(lines),
        )

    def _member_data(self, member, lookup):
        """Return a member of a bill as it would be posted by itself.

        :raise RejectedError: names the member.
        """
        try:
            return self._document_data(member, lookup)
        except RejectedError as error:
            raise RejectedError(f"{member.number}: {error}") from error

    def _bill_lines(self, member, data, sign, places):
        """Yield the lines of one member: one for each target and tax in the books."""
        sums = {}
        for line in data.lines:
            # Without a target of the books the line tells itself.
            named = "" if line.item or line.account else line.description
            key = line.item, line.account, line.tax_code, named
            net, tax = sums.get(key, (NOTHING, NOTHING))
            sums[key] = net + Decimal(line.net), tax + Decimal(line.tax)
        title = self._describe_member(member)
        for (item, account, tax_code, named), (net, tax) in sums.items():
            text = fixed(net * sign, places)
            yield LineData(
                description=f"{title}: {named}" if named else title,
                quantity="1",
                price=text,
                discount="0.00",
                net=text,
                tax=fixed(tax * sign, places),
                item=item,
                account=account,
                tax_code=tax_code,
            )

    def _describe_member(self, member):
        """Return number, date and customer of a member, in the company's language."""
        language = member.company_id.sudo().partner_id.lang
        date = format_date(self.env, member.date, lang_code=language)
        who = member.partner_id.display_name or member.reference
        return ", ".join(filter(None, (member.number, date, who)))

    def _get_bill_rate(self, transaction):
        """Return the rate at which a bill is worth what its members were booked at."""
        own = transaction.company_id.currency_id
        if transaction.currency_id == own:
            return 1.0
        if transaction.amount and transaction.amount_company:
            return transaction.amount / abs(transaction.amount_company)
        return transaction.currency_id._get_conversion_rate(
            own, transaction.currency_id, transaction.company_id, transaction.date
        )

    # === MONEY === #

    def _as_allocations(self, transaction, lookup, pairs):
        """Override: documents that were billed together are settled together.

        A bill owes what its credit notes leave of it: more than that is not settled,
        and stays on the customer's account.
        """
        joined = {}
        for move_id, amount, paid in pairs:
            bill = lookup.billed.get((transaction.ledger_id.id, move_id))
            key = bill.move_id if bill else move_id
            _bill, *sums = joined.get(key, (bill, 0, 0))
            joined[key] = (bill, sums[0] + amount, sums[1] + (paid or 0))
        return super()._as_allocations(
            transaction,
            lookup,
            [
                (move_id, part, paid * part / amount if amount else paid)
                for move_id, (bill, amount, paid) in joined.items()
                if (part := self._get_part(transaction, lookup, bill, amount))
            ],
        )

    def _get_part(self, transaction, lookup, bill, amount):
        """Return how much of an amount a bill has left for who settles it.

        :param Bill bill: None for a document by itself.
        :param float amount: in the currency of the bill.
        :rtype: float
        """
        if not bill:
            return amount
        settles = "credit_note" if transaction.kind == "refund" else "invoice"
        if bill.kind != settles:
            return 0
        mine = transaction.move_id.id or float("inf")
        left = bill.total - sum(
            part for move_id, part in lookup.earlier.get(bill.id, ()) if move_id < mine
        )
        return float(max(min(number(amount), left), NOTHING))

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
