# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...lib import suggest
from ...lib.documents import ACCOUNT, BANK, CURRENCY, ITEM, TAX
from ...lib.obstacles import CLASS

# The field that names a record of ours, by kind.
SOURCE_FIELDS = {
    TAX: "tax_ids",
    ACCOUNT: "account_id",
    BANK: "journal_id",
    CURRENCY: "currency_id",
}


class SynkdMapping(models.Model):
    """What a tax, account, journal or currency of ours is called in the books.

    Nothing is mapped by itself: what is likely is suggested, a person accepts it. A
    row without an item, or with one that the books removed, counts as unmapped.
    """

    _name = "synkd.mapping"
    _description = "Mapping to the Books"
    _inherit = ["mail.thread", "synkd.fields.mixin"]
    _order = "ledger_id, kind, id"

    ledger_id = fields.Many2one(
        "synkd.ledger",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self._default_ledger_id(),
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    kind = fields.Selection(
        [
            (TAX, "Tax"),
            (ACCOUNT, "Account"),
            (BANK, "Payment Journal"),
            (CURRENCY, "Currency"),
        ],
        required=True,
        default=TAX,
    )
    key = fields.Char(
        compute="_compute_key",
        store=True,
        precompute=True,
        help="Technical: ids of the taxes, or of the account, journal or currency.",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        context={"active_test": False},
        help="Taxes of a line; several together are one tax of the books. Empty: lines"
        " without tax.",
    )
    account_id = fields.Many2one("account.account", ondelete="cascade")
    journal_id = fields.Many2one("account.journal", ondelete="cascade")
    currency_id = fields.Many2one(
        "res.currency", ondelete="cascade", context={"active_test": False}
    )
    item_id = fields.Many2one(
        "synkd.books.item",
        string="In the Books",
        tracking=True,
        ondelete="restrict",
        domain="[('ledger_id', '=', ledger_id), ('kind', 'in',"
        " ('account', 'item') if kind == 'account' else (kind,))]",
    )
    is_mapped = fields.Boolean(
        string="Mapped", compute="_compute_is_mapped", store=True
    )
    suggested_item_id = fields.Many2one(
        "synkd.books.item", string="Suggestion", compute="_compute_suggestion"
    )
    suggestion_reason = fields.Char(string="Because", compute="_compute_suggestion")
    suggestion_is_good = fields.Boolean(compute="_compute_suggestion")

    _key_uniq = models.Constraint(
        "unique(ledger_id, kind, key)",
        "This is mapped in these books already. Change that row instead.",
    )

    def _default_ledger_id(self):
        return self.env.company._get_synkd_ledger()

    # === COMPUTE METHODS === #

    @api.depends("kind", *SOURCE_FIELDS.values())
    def _compute_key(self):
        for mapping in self:
            sources = mapping._get_sources()
            mapping.key = ",".join(str(id_) for id_ in sorted(sources.ids))

    @api.depends("item_id.active")
    def _compute_is_mapped(self):
        for mapping in self:
            mapping.is_mapped = mapping.item_id.active

    @api.depends("kind", *SOURCE_FIELDS.values())
    def _compute_display_name(self):
        for mapping in self:
            names = mapping._get_sources().mapped("display_name")
            mapping.display_name = " + ".join(names) or self.env._("No tax")

    @api.depends("item_id", "key")
    @api.depends_context("lang")
    def _compute_suggestion(self):
        items = self._get_items_by_kind()
        for mapping in self:
            item, reason = None, ""
            if not mapping.is_mapped and mapping.kind:
                candidates = items.get((mapping.ledger_id.id, mapping.kind), ())
                item, reason = suggest.find(mapping._get_ours(), candidates)
            mapping.suggested_item_id = item
            mapping.suggestion_reason = mapping._get_reason(reason)
            mapping.suggestion_is_good = reason in suggest.SURE

    def _get_items_by_kind(self):
        """Return the live items that may be suggested, by ledger and kind.

        :rtype: dict[tuple, list]
        """
        found = {}
        domain = [("ledger_id", "in", self.ledger_id.ids), ("kind", "!=", ITEM)]
        for item in self.env["synkd.books.item"].search(domain):
            found.setdefault((item.ledger_id.id, item.kind), []).append(item)
        return found

    def _get_sources(self):
        """Return the record of ours, or the taxes.

        As superuser: who maps the books need not have access to accounting.

        :rtype: recordset
        """
        self.ensure_one()
        return self.sudo()[SOURCE_FIELDS.get(self.kind, "tax_ids")]

    def _get_ours(self):
        """Return what is known of the record of ours.

        :rtype: suggest.Ours
        """
        sources = self._get_sources()
        if self.kind == TAX:
            names = " ".join(f"{t.name} {t.invoice_label or ''}" for t in sources)
            return suggest.Ours(TAX, name=names, rate=self._get_rate(sources))
        if self.kind == CURRENCY:
            return suggest.Ours(CURRENCY, code=sources.name)
        return suggest.Ours(self.kind, code=sources.code or "", name=sources.name or "")

    def _get_rate(self, taxes):
        """Return what taxes add to a price without tax, in percent.

        :return: None when that depends on the line, as for fixed amounts.
        :rtype: Decimal | None
        """
        base, added = Decimal(100), Decimal(0)
        for tax in taxes.flatten_taxes_hierarchy():
            amount = Decimal(repr(tax.amount))
            if tax.amount_type == "percent":
                part = base * amount / 100
            elif tax.amount_type == "division" and amount < 100:
                part = base * amount / (100 - amount)
            else:
                return None
            added += part
            if tax.include_base_amount:
                base += part
        return round(added, 4)

    def _get_reason(self, reason):
        """Return a reason of lib.suggest in words."""
        return {
            suggest.CODE: self.env._("same code"),
            suggest.NAME: self.env._("same name"),
            suggest.RATE: self.env._("only sales tax of this rate"),
            suggest.RATE_NAME: self.env._("same rate, closest name"),
            suggest.SIMILAR: self.env._("similar name"),
        }.get(reason, "")

    # === CONSTRAINT METHODS === #

    @api.constrains("kind", *SOURCE_FIELDS.values())
    def _check_source(self):
        for mapping in self:
            if mapping.kind != TAX and not mapping._get_sources():
                raise ValidationError(
                    self.env._(
                        "A row of the mapping says nothing of ours. Choose the account,"
                        " payment journal or currency that it is about."
                    )
                )

    @api.constrains("item_id", "ledger_id", "kind")
    def _check_item(self):
        for mapping in self.filtered("item_id"):
            item = mapping.item_id
            kinds = (ACCOUNT, ITEM) if mapping.kind == ACCOUNT else (mapping.kind,)
            if item.ledger_id != mapping.ledger_id or item.kind not in kinds:
                raise ValidationError(
                    self.env._(
                        "%(ours)s cannot be mapped to %(item)s, which is of another"
                        " list or other books. Choose an item of the same kind.",
                        ours=mapping.display_name,
                        item=item.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to let waiting documents be decided by the new rows."""
        mappings = super().create(vals_list)
        mappings.filtered("item_id")._decide_again()
        return mappings

    def write(self, vals):
        """Override to let waiting documents be decided by the new mapping."""
        res = super().write(vals)
        if {"item_id", "kind", *SOURCE_FIELDS.values()} & set(vals):
            self._decide_again()
        return res

    def _decide_again(self):
        """Let the documents that wait be decided by the new mapping."""
        if self:
            ledgers = self.ledger_id.sudo()
            self.env["synkd.line.rule"].sudo()._rules_changed(ledgers)

    # === ACTIONS === #

    def action_accept_suggestion(self):
        """Map these rows to what is suggested; those without a suggestion stay.

        :rtype: bool
        """
        self.check_access("write")
        wanted = self.filtered("suggested_item_id").grouped("suggested_item_id")
        for item, mappings in wanted.items():
            mappings.item_id = item
        return True

    def action_accept_good(self):
        """Map all rows of the list, or the selected ones, whose suggestion is sure.

        What is only similar, or one of several taxes of a rate, is left to a look.

        :return: the client action that says what was mapped and what is left.
        :rtype: dict
        """
        listed = Domain(self.env.context.get("active_domain") or Domain.TRUE)
        rows = self or self.search(listed & Domain("is_mapped", "=", False))
        rows.check_access("write")
        good = rows.filtered(lambda mapping: mapping.suggestion_is_good)
        good.action_accept_suggestion()
        left = rows.filtered(lambda mapping: not mapping.is_mapped)
        text = self.env._("Mapped to the books: %s.", len(good))
        if left:
            text = self.env._(
                "Mapped to the books: %(good)s. Left to you: %(left)s, which have no"
                " sure suggestion. Choose In the Books, or press Accept.",
                good=len(good),
                left=len(left),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === ROWS === #

    @api.model
    def _open(self, ledger, needs):
        """Return the action that lets a person map what documents need.

        Rows are made for what has none. Items cannot be mapped, so for needs of items
        only the books' lists are opened; for needs of product classes only, these.

        :param recordset ledger: one `synkd.ledger`.
        :param list needs: ``Need`` of lib.obstacles.
        :rtype: dict
        """
        wanted = {(n.kind, n.key) for n in needs if n.kind in SOURCE_FIELDS}
        if not wanted:
            return self._open_others(ledger, needs)
        mappings = self.sudo()._ensure(ledger.sudo(), wanted)
        action = ledger.action_view_mapping()
        action["domain"] = [("id", "in", mappings.ids)]
        return action

    def _open_others(self, ledger, needs):
        """Return the action for needs that no mapping can fill."""
        class_ids = [int(need.key) for need in needs if need.kind == CLASS]
        if not class_ids:
            return ledger.action_view_items()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_product_class_action"
        )
        action["domain"] = [("id", "in", class_ids)]
        return action

    @api.model
    def _ensure(self, ledger, wanted):
        """Return the rows of some keys, made where there are none.

        :param recordset ledger: one `synkd.ledger`.
        :param set wanted: tuples of kind and key.
        :rtype: recordset
        """
        known = self.search([("ledger_id", "=", ledger.id)])
        by_key = {(m.kind, m.key or ""): m for m in known}
        new = sorted(pair for pair in wanted if pair not in by_key)
        made = self.create([self._prepare_vals(ledger, *pair) for pair in new])
        found = [by_key[pair].id for pair in wanted if pair in by_key]
        return self.browse(found) + made

    def _prepare_vals(self, ledger, kind, key):
        """Return the values of a row for one key.

        :rtype: dict
        """
        ids = [int(id_) for id_ in key.split(",") if id_]
        source = fields.Command.set(ids) if kind == TAX else ids[0]
        value = [source] if kind == TAX else source
        return {"ledger_id": ledger.id, "kind": kind, SOURCE_FIELDS[kind]: value}

    @api.model
    def _create_missing(self, ledger):
        """Create rows for what documents need: taxes, accounts, journals, currencies.

        :param recordset ledger: one `synkd.ledger`.
        :return: all rows for what is in use.
        :rtype: recordset
        """
        return self._ensure(ledger, self.env["synkd.mapping.search"]._find_used(ledger))

    @api.model
    def _accept_suggestions(self, ledger):
        """Map all that could be used to what is suggested: for games only.

        :param recordset ledger: one `synkd.ledger`.
        """
        search = self.env["synkd.mapping.search"]
        wanted = search._find_used(ledger) | search._find_possible(ledger)
        self._ensure(ledger, wanted).action_accept_suggestion()

    @api.model
    def _describe(self, needs):
        """Return one sentence for each need: what is missing and what to do.

        :param list needs: ``Need`` of lib.obstacles.
        :rtype: list[str]
        """
        sentences = {
            TAX: self.env._("Tax %s is not mapped to a tax of the books."),
            ACCOUNT: self.env._("Account %s is not mapped to the books."),
            BANK: self.env._("Journal %s is not mapped to an account of the books."),
            CURRENCY: self.env._("Currency %s is not mapped to the books."),
            ITEM: self.env._(
                "Item %s is not in the books' list: create it there, then Pull Lists."
            ),
            CLASS: self.env._(
                "Product class %s names an item that the books do not have any more."
            ),
        }
        return [sentences[need.kind] % need.label for need in needs]
