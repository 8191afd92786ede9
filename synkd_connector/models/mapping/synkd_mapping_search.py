# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.documents import ACCOUNT, BANK, CURRENCY, TAX


class SynkdMappingSearch(models.AbstractModel):
    """Finds what of ours is in use and so wants a row of the mapping."""

    _name = "synkd.mapping.search"
    _description = "Search for What Is to Be Mapped"

    @api.model
    def _find_used(self, ledger):
        """Return what the documents and payments of the last year use in the companies
        of a ledger, as far as its books keep lists of that kind.

        :param recordset ledger: one `synkd.ledger`.
        :return: tuples of kind and key, see ``synkd.mapping``.
        :rtype: set[tuple[str, str]]
        """
        finders = {
            TAX: self._find_taxes,
            ACCOUNT: self._find_accounts,
            BANK: self._find_journals,
            CURRENCY: self._find_currencies,
        }
        return self._find(ledger, finders)

    @api.model
    def _find_possible(self, ledger):
        """Return what a document to come may use, also when none did yet.

        :param recordset ledger: one `synkd.ledger`.
        :return: tuples of kind and key, see ``synkd.mapping``.
        :rtype: set[tuple[str, str]]
        """
        finders = {
            TAX: self._find_all_taxes,
            ACCOUNT: self._find_all_accounts,
            BANK: self._find_all_journals,
            CURRENCY: self._find_all_currencies,
        }
        return self._find(ledger, finders)

    def _find(self, ledger, finders):
        """Return kinds and keys of finders, of the kinds that the books keep."""
        companies = ledger._get_companies()
        rules = self.env["synkd.line.rule"]
        return {
            (kind, key)
            for kind, finder in finders.items()
            if rules._is_kept(ledger, kind)
            for key in finder(companies)
        }

    def _find_all_taxes(self, companies):
        """Return the sales taxes, and no tax."""
        domain = self._shared(self.env["account.tax"], companies) & Domain(
            [("type_tax_use", "=", "sale"), ("active", "=", True)]
        )
        return {"", *(str(tax.id) for tax in self.env["account.tax"].search(domain))}

    def _find_taxes(self, companies):
        """Return the taxes of lines, and their combinations."""
        return self._query_lines(
            companies,
            SQL(
                """
                COALESCE((SELECT string_agg(tax.account_tax_id::text, ','
                                            ORDER BY tax.account_tax_id)
                            FROM account_move_line_account_tax_rel tax
                           WHERE tax.account_move_line_id = line.id), '')
                """
            ),
            ("product", "rounding", "epd"),
        )

    def _find_accounts(self, companies):
        """Return the accounts of lines.

        Products that become items need no account; which these are depends on their
        classes, so the accounts of all lines are offered.
        """
        return self._query_lines(
            companies,
            SQL("line.account_id::text"),
            ("product", "rounding", "epd"),
        )

    def _find_all_accounts(self, companies):
        """Return the accounts of rounding, and of discounts for early payment."""
        domain = [("profit_account_id.company_ids", "in", companies.ids)]
        rounding = self.env["account.cash.rounding"].search(domain)
        accounts = rounding.profit_account_id | rounding.loss_account_id
        for company in companies:
            accounts |= company.account_journal_early_pay_discount_loss_account_id
        mine = accounts.filtered(lambda account: account.company_ids & companies)
        return {str(id_) for id_ in mine.ids}

    def _find_all_journals(self, companies):
        """Return the bank, cash and card journals."""
        mine = Domain("company_id", "in", companies.ids)
        domain = mine & Domain("type", "in", ("bank", "cash", "credit"))
        return {str(id_) for id_ in self.env["account.journal"].search(domain).ids}

    def _find_journals(self, companies):
        """Return the journals of customers' payments, and those of other entries that
        settle documents and wait for it in the queue."""
        ids = {*self._group_payments(companies, "journal_id").ids}
        ids |= self._find_money_journals(companies)
        return {str(id_) for id_ in ids if id_}

    def _find_money_journals(self, companies):
        """Return the ids of journals of entries that settle documents.

        This method serves as a hook for the queue, which knows them.
        """
        return set()

    def _group_payments(self, companies, name):
        """Return the different records of one field on customers' payments."""
        domain = self._recent(companies) & Domain("partner_type", "=", "customer")
        domain &= Domain("state", "in", ("in_process", "paid"))
        payments = self.env["account.payment"]
        groups = payments._read_group(domain, [name])
        return payments[name].union(*(record for (record,) in groups))

    def _recent(self, companies):
        """Return the domain of what companies did in the last year."""
        return Domain("company_id", "in", companies.ids) & Domain("date", ">", "-366d")

    def _find_currencies(self, companies):
        """Return the currencies of documents and payments but for the company's."""
        domain = self._recent(companies) & Domain("state", "=", "posted")
        domain &= Domain(
            "move_type", "in", ("out_invoice", "out_refund", "out_receipt")
        )
        groups = self.env["account.move"]._read_group(domain, ["currency_id"])
        used = self._group_payments(companies, "currency_id")
        used = used.union(*(currency for (currency,) in groups))
        return {str(id_) for id_ in (used - companies.currency_id).ids}

    def _find_all_currencies(self, companies):
        """Return the active currencies but for that of the company."""
        currencies = self.env["res.currency"].search([("active", "=", True)])
        return {str(id_) for id_ in (currencies - companies.currency_id).ids}

    def _query_lines(self, companies, expression, display_types):
        """Return the different values on the sales documents of the last year.

        :param SQL expression: of ``line``.
        :rtype: set[str]
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT %s
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                 WHERE move.company_id = ANY(%s) AND move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND move.date > CURRENT_DATE - 366
                   AND line.display_type = ANY(%s)
                   AND line.tax_repartition_line_id IS NULL
                """,
                expression,
                companies.ids,
                list(display_types),
            )
        )
        return {row[0] for row in rows}

    def _shared(self, model, companies):
        """Return the domain of records that companies use, of a parent as well."""
        return Domain(model._check_company_domain(companies))
