# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class SynkdDemoCustomer(models.Model):
    """A customer in the demo books: what a remote accounting system would hold.

    Only the demo connector writes here, in transactions of its own; people look, and
    may edit to play the bookkeeper who changes something over there.
    """

    _name = "synkd.demo.customer"
    _description = "Customer in the Demo Books"
    _order = "code, id"
    _rec_names_search = ["code", "name"]

    ledger_id = fields.Many2one("synkd.ledger", required=True, index=True)
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    number = fields.Char(readonly=True, copy=False, help="Identity in these books.")
    reference = fields.Char(
        readonly=True, copy=False, help="How the sender calls this customer."
    )
    code = fields.Char(required=True)
    code_once = fields.Boolean(default=True, help="No other one may have its code.")
    name = fields.Char(required=True)
    contact_name = fields.Char()
    email = fields.Char()
    phone = fields.Char()
    website = fields.Char()
    vat = fields.Char(string="Tax ID")
    street = fields.Char()
    street2 = fields.Char()
    city = fields.Char()
    zip = fields.Char()
    state = fields.Char(string="State / Province")
    country = fields.Char(help="ISO code of two letters.")
    delivery_street = fields.Char()
    delivery_street2 = fields.Char()
    delivery_city = fields.Char()
    delivery_zip = fields.Char()
    delivery_state = fields.Char()
    delivery_country = fields.Char()
    currency = fields.Char()
    term_kind = fields.Char()
    term_days = fields.Integer()
    credit_limit = fields.Float(digits=(16, 2))
    category = fields.Char()
    sales_rep = fields.Char()
    price_list = fields.Char()
    sub_account = fields.Char()
    emails = fields.Text(
        string="Further E-Mails", help="And what goes there, if not everything."
    )
    held = fields.Boolean(string="Hold")
    archived = fields.Boolean()
    outstanding = fields.Float(digits=(16, 2))
    overdue = fields.Float(digits=(16, 2))
    change_number = fields.Integer(
        readonly=True,
        copy=False,
        index=True,
        help="Rises with each change in these books; readers ask for what is newer.",
    )

    document_ids = fields.One2many("synkd.demo.document", "customer_id")
    payment_ids = fields.One2many("synkd.demo.payment", "customer_id")

    _code_uniq = models.UniqueIndex(
        "(ledger_id, upper(code)) WHERE code_once",
        "The demo books have a customer of this code.",
    )
    _number_uniq = models.UniqueIndex(
        "(ledger_id, number)", "The demo books have this number already."
    )
    _reference_uniq = models.UniqueIndex(
        "(ledger_id, reference) WHERE reference IS NOT NULL",
        "The demo books have this reference already.",
    )
    _change_idx = models.Index("(ledger_id, change_number)")

    def init(self):
        """Create the sequence that numbers the changes."""
        self.env.cr.execute("CREATE SEQUENCE IF NOT EXISTS synkd_demo_change_seq")

    @api.model_create_multi
    def create(self, vals_list):
        """Override to number the customers and their changes."""
        changes = self._next_changes(vals_list, len(vals_list))
        for vals, change in zip(vals_list, changes, strict=True):
            vals |= {"change_number": change, "number": f"D{change:06}"}
        return super().create(vals_list)

    def write(self, vals):
        """Override to number the change, so that the next run reads it."""
        if "change_number" not in vals:
            owners = [{"ledger_id": customer.ledger_id.id} for customer in self]
            for change in self._next_changes(owners, 1):
                vals = vals | {"change_number": change}
        return super().write(vals)

    def _next_changes(self, vals_list, count):
        """Give out numbers of changes; writers of one ledger wait for each other.

        So the numbers are committed in their order, and a reader misses none.

        :rtype: list[int]
        """
        if not vals_list:
            return []
        for ledger_id in sorted({vals["ledger_id"] for vals in vals_list}):
            self.env.cr.execute(
                SQL("SELECT pg_advisory_xact_lock(%s, %s)", 1905, ledger_id)
            )
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval('synkd_demo_change_seq') FROM generate_series(1, %s)",
                count,
            )
        )
        return [number for (number,) in rows]

    # === BALANCES === #

    def _update_balances(self):
        """Let the balances follow documents and payments, and number the change.

        In the company's currency; money on account counts against what is overdue.
        """
        if not self:
            return
        self.env.flush_all()
        self._next_changes([{"ledger_id": c.ledger_id.id} for c in self], 0)
        self.env.cr.execute(
            SQL(
                """
                UPDATE synkd_demo_customer c
                   SET outstanding = b.open,
                       overdue = GREATEST(0, LEAST(b.late, b.open)),
                       change_number = nextval('synkd_demo_change_seq'),
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM (%s) b
                 WHERE b.customer_id = c.id
                """,
                self._balances_sql(),
            )
        )
        self.env.invalidate_all()

    def _balances_sql(self):
        """Return the query of customers with what is open and what of it is late."""
        return SQL(
            """
            SELECT c.id AS customer_id,
                   round(COALESCE(SUM(v.open), 0), 2) AS open,
                   round(COALESCE(SUM(v.late), 0), 2) AS late
              FROM synkd_demo_customer c
         LEFT JOIN (
                SELECT customer_id,
                       CASE kind WHEN 'invoice' THEN outstanding
                                 ELSE -outstanding END / rate AS open,
                       CASE WHEN kind = 'invoice' AND due_date < %(today)s
                            THEN outstanding / rate END AS late
                  FROM synkd_demo_document
                 WHERE status = 'open' AND customer_id = ANY(%(ids)s)
             UNION ALL
                SELECT customer_id,
                       CASE kind WHEN 'refund' THEN unallocated
                                 ELSE -unallocated END / rate,
                       NULL
                  FROM synkd_demo_payment
                 WHERE status = 'posted' AND customer_id = ANY(%(ids)s)
                   ) v ON v.customer_id = c.id
             WHERE c.id = ANY(%(ids)s)
          GROUP BY c.id
            """,
            today=fields.Date.today(),
            ids=list(self.ids),
        )

    @api.model
    def _update_overdue(self, ledger):
        """Update who owes something that fell due since the last look."""
        self.env.flush_all()
        late = self.env["synkd.demo.document"]._search(
            [
                ("ledger_id", "=", ledger.id),
                ("kind", "=", "invoice"),
                ("status", "=", "open"),
                ("due_date", "<", fields.Date.today()),
            ]
        )
        customers = self.search([("document_ids", "in", late)])
        rows = self.env.execute_query(
            SQL(
                "SELECT b.customer_id FROM (%s) b"
                " JOIN synkd_demo_customer c ON c.id = b.customer_id"
                " WHERE c.overdue IS DISTINCT FROM GREATEST(0, LEAST(b.late, b.open))",
                customers._balances_sql(),
            )
        )
        self.browse([row[0] for row in rows])._update_balances()

    # === ACTIONS === #

    def action_view_documents(self):
        """Open invoices and credit notes: of these customers, or of the whole ledger.

        :rtype: dict
        """
        return self._view("synkd_demo_document_action")

    def action_view_payments(self):
        """Open payments and refunds: of these customers, or of the whole ledger.

        :rtype: dict
        """
        return self._view("synkd_demo_payment_action")

    def action_view_items(self):
        """Open the lists of the books.

        :rtype: dict
        """
        return self._view("synkd_demo_item_action", "ledger_id", self.ledger_id)

    def _view(self, name, field="customer_id", owners=None):
        """Return one of the addon's window actions, narrowed to these customers.

        Without any, to the ledger whose customers are shown.
        """
        owners = self if owners is None else owners
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"synkd_connector_demo.{name}"
        )
        ledger_id = self.env.context.get("default_ledger_id")
        if owners:
            action["domain"] = [(field, "in", owners.ids)]
        elif ledger_id:
            action["domain"] = [("ledger_id", "=", ledger_id)]
            action["context"] = {"default_ledger_id": ledger_id}
        return action


class SynkdDemoCall(models.Model):
    """A call that the demo books received: what was asked, and which fault it met."""

    _name = "synkd.demo.call"
    _description = "Call to the Demo Books"
    _order = "id desc"

    ledger_id = fields.Many2one("synkd.ledger", required=True, index=True)
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    number = fields.Integer(help="Calls of this kind to these books so far.")
    kind = fields.Selection([("read", "Read"), ("write", "Write")])
    member_count = fields.Integer()
    fault = fields.Char()

    @api.autovacuum
    def _gc_calls(self):
        """Remove calls that are older than their ledger keeps its runs."""
        return self.env["synkd.ledger"]._vacuum(self._name)
