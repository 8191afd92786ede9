# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace

from odoo import api, models
from odoo.tools import formatLang

from odoo.addons.synkd_connector.lib.credit_control import (
    INVOICE,
    JOB,
    ON_ACCOUNT,
    ORDER,
    Room,
)

# What of a customer's risk grows with each of them.
GROWING = {
    ORDER: "risk_sale_order",
    JOB: "risk_sale_order",
    INVOICE: "risk_invoice_open",
    ON_ACCOUNT: "risk_invoice_open",
}
# With which a company says that Financial Risk refuses nothing.
OFF = {
    "risk_sale_order": "allow_overrisk_sale_confirmation",
    "risk_invoice_open": "allow_overrisk_invoice_validation",
}


class SynkdCreditControl(models.AbstractModel):
    """Hands what Financial Risk knows of customers to the one rule.

    Its amounts and limits are asked, its dialogs are not: they forget who went on, and
    any client goes past them with a key of the context.
    """

    _inherit = "synkd.credit.control"

    @api.model
    def _get_known(self, company, partner_ids, money=False):
        """Override to add what the limits of Financial Risk leave."""
        known = super()._get_known(company, partner_ids, money)
        limited = self._get_limited(company, known.values())
        return {
            partner_id: self._with_rooms(company, facts, limited.get(facts.billed.id))
            for partner_id, facts in known.items()
        }

    def _get_limited(self, company, known):
        """Return those who are billed and have a limit of Financial Risk, by id.

        :param known: of ``Known``.
        :return: recordsets of `res.partner`, read for this company alone: its amounts
            of several companies are not added up.
        :rtype: dict[int, recordset]
        """
        kinds = self.env["res.partner"]._risk_field_list()
        billed = {facts.billed.id: facts.billed for facts in known}
        ids = [i for i, partner in billed.items() if self._has_limits(partner, kinds)]
        context = {"allowed_company_ids": company.ids}
        partners_sudo = self.env["res.partner"].sudo().with_context(**context)
        limited = partners_sudo.browse(ids)
        # What a screen computed for other companies is of no use here.
        limited.invalidate_recordset(["risk_total", *(amount for amount, *_ in kinds)])
        return {partner.id: partner for partner in limited}

    def _has_limits(self, partner, kinds):
        """Whether anything of Financial Risk can be exceeded by a customer.

        :param kinds: names of the fields with amount, limit and whether it counts.
        """
        return any(
            partner[limit] or partner[include] and partner.credit_limit
            for _amount, limit, include in kinds
        )

    def _with_rooms(self, company, facts, partner):
        """Return the facts with what is left to a customer for each action.

        :param recordset partner: who is billed; None when he has no such limit.
        """
        if not partner:
            return facts
        rooms = {
            action: self._get_room(company, facts, partner, action)
            for action, growing in GROWING.items()
            if not company[OFF[growing]]
        }
        rooms = {action: room for action, room in rooms.items() if room}
        return replace(facts, standing=replace(facts.standing, rooms=rooms))

    def _get_room(self, company, facts, partner, action):
        """Return what the tightest limit leaves for one action.

        :rtype: Room
        """
        lines = [
            (limit - used, label, used, limit)
            for label, used, limit, grows in self._get_risks(partner, action)
            # What does not grow matters once it is exceeded.
            if grows or used > limit
        ]
        if not lines:
            return None
        left, label, used, limit = min(lines)
        currency = partner.risk_currency_id
        what = self.env._(
            "%(name)s %(limit)s, of which %(used)s is used",
            name=label,
            limit=formatLang(self.env, limit, currency_obj=currency),
            used=formatLang(self.env, used, currency_obj=currency),
        )
        return Room(self._convert(company, left, currency, facts.currency), what)

    def _get_risks(self, partner, action):
        """Yield the limits of a customer: name, used, limit, whether the action adds.

        :rtype: tuple[str, float, float, bool]
        """
        labels = partner.fields_get(attributes=["string"])
        kinds = partner._risk_field_list()
        for amount, limit, _include in kinds:
            if partner[limit]:
                label, grows = labels[limit]["string"], amount == GROWING[action]
                yield label, partner[amount], partner[limit], grows
        included = {amount for amount, _limit, include in kinds if partner[include]}
        if included and partner.credit_limit:
            # A draft that counts already does not count more once it is posted.
            there = action == INVOICE and "risk_invoice_draft" in included
            grows = GROWING[action] in included and not there
            label = labels["credit_limit"]["string"]
            yield label, partner.risk_total, partner.credit_limit, grows
