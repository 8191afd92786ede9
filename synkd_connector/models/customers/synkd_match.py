# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# A proposal from this score on keeps Sync from creating a twin.
LIKELY = 60
# How much each reason counts; several add up, to 100 at most.
POINTS = {"vat": 70, "code": 60, "email": 60, "phone": 25}
NAME_POINTS = 70
PER_ACCOUNT = 5
# A trigram is seldom when at most so many names of the books have it, and each
# customer looks for so many of its seldomest.
SELDOM = 40
LOOKED = 5
# A value that more customers of one side share says nothing about any of them.
SHARED = {"vat": 10, "code": 3, "email": 3, "phone": 3, "plain": 10}
# Words that say nothing about who somebody is.
LEGAL_WORDS = r"\m(pty|ltd|limited|inc|cc|npc|llc|gmbh|plc|bk|edms|bpk)\M"
PLACEHOLDER_EMAIL = (
    r"^(no-?reply|none|nobody|na|no|noemail|no-email|unknown|test|dummy|x+)@"
    r"|@(test|none|noemail|dummy)\."
)
# Names below this share of common trigrams are different names.
SIMILAR = 0.45


class SynkdMatch(models.Model):
    """A guess: this operational customer may be that customer of the books.

    Guesses are made by one statement over both tables. Nothing is linked until a
    person accepts; what was declined is remembered and not proposed again.
    """

    _name = "synkd.match"
    _description = "Proposed Match"
    _order = "account_customer_id, score desc, id"
    _rec_name = "partner_id"

    account_customer_id = fields.Many2one(
        "synkd.account.customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    ledger_id = fields.Many2one(
        related="account_customer_id.ledger_id", store=True, index=True
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Operational Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    score = fields.Integer(readonly=True, help="0 to 100; higher is likelier.")
    reasons = fields.Char(readonly=True)
    state = fields.Selection(
        [("proposed", "Proposed"), ("accepted", "Linked"), ("declined", "Declined")],
        default="proposed",
        required=True,
        readonly=True,
    )
    account_code = fields.Char(related="account_customer_id.code", string="Ext Acc #")
    account_email = fields.Char(related="account_customer_id.email")
    account_phone = fields.Char(related="account_customer_id.phone")
    partner_ref = fields.Char(related="partner_id.ref", string="Reference")
    partner_email = fields.Char(related="partner_id.email", string="Customer E-mail")
    partner_phone = fields.Char(related="partner_id.phone", string="Customer Phone")

    _pair_uniq = models.Constraint(
        "unique(account_customer_id, partner_id)", "This match is proposed already."
    )

    # === STATE: the only methods that move it === #

    def _set_accepted(self):
        """Note that *proposed* matches are linked now."""
        proposed = self.sudo().filtered(lambda match: match.state == "proposed")
        proposed.write({"state": "accepted"})

    def _set_declined(self):
        """Note that *proposed* matches are different customers."""
        proposed = self.sudo().filtered(lambda match: match.state == "proposed")
        proposed.write({"state": "declined"})

    # === ACTIONS === #

    def action_accept(self):
        """Link the operational customers of these matches to their account customers.

        :rtype: bool
        :raise UserError: when one customer is chosen for two account customers.
        """
        self._check_can_decide()
        matches = self.filtered(lambda match: match.state == "proposed")
        if len(matches.partner_id) < len(matches):
            raise UserError(
                self.env._(
                    "One customer is chosen for several account customers: %s. Accept"
                    " one match of each customer.",
                    self._get_doubled_names(matches),
                )
            )
        links_sudo = self.env["synkd.customer.link"].sudo()
        links_sudo._check_free(
            [
                {"partner_id": m.partner_id.id, "ledger_id": m.ledger_id.id}
                for m in matches
            ]
        )
        links_sudo._link([(m.partner_id, m.account_customer_id) for m in matches])
        matches._set_accepted()
        matches._close_others()
        return True

    def action_decline(self):
        """Remember that these are different customers.

        :rtype: bool
        """
        self._check_can_decide()
        self._set_declined()
        return True

    @api.model
    def action_propose(self):
        """Look for matches in the ledger of the current company, and open them.

        :rtype: dict
        """
        self._check_can_decide()
        ledger = self.env.company._get_synkd_ledger()
        if not ledger:
            raise self.env.company._no_synkd_ledger_error()
        self.sudo()._propose(ledger)
        return ledger.action_view_matches()

    def action_ask_manager(self):
        """Ask a manager to decide: an activity with each account customer.

        :return: the notification that says who was asked.
        :rtype: dict
        """
        self.check_access("read")
        asked = {}
        for ledger, matches in self.grouped("ledger_id").items():
            note = self.env._(
                "Under Match: is this one of the customers %s?",
                ", ".join(matches.partner_id.mapped("display_name")),
            )
            asked = ledger._ask(matches.account_customer_id, note)
        return asked

    def _check_can_decide(self):
        """Let only managers link by matches.

        :raise UserError: says who may.
        """
        self.check_access("read")
        if not self.env.user.has_group("synkd_connector.group_manager"):
            raise UserError(
                self.env._(
                    "Only managers of the books accept matches. Ask one of them."
                )
            )

    def _get_doubled_names(self, matches):
        """Return the names of customers that occur in several of the matches."""
        groups = matches.grouped("partner_id")
        return ", ".join(p.display_name for p, m in groups.items() if len(m) > 1)

    def _close_others(self):
        """Drop the proposals in the same ledgers that these settle."""
        for ledger, matches in self.grouped("ledger_id").items():
            self.sudo().search(
                [
                    ("ledger_id", "=", ledger.id),
                    ("partner_id", "in", matches.partner_id.ids),
                    ("state", "=", "proposed"),
                ]
            ).unlink()

    # === BUSINESS METHODS === #

    @api.model
    def _get_likely_partners(self, ledger, partners):
        """Return those customers that look like one of the books' customers.

        :rtype: recordset of `res.partner`
        """
        likely = self.search(
            self._likely_domain(ledger) & Domain("partner_id", "in", partners.ids)
        )
        return likely.partner_id & partners

    @api.model
    def _likely_domain(self, ledger):
        """Return the proposals that keep Sync from creating a twin.

        :rtype: Domain
        """
        return Domain(
            [
                ("ledger_id", "=", ledger.id),
                ("state", "=", "proposed"),
                ("score", ">=", LIKELY),
            ]
        )

    @api.model
    def _propose(self, ledger):
        """Make the proposals of a ledger anew; declined ones stay declined.

        Both sides are without a link, so an accepted one that comes up again was
        unlinked since: it is proposed again, and its reasons say so.

        :param recordset ledger: one `synkd.ledger`.
        :return: how many matches are proposed now.
        :rtype: int
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM synkd_match WHERE ledger_id = %s AND state = 'proposed'",
                ledger.id,
            )
        )
        self.env.cr.execute(self._set_proposed_sql(ledger))
        count = self.env.cr.rowcount
        self.invalidate_model()
        return count

    def _set_proposed_sql(self, ledger):
        """Return the statement that pairs unlinked customers of both sides.

        :rtype: SQL
        """
        return SQL(
            """WITH account AS (%(accounts)s), partner AS (%(partners)s),
            %(near)s, pair AS (%(pairs)s), scored AS (%(scored)s),
            ranked AS (
                SELECT *, %(score)s AS score, row_number() OVER (
                    PARTITION BY a ORDER BY %(score)s DESC, p) AS place
                  FROM scored)
            INSERT INTO synkd_match (account_customer_id, ledger_id, company_id,
                partner_id, score, reasons, state, create_uid, create_date,
                write_uid, write_date)
            SELECT a, %(ledger)s, %(company)s, p, score, %(reasons)s, 'proposed',
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
                   now() AT TIME ZONE 'UTC'
              FROM ranked WHERE place <= %(per_account)s
       ON CONFLICT (account_customer_id, partner_id) DO UPDATE
               SET state = 'proposed', score = EXCLUDED.score,
                   reasons = EXCLUDED.reasons, write_uid = EXCLUDED.write_uid,
                   write_date = EXCLUDED.write_date
             WHERE synkd_match.state = 'accepted'""",
            accounts=self._rare_sql(self._accounts_sql(ledger)),
            partners=self._rare_sql(self._partners_sql(ledger)),
            near=self._near_sql(),
            pairs=self._pairs_sql(),
            scored=self._scored_sql(),
            ledger=ledger.id,
            company=ledger.company_id.id,
            score=self._score_sql(),
            reasons=self._reasons_sql(),
            uid=self.env.uid,
            per_account=PER_ACCOUNT,
        )

    def _accounts_sql(self, ledger):
        """Return the account customers without a link, normalised for comparison."""
        return self._account_side_sql(self._free_sql(ledger))

    def _account_side_sql(self, condition):
        """Return the account customers ``a`` of a condition, normalised."""
        return SQL(
            """SELECT a.id, lower(a.name) AS name, %(plain)s AS plain,
                      %(vat)s AS vat, upper(a.code) AS code, %(email)s AS email,
                      %(phone)s AS phone
                 FROM synkd_account_customer a
                WHERE %(condition)s""",
            condition=condition,
            vat=self._normal_sql("a.vat", "[^0-9A-Z]"),
            plain=self._plain_name_sql("a.name"),
            email=self._email_sql("a.email"),
            phone=self._phone_sql("a.phone"),
        )

    def _free_sql(self, ledger):
        """Return the condition of the account customers ``a`` that lack a customer."""
        return SQL(
            """a.ledger_id = %s AND a.active
           AND NOT EXISTS (SELECT FROM synkd_customer_link l
                 WHERE l.active AND l.account_customer_id = a.id)
           AND NOT EXISTS (SELECT FROM synkd_customer_class c
                 WHERE c.generic_account_customer_id = a.id)""",
            ledger.id,
        )

    def _partners_sql(self, ledger):
        """Return the operational customers without a link, in the same shape."""
        return self._partner_side_sql(
            SQL(
                """p.active AND p.customer_rank > 0 AND p.name IS NOT NULL
               AND (p.company_id IS NULL OR p.company_id = ANY(%(companies)s))
               AND NOT EXISTS (SELECT FROM synkd_customer_link l
                     WHERE l.active AND l.partner_id = p.id
                       AND l.ledger_id = %(ledger)s)""",
                ledger=ledger.id,
                companies=ledger._get_companies().ids,
            )
        )

    def _partner_side_sql(self, condition):
        """Return the operational customers ``p`` of a condition, normalised."""
        return SQL(
            """SELECT p.id, lower(p.name) AS name, %(plain)s AS plain,
                      %(vat)s AS vat, NULLIF(upper(trim(p.ref)), '') AS code,
                      %(email)s AS email, %(phone)s AS phone
                 FROM res_partner p
                WHERE %(condition)s""",
            condition=condition,
            vat=self._normal_sql("p.vat", "[^0-9A-Z]"),
            plain=self._plain_name_sql("p.name"),
            email=self._email_sql("p.email"),
            phone=self._phone_sql("p.phone"),
        )

    def _rare_sql(self, query):
        """Return a side without the values that too many of its customers share.

        This also bounds the pairs: 2,000 customers with one phone number on both
        sides would be four million.
        """
        columns = SQL(", ").join(
            SQL(
                "CASE WHEN count(%(name)s) OVER (PARTITION BY %(name)s) <= %(most)s"
                " THEN %(name)s END AS %(name)s",
                name=SQL.identifier(name),
                most=most,
            )
            for name, most in SHARED.items()
        )
        return SQL("SELECT id, name, %s FROM (%s) AS side", columns, query)

    def _pairs_sql(self):
        """Return the pairs worth a score.

        Each reason is an equality join; of the similar names each customer brings its
        likeliest few only.
        """
        return SQL("%s UNION SELECT a, p FROM near", self._equal_sql())

    def _equal_sql(self):
        """Return the pairs that have something in common, one join for each reason."""
        return SQL(" UNION ").join(
            SQL(
                "SELECT a.id AS a, p.id AS p FROM account a JOIN partner p USING (%s)",
                SQL.identifier(name),
            )
            for name in SHARED
        )

    def _near_sql(self):
        """Return the sub-queries that find similar names, as equality joins.

        Names are similar when they share trigrams, and the seldom ones tell most: each
        customer looks for those who have one of its seldomest trigrams too, and only
        these few are compared. Comparing each with each would take hours for 50,000.
        """
        return SQL(
            """gram AS MATERIALIZED (
                SELECT id, unnest(show_trgm(name)) AS gram FROM account),
            seldom AS MATERIALIZED (
                SELECT gram, count(*) AS number FROM gram
              GROUP BY gram HAVING count(*) <= %(seldom)s),
            looked AS MATERIALIZED (
                SELECT id, gram FROM (
                    SELECT p.id, gram, row_number() OVER (
                        PARTITION BY p.id ORDER BY number, gram) AS place
                      FROM partner p CROSS JOIN LATERAL unnest(show_trgm(p.name)) gram
                      JOIN seldom USING (gram)) AS each
                 WHERE place <= %(looked)s),
            met AS MATERIALIZED (
                SELECT DISTINCT gram.id AS a, looked.id AS p
                  FROM looked JOIN gram USING (gram)),
            near AS (
                SELECT a, p FROM (
                    SELECT met.a, met.p, row_number() OVER (
                        PARTITION BY met.p
                        ORDER BY similarity(a.name, p.name) DESC, met.a) AS place
                      FROM met JOIN account a ON a.id = met.a
                      JOIN partner p ON p.id = met.p
                     WHERE similarity(a.name, p.name) >= %(similar)s) AS each
                 WHERE place <= %(most)s)""",
            seldom=SELDOM,
            looked=LOOKED,
            similar=SIMILAR,
            most=PER_ACCOUNT,
        )

    def _scored_sql(self):
        """Return the pairs with the reasons that hold for each."""
        return SQL(
            """SELECT pair.a, pair.p, a.vat = p.vat AS vat, a.code = p.code AS code,
                      a.email = p.email AS email, a.phone = p.phone AS phone,
                      CASE WHEN a.plain = p.plain THEN 1
                           ELSE similarity(a.name, p.name) END AS name,
                      EXISTS (SELECT FROM synkd_customer_link l
                         WHERE l.partner_id = pair.p
                           AND l.account_customer_id = pair.a) AS linked
                 FROM pair JOIN account a ON a.id = pair.a
                 JOIN partner p ON p.id = pair.p"""
        )

    def _plain_name_sql(self, column):
        """Return a name without its legal form, blanks and signs; NULL if none."""
        return SQL(
            "NULLIF(regexp_replace(regexp_replace(lower(%s), %s, '', 'g'),"
            " '[^[:alnum:]]', '', 'g'), '')",
            SQL(column),  # pylint: disable=sql-injection
            LEGAL_WORDS,
        )

    def _email_sql(self, column):
        """Return an e-mail address; NULL for what is none and for placeholders."""
        return SQL(
            "CASE WHEN %(email)s LIKE '%%_@_%%' AND %(email)s !~ %(placeholder)s"
            " THEN %(email)s END",
            email=SQL("lower(trim(%s))", SQL(column)),  # pylint: disable=sql-injection
            placeholder=PLACEHOLDER_EMAIL,
        )

    def _normal_sql(self, column, junk):
        """Return the expression of a text without junk; NULL when nothing is left."""
        return SQL(
            "NULLIF(regexp_replace(upper(%s), %s, '', 'g'), '')",
            SQL(column),  # pylint: disable=sql-injection
            junk,
        )

    def _phone_sql(self, column):
        """Return the last nine digits of a number; NULL for cut and dummy ones."""
        digits = self._normal_sql(column, "[^0-9]")
        return SQL(
            "CASE WHEN length(%(digits)s) >= 9 AND %(digits)s !~ '^(.)\\1*$'"
            " AND position(right(%(digits)s, 9) IN '01234567890') = 0"
            " THEN right(%(digits)s, 9) END",
            digits=digits,
        )

    def _score_sql(self):
        """Return the expression of the score, 0 to 100."""
        parts = [
            SQL(
                "CASE WHEN %s THEN %s ELSE 0 END",
                SQL.identifier("scored", name),
                points,
            )
            for name, points in POINTS.items()
        ]
        name = SQL("round(%s * scored.name)::int", NAME_POINTS)
        return SQL("LEAST(100, %s)", SQL(" + ").join([*parts, name]))

    def _reasons_sql(self):
        """Return the expression of the reasons in words."""
        words = {
            "linked": self.env._("was linked before"),
            "vat": self.env._("same tax ID"),
            "code": self.env._("same code"),
            "email": self.env._("same e-mail"),
            "phone": self.env._("same phone"),
        }
        parts = [
            SQL("CASE WHEN %s THEN %s END", SQL.identifier("ranked", name), word)
            for name, word in words.items()
        ]
        name = SQL(
            "CASE WHEN ranked.name >= %s THEN %s || round(100 * ranked.name) || '%%'"
            " END",
            SIMILAR,
            self.env._("similar name: "),
        )
        supplier = SQL(
            "CASE WHEN EXISTS (SELECT FROM synkd_account_customer s"
            " WHERE s.id = ranked.a AND s.supplier_only) THEN %s END",
            self.env._("a supplier of the books so far"),
        )
        return SQL("concat_ws(', ', %s)", SQL(", ").join([*parts, name, supplier]))
