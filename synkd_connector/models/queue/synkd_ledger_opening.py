# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, ormcache

from ...door import check_one


class SynkdLedger(models.Model):
    """Where a ledger begins: what was open then, and money for what came before."""

    _inherit = "synkd.ledger"

    opening_choice = fields.Selection(
        [
            ("bookkeeper", "The bookkeeper enters it in the books"),
            ("post", "Post it as opening documents"),
        ],
        string="What Was Open Before",
        tracking=True,
        copy=False,
        help="Documents dated before Documents From that were not settled on that day.",
    )
    opening_item_id = fields.Many2one(
        "synkd.books.item",
        string="Opening Account",
        copy=False,
        domain="[('ledger_id', '=', id), ('kind', '=', 'account')]",
        help="Account of the books that opening documents are posted against, without"
        " tax: such as Opening Balances.",
    )
    before_choice = fields.Selection(
        [
            ("credit", "Send it: it is credit on the customer's account"),
            ("exclude", "Leave it out: the bookkeeper enters it"),
        ],
        string="Money for Documents From Before",
        tracking=True,
        copy=False,
        help="Payments that settle documents which the books did not get from here."
        " Empty: each waits under Requires Attention until this is decided.",
    )

    @ormcache("self.id")
    def _get_before_choice(self):
        """Return what becomes of money for documents from before, from the cache."""
        return self.sudo().before_choice or ""

    @ormcache("self.id")
    def _has_openings(self):
        """Whether opening documents are posted from here, from the cache."""
        return self.sudo().opening_choice == "post"

    def write(self, vals):
        """Override to decide again what waits for the choice."""
        result = super().write(vals)
        if {"before_choice", "opening_choice"} & vals.keys():
            self.env.registry.clear_cache()
            waiting = [("ledger_id", "in", self.ids), ("channel", "=", "payments")]
            self.env["synkd.transaction"]._redecide(waiting)
        return result

    def action_go_live(self):
        """Open the guided step that says where this ledger begins.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        return self.env["synkd.go.live.wizard"]._open(self)

    # === WHAT WAS OPEN === #

    def _get_open_items(self, day):
        """Return what was not settled when a day began, one row for each entry.

        One statement, however many there are: lines on receivable accounts before
        that day, less what was reconciled with them before that day.

        :param datetime.date day: the first day of the ledger's documents.
        :return: dicts of move_id, partner_id, currency_id, company_id, number,
            reference, date, residual (signed, in that currency), balance (the same in
            the company's), parts (how many such rows its entry has) and is_queued
            (whether the queue of this ledger knows it).
        :rtype: list[dict]
        """
        self.env.flush_all()
        query = SQL(
            """
            SELECT o.*, count(*) OVER (PARTITION BY o.move_id) AS parts,
                   EXISTS (SELECT FROM synkd_transaction t
                            WHERE t.move_id = o.move_id AND t.ledger_id = %(ledger)s
                              AND (t.live OR t.opening_date IS NOT NULL)
                          ) AS is_queued
              FROM (
                SELECT l.move_id, l.partner_id, l.currency_id, m.company_id,
                       m.name AS number, m.ref AS reference,
                       COALESCE(m.invoice_date, m.date) AS date,
                       SUM(l.amount_currency - COALESCE(s.amount, 0)) AS residual,
                       SUM(l.balance - COALESCE(s.balance, 0)) AS balance
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
                  JOIN account_account a ON a.id = l.account_id
                   AND a.account_type = 'asset_receivable'
                  LEFT JOIN LATERAL (
                       SELECT SUM(CASE WHEN p.debit_move_id = l.id
                                  THEN p.debit_amount_currency
                                  ELSE -p.credit_amount_currency END) AS amount,
                              SUM(CASE WHEN p.debit_move_id = l.id
                                  THEN p.amount ELSE -p.amount END) AS balance
                         FROM account_partial_reconcile p
                        WHERE l.id IN (p.debit_move_id, p.credit_move_id)
                          AND p.max_date < %(day)s) s ON true
                 WHERE COALESCE(m.invoice_date, m.date) < %(day)s
                   AND m.company_id = ANY(%(companies)s)
                 GROUP BY l.move_id, l.partner_id, l.currency_id, m.id) o
              JOIN res_currency c ON c.id = o.currency_id
             WHERE abs(o.residual) >= c.rounding / 2
             ORDER BY o.date, o.move_id
            """,
            ledger=self.id,
            day=day,
            companies=self._get_companies().ids,
        )
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    # === OPENING DOCUMENTS === #

    def _post_openings(self):
        """Queue what was open as opening documents, each once; the run sends them.

        Who presses at the same moment waits here, and finds nothing left to do.

        :return: how many were queued.
        :rtype: int
        """
        # Unlike lock_for_update this waits; where the other one changed the ledger,
        # PostgreSQL lets the whole request begin anew.
        lock = "SELECT id FROM synkd_ledger WHERE id = %s FOR NO KEY UPDATE"
        self.env.execute_query(SQL(lock, self.id))
        day = self.start_date
        items = [
            item
            for item in self._get_open_items(day)
            if item["parts"] == 1 and not item["is_queued"]
        ]
        rows = [self._opening_vals(item, day) for item in items]
        new = self.env["synkd.enqueuer"]._insert(self, rows)
        self.env["synkd.transaction"]._redecide([("id", "in", list(new.values()))])
        self._redecide_money_of(list(new))
        return len(new)

    def _redecide_money_of(self, move_ids):
        """Decide money again that settles documents which have a row now."""
        rows = self.env["synkd.transaction"].sudo()
        openings = rows.search([("move_id", "in", move_ids), ("live", "=", True)])
        openings._resettle()
        waiting = [("ledger_id", "=", self.id), ("reason", "=", "before")]
        rows._redecide(waiting)

    def _opening_vals(self, item, day):
        """Return the columns of the opening document of an open item.

        What the customer owes is an invoice; what he has to his credit is a credit
        note, whatever it was here: money that was received is in the bank already.

        :rtype: dict
        """
        owed = item["residual"] > 0
        reference = self.env._("Opening balance on %s", format_date(self.env, day))
        return {
            "kind": "invoice" if owed else "credit_note",
            "res_model": "account.move",
            "res_id": item["move_id"],
            "move_id": item["move_id"],
            "reference": " ".join(filter(None, [reference, item["reference"]])),
            "date": item["date"],
            "currency_id": item["currency_id"],
            "amount": abs(item["residual"]),
            "amount_company": item["balance"],
            "partner_id": item["partner_id"] or None,
            "company_id": item["company_id"],
            "number": f"{self._get_number_prefix()}{item['number']}",
            "opening_date": day,
        }

    def _check_opening(self):
        """Refuse opening documents that the books could not take.

        :raise UserError: says what is missing.
        """
        if not self.start_date:
            raise UserError(
                self.env._(
                    "Ledger %s has no day that its documents begin with. Type Documents"
                    " From first.",
                    self.name,
                )
            )
        lists = self._get_capabilities().lists
        if "account" in lists and not self.opening_item_id:
            raise UserError(
                self.env._(
                    "Choose the account of the books that the opening documents of"
                    " ledger %s are posted against, such as Opening Balances. It is not"
                    " in the list? Create it there, then press Pull Lists.",
                    self.name,
                )
            )

    @api.model
    def _get_opening_moves(self, moves):
        """Return those of some entries that are opening documents.

        :param recordset moves: `account.move`.
        """
        companies = moves.company_id
        if not any(c._get_synkd_live_ledger()._has_openings() for c in companies):
            return moves.browse()
        mine = [("move_id", "in", moves.ids), ("live", "=", True)]
        rows = self.env["synkd.transaction"].sudo()
        return rows.search([*mine, ("opening_date", "!=", False)]).move_id
