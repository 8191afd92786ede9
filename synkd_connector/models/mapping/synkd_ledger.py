# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import ormcache

from ...door import check_one
from ..ledger.synkd_ledger_connection import ENGINE_FIELDS


class SynkdLedger(models.Model):
    """A ledger's lists and mapping: when they were read, what is missing.

    The lists are `synkd.books.item`, the mapping is `synkd.mapping`.
    """

    _inherit = "synkd.ledger"

    lists_lock_date = fields.Date(
        string="Books Closed Until",
        readonly=True,
        copy=False,
        help="Last day of the closed period of the books.",
    )
    lists_pulled_at = fields.Datetime(
        string="Lists Pulled",
        readonly=True,
        copy=False,
        help="When taxes, accounts and items were last read. Empty: the next run reads"
        " them.",
    )
    unmapped_count = fields.Integer(compute="_compute_unmapped_count")

    def _compute_unmapped_count(self):
        groups = self.env["synkd.mapping"]._read_group(
            [("ledger_id", "in", self.ids), ("is_mapped", "=", False)],
            ["ledger_id"],
            ["__count"],
        )
        counts = {ledger.id: count for ledger, count in groups}
        for ledger in self:
            ledger.unmapped_count = counts.get(ledger.id, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to give each company its ready-made product classes."""
        ledgers = super().create(vals_list)
        for ledger in ledgers:
            self.env["synkd.product.class"]._create_ready_made(ledger)
        return ledgers

    def write(self, vals):
        """Override to forget what the facts of the rules were."""
        res = super().write(vals)
        if not ENGINE_FIELDS.issuperset(vals):
            self.env.registry.clear_cache()
        return res

    # === FACTS === #

    @ormcache("self.id")
    def _get_rule_facts(self):
        """Return what the rules of lines must know of this ledger, without a query.

        :return: id of its company, id of the root of that company, kinds of lists
            that the books keep.
        :rtype: tuple[int, int, frozenset]
        """
        company = self.sudo().company_id
        lists = frozenset(self._get_capabilities().lists)
        return company.id, company.root_id.id, lists

    # === ACTIONS === #

    def action_pull_lists(self):
        """Ask the next run to read taxes, accounts, items and currencies of the books.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        ledger_sudo = self.sudo()
        ledger_sudo.lists_pulled_at = False
        return ledger_sudo._request_run({"content": "lists"})._get_watch_action()

    def _describe_lists(self):
        """Return the sentence that says what the lists of the books have.

        :rtype: str
        """
        items = self.env["synkd.books.item"]
        labels = dict(items._fields["kind"]._description_selection(self.env))
        counts = items._read_group([("ledger_id", "=", self.id)], ["kind"], ["__count"])
        if not counts:
            return self.env._("The books keep no lists of taxes, accounts or items.")
        told = ", ".join(f"{labels[kind]} {count}" for kind, count in counts)
        return self.env._("Read from the books: %s.", told)

    def action_view_mapping(self):
        """Open the mapping of this ledger.

        :rtype: dict
        """
        return self._view("synkd_mapping_action")

    def action_find_missing(self):
        """Add a row of the mapping for everything in use that has none, and open it.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        self.env["synkd.mapping"].sudo()._create_missing(self.sudo())
        action = self.action_view_mapping()
        action["context"] = {"search_default_unmapped": 1}
        return action

    def action_view_items(self):
        """Open the lists of the books, as they were last read.

        :rtype: dict
        """
        action = self._view("synkd_books_item_action")
        action["context"] = {"search_default_by_kind": 1}
        return action
