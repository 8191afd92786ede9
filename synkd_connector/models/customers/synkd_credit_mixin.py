# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...door import check_one, read_text
from ...lib.credit_control import REASON, Case

CREDIT = "synkd_connector.group_credit"


class SynkdCreditMixin(models.AbstractModel):
    """A document that asks whether its customer may have it: sale, delivery, invoice.

    The inheriting model says what it is about (``_get_synkd_credit_facts``), what is
    to be done with it next (``_get_synkd_credit_action``), and calls
    ``_check_synkd_credit`` before it is done.
    """

    _name = "synkd.credit.mixin"
    _description = "Document That Needs a Customer in Good Standing"

    synkd_credit_notice = fields.Text(
        string="Customer's Standing", compute="_compute_synkd_credit"
    )
    synkd_credit_weight = fields.Integer(compute="_compute_synkd_credit")

    # === HOOKS === #

    def _get_synkd_credit_facts(self):
        """Return the customer, the total and its currency.

        :rtype: tuple[recordset, float, recordset]
        """
        raise NotImplementedError

    def _get_synkd_credit_action(self):
        """Return what is to be done with it next, see ``lib.credit_control``.

        :return: "" when nothing is asked, as of documents that are done.
        :rtype: str
        """
        raise NotImplementedError

    def _filter_synkd_begun(self):
        """Return those that finish what was accepted before.

        :rtype: recordset
        """
        return self.browse()

    def _filter_synkd_counted(self):
        """Return those that the exposure of their customers has in it already.

        :rtype: recordset
        """
        return self.browse()

    def _filter_synkd_web(self):
        """Return those that customers ordered themselves in the web shop.

        :rtype: recordset
        """
        return self.browse()

    # === THE QUESTION === #

    @api.depends_context("uid", "lang")
    def _compute_synkd_credit(self):
        self.synkd_credit_notice = False
        self.synkd_credit_weight = 0
        if not self.env.user._is_internal():
            # Customers who read their own documents are not told what we know.
            return
        for advices in self._group_synkd_credit("_ask"):
            for document_id, advice in advices.items():
                document = self.browse(document_id)
                document.synkd_credit_notice = advice.text or False
                document.synkd_credit_weight = advice.answer.weight

    def _check_synkd_credit(self, action=None):
        """Refuse what the customers of these documents do not allow now.

        :param str action: what is to be done, unless each says it itself.
        :raise UserError: names the customers, why, and what to do.
        """
        for _advices in self._group_synkd_credit("_require", action):
            pass

    def _group_synkd_credit(self, method, action=None):
        """Ask about these documents, those of one company and action together.

        :param str method: of `synkd.credit.control`.
        :return: an iterator of its answers.
        """
        control = self.env["synkd.credit.control"]
        saved = self.filtered("id")
        wanted = {d: action or d._get_synkd_credit_action() for d in saved}
        asked = saved.filtered(wanted.get)
        groups = asked.grouped(lambda d: (d.company_id or self.env.company, wanted[d]))
        for (company, todo), some in groups.items():
            cases = some._get_synkd_credit_cases()
            yield getattr(control, method)(company, todo, cases, some)

    def _get_synkd_credit_cases(self):
        """Return these documents as the rule takes them.

        :rtype: list[Case]
        """
        begun, counted = self._filter_synkd_begun(), self._filter_synkd_counted()
        web = self._filter_synkd_web()
        cases = []
        for document in self:
            partner, total, currency = document._get_synkd_credit_facts()
            cases.append(
                Case(
                    document.id,
                    partner.id,
                    Decimal(str(total)),
                    currency.id,
                    counted=document in counted,
                    begun=document in begun,
                    web=document in web,
                )
            )
        return cases

    # === A PERSON'S WORD === #

    def action_synkd_permit(self, reason):
        """Allow this document in spite of hold, overdue or limit, up to its total.

        :param str reason: shown to whoever looks at it later.
        :raise AccessError: when the user is no credit manager.
        :raise UserError: without a reason, or when nothing has to be allowed.
        """
        check_one(self)
        reason = self._check_synkd_permit(reason)
        partner, total, currency = self._get_synkd_credit_facts()
        findings = self._get_synkd_found()
        self.env["synkd.credit.permit"].sudo().create(
            {
                "partner_id": partner.id,
                "company_id": (self.company_id or self.env.company).id,
                "res_model": self._name,
                "res_id": self.id,
                "document": self.display_name,
                "amount": total,
                "currency_id": currency.id,
                "findings": findings,
                "reason": reason,
                "user_id": self.env.uid,
            }
        )
        self.invalidate_recordset(["synkd_credit_notice", "synkd_credit_weight"])
        said = self.env._("Allowed in spite of: %(findings)s\nReason: %(reason)s")
        body = said % {"findings": findings, "reason": reason}
        self.sudo().message_post(body=body, author_id=self.env.user.partner_id.id)
        # Whoever reads the customer may read this: no amounts, which not all may know.
        note = self.env._(
            "%(document)s was allowed with a reason: %(reason)s",
            document=self.display_name,
            reason=reason,
        )
        partner.sudo().message_post(body=note, author_id=self.env.user.partner_id.id)
        return True

    def _get_synkd_found(self, action=None):
        """Return what speaks against these documents, without what to do about it.

        :param str action: see ``_check_synkd_credit``.
        :rtype: str
        """
        groups = self._group_synkd_credit("_ask", action)
        found = [advice.found for some in groups for advice in some.values()]
        return "\n".join(dict.fromkeys(filter(None, found)))

    def _check_synkd_permit(self, reason):
        """Return the reason, if this user may allow this document with one.

        :rtype: str
        :raise AccessError: when he may not.
        :raise UserError: without a reason, or when no reason helps.
        """
        self.check_access("read")
        if not self.env.user.has_group(CREDIT):
            raise AccessError(
                self.env._(
                    "Only a credit manager can allow %s. Ask one of them: your"
                    " administrator knows who has the role.",
                    self.display_name,
                )
            )
        if self.synkd_credit_weight != REASON:
            raise UserError(
                self.env._(
                    "No reason has to be given for %(document)s now. %(notice)s",
                    document=self.display_name,
                    notice=self.synkd_credit_notice or "",
                ).strip()
            )
        reason = read_text(self.env, reason)
        if not reason:
            raise UserError(
                self.env._("Type the reason why %s may go on.", self.display_name)
            )
        return reason

    def action_synkd_open_permit(self):
        """Open the dialog that asks for the reason.

        :rtype: dict
        """
        check_one(self)
        return self.env["synkd.permit.wizard"]._open(self)
