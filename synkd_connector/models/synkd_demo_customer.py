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
    state = fields.Char()
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

    _code_uniq = models.UniqueIndex(
        "(ledger_id, upper(code))", "The demo books have a customer of this code."
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
