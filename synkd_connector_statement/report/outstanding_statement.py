# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class OutstandingStatement(models.AbstractModel):
    """OCA's statement of open items, with sub-customers and what the books say.

    With ``consolidate`` in its data a statement lists the items of everybody below
    its customer as well.
    """

    _inherit = "report.partner_statement.outstanding_statement"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Override to add whose items are listed, and what they owe in the books.

        :rtype: dict
        """
        data = data or {}
        joined = {}
        if data.get("consolidate"):
            partners = self.env["res.partner"].browse(data["partner_ids"])
            joined = partners._get_statement_members()
        report = self.with_context(synkd_statement_members=joined)
        values = super(OutstandingStatement, report)._get_report_values(docids, data)
        shown = values["docs"]
        balances = shown._get_statement_balances(
            values["company"], report._get_members(shown.ids)
        )
        for partner_id, statement in values["data"].items():
            statement["synkd_balances"] = balances.get(partner_id, [])
        return values

    @api.model
    def _get_members(self, partner_ids):
        """Return whose items are listed, by id of each customer."""
        members = self.env.context.get("synkd_statement_members", {})
        return {id_: members.get(id_) or [id_] for id_ in partner_ids}

    @api.model
    def _get_everybody(self, partner_ids):
        """Return the ids of all whose items are listed."""
        members = self._get_members(partner_ids).values()
        return sorted({id_ for ids in members for id_ in ids})

    def _get_account_display_lines(
        self, company_id, partner_ids, date_start, date_end, account_type
    ):
        """Override to list what belongs to sub-customers, each with their name."""
        found = super()._get_account_display_lines(
            company_id,
            self._get_everybody(partner_ids),
            date_start,
            date_end,
            account_type,
        )
        members = self._get_members(partner_ids)
        return {head: self._join_lines(head, members[head], found) for head in members}

    @api.model
    def _join_lines(self, head_id, member_ids, found):
        """Return the items of a customer and its sub-customers, oldest first."""
        lines = []
        for partner in self.env["res.partner"].browse(member_ids):
            prefix = "" if partner.id == head_id else f"{partner.name}: "
            # A copy: the items may stand on several statements.
            lines += [
                line | {"name": f"{prefix}{line['name']}"} for line in found[partner.id]
            ]
        return sorted(
            lines, key=lambda li: (li["date"], li["date_maturity"], li["move_id"])
        )

    def _get_account_show_buckets(
        self, company_id, partner_ids, date_end, account_type, aging_type
    ):
        """Override to add up what customers and their sub-customers owe."""
        found = super()._get_account_show_buckets(
            company_id,
            self._get_everybody(partner_ids),
            date_end,
            account_type,
            aging_type,
        )
        members = self._get_members(partner_ids)
        return {
            head: self._add_buckets(row for id_ in members[head] for row in found[id_])
            for head in members
        }

    @api.model
    def _add_buckets(self, rows):
        """Return the sums of rows with amounts by age, one row for each currency."""
        sums = {}
        for row in rows:
            total = sums.setdefault(row["currency_id"], dict.fromkeys(row, 0))
            for name, amount in row.items():
                total[name] += amount if name != "currency_id" else 0
        return [
            total | {"currency_id": currency_id} for currency_id, total in sums.items()
        ]
