# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class SynkdCreditTurn(models.Model):
    """Whose turn it is: one row for each family with a limit that can refuse.

    Two orders that are confirmed at the same moment must not both slip under a limit.
    Each changes the row of its family; the database lets the second wait for the first,
    then refuses it as out of date, and Odoo starts it anew: it sees the first. A mere
    lock would not do, since the second would go on with what it read before.
    """

    _name = "synkd.credit.turn"
    _description = "Turn of a Family of Customers"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="cascade"
    )
    turn = fields.Integer(readonly=True)

    _partner_uniq = models.Constraint("UNIQUE (partner_id)", "One turn a family.")

    @api.model
    def _take(self, head_ids):
        """Take the turn of families until the end of the transaction.

        :param head_ids: ids of `res.partner`, always taken in one order.
        """
        if not head_ids:
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO synkd_credit_turn AS t (partner_id, turn)
                   SELECT id, 1 FROM unnest(%s) AS id ORDER BY id
                   ON CONFLICT (partner_id) DO UPDATE SET turn = t.turn + 1""",
                sorted(head_ids),
            )
        )
