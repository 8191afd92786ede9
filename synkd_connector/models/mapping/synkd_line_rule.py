# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...lib.documents import ACCOUNT, BANK, CURRENCY, ITEM, TAX
from ...lib.obstacles import LineAnswers, Need, Posting, gather

# Fields that the statements read, by model.
READ_FIELDS = {
    "account.move.line": (
        *("move_id", "display_type", "name", "sequence", "price_unit", "quantity"),
        *("product_id", "account_id", "tax_ids", "synkd_product_class_id", "balance"),
        *("tax_repartition_line_id", "amount_currency", "currency_id"),
    ),
    "account.move": (
        *("company_id", "currency_id", "journal_id"),
        *("invoice_date", "date", "invoice_currency_rate"),
    ),
    "account.payment": (
        *("move_id", "journal_id", "currency_id", "company_id", "date"),
        "outstanding_account_id",
    ),
    "res.currency.rate": ("currency_id", "company_id", "name", "rate"),
    "product.product": ("default_code", "product_tmpl_id"),
    "product.template": ("categ_id", "name", "synkd_product_class_id"),
    "product.category": ("parent_path", "synkd_product_class_id"),
    "synkd.product.class": (
        *("posting", "company_id", "name", "item_id"),
        *("shop_item_id", "service_item_id", "web_item_id"),
    ),
    "synkd.books.item": ("ledger_id", "kind", "code", "active"),
    "synkd.free.text": ("company_id", "text", "product_class_id"),
    "synkd.mapping": ("ledger_id", "kind", "key", "item_id"),
}


