# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

ITEM_FIELDS = ("item_id", "shop_item_id", "service_item_id", "web_item_id")
ENTRY_DOMAIN = (
    "[('company_id', '=', company_id), ('kind', 'in', ('item', 'account')),"
    " ('ledger_id.active', '=', True)]"
)


class SynkdProductClass(models.Model):
    """How the lines of its products are posted.

    Set on product categories, with override on products; a single line or a free text
    can be given one too.
    """

    _name = "synkd.product.class"
    _description = "Product Class"
    _inherit = ["synkd.class.mixin"]

    posting = fields.Selection(
        [
            ("none", "Do not post these items"),
            ("direct", "Post the item itself"),
            ("department", "Post a departmental item"),
        ],
        required=True,
        default="none",
        tracking=True,
        help="Do not post: a document with such a line waits until a person chooses"
        " another class for the line.\n"
        "The item itself: the books know an item of the same code.\n"
        "Departmental: all products of the class become one item or account of the"
        " books.",
    )
    item_id = fields.Many2one(
        "synkd.books.item",
        string="Departmental Item",
        domain=ENTRY_DOMAIN,
        check_company=True,
        tracking=True,
        help="Item or account of the books, where no other one is named below.",
    )
    shop_item_id = fields.Many2one(
        "synkd.books.item",
        string="In the Shop",
        domain=ENTRY_DOMAIN,
        check_company=True,
        tracking=True,
        help="For sales of the point of sale. Empty: the departmental item.",
    )
    service_item_id = fields.Many2one(
        "synkd.books.item",
        string="In Service",
        domain=ENTRY_DOMAIN,
        check_company=True,
        tracking=True,
        help="For service jobs. Empty: the departmental item.",
    )
    web_item_id = fields.Many2one(
        "synkd.books.item",
        string="On the Web",
        domain=ENTRY_DOMAIN,
        check_company=True,
        tracking=True,
        help="For sales of the web shop. Empty: the departmental item.",
    )
    free_text_ids = fields.One2many("synkd.free.text", "product_class_id")

    _name_uniq = models.UniqueIndex(
        "(company_id, lower(name->>'en_US'))",
        "There is a product class of this name already, maybe an archived one. Choose"
        " another name.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("posting", "item_id")
    def _check_item(self):
        for product_class in self:
            if product_class.posting == "department" and not product_class.item_id:
                raise ValidationError(
                    self.env._(
                        "Product class %s posts a departmental item, but names none."
                        " Choose an item or account of the books; when the list is"
                        " empty, press Pull Lists on the ledger first.",
                        product_class.name,
                    )
                )

    @api.constrains("company_id", *ITEM_FIELDS)
    def _check_items_fit(self):
        for product_class in self:
            for name in ITEM_FIELDS:
                item = product_class[name].sudo()
                wrong_company = item.company_id != product_class.company_id
                if item and (wrong_company or item.kind not in ("item", "account")):
                    raise ValidationError(
                        self.env._(
                            "%(item)s is no item or account of the books of"
                            " %(company)s, so class %(class)s cannot post to it. Choose"
                            " another one.",
                            item=item.display_name,
                            company=product_class.company_id.name,
                            **{"class": product_class.name},
                        )
                    )

    @api.onchange("posting")
    def _onchange_posting(self):
        """Drop what the new posting does not use, and say what the change touches."""
        if self.posting != "department":
            self.update(dict.fromkeys(ITEM_FIELDS, False))
        count = self._origin._count_waiting() if self._origin else 0
        if not count or self._origin.posting == self.posting:
            return None
        return {
            "warning": {
                "title": self.env._("This changes how lines are posted"),
                "message": self.env._(
                    "%(count)s waiting documents have lines of class %(name)s. They"
                    " will be decided again when you save.",
                    count=count,
                    name=self._origin.name,
                ),
            }
        }

    def _count_waiting(self):
        """Return how many waiting documents have lines of this class.

        :rtype: int
        """
        return self.env["synkd.line.rule"].sudo()._count_waiting(self)

    def _check_posts(self, ledger):
        """Refuse classes that do not post lines to some books.

        :param recordset ledger: the `synkd.ledger`.
        :raise UserError: names the first, and says what to choose.
        """
        self.check_access("read")
        for chosen in self:
            mine = chosen.company_id == ledger.company_id and chosen.active
            if not mine or chosen.posting == "none":
                raise UserError(
                    self.env._(
                        "Product class %(class)s posts nothing to %(ledger)s. Choose"
                        " another class.",
                        ledger=ledger.name,
                        **{"class": chosen.name},
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override to let waiting documents be decided by the new posting."""
        res = super().write(vals)
        if {"posting", *ITEM_FIELDS} & set(vals):
            ledgers = self.env["synkd.ledger"].sudo()
            domain = [("company_id", "in", self.company_id.ids)]
            self.env["synkd.line.rule"].sudo()._rules_changed(ledgers.search(domain))
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        lines = self.env["account.move.line"].sudo()
        domain = [("synkd_product_class_id", "in", self.ids)]
        used = self.sudo().free_text_ids.product_class_id
        used |= lines.search(domain, limit=1).synkd_product_class_id
        if used:
            raise UserError(
                self.env._(
                    "Product class %s is used by lines or remembered texts, so it"
                    " cannot be deleted. Archive it instead.",
                    used[:1].name,
                )
            )

    # === READY-MADE === #

    @api.model
    def _create_ready_made(self, ledger):
        """Create the ready-made classes of a ledger's company, once.

        :param recordset ledger: the `synkd.ledger`.
        """
        # An administrator of ledgers need not be a manager of classes.
        classes_sudo = self.sudo().with_context(active_test=False)
        company = ledger.company_id
        if not classes_sudo.search_count([("company_id", "=", company.id)], limit=1):
            classes_sudo.create(self._ready_made_vals(company))

    def _ready_made_vals(self, company):
        """Return the values of the ready-made classes.

        A departmental one is made when the books' lists are known, for it has to name
        an item.

        :rtype: list[dict]
        """
        rows = [
            {"name": self.env._("Direct"), "posting": "direct"},
            {"name": self.env._("Do not post"), "posting": "none"},
        ]
        return [
            row | {"company_id": company.id, "sequence": sequence}
            for sequence, row in enumerate(rows, start=1)
        ]

    @api.model
    def _create_departmental(self, ledger):
        """Return the ready-made departmental class of a ledger's company.

        It is made once the items of the books are known: of those whose names tell of
        sales, shop and service with the fewest other words.

        :param recordset ledger: one `synkd.ledger`.
        :return: empty when the books have no item.
        :rtype: recordset
        """
        domain = [("company_id", "=", ledger.company_id.id)]
        known = self.search([*domain, ("posting", "=", "department")], limit=1)
        items = self.env["synkd.books.item"].search(
            [("ledger_id", "=", ledger.id), ("kind", "=", "item")]
        )
        items = items.sorted(lambda item: len(item.name or ""))
        if known or not items:
            return known
        named = {
            name: items.filtered(lambda item, n=name: n in (item.name or "").lower())
            for name in ("sales", "shop", "service")
        }
        vals = {
            "name": self.env._("Departmental"),
            "company_id": ledger.company_id.id,
            "posting": "department",
            "sequence": 3,
            "item_id": (named["sales"] - named["shop"] or items)[0].id,
            "shop_item_id": named["shop"][:1].id,
            "service_item_id": named["service"][:1].id,
        }
        return self.create(vals)
