# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ...lib.documents import ACCOUNT, CURRENCY, ITEM, TAX
from ...lib.obstacles import CLASS

# Source of a document: the field of the class that names its departmental item.
SOURCE_ITEMS = {
    "shop": "shop_item_id",
    "service": "service_item_id",
    "web": "web_item_id",
}
# Rates that differ by less are the same.
LEAST_RATE = 0.0000001


class SynkdLineRule(models.AbstractModel):
    """The statements behind ``synkd.line.rule``, in the pieces they are made of."""

    _inherit = "synkd.line.rule"

    # === INVOICES AND CREDIT NOTES === #

    def _lines_sql(self, ledger, sources):
        """Return the WITH clause that ends in ``answer``: one row per line.

        :param dict sources: id of each `account.move` -> source.
        :rtype: SQL
        """
        return SQL(
            """
            WITH document(move_id, source) AS (
                SELECT * FROM unnest(%(moves)s::int[], %(sources)s::text[])
            ),
            line AS (%(line)s),
            category AS (%(category)s),
            posting AS (%(posting)s),
            answer AS (%(answer)s)
            """,
            moves=list(sources),
            sources=[source or "" for source in sources.values()],
            line=self._line_sql(ledger),
            category=self._category_sql(ledger),
            posting=self._posting_sql(ledger),
            answer=self._answer_sql(ledger),
        )

    def _line_sql(self, ledger):
        """Return the lines that are sent, with what their class follows from.

        Notes, sections, and lines without price and quantity never count; taxes are
        no lines.
        """
        return SQL(
            """
            SELECT line.id, line.move_id, document.source, move.company_id,
                   line.display_type, line.account_id, line.product_id,
                   line.sequence * 1000000000::bigint + line.id AS place,
                   line.name, line.synkd_product_class_id AS own_class_id,
                   %(template_class)s AS template_class_id,
                   template.categ_id, product.default_code,
                   %(product_name)s AS product_name,
                   COALESCE((
                        SELECT string_agg(tax.account_tax_id::text, ','
                                          ORDER BY tax.account_tax_id)
                          FROM account_move_line_account_tax_rel tax
                         WHERE tax.account_move_line_id = line.id
                   ), '') AS tax_key
              FROM document
              JOIN account_move move ON move.id = document.move_id
              JOIN account_move_line line ON line.move_id = move.id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template
                     ON template.id = product.product_tmpl_id
             WHERE line.display_type = 'product'
                   AND (line.price_unit != 0 OR line.quantity != 0)
                OR line.display_type = 'epd'
                OR line.display_type = 'rounding'
                   AND line.tax_repartition_line_id IS NULL
            """,
            template_class=self._class_sql(ledger, "template", "move"),
            product_name=self._name_sql("template"),
        )

    def _class_sql(self, ledger, table, company):
        """Return a record's class for a company, or for the ledger's company."""
        column = SQL.identifier(table, "synkd_product_class_id")
        return SQL(
            "COALESCE(%(column)s->>(%(company)s::text), %(column)s->>%(ledger)s)::int",
            column=column,
            company=SQL.identifier(company, "company_id"),
            ledger=str(ledger._get_rule_facts()[0]),
        )

    def _category_sql(self, ledger):
        """Return the class of each category in use: its own, or the nearest above."""
        return SQL(
            """
            SELECT DISTINCT ON (used.categ_id, used.company_id)
                   used.categ_id, used.company_id, %(class)s AS class_id
              FROM (SELECT DISTINCT categ_id, company_id FROM line) used
              JOIN product_category own ON own.id = used.categ_id
              JOIN LATERAL unnest(
                    string_to_array(trim(own.parent_path, '/'), '/')::int[]
                   ) WITH ORDINALITY AS up(id, depth) ON true
              JOIN product_category above ON above.id = up.id
             WHERE %(class)s IS NOT NULL
             ORDER BY used.categ_id, used.company_id, up.depth DESC
            """,
            **{"class": self._class_sql(ledger, "above", "used")},
        )

    def _posting_sql(self, ledger):
        """Return the lines with their class, and which way it posts them.

        The way is invalid, item (of the product's code), class (the departmental
        item) or account (the mapping of the line's own account).
        """
        texts = self.env["synkd.free.text"]
        company_id, _root_id, lists = ledger._get_rule_facts()
        own = SQL(" ").join(
            SQL("WHEN %s THEN %s", source, SQL.identifier("class", name))
            for source, name in SOURCE_ITEMS.items()
        )
        return SQL(
            """
            SELECT line.*, class.id AS class_id, %(class_name)s AS class_name,
                   COALESCE(CASE line.source %(own)s END, class.item_id)
                       AS class_item_id,
                   CASE WHEN line.display_type != 'product' THEN 'account'
                        WHEN class.posting = 'department' THEN 'class'
                        WHEN class.posting = 'direct' AND %(items)s
                             AND line.product_id IS NOT NULL THEN 'item'
                        WHEN class.posting = 'direct' THEN 'account'
                        ELSE 'invalid' END AS way
              FROM line
              LEFT JOIN category ON category.categ_id = line.categ_id
                    AND category.company_id = line.company_id
              LEFT JOIN synkd_free_text text ON line.product_id IS NULL
                    AND text.company_id = %(company)s
                    AND md5(lower(text.text)) = md5(lower(%(text)s))
              LEFT JOIN synkd_free_text pattern ON line.product_id IS NULL
                    AND pattern.company_id = %(company)s
                    AND md5(lower(pattern.text)) = md5(lower(%(pattern)s))
              LEFT JOIN synkd_product_class class ON class.company_id = %(company)s
                    AND class.id = COALESCE(
                        line.own_class_id, line.template_class_id, category.class_id,
                        text.product_class_id, pattern.product_class_id, %(default)s
                    )
            """,
            class_name=self._name_sql("class"),
            own=own,
            items=ITEM in lists,
            company=company_id,
            text=texts._normalised_sql(SQL("COALESCE(line.name, '')")),
            pattern=texts._pattern_sql(SQL("COALESCE(line.name, '')")),
            default=self._default_class_sql(ledger),
        )

    def _default_class_sql(self, ledger):
        """Return the class of a ``line`` that nothing else gives one, as an id or NULL.

        This method serves as a hook for the addons that know what a line is about.

        :rtype: SQL
        """
        return SQL("NULL::int")

    def _answer_sql(self, ledger):
        """Return the lines with the codes of the books, and what is missing.

        Labels are looked up only where something is missing.
        """
        lists = ledger._get_rule_facts()[2]
        return SQL(
            """
            SELECT posting.*, COALESCE(posting.product_name, posting.name) AS label,
                   target.kind AS target_kind, target.code AS target_code,
                   tax.code AS tax_code,
                   needs.kind AS need_kind, %(need)s,
                   tax.id IS NULL AND %(taxes)s AS tax_missing,
                   CASE WHEN tax.id IS NULL THEN (%(tax_label)s) END AS tax_label
              FROM posting
              LEFT JOIN synkd_mapping mapping ON posting.way = 'account'
                    AND mapping.ledger_id = %(ledger)s AND mapping.kind = 'account'
                    AND mapping.key = posting.account_id::text
              LEFT JOIN LATERAL (
                    SELECT id FROM synkd_books_item item
                     WHERE posting.way = 'item' AND item.ledger_id = %(ledger)s
                       AND item.kind = 'item' AND item.active
                       AND lower(item.code) = lower(posting.default_code)
                     ORDER BY id LIMIT 1
              ) item ON true
              LEFT JOIN synkd_books_item target ON target.active
                    AND target.ledger_id = %(ledger)s
                    AND target.id = CASE posting.way
                        WHEN 'class' THEN posting.class_item_id
                        WHEN 'account' THEN mapping.item_id
                        WHEN 'item' THEN item.id END
              LEFT JOIN synkd_mapping taxes ON taxes.ledger_id = %(ledger)s
                    AND taxes.kind = 'tax' AND taxes.key = posting.tax_key
              LEFT JOIN synkd_books_item tax ON tax.id = taxes.item_id
                    AND tax.active
             CROSS JOIN LATERAL (
                    SELECT CASE WHEN target.id IS NOT NULL THEN NULL
                                WHEN posting.way = 'item' THEN %(item)s
                                WHEN posting.way = 'class' THEN %(class)s
                                WHEN posting.way = 'account' AND %(accounts)s
                                THEN %(account)s END AS kind
              ) needs
            """,
            ledger=ledger.id,
            item=ITEM,
            account=ACCOUNT,
            need=self._need_sql(ledger),
            tax_label=self._tax_label_sql(SQL("posting.id")),
            taxes=TAX in lists,
            accounts=self._is_kept(ledger, ACCOUNT),
            **{"class": CLASS},
        )

    def _need_sql(self, ledger):
        """Return key and label of what a line misses in the books."""
        return SQL(
            """
            CASE needs.kind WHEN %(item)s THEN posting.product_id::text
                            WHEN %(account)s THEN posting.account_id::text
                            WHEN %(class)s THEN posting.class_id::text
            END AS need_key,
            CASE needs.kind WHEN %(item)s THEN concat_ws(' ',
                     '[' || posting.default_code || ']', posting.product_name)
                            WHEN %(account)s THEN (
                     SELECT %(account_label)s FROM account_account account
                      WHERE account.id = posting.account_id)
                            WHEN %(class)s THEN posting.class_name
            END AS need_label
            """,
            item=ITEM,
            account=ACCOUNT,
            account_label=self._account_label_sql(ledger),
            **{"class": CLASS},
        )

    def _currencies_sql(self, ledger):
        """Return the documents whose foreign currency is not mapped."""
        return SQL(
            """
            SELECT document.move_id, 'currency', move.currency_id::text, money.name,
                   0::bigint
              FROM document
              JOIN (%s) move ON move.id = document.move_id
              JOIN res_company company ON company.id = move.company_id
              JOIN res_currency money ON money.id = move.currency_id
             WHERE move.currency_id != company.currency_id AND NOT %s
            """,
            self._heads_sql(),
            self._mapped_sql(ledger, CURRENCY, SQL("move.currency_id")),
        )

    def _rateless_documents_sql(self):
        """Return the documents of a foreign currency that no rate is behind."""
        return SQL(
            """
            SELECT document.move_id, 'rate', move.currency_id::text, money.name,
                   0::bigint
              FROM document
              JOIN (%s) move ON move.id = document.move_id
              JOIN res_company company ON company.id = move.company_id
              JOIN res_currency money ON money.id = move.currency_id
             WHERE %s
            """,
            self._heads_sql(),
            self._rateless_sql(
                SQL("move.currency_id"), SQL("move.date"), SQL("move.booked")
            ),
        )

    def _heads_sql(self):
        """Return the documents themselves: company, currency, date and booked rate."""
        return SQL(
            """SELECT id, company_id, currency_id, COALESCE(invoice_date, date) AS date,
                      invoice_currency_rate AS booked FROM account_move"""
        )

    def _rateless_sql(self, currency, date, booked, rounded=None):
        """Return whether money was booked one to one without a rate that says so.

        One to one is Odoo's answer where it knows no rate; two currencies may be worth
        the same, but then a rate of them tells that.

        :param SQL currency: id of the money's; the row ``company`` has its own.
        :param SQL date: of the document.
        :param SQL booked: the rate in its entry; NULL takes the one of the day.
        :param SQL rounded: whether the rate of the day, ``rate.theirs / rate.ours``,
            gives the same amount after rounding; None: the booked rate is exact.
        """
        own = SQL("company.currency_id")
        return SQL(
            """
            %(currency)s != %(own)s AND (
                SELECT abs(COALESCE(%(booked)s, COALESCE(rate.theirs, 1) / rate.ours)
                           - 1) < %(least)s
                       AND (rate.theirs IS NULL
                            OR abs(rate.theirs / rate.ours - 1) >= %(least)s
                               AND NOT %(rounded)s)
                  FROM (SELECT (%(theirs)s) AS theirs, COALESCE((%(ours)s), 1) AS ours)
                       rate
            )
            """,
            currency=currency,
            own=own,
            booked=booked,
            rounded=rounded or SQL("FALSE"),
            least=LEAST_RATE,
            theirs=self._day_rate_sql(currency, date),
            ours=self._day_rate_sql(own, date),
        )

    def _day_rate_sql(self, currency, date):
        """Return the rate of a currency on a day as Odoo finds it; NULL without any.

        The latest one before, else the first one after: what `res.currency._get_rates`
        answers for one day, for documents of many days at once.
        """
        return SQL(
            """
            SELECT day.rate FROM res_currency_rate day
             WHERE day.currency_id = %(currency)s
               AND (day.company_id IS NULL OR day.company_id
                    = split_part(company.parent_path, '/', 1)::int)
             ORDER BY day.name > %(date)s, day.company_id, abs(day.name - %(date)s)
             LIMIT 1
            """,
            currency=currency,
            date=date,
        )

    # === PAYMENTS === #

    def _rateless_payments_sql(self):
        """Return the money (``document``) of a currency that no rate is behind."""
        booked = SQL(
            """
            (SELECT sum(abs(part.amount_currency)) / NULLIF(sum(abs(part.balance)), 0)
               FROM account_move_line part
              WHERE part.move_id = document.move_id
                AND part.currency_id = document.currency_id)
            """
        )
        # A few cents of one currency may be as many of the other at any rate; one cent
        # also at a rate that was changed since.
        rounded = SQL(
            """
            COALESCE((SELECT abs(sum(abs(part.amount_currency))
                                 * rate.ours / rate.theirs - sum(abs(part.balance)))
                             <= count(*) * max(own_money.rounding) / 2
                             OR sum(abs(part.balance))
                             <= count(*) * max(own_money.rounding)
                        FROM account_move_line part
                        JOIN res_currency own_money
                          ON own_money.id = company.currency_id
                       WHERE part.move_id = document.move_id
                         AND part.currency_id = document.currency_id), FALSE)
            """
        )
        return SQL(
            """
            SELECT document.key, 'rate', document.currency_id::text, money.name, 4
              FROM document
              JOIN res_company company ON company.id = document.company_id
              JOIN res_currency money ON money.id = document.currency_id
             WHERE %s
            """,
            self._rateless_sql(
                SQL("document.currency_id"), SQL("document.date"), booked, rounded
            ),
        )

    def _payments_sql(self, payments):
        """Return payments and entries of payments as rows of one shape.

        :param list payments: tuples of key, id of the entry, id of the payment.
        """
        keys, move_ids, payment_ids = zip(*payments, strict=True)
        return SQL(
            """
            SELECT asked.key, COALESCE(payment.move_id, move.id) AS move_id,
                   %(journal)s AS journal_id,
                   COALESCE(payment.currency_id, move.currency_id) AS currency_id,
                   COALESCE(payment.company_id, move.company_id) AS company_id,
                   COALESCE(payment.date, move.date) AS date
              FROM unnest(%(keys)s::int[], %(moves)s::int[], %(payments)s::int[])
                   AS asked(key, move_id, payment_id)
              LEFT JOIN account_payment payment ON payment.id = asked.payment_id
              LEFT JOIN account_move move ON move.id = asked.move_id
            """,
            journal=self._money_journal_sql(),
            keys=list(keys),
            moves=[move_id or None for move_id in move_ids],
            payments=[payment_id or None for payment_id in payment_ids],
        )

    def _money_journal_sql(self):
        """Return the journal that the money of ``payment`` or ``move`` is in.

        This method serves as a hook for the addons whose money is entered elsewhere.

        :rtype: SQL
        """
        return SQL("COALESCE(payment.journal_id, move.journal_id)")

    def _differences_sql(self, move_id):
        """Return the lines of a payment's entry that are neither money nor customer.

        What `account.payment._seek_for_lines` answers for one payment, for many, and
        for entries of bank lines that have none: a single other line of an entry
        without money or customer takes the missing part.

        :param SQL move_id: of the entry.
        """
        return SQL(
            """
            SELECT * FROM (
                SELECT sorted.*,
                       count(*) FILTER (WHERE role = 'money') OVER () AS money,
                       count(*) FILTER (WHERE role = 'customer') OVER () AS customer,
                       count(*) FILTER (WHERE role = 'other') OVER () AS other
                  FROM (
                    SELECT part.id, part.move_id, part.account_id, part.amount_currency,
                           CASE WHEN part.account_id IN (
                                    journal.default_account_id,
                                    journal.suspense_account_id,
                                    payment.outstanding_account_id
                                ) OR EXISTS (
                                    SELECT FROM account_payment_method_line method
                                     WHERE method.journal_id = journal.id
                                       AND method.payment_account_id = part.account_id
                                ) THEN 'money'
                                WHEN kind.account_type IN (
                                    'asset_receivable', 'liability_payable'
                                ) OR part.account_id = company.transfer_account_id
                                THEN 'customer' ELSE 'other' END AS role
                      FROM account_move_line part
                      JOIN account_journal journal ON journal.id = part.journal_id
                      JOIN account_account kind ON kind.id = part.account_id
                      JOIN res_company company ON company.id = part.company_id
                      LEFT JOIN account_payment payment
                             ON payment.id = part.payment_id
                     WHERE part.move_id = %s
                  ) sorted
            ) counted
            WHERE role = 'other'
              AND NOT (other = 1 AND (money = 0 OR customer = 0))
            """,
            move_id,
        )

    # === PIECES === #

    def _mapped_sql(self, ledger, kind, key):
        """Return whether something of ours has a live item of the books.

        :param str kind: of the mapping; one whose list the books do not keep needs no
            mapping.
        :param SQL key: an integer id.
        """
        if not self._is_kept(ledger, kind):
            return SQL("true")
        return SQL(
            """
            EXISTS (
                SELECT FROM synkd_mapping mapping
                  JOIN synkd_books_item item ON item.id = mapping.item_id
                 WHERE mapping.ledger_id = %s AND mapping.kind = %s
                   AND mapping.key = %s::text AND item.active
            )
            """,
            ledger.id,
            kind,
            key,
        )

    def _is_kept(self, ledger, kind):
        """Whether the books keep a list that this kind is mapped to."""
        lists = ledger._get_rule_facts()[2]
        return kind in lists or kind == ACCOUNT and ITEM in lists

    def _name_sql(self, table):
        """Return a translated name in the language of the user."""
        name = SQL.identifier(table, "name")
        lang = self.env.lang or "en_US"
        return SQL("COALESCE(%s->>%s, %s->>'en_US')", name, lang, name)

    def _account_label_sql(self, ledger):
        """Return code and name of the row ``account``."""
        root_id = ledger._get_rule_facts()[1]
        return SQL(
            "concat_ws(' ', account.code_store->>%s, %s)",
            str(root_id),
            self._name_sql("account"),
        )

    def _tax_label_sql(self, line_id):
        """Return the names of a line's taxes."""
        return SQL(
            """
            SELECT string_agg(%s, ' + ' ORDER BY named.id)
              FROM account_move_line_account_tax_rel rel
              JOIN account_tax named ON named.id = rel.account_tax_id
             WHERE rel.account_move_line_id = %s
            """,
            self._name_sql("named"),
            line_id,
        )
