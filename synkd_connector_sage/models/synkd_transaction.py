# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.synkd_connector.lib.errors import RejectedError

from ..const import CALCULATION, CONNECTOR


class SynkdTransaction(models.Model):
    """A document that Sage works out when somebody asks; nothing is kept there."""

    _inherit = "synkd.transaction"

    sage_calculate = fields.Boolean(
        string="Sage Works It Out",
        readonly=True,
        copy=False,
        help="Somebody asked what Sage makes of it: the next run asks Sage.",
    )

    can_sage_calculate = fields.Boolean(compute="_compute_can_sage_calculate")

    _sage_calculate_idx = models.Index("(ledger_id, id) WHERE sage_calculate")

    @api.depends("channel", "operation", "ledger_id", "sage_calculate")
    def _compute_can_sage_calculate(self):
        for row in self:
            row.can_sage_calculate = (
                row.channel == "documents"
                and row.operation != "void"
                and not row.sage_calculate
                and row.ledger_id.sudo().connector == CONNECTOR
            )

    def action_sage_calculate(self):
        """Let a run ask Sage what documents come to; it sends none of them.

        :return: the action that shows how the run gets on.
        :rtype: dict
        :raise UserError: when none of them is a document for Sage.
        """
        rows = self._check_may("read").filtered("can_sage_calculate")
        if not rows:
            raise UserError(
                self.env._(
                    "Sage works out invoices and credit notes that go there, and none"
                    " is chosen, or it was asked already: the next run brings the"
                    " answer."
                )
            )
        rows.sage_calculate = True
        asked = {"content": CALCULATION}
        runs = [ledger._request_run(asked) for ledger in rows.ledger_id]
        return runs[0]._get_watch_action()

    def _ask_sage(self):
        """Return what Sage makes of this document, as a sentence.

        :rtype: str
        :raise ConnectorError: when Sage cannot be asked.
        """
        try:
            data = self._to_data()
            return self.ledger_id._get_connector()._calculate(self.ledger_id, data)
        except RejectedError as error:
            return error.message

    def _note_calculated(self, said):
        """Note in the history what Sage made of this document.

        :param str said: the sentence about it.
        """
        self.sage_calculate = False
        self._log_all(said)
