# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ...lib.documents import TAX, DocumentData, LineData
from ...lib.errors import RejectedError
from ...lib.lookup import fixed, number
from ...lib.obstacles import Need


class SynkdOpeningMapper(models.AbstractModel):
    """Maps opening documents: one line for what was open, without tax."""

    _name = "synkd.opening.mapper"
    _description = "From Opening Documents to Neutral Records"

    @api.model
    def _document_data(self, transaction, lookup):
        """Return what was open of a document when the ledger began.

        :param recordset transaction: one `synkd.transaction` with an opening date.
        :param Lookup lookup: what was looked up for it.
        :rtype: DocumentData
        :raise RejectedError: when account or tax are not chosen.
        """
        mapper = self.env["synkd.document.mapper"]
        places = transaction.currency_id.decimal_places
        amount = fixed(number(transaction.amount), places)
        date = mapper._get_date(transaction)
        due = fields.Date.to_string(transaction.move_id.invoice_date_due) or date
        rate = 1.0
        if transaction.currency_id != transaction.company_currency_id:
            rate = transaction.amount / (abs(transaction.amount_company) or 1.0)
        return DocumentData(
            **mapper._common(transaction, lookup),
            due_date=max(due, date),
            rate=mapper._as_rate(rate),
            tax_included=False,
            total=amount,
            tax=fixed(number(0), places),
            lines=(self._get_line(transaction, lookup, amount),),
        )

    def _get_line(self, transaction, lookup, amount):
        """Return the one line, which says what it stands for.

        :rtype: LineData
        """
        mapper = self.env["synkd.document.mapper"]._in_house(transaction.company_id)
        ledger, env = transaction.ledger_id, mapper.env
        move = transaction.move_id.with_env(env)
        description = env._(
            "Opening balance on %(day)s of %(document)s, dated %(date)s, over"
            " %(total)s",
            day=format_date(env, transaction.opening_date),
            document=move.name,
            date=format_date(env, transaction.date),
            total=move.currency_id.format(move.amount_total),
        )
        return LineData(
            description=description,
            quantity="1",
            price=amount,
            discount="0.00",
            net=amount,
            tax=fixed(number(0), transaction.currency_id.decimal_places),
            account=self._get_account(ledger),
            tax_code=self._get_tax_code(ledger, lookup),
        )

    def _get_account(self, ledger):
        """Return the code of the opening account.

        :raise RejectedError: when none was chosen.
        """
        item_sudo = ledger.sudo().opening_item_id
        if not item_sudo and "account" in ledger._get_capabilities().lists:
            raise RejectedError(
                self.env._(
                    "Ledger %s has no account for opening documents. Choose it with"
                    " Go-Live on the ledger, then press Retry.",
                    ledger.name,
                )
            )
        return item_sudo.code or ""

    def _get_tax_code(self, ledger, lookup):
        """Return the code of what bears no tax; "" when the books keep no taxes.

        :raise RejectedError: when it is not mapped.
        """
        mapped = lookup.codes.get((ledger.id, TAX, ""))
        if mapped:
            return mapped[1]
        if self.env["synkd.line.rule"]._is_kept(ledger, TAX):
            need = Need(TAX, "", self.env._("No tax"))
            raise RejectedError(" ".join(self.env["synkd.mapping"]._describe([need])))
        return ""
