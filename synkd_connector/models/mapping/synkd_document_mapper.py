# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, fields, models

from ...lib.documents import (
    ACCOUNT,
    BANK,
    CURRENCY,
    VOID,
    AllocationData,
    CreditData,
    DifferenceData,
    DocumentData,
    PaymentData,
)
from ...lib.errors import RejectedError
from ...lib.lookup import RATE_DIGITS, fixed, number, short
from ...lib.obstacles import MOST_NAMED, Need


class SynkdDocumentMapper(models.AbstractModel):
    """Maps transactions to the neutral records of the contract.

    What a batch needs is looked up once, by `synkd.document.lookup`; the lines are
    mapped by `synkd.line.mapper`.
    """

    _name = "synkd.document.mapper"
    _description = "From Transactions to Neutral Records"

    @api.model
    def _in_house(self, company):
        """Return this in the language of a company: who looks changes nothing sent.

        :param recordset company: one `res.company`.
        """
        return self.with_context(lang=company.sudo().partner_id.lang)

    # === INVOICES AND CREDIT NOTES === #

    @api.model
    def _document_data(self, transaction, lookup):
        """Return an invoice or credit note; what is voided has no lines.

        :param recordset transaction: one `synkd.transaction`.
        :param Lookup lookup: what was looked up for it and others.
        :rtype: DocumentData
        :raise RejectedError: when something is not mapped, or does not add up.
        """
        if transaction.operation == VOID:
            return self._void_data(transaction, lookup)
        if transaction.opening_date:
            return self.env["synkd.opening.mapper"]._document_data(transaction, lookup)
        company = transaction.company_id
        move = transaction.move_id.with_env(self._in_house(company).env)
        move = move.with_company(company)
        included, lines = self.env["synkd.line.mapper"]._map_lines(move, lookup)
        places = move.currency_id.decimal_places
        return DocumentData(
            **self._common(transaction, lookup),
            due_date=self._get_due_date(transaction),
            rate=self._get_rate(transaction, lookup, move.invoice_currency_rate),
            tax_included=included,
            total=fixed(number(move.amount_total), places),
            tax=fixed(number(move.amount_tax), places),
            lines=lines,
            sub_account=self._get_sub_account(transaction),
        )

    def _get_sub_account(self, transaction):
        """Return the Sub Acc # of who is billed, where the books have a place for it.

        :rtype: str
        """
        if not transaction.ledger_id._get_capabilities().sub_accounts:
            return ""
        billed_sudo = transaction.move_id.sudo().commercial_partner_id
        return billed_sudo.sub_account_code or ""

    def _void_data(self, transaction, lookup):
        """Return what is voided; the document itself may have changed or be gone."""
        places = transaction.currency_id.decimal_places
        date = self._get_date(transaction)
        return DocumentData(
            **self._common(transaction, lookup),
            due_date=date,
            rate="1",
            tax_included=False,
            total=fixed(number(transaction.books_total or transaction.amount), places),
            tax=fixed(number(transaction.books_tax), places),
        )

    def _get_due_date(self, transaction):
        """Return the due date by the terms of the account customer, else the own one.

        Never before the document's date; a credit note is due on its date.
        """
        move, date = transaction.move_id, self._get_date(transaction)
        term = transaction.account_customer_id.sudo().payment_term_id
        if transaction.kind == "credit_note":
            return date
        if term:
            start = fields.Date.to_date(date)
            due = max(line._get_due_date(start) for line in term.line_ids)
        else:
            due = move.invoice_date_due
        return max(fields.Date.to_string(due) or date, date)

    # === PAYMENTS === #

    @api.model
    def _payment_data(self, transaction, lookup):
        """Return a payment or refund with all that it settles now.

        :param recordset transaction: one `synkd.transaction`.
        :param Lookup lookup: what was looked up for it and others.
        :rtype: PaymentData
        :raise RejectedError: when something is not mapped.
        """
        places = transaction.currency_id.decimal_places
        void = transaction.operation == VOID
        differences = () if void else self._get_differences(transaction, lookup)
        amount = number(transaction.amount)
        if not transaction.payment_id:
            # The amount of a bare entry is what the customer is credited with.
            amount -= sum(difference for _code, difference in differences)
        journals = self.env["account.journal"].sudo()
        journal = journals.browse(lookup.journals.get(transaction.id))
        account = "" if void else self._get_code(transaction, lookup, BANK, journal)
        return PaymentData(
            **self._common(transaction, lookup),
            rate=self._get_rate(
                transaction, lookup, self._get_payment_rate(transaction)
            ),
            amount=fixed(amount, places),
            account=account,
            allocations=() if void else self._get_allocations(transaction, lookup),
            differences=tuple(
                DifferenceData(code, fixed(difference, places))
                for code, difference in differences
            ),
            remark=self._get_remark(transaction, lookup),
        )

    def _get_remark(self, transaction, lookup):
        """Return what the bookkeeper should know of money that is credit there.

        :rtype: str
        """
        names = lookup.before.get(transaction.id)
        if not names or transaction.operation == VOID:
            return ""
        more = ["…"] if len(names) > MOST_NAMED else []
        house = self._in_house(transaction.company_id)
        return house.env._(
            "Settles %s, which the books did not get from Odoo.",
            ", ".join([*names[:MOST_NAMED], *more]),
        )

    def _get_payment_rate(self, transaction):
        """Return the units of the payment's currency for one of the company's."""
        company, currency = transaction.company_id, transaction.currency_id
        if currency == company.currency_id:
            return 1.0
        lines = transaction.move_id.line_ids.filtered(
            lambda line: line.currency_id == currency
        )
        balance = sum(abs(line.balance) for line in lines)
        if balance:
            return sum(abs(line.amount_currency) for line in lines) / balance
        return currency._get_conversion_rate(
            company.currency_id, currency, company, transaction.date
        )

    def _get_differences(self, transaction, lookup):
        """Return codes and amounts of what no money came for.

        :rtype: list[tuple[str, Decimal]]
        """
        sign = 1 if transaction.kind == "payment" else -1
        accounts = self.env["account.account"]
        return [
            (
                self._get_code(
                    transaction, lookup, ACCOUNT, accounts.browse(account_id)
                ),
                sign * amount,
            )
            for account_id, amount in lookup.differences.get(transaction.move_id.id, ())
        ]

    def _get_allocations(self, transaction, lookup):
        """Return what a payment settles, in the order of due dates.

        :rtype: tuple[AllocationData]
        """
        if transaction.move_id:
            pairs = lookup.settled.get(transaction.move_id.id, ())
        else:
            pairs = lookup.expected.get(transaction.payment_id.id, ())
        return self._as_allocations(transaction, lookup, pairs)

    def _as_allocations(self, transaction, lookup, pairs):
        """Return allocations to those documents that the books have or will have.

        What is to be voided over there has to be let go of before.
        """
        known = [move_id for _ledger_id, move_id in lookup.documents]
        moves = self.env["account.move"].sudo()
        found = []
        for move_id, amount, paid in pairs:
            key = transaction.ledger_id.id, move_id
            document = lookup.documents.get(key)
            if document and key not in lookup.leaving:
                currency = moves.browse(move_id).with_prefetch(known).currency_id
                text = fixed(number(amount), currency.decimal_places)
                data = AllocationData(*document, amount=text)
                if currency != transaction.currency_id:
                    data = self._in_two_currencies(transaction, data, currency, paid)
                found.append(data)
        return tuple(found)

    def _in_two_currencies(self, transaction, data, currency, paid):
        """Return an allocation to a document of another currency than the payment's.

        :param float paid: what it takes of the payment, in the payment's currency.
        """
        places = transaction.currency_id.decimal_places
        return replace(data, paid=fixed(number(paid), places), currency=currency.name)

    @api.model
    def _credit_data(self, transaction, lookup):
        """Return what a credit note settles now.

        :param recordset transaction: one `synkd.transaction`: an allocation.
        :param Lookup lookup: what was looked up for it and others.
        :rtype: CreditData
        """
        move = transaction.move_id
        key = transaction.ledger_id.id, move.id
        identity, books_number = lookup.documents.get(
            key, ("", transaction.number or "")
        )
        pairs = () if key in lookup.leaving else lookup.settled.get(move.id, ())
        return CreditData(
            external_id=transaction.external_id or "",
            number=books_number,
            document=identity,
            customer=transaction.account_customer_id.sudo().external_id or "",
            date=self._get_date(transaction),
            allocations=self._as_allocations(transaction, lookup, pairs),
        )

    # === PIECES === #

    def _common(self, transaction, lookup):
        """Return what documents and payments have in common.

        :rtype: dict
        """
        account_sudo = transaction.account_customer_id.sudo()
        return {
            "external_id": transaction.external_id or "",
            "operation": transaction.operation,
            "kind": transaction.kind,
            "number": transaction.number or "",
            "reference": transaction.reference or "",
            "customer": account_sudo.external_id or "",
            "customer_code": account_sudo.code or "",
            "date": self._get_date(transaction),
            "currency": self._get_currency(transaction, lookup),
        }

    def _get_date(self, transaction):
        """Return the date in the books, ISO 8601."""
        date = transaction.post_date or transaction.date
        return fields.Date.to_string(date) or ""

    def _get_currency(self, transaction, lookup):
        """Return the code of the currency over there; our own needs no mapping."""
        currency = transaction.currency_id
        mapped = lookup.codes.get(
            (transaction.ledger_id.id, CURRENCY, str(currency.id))
        )
        if mapped:
            return mapped[1]
        foreign = currency != transaction.company_id.currency_id
        if foreign and transaction.operation != VOID:
            return (
                self._get_code(transaction, lookup, CURRENCY, currency) or currency.name
            )
        return currency.name

    def _get_code(self, transaction, lookup, kind, record):
        """Return the code of one of ours; "" when the books keep no such list.

        :raise RejectedError: when it is not mapped.
        """
        ledger = transaction.ledger_id
        mapped = lookup.codes.get((ledger.id, kind, str(record.id)))
        if mapped:
            return mapped[1]
        if self.env["synkd.line.rule"]._is_kept(ledger, kind):
            need = Need(kind, str(record.id), record.display_name or "")
            raise RejectedError(" ".join(self.env["synkd.mapping"]._describe([need])))
        return ""

    def _get_rate(self, transaction, lookup, rate):
        """Return the rate it was booked at as text; "" where none is behind it."""
        return "" if transaction.id in lookup.rateless else self._as_rate(rate)

    def _as_rate(self, rate):
        """Return a rate as text."""
        return short(number(rate or 1.0), most=RATE_DIGITS)
