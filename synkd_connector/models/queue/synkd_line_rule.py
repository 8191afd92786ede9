# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Where rows of the queue have their lines.
LINES = ("move_id.invoice_line_ids", "summary_id.line_ids")


class SynkdLineRule(models.AbstractModel):
    """What becomes of waiting documents when the rules of lines change."""

    _inherit = "synkd.line.rule"

    @api.model
    def _rules_changed(self, ledgers, domain=()):
        """Override: decide waiting documents again.

        :param recordset ledgers: the `synkd.ledger` records concerned.
        :param domain: which `synkd.transaction` rows, if not all that wait there.
        """
        if ledgers:
            rows = self.env["synkd.transaction"]
            rows._redecide([("ledger_id", "in", ledgers.ids), *domain])

    @api.model
    def _products_changed(self, products):
        """Decide waiting documents with some products again.

        :param products: domain of `product.product`.
        """
        domains = [Domain(f"{lines}.product_id", "any", products) for lines in LINES]
        self.sudo()._rules_changed_here(Domain.OR(domains))

    @api.model
    def _count_waiting(self, product_class):
        """Return how many waiting documents have lines of a class.

        :param recordset product_class: one `synkd.product.class`.
        :rtype: int
        """
        rows = self.env["synkd.transaction"].sudo()
        count = 0
        for ledger in self.env["synkd.ledger"].search(
            [("company_id", "=", product_class.company_id.id)]
        ):
            domain = [("ledger_id", "=", ledger.id), ("channel", "=", "documents")]
            waiting = rows.search(rows._undecided_domain() & Domain(domain))
            lines = self._lines_sql(ledger, dict.fromkeys(waiting.move_id.ids, ""))
            query = SQL(
                "%s SELECT count(DISTINCT move_id) FROM posting WHERE class_id = %s",
                lines,
                product_class.id,
            )
            count += self._execute(query)[0][0]
        return count
