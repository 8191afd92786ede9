# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_synkd_statement(self):
        """Open the dialog that prints or sends statements of these customers.

        :rtype: dict
        """
        return self.env["synkd.statement.wizard"]._open(self)

    def _get_statement_recipients(self):
        """Return to whom statements of some customers are sent.

        To the contacts marked for statements, else to the customer itself.

        :return: by customer, those with an address; customers without are left out.
        :rtype: dict[recordset, recordset]
        """
        found = {}
        for partner in self:
            own = partner if partner.email else self.browse()
            found[partner] = partner._get_mail_contacts("mail_statements") or own
        return {partner: people for partner, people in found.items() if people}

    def _get_statement_members(self):
        """Return whose documents a consolidated statement lists: with sub-customers.

        :return: by id of each customer, ids of itself and of those below it.
        :rtype: dict[int, list[int]]
        """
        everybody = self.with_context(active_test=False)
        below = everybody.search_fetch([("id", "child_of", self.ids)], ["parent_id"])
        parents = {partner.id: partner.parent_id.id for partner in below}
        members = defaultdict(list)
        for partner_id in parents:
            head_id = partner_id
            while head_id in parents:
                members[head_id].append(partner_id)
                head_id = parents[head_id]
        return {head_id: members[head_id] for head_id in self.ids}

    def _get_statement_balances(self, company, members):
        """Return what customers owe in the books, for those who may see it.

        What a shared account customer owes is nobody's own, and is left out.

        :param recordset company: the `res.company` whose books are meant.
        :param dict members: ids of whom a statement is about, by id of its customer.
        :return: by id of the customer, one entry for each of its account customers.
        :rtype: dict[int, list[dict]]
        """
        if not self.env.user.has_group("synkd_connector.group_user"):
            return {}
        everybody = self.browse({id_ for ids in members.values() for id_ in ids})
        everybody = everybody.with_company(company)._filtered_access("read")
        accounts = everybody.account_customer_id._filtered_access("read")
        owed = accounts._get_statement_balances()
        used = {partner.id: partner.account_customer_id.id for partner in everybody}
        return {
            head_id: [owed[id_] for id_ in {used.get(i): 1 for i in ids} if id_ in owed]
            for head_id, ids in members.items()
        }
