# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class PosPaymentMethod(models.Model):
    """What a way of paying means for the books: money in a journal, or a debt.

    What is paid online (`pos_online_payment`) has no journal of its own: its money is
    in that of the payment that the provider told of.
    """

    _inherit = "pos.payment.method"

    @api.model
    def _synkd_owed_sql(self, method):
        """Return whether what is paid in a way is owed.

        :param str method: alias of the `pos.payment.method`.
        """
        owed = SQL("%s IS NULL", SQL.identifier(method, "journal_id"))
        if "is_online_payment" not in self._fields:
            return owed
        online = SQL.identifier(method, "is_online_payment")
        return SQL("(%s AND %s IS NOT TRUE)", owed, online)

    @api.model
    def _synkd_journal_sql(self, method, payment):
        """Return the journal that the money of a payment is in; NULL if it is owed.

        :param str method: alias of the `pos.payment.method`.
        :param str payment: alias of the `pos.payment`.
        :rtype: SQL
        """
        journal = SQL.identifier(method, "journal_id")
        if "online_account_payment_id" not in self.env["pos.payment"]._fields:
            return journal
        return SQL(
            """COALESCE(%s, (SELECT told.journal_id FROM account_payment told
                              WHERE told.id = %s))""",
            journal,
            SQL.identifier(payment, "online_account_payment_id"),
        )
