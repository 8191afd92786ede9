# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...const import UNDER_WAY_STATES, WAITING_STATES
from ...door import check_one


class SynkdWaitingMixin(models.AbstractModel):
    """A customer whose documents wait in the transaction queue: how many, and which.

    The inheriting model names the field of `synkd.transaction` that points to it.
    """

    _name = "synkd.waiting.mixin"
    _description = "Record With Documents in the Transaction Queue"
    _waiting_field = ""

    transaction_waiting_count = fields.Integer(
        string="Waiting Documents",
        compute="_compute_transaction_waiting_count",
        groups="synkd_connector.group_user",
    )

    def _compute_transaction_waiting_count(self):
        groups = self.env["synkd.transaction"]._read_group(
            self._get_waiting_domain(), [self._waiting_field], ["__count"]
        )
        self.transaction_waiting_count = 0
        for owner, count in groups:
            while owner:
                if owner in self:
                    owner_here = self & owner
                    owner_here.transaction_waiting_count += count
                owner = owner._get_waiting_parent()

    def _get_waiting_parent(self):
        """Return who answers for this record's documents too, or nobody.

        This method serves as a hook for customers with branches.
        """
        return self.browse()

    def _get_waiting_domain(self):
        """Return the domain of the documents that wait.

        :rtype: list
        """
        return [
            (self._waiting_field, "in", self.ids),
            ("sync_state", "in", (*WAITING_STATES, *UNDER_WAY_STATES)),
        ]

    def action_view_waiting_transactions(self):
        """Open the documents that wait.

        :rtype: dict
        """
        check_one(self)
        self.env["synkd.transaction"].check_access("read")
        return self.env["synkd.transaction"]._view_rows(self._get_waiting_domain())
