# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..lib.obstacles import Need
from ..models.mapping.synkd_mapping import SOURCE_FIELDS


class SynkdResolveWizard(models.TransientModel):
    """Resolve: something of ours names nothing in the books yet."""

    _inherit = "synkd.resolve.wizard"

    need_ids = fields.One2many("synkd.resolve.need", "wizard_id")
    can_map = fields.Boolean(compute="_compute_can_map")
    has_mappings = fields.Boolean(compute="_compute_can_map")

    def _compute_can_map(self):
        allowed = self.env["synkd.mapping"].has_access("write")
        for wizard in self:
            wizard.can_map = allowed
            wizard.has_mappings = bool(wizard.need_ids.mapping_id)

    def _get_needs(self):
        """Return what the chosen documents lack, each once.

        :rtype: list[Need]
        """
        needs = [
            Need(**need)
            for row in self.row_ids
            for need in (row.reason_data or {}).get("unmapped") or []
        ]
        return list(dict.fromkeys(needs))

    def _prepare_needs(self):
        """Show what is missing, with what is suggested."""
        needs = self._get_needs()
        mappings = self.env["synkd.mapping"].sudo()
        wanted = {(n.kind, n.key) for n in needs if n.kind in SOURCE_FIELDS}
        rows = mappings._ensure(self.ledger_id.sudo(), wanted)
        by_key = {(row.kind, row.key or ""): row for row in rows}
        advice = mappings._describe(needs)
        self.need_ids = [
            Command.create(
                {
                    "label": need.label,
                    "advice": sentence,
                    "kind": need.kind,
                    "mapping_id": mapping.id,
                    "item_id": mapping.suggested_item_id.id,
                }
            )
            for need, sentence in zip(needs, advice, strict=True)
            for mapping in [by_key.get((need.kind, need.key), mappings)]
        ]

    def _touched_by_mapping(self):
        """Return the documents that lack one of these too."""
        needs = [[{"kind": n.kind, "key": n.key}] for n in self._get_needs()]
        domain = Domain.FALSE
        for wanted in needs:
            domain |= self._lacks_domain(wanted)
        return domain

    def _lacks_domain(self, wanted):
        """Return the documents whose reasons name one need.

        :rtype: Domain
        """
        rows = self.env["synkd.transaction"]
        value = rows._fields["reason_data"].convert_to_column(wanted, rows)

        def to_sql(model, alias, query):
            """Compare the needs that were written down with the wanted one."""
            column = model._field_to_sql(alias, "reason_data", query)
            return SQL("(%s)->'unmapped' @> %s::jsonb", column, value)

        return Domain.custom(to_sql=to_sql)

    def _resolve_mapping(self):
        """Map what was chosen, which decides what waits again.

        :raise UserError: when the user may not map, or nothing is chosen.
        """
        if not self.can_map:
            raise UserError(
                self.env._(
                    "Only managers of the books map to the books' lists. Ask one of"
                    " them; what is missing is named here."
                )
            )
        chosen = self.need_ids.filtered(lambda n: n.mapping_id and n.item_id)
        if not chosen:
            raise UserError(self.env._("Choose at least one item of the books' lists."))
        for item, some in chosen.grouped("item_id").items():
            some.mapping_id.item_id = item

    def action_open_mapping(self):
        """Open the screen in which the missing things are mapped or mended.

        :rtype: dict
        """
        self.ledger_id.check_access("read")
        return self.env["synkd.mapping"]._open(self.ledger_id, self._get_needs())


class SynkdResolveNeed(models.TransientModel):
    """One thing of ours that the books have no counterpart for yet."""

    _name = "synkd.resolve.need"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Resolve: Something Unmapped"

    wizard_id = fields.Many2one(
        "synkd.resolve.wizard", required=True, ondelete="cascade"
    )
    ledger_id = fields.Many2one(related="wizard_id.ledger_id", related_sudo=False)
    label = fields.Char(string="Ours", readonly=True)
    advice = fields.Char(string="What Is Missing", readonly=True)
    mapping_id = fields.Many2one("synkd.mapping", readonly=True)
    kind = fields.Selection(
        [
            ("tax", "Tax"),
            ("account", "Account"),
            ("item", "Item"),
            ("class", "Product Class"),
            ("bank", "Payment Journal"),
            ("currency", "Currency"),
        ],
        readonly=True,
    )
    item_id = fields.Many2one(
        "synkd.books.item",
        string="In the Books",
        domain="[('ledger_id', '=', ledger_id), ('kind', 'in',"
        " ('account', 'item') if kind == 'account' else (kind,))]",
    )
    item_hint = fields.Char(compute="_compute_item_hint")
    suggestion_reason = fields.Char(
        related="mapping_id.suggestion_reason", related_sudo=False
    )

    @api.depends("mapping_id", "wizard_id.can_map")
    def _compute_item_hint(self):
        for need in self:
            choosable = need.mapping_id and need.wizard_id.can_map
            need.item_hint = self.env._("Choose…") if choosable else False
