# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command

from ..lib.errors import ConnectorError
from .synkd_preview_wizard import COMPARED


class SynkdResolveWizard(models.TransientModel):
    """Resolve: what is in the books differs from the document in Odoo."""

    _inherit = "synkd.resolve.wizard"

    difference_ids = fields.One2many(
        "synkd.resolve.difference", "wizard_id", readonly=True
    )
    is_manager = fields.Boolean(compute="_compute_allowed")
    can_void = fields.Boolean(compute="_compute_allowed")
    can_credit = fields.Boolean(compute="_compute_allowed")
    note = fields.Char(string="Why it may stay as it is")

    @api.depends("row_ids")
    def _compute_allowed(self):
        manager = self.env.user.has_group("synkd_connector.group_manager")
        for wizard in self:
            rows = wizard.row_ids.sudo()
            wizard.is_manager = manager
            wizard.can_void = wizard.ledger_id.sudo()._get_capabilities().void
            creditable = rows.filtered(lambda row: row._is_creditable())
            wizard.can_credit = (
                bool(rows) and creditable == rows and not rows._find_altered()
            )

    # === SIDE BY SIDE === #

    def _prepare_differences(self):
        """Show what differs, document by document."""
        self.difference_ids = [
            Command.create(
                {"document": row.display_name, "label": label, "ours": a, "theirs": b}
            )
            for row in self.row_ids.sudo()
            for label, a, b in self._compare(row)
        ]

    def _compare(self, row):
        """Return what differs between one document and the books.

        :return: tuples of label, our value and theirs.
        :rtype: list[tuple[str, str, str]]
        """
        labels = self._get_labels()
        if row.reason == "difference":
            data = row.reason_data or {}
            pairs = [
                (n, data.get(f"our_{n}"), data.get(f"books_{n}")) for n in COMPARED
            ]
            return [(labels[n], a or "", b or "") for n, a, b in pairs if a != b]
        theirs = row.sent_data or {}
        ours = self._get_now(row)
        if ours is None:
            gone = self.env._("taken back, or cannot be put together")
            return [(self.env._("Document"), gone, theirs.get("number") or row.number)]
        found = [
            (labels[name], ours.get(name) or "", theirs.get(name) or "")
            for name in COMPARED
            if (ours.get(name) or "") != (theirs.get(name) or "")
        ]
        return found + self._compare_lines(ours, theirs)

    def _get_now(self, row):
        """Return the document as it would be sent now, or None.

        :rtype: dict
        """
        if not row._is_posted():
            return None
        try:
            return row._to_data().as_dict()
        except ConnectorError:
            return None

    def _compare_lines(self, ours, theirs):
        """Return the lines in which two versions of a document differ."""
        mine, other = (
            [self._describe_line(line) for line in data.get("lines") or ()]
            for data in (ours, theirs)
        )
        count = max(len(mine), len(other))
        mine += [""] * (count - len(mine))
        other += [""] * (count - len(other))
        return [
            (self.env._("Line %s", number), a, b)
            for number, (a, b) in enumerate(zip(mine, other, strict=True), start=1)
            if a != b
        ]

    def _describe_line(self, line):
        """Return one line of a document as people read it.

        :rtype: str
        """
        posted_as = line.get("item") or line.get("account") or ""
        return (
            f"{line['quantity']} × {line['price']} {line['description']}"
            f" ({posted_as} {line.get('tax_code') or ''} {line['net']})"
        )

    def _get_labels(self):
        """Return the names of what is compared.

        :rtype: dict[str, str]
        """
        return {
            "number": self.env._("Number"),
            "date": self.env._("Date"),
            "due_date": self.env._("Due Date"),
            "reference": self.env._("Reference"),
            "customer_code": self.env._("Account Customer"),
            "currency": self.env._("Currency"),
            "account": self.env._("Bank or Cash Account"),
            "amount": self.env._("Amount"),
            "tax": self.env._("Tax"),
            "total": self.env._("Total"),
        }

    # === WHAT MAY BE DONE === #

    def action_void(self):
        """Let the next run void in the books what was posted there.

        :return: as ``action_confirm``.
        :rtype: dict
        """
        rows = self._get_rows()
        return self._resolve(rows.action_void)

    def action_credit(self):
        """Credit in the books what was posted, and queue the document anew.

        :return: as ``action_confirm``.
        :rtype: dict
        """
        rows = self._get_rows()
        return self._resolve(rows.action_credit)

    def action_leave(self):
        """Accept the difference, with the reason typed.

        :return: as ``action_confirm``.
        :rtype: dict
        """
        rows = self._get_rows()
        return self._resolve(lambda: rows.action_leave(self.note or ""))


class SynkdResolveDifference(models.TransientModel):
    """One field in which a document differs from what the books have."""

    _name = "synkd.resolve.difference"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Resolve: Something That Differs"

    wizard_id = fields.Many2one(
        "synkd.resolve.wizard", required=True, ondelete="cascade"
    )
    document = fields.Char(readonly=True)
    label = fields.Char(string="Field", readonly=True)
    ours = fields.Char(string="Here", readonly=True)
    theirs = fields.Char(string="In the Books", readonly=True)