class SynkdLineRule(models.AbstractModel):
    """The one place that knows how a line is posted, and what is in the way.

    Class of a line: the one chosen for it; else of its product; else of the nearest
    category; else, without a product, of its remembered text or pattern. The class
    tells whether the line becomes an item or an account of the books, the mapping which
    tax it has.

    One statement answers for any number of documents, whether the queue wants to know
    the obstacles or the mapper the codes.
    """

    _name = "synkd.line.rule"
    _description = "Rules of Lines"

    # === CONTRACT === #

    @api.model
    def _find(self, ledger, sources):
        """Return what keeps invoices and credit notes from being posted.

        :param recordset ledger: one `synkd.ledger`.
        :param dict sources: id of each `account.move` -> where it comes from, or "".
        :return: id of each of them -> its obstacles.
        :rtype: dict[int, Obstacles]
        """
        if not sources:
            return {}
        rows = self._execute(
            SQL(
                """
                %(lines)s,
                problem(move_id, kind, key, label, place) AS (
                    SELECT move_id, 'invalid', '', label, place
                      FROM answer WHERE way = 'invalid'
                    UNION ALL
                    SELECT move_id, need_kind, need_key, need_label, place
                      FROM answer WHERE need_kind IS NOT NULL
                    UNION ALL
                    SELECT move_id, 'tax', tax_key, tax_label, place
                      FROM answer WHERE tax_missing
                    UNION ALL
                    %(currencies)s
                    UNION ALL
                    %(rateless)s
                )
                SELECT move_id, kind, key, label FROM problem ORDER BY move_id, place
                """,
                lines=self._lines_sql(ledger, sources),
                currencies=self._currencies_sql(ledger),
                rateless=self._rateless_documents_sql(),
            )
        )
        return self._gather(rows, sources)

    @api.model
    def _answer(self, ledger, sources):
        """Return how invoices and credit notes are posted, with what is in the way.

        What ``_find`` tells, and the codes of each line: for a step that needs both.

        :param recordset ledger: one `synkd.ledger`.
        :param dict sources: as for ``_find``.
        :rtype: LineAnswers
        """
        if not sources:
            return LineAnswers()
        rows = self._execute(
            SQL(
                """
                %(lines)s
                SELECT move_id, id, place, label, target_kind, target_code, tax_code,
                       way = 'invalid', need_kind, need_key, need_label,
                       tax_missing, tax_key, tax_label
                  FROM answer
                UNION ALL
                SELECT move_id, NULL, place, NULL, NULL, NULL, NULL, false,
                       kind, key, label, false, NULL, NULL
                  FROM (%(currencies)s UNION ALL %(rateless)s)
                       whole(move_id, kind, key, label, place)
                 ORDER BY move_id, place
                """,
                lines=self._lines_sql(ledger, sources),
                currencies=self._currencies_sql(ledger),
                rateless=self._rateless_documents_sql(),
            )
        )
        problems = [each for row in rows for each in self._to_problems(*row)]
        postings = {row[1]: self._to_posting(*row[4:]) for row in rows if row[1]}
        return LineAnswers(self._gather(problems, sources), postings)

    def _to_problems(self, move_id, _line_id, _place, label, *answer):
        """Yield what is in the way of a line, or of its whole document."""
        _kind, _code, _tax, invalid, *missing = answer
        need_kind, need_key, need_label, tax_missing, tax_key, tax_label = missing
        if invalid:
            yield move_id, "invalid", "", label
        if need_kind:
            yield move_id, need_kind, need_key, need_label
        if tax_missing:
            yield move_id, TAX, tax_key, tax_label

    @api.model
    def _get_postings(self, ledger, sources):
        """Return how each line of invoices and credit notes is posted.

        :param recordset ledger: one `synkd.ledger`.
        :param dict sources: as for ``_find``.
        :return: id of each `account.move.line` that is sent -> its codes.
        :rtype: dict[int, Posting]
        """
        return self._answer(ledger, sources).postings

    @api.model
    def _find_payments(self, ledger, payments):
        """Return what keeps payments from being posted.

        :param recordset ledger: one `synkd.ledger`.
        :param list payments: tuples of a key of the caller's, the id of the payment's
            `account.move` or 0, and the id of its `account.payment` or 0 (the entry of
            a bank statement has none).
        :return: key of each of them -> its obstacles.
        :rtype: dict[int, Obstacles]
        """
        if not payments:
            return {}
        rows = self._execute(
            SQL(
                """
                WITH document AS (%(documents)s)
                SELECT key, 'bank', journal_id::text, %(journal)s, 1 AS place
                  FROM document
                  JOIN account_journal journal ON journal.id = document.journal_id
                 WHERE NOT %(bank)s
                UNION ALL
                SELECT key, 'currency', document.currency_id::text, money.name, 2
                  FROM document
                  JOIN res_company company ON company.id = document.company_id
                  JOIN res_currency money ON money.id = document.currency_id
                 WHERE document.currency_id != company.currency_id
                   AND NOT %(currency)s
                UNION ALL
                SELECT key, 'account', other.account_id::text, %(account)s, 3
                  FROM document
                  JOIN LATERAL (%(differences)s) other ON true
                  JOIN account_account account ON account.id = other.account_id
                 WHERE NOT %(mapped)s
                UNION ALL
                %(rateless)s
                 ORDER BY place
                """,
                documents=self._payments_sql(payments),
                journal=self._name_sql("journal"),
                bank=self._mapped_sql(ledger, BANK, SQL("document.journal_id")),
                currency=self._mapped_sql(
                    ledger, CURRENCY, SQL("document.currency_id")
                ),
                account=self._account_label_sql(ledger),
                differences=self._differences_sql(SQL("document.move_id")),
                rateless=self._rateless_payments_sql(),
                mapped=self._mapped_sql(ledger, ACCOUNT, SQL("other.account_id")),
            )
        )
        asked = [key for key, _move_id, _payment_id in payments]
        return self._gather([row[:4] for row in rows], asked)

    @api.model
    def _find_rateless(self, payments):
        """Return the payments of a foreign currency that no rate in Odoo is behind.

        :param list payments: as for ``_find_payments``.
        :return: their keys.
        :rtype: set[int]
        """
        if not payments:
            return set()
        query = SQL(
            "WITH document AS (%s) %s",
            self._payments_sql(payments),
            self._rateless_payments_sql(),
        )
        return {row[0] for row in self._execute(query)}

    @api.model
    def _find_journals(self, payments):
        """Return the journals that the money of payments is in, by key.

        :param list payments: as for ``_find_payments``.
        :rtype: dict[int, int]
        """
        if not payments:
            return {}
        query = SQL("SELECT key, journal_id FROM (%s) d", self._payments_sql(payments))
        return dict(self._execute(query))

    @api.model
    def _rules_changed(self, ledgers, domain=()):
        """Tell that a class, the mapping or a list changed.

        This method serves as a hook for what waits for such a change.

        :param recordset ledgers: the `synkd.ledger` records concerned.
        :param domain: which `synkd.transaction` rows, if not all that wait there.
        """

    @api.model
    def _rules_changed_here(self, domain):
        """Decide waiting documents of the current company again.

        :param domain: which `synkd.transaction` rows.
        """
        self._rules_changed(self.env.company._get_synkd_ledger(), domain)

    # === ANSWERS === #

    def _execute(self, query):
        """Return the rows of a statement, with everything written that it reads."""
        for model, names in READ_FIELDS.items():
            self.env[model].flush_model(names)
        return self.env.execute_query(query)

    def _gather(self, rows, asked):
        """Return the obstacles of each document that was asked about.

        :param list rows: document, kind, key and label of each obstacle.
        """
        found = {}
        for document, kind, key, label in rows:
            names, needs, rateless = found.setdefault(document, ([], [], []))
            if kind == "invalid":
                names.append(label or self.env._("(no description)"))
            elif kind == "rate":
                rateless.append(label)
            else:
                needs.append(self._to_need(kind, key, label))
        return {
            one: gather(names, needs, "".join(rateless[:1]))
            for one, (names, needs, rateless) in (
                (one, found.get(one, ([], [], []))) for one in asked
            )
        }

    def _to_need(self, kind, key, label):
        """Return one need with a name that people know."""
        if kind == TAX and not key:
            label = self.env._("no tax")
        return Need(kind, key, label or key)

    def _to_posting(self, kind, code, tax_code, invalid, *missing):
        """Return how one line is posted."""
        need_kind, need_key, need_label, tax_missing, tax_key, tax_label = missing
        needs = [self._to_need(need_kind, need_key, need_label)] if need_kind else []
        if tax_missing:
            needs.append(self._to_need(TAX, tax_key, tax_label))
        return Posting(
            item=code or "" if kind == ITEM else "",
            account=code or "" if kind == ACCOUNT else "",
            tax_code=tax_code or "",
            invalid=invalid,
            needs=tuple(needs),
        )
