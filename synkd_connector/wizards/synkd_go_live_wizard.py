# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..door import check_one

# So many customers are shown, those with the most open items first.
MOST_SHOWN = 200


class SynkdGoLiveWizard(models.TransientModel):
    """The guided step of a new ledger: where its documents begin.

    Shows what was open on that day, and writes down who brings it into the books, and
    what becomes of money for it. Nothing is sent here: opening documents are rows of
    the queue.
    """

    _name = "synkd.go.live.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Go-Live"

    ledger_id = fields.Many2one("synkd.ledger", required=True, readonly=True)
    start_date = fields.Date(string="Documents From", required=True)
    opening_choice = fields.Selection(
        selection=lambda self: self._selection_of("opening_choice"),
        string="What Was Open Before",
        required=True,
    )
    opening_item_id = fields.Many2one(
        "synkd.books.item",
        string="Opening Account",
        domain="[('ledger_id', '=', ledger_id), ('kind', '=', 'account')]",
    )
    before_choice = fields.Selection(
        selection=lambda self: self._selection_of("before_choice"),
        string="Money for Documents From Before",
        required=True,
    )
    # Stored: a client reads lines by their ids.
    summary = fields.Text(compute="_compute_open", store=True, string="Open Then")
    line_ids = fields.One2many(
        "synkd.go.live.line",
        "wizard_id",
        compute="_compute_open",
        store=True,
        string="Customers",
    )

    @api.model
    def _selection_of(self, name):
        return self.env["synkd.ledger"]._fields[name]._description_selection(self.env)

    @api.model
    def _open(self, ledger):
        """Open the step for a ledger, with what was decided before.

        :rtype: dict
        """
        names = ("start_date", "opening_choice", "before_choice")
        vals = {name: ledger[name] for name in names}
        vals["start_date"] = vals["start_date"] or fields.Date.context_today(self)
        vals["opening_choice"] = vals["opening_choice"] or "bookkeeper"
        vals["before_choice"] = vals["before_choice"] or "credit"
        wizard = self._create_dialog(
            vals
            | {
                "ledger_id": ledger.id,
                "opening_item_id": ledger.opening_item_id.id,
            }
        )
        return wizard._get_dialog_action(self.env._("Go-Live"))

    @api.depends("start_date", "ledger_id")
    def _compute_open(self):
        for wizard in self:
            items = []
            if wizard.start_date:
                ledger_sudo = wizard.ledger_id.sudo()
                items = ledger_sudo._get_open_items(wizard.start_date)
            wizard.summary = wizard._summarise(items)
            lines = wizard._make_lines(items)
            wizard.line_ids = [Command.clear(), *map(Command.create, lines)]

    def _summarise(self, items):
        """Return the sentences about what was open: how many, and sums by currency.

        :rtype: str
        """
        day = format_date(self.env, self.start_date)
        if not items:
            return self.env._("Nothing was open when %s began.", day)
        sums = defaultdict(float)
        for item in items:
            sums[item["currency_id"]] += item["residual"]
        currencies = self.env["res.currency"].browse(sums)
        texts = [
            self.env._(
                "Open when %(day)s began: %(sums)s. Items: %(count)s; customers:"
                " %(customers)s.",
                day=day,
                count=len(items),
                customers=len({item["partner_id"] for item in items}),
                sums=", ".join(c.format(sums[c.id]) for c in currencies),
            )
        ]
        if queued := sum(item["is_queued"] for item in items):
            texts.append(self.env._("In the queue already: %s.", queued))
        if left := [item["number"] for item in items if item["parts"] > 1]:
            texts.append(
                self.env._(
                    "Entries of several customers or currencies are left to the"
                    " bookkeeper in any case: %s.",
                    ", ".join(sorted(set(left))[:10]),
                )
            )
        return "\n".join(texts)

    def _make_lines(self, items):
        """Return the customers with what each of them had open, by currency.

        :rtype: list[dict] of values of `synkd.go.live.line`
        """
        found = defaultdict(lambda: [0, 0.0])
        for item in items:
            each = found[item["partner_id"], item["currency_id"]]
            each[0] += 1
            each[1] += item["residual"]
        most = sorted(found.items(), key=lambda pair: -pair[1][0])[:MOST_SHOWN]
        return [
            {
                "partner_id": partner_id,
                "currency_id": currency_id,
                "count": count,
                "amount": amount,
            }
            for (partner_id, currency_id), (count, amount) in most
        ]

    def action_confirm(self):
        """Write down what was decided, and queue opening documents where wanted.

        Pressed again, it finds nothing left to do.

        :rtype: dict
        :raise UserError: when opening documents could not be posted.
        """
        check_one(self)
        ledger = self.ledger_id
        ledger.check_access("write")
        self._check_start_kept()
        ledger.write(
            {
                "start_date": self.start_date,
                "opening_choice": self.opening_choice,
                "opening_item_id": self.opening_item_id.id,
                "before_choice": self.before_choice,
            }
        )
        if self.opening_choice != "post":
            return {"type": "ir.actions.act_window_close"}
        ledger_sudo = ledger.sudo()
        ledger_sudo._check_opening()
        count = ledger_sudo._post_openings()
        ledger.message_post(body=self.env._("Opening documents queued: %s.", count))
        mine = [("ledger_id", "=", ledger.id), ("opening_date", "!=", False)]
        return self.env["synkd.transaction"]._view_rows(mine)

    def _check_start_kept(self):
        """Refuse another first day once opening documents are of the old one.

        :raise UserError: says what to do.
        """
        rows = self.env["synkd.transaction"].sudo()
        mine = [("ledger_id", "=", self.ledger_id.id), ("live", "=", True)]
        other = [("opening_date", "not in", [False, self.start_date])]
        if rows.search_count([*mine, *other], limit=1):
            raise UserError(
                self.env._(
                    "Opening documents of ledger %(ledger)s are as of %(day)s already."
                    " Keep that day; or void or exclude them first.",
                    ledger=self.ledger_id.name,
                    day=format_date(self.env, self.ledger_id.start_date),
                )
            )


class SynkdGoLiveLine(models.TransientModel):
    """What one customer had open in one currency."""

    _name = "synkd.go.live.line"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Go-Live: A Customer"

    wizard_id = fields.Many2one("synkd.go.live.wizard", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    count = fields.Integer(string="Open Items", readonly=True)
    amount = fields.Monetary(string="Open", readonly=True)
