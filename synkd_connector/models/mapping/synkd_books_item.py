# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...lib import odd
from ...lib.alone import each_alone
from ...lib.documents import ACCOUNT, BANK, CURRENCY, ITEM, TAX
from ...lib.odd import Oddity
from ..ledger.synkd_ledger import CONNECTOR_PREFIX

_logger = logging.getLogger(__name__)

_lt = LazyTranslate(__name__)

ITEM_KINDS = [
    (TAX, _lt("Tax")),
    (ACCOUNT, _lt("Account")),
    (ITEM, _lt("Item")),
    (BANK, _lt("Bank or Cash Account")),
    (CURRENCY, _lt("Currency")),
]


class SynkdBooksItem(models.Model):
    """One item of a list that the books keep: a tax, an account, an item and so on.

    Pulled from the books and never edited here; what the books removed is archived.
    """

    _name = "synkd.books.item"
    _description = "Item of the Books' Lists"
    _inherit = ["synkd.fields.mixin"]
    _order = "ledger_id, kind, code, id"
    _rec_names_search = ["code", "name"]

    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    kind = fields.Selection("_selection_kind", required=True, readonly=True)
    external_id = fields.Char(
        string="Identity in the Books", required=True, readonly=True
    )
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(readonly=True)
    rate = fields.Float(string="Rate (%)", digits=(16, 4), readonly=True)
    active = fields.Boolean(default=True, readonly=True)

    _external_uniq = models.Constraint(
        "unique(ledger_id, kind, external_id)",
        "The books have this item already.",
    )
    _item_idx = models.Index("(ledger_id, lower(code)) WHERE kind = 'item' AND active")

    @api.model
    def _selection_kind(self):
        """Return the kinds of lists: those of all books, and those connectors name.

        :rtype: list[tuple[str, str]]
        """
        connectors = (
            self.env[f"{CONNECTOR_PREFIX}{code}"]
            for code, _name in self.env["synkd.ledger"]._selection_connector()
        )
        theirs = [kind for each in connectors for kind in each._list_kinds]
        in_words = self.env["synkd.connector"]._in_words
        return [(kind, in_words(name)) for kind, name in ITEM_KINDS + theirs]

    @api.depends("code", "name")
    def _compute_display_name(self):
        for item in self:
            parts = dict.fromkeys(part for part in (item.code, item.name) if part)
            item.display_name = " · ".join(parts)

    @api.model
    def _take(self, ledger, lists):
        """Take the books' lists over: what changed is written, what is gone archived.

        Two statements, however long the lists are. While an item is odd, none is
        archived: nobody knows which one it was.

        :param recordset ledger: one `synkd.ledger`.
        :param Lists lists: as the connector read them.
        :return: the items that could not be kept.
        :rtype: list[Oddity]
        """
        self.flush_model()
        left = []
        each_alone(
            self.env.cr.savepoint,
            lists.items,
            lambda items: self._upsert(ledger, self._without_doubles(items)),
            lambda item, error: left.append(self._to_oddity(item, error)),
        )
        if not (left or lists.odd):
            keys = [(item.kind, item.external_id) for item in lists.items]
            self._archive_others(ledger, keys)
        self.invalidate_model()
        mappings = self.env["synkd.mapping"].search([("ledger_id", "=", ledger.id)])
        self.env.add_to_compute(mappings._fields["is_mapped"], mappings)
        locked = self._read_lock_date(lists.lock_date)
        if locked is None:
            # The one that is known stays, for more would be posted without it.
            locked = ledger.lists_lock_date
            name = self.env._("Last closed day")
            left.append(Oddity(name, lists.lock_date, self.env._("no date")))
        ledger.write(
            {"lists_lock_date": locked, "lists_pulled_at": fields.Datetime.now()}
        )
        self.env["synkd.line.rule"]._rules_changed(ledger)
        return left

    def _without_doubles(self, items):
        """Return the last one of each identity; one statement writes none twice."""
        return {(item.kind, item.external_id): item for item in items}.values()

    def _to_oddity(self, item, error):
        """Return an item that could not be kept, for people."""
        _logger.warning("An item of the books' lists was left out", exc_info=error)
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        is_kind = isinstance(item.kind, str)
        what = is_kind and kinds.get(item.kind) or self.env._("Lists of the books")
        return Oddity(what, odd.name_of(item), type(error).__name__)

    def _read_lock_date(self, text):
        """Return the last closed day; False for none, None when it is no date."""
        try:
            return fields.Date.to_date(text or False) or False
        except (TypeError, ValueError):
            return None

    def _upsert(self, ledger, items):
        """Write items of a ledger, new or known.

        :raise ValueError: when one is of a kind that nobody named.
        """
        known = dict(self._selection_kind())
        if strange := [item.kind for item in items if item.kind not in known]:
            raise ValueError(f"unknown kind of list: {strange[0]}")
        rows = [
            SQL("(%s, %s, %s, %s, %s)", e.kind, e.external_id, e.code, e.name, e.rate)
            for e in items
        ]
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO synkd_books_item AS known (
                    ledger_id, company_id, kind, external_id, code, name, rate, active,
                    create_uid, write_uid, create_date, write_date
                )
                SELECT %(ledger)s, %(company)s, taken.kind, taken.external_id,
                       COALESCE(NULLIF(taken.code, ''), taken.external_id), taken.name,
                       COALESCE(NULLIF(taken.rate, '')::numeric, 0), true,
                       %(user)s, %(user)s, %(now)s, %(now)s
                  FROM (VALUES %(rows)s) taken(kind, external_id, code, name, rate)
                ON CONFLICT (ledger_id, kind, external_id) DO UPDATE
                   SET code = EXCLUDED.code, name = EXCLUDED.name,
                       rate = EXCLUDED.rate, active = true,
                       write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
                 WHERE (known.code, known.name, known.rate, known.active)
                       IS DISTINCT FROM
                       (EXCLUDED.code, EXCLUDED.name, EXCLUDED.rate, true)
                """,
                ledger=ledger.id,
                company=ledger.company_id.id,
                user=self.env.uid,
                now=self.env.cr.now(),
                rows=SQL(", ").join(rows),
            )
        )

    def _archive_others(self, ledger, keys):
        """Archive the items of a ledger that are none of these."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE synkd_books_item known
                   SET active = false, write_date = %(now)s, write_uid = %(user)s
                 WHERE known.ledger_id = %(ledger)s AND known.active
                   AND NOT EXISTS (
                        SELECT FROM unnest(%(kinds)s::text[], %(ids)s::text[])
                            kept(kind, external_id)
                         WHERE kept.kind = known.kind
                           AND kept.external_id = known.external_id
                   )
                """,
                ledger=ledger.id,
                now=self.env.cr.now(),
                user=self.env.uid,
                kinds=[kind for kind, _id in keys],
                ids=[external_id for _kind, external_id in keys],
            )
        )
