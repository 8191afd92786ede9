# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.synkd_connector.door import check_one

from .synkd_till_card import ASKED

CASHIER = "point_of_sale.group_pos_user"


class PosConfig(models.Model):
    """How are sales to X posted? Asked when a cashier picks a customer.

    The answer goes the way of the Resolve dialog, so that each of its rules counts.
    Cashiers have no rights to the books: what they may do is what is offered here.
    """

    _inherit = "pos.config"

    synkd_cashiers_answer = fields.Boolean(
        string="Cashiers Decide How Customers Are Posted",
        default=True,
        help="Picking a customer of whom nobody has decided it asks how his sales are"
        " posted. Off: the cashier is told, and the documents wait for a person of the"
        " books.",
    )
    new_customer_class_id = fields.Many2one(
        "synkd.customer.class",
        string="Class of New Customers",
        domain="[('posting', '!=', 'decide'), ('show_pos', '=', True)]",
        check_company=True,
        ondelete="restrict",
        help="What this class needs is asked of customers who are made at the till,"
        " and it is proposed to whoever decides there.",
    )

    def get_synkd_question(self, partner_id):
        """Return what a cashier chooses among for a customer who is not decided.

        :param int partner_id: the customer.
        :return: {} when there is nothing to ask (any more); else ``text``, ``shared``
            and ``own`` (classes), ``candidates`` and ``proposed`` (id of a class).
        :rtype: dict
        :raise AccessError: when this shop's cashiers do not answer.
        """
        partner, ledger, owner = self._read_synkd_customer(partner_id)
        if not owner:
            return {}
        classes = self._get_synkd_classes(ledger)
        decision = partner.sudo()._synkd_decide()
        return {
            "text": partner.sudo()._synkd_explain(decision),
            "shared": self._describe_classes(classes, "generic"),
            "own": self._describe_classes(classes, "account"),
            "candidates": self._get_synkd_candidates(ledger, owner, classes),
            "proposed": self.sudo().new_customer_class_id.id,
        }

    def action_synkd_answer(self, partner_id, class_id=False, account_id=False):
        """Decide how sales to a customer are posted; what waits is decided again.

        :param int partner_id: the customer.
        :param int class_id: a class that was offered; none where the account customer
            has one that posts.
        :param int account_id: an account customer that was offered; none makes one
            where the class posts to the customer's own.
        :return: whether it was this call that decided it.
        :rtype: bool
        :raise AccessError: when this shop's cashiers do not answer.
        :raise UserError: when it was not offered, or cannot be done; says why.
        """
        partner, ledger, owner = self._read_synkd_customer(partner_id)
        if not owner:
            return False
        classes = self._get_synkd_classes(ledger)
        chosen = classes.filtered(lambda c: c.id == class_id)
        accounts = self.env["synkd.account.customer"].sudo()
        offered = self._get_synkd_candidates(ledger, owner, classes)
        account = accounts.browse(
            [one["id"] for one in offered if one["id"] == account_id]
        )
        if not (chosen or account) or (class_id and not chosen):
            raise self._not_offered_error(partner)
        if account_id and not account:
            raise self._not_offered_error(partner)
        owner._check_synkd_needs(chosen or account.class_id)
        self.env["synkd.resolve.wizard"]._answer_for(ledger, owner, chosen, account)
        return True

    def _not_offered_error(self, partner):
        """Return the error about an answer that nobody was offered."""
        return UserError(
            self.env._(
                "This answer is no longer among those for %s: a class or an account"
                " customer was changed meanwhile. Choose the customer again.",
                partner.display_name,
            )
        )

    def _read_synkd_customer(self, partner_id):
        """Return a customer, the ledger, and whose link is to be decided, if any.

        :return: `res.partner`, `synkd.ledger`, and a `res.partner` or none.
        :rtype: tuple
        :raise AccessError: when this shop's cashiers do not answer.
        :raise UserError: when the customer is gone.
        """
        check_one(self)
        self.check_access("read")
        if not self.env.user.has_group(CASHIER) or not self.synkd_cashiers_answer:
            raise AccessError(
                self.env._(
                    "Cashiers of %s do not decide how customers are posted. Go on with"
                    " the sale: a person of the books decides it.",
                    self.display_name,
                )
            )
        shop = self.with_company(self.company_id)
        known = isinstance(partner_id, int) and shop.env["res.partner"].search(
            [("id", "=", partner_id)]
        )
        if not known:
            raise UserError(
                self.env._(
                    "This customer is gone, or archived. Choose another one, or none."
                )
            )
        ledger = self.company_id._get_synkd_live_ledger()
        asked = ledger and known.sudo()._synkd_decide().reason in ASKED
        owners = shop.env["synkd.resolve.wizard"]._find_owners(ledger, known)
        return known, ledger, owners[known.id] if asked else known.browse()

    def _get_synkd_classes(self, ledger):
        """Return the classes that are offered at tills.

        :rtype: recordset of `synkd.customer.class`
        """
        classes_sudo = self.env["synkd.customer.class"].sudo()
        return classes_sudo.search(
            [
                ("company_id", "=", ledger.company_id.id),
                ("show_pos", "=", True),
                ("posting", "!=", "decide"),
            ]
        )

    def _describe_classes(self, classes, posting):
        """Return classes of one posting, as the till shows them.

        :rtype: list[dict]
        """
        return [
            {
                "id": each.id,
                "name": each.name,
                "target": each.generic_account_customer_id.name or "",
            }
            for each in classes
            if each.posting == posting
        ]

    def _get_synkd_candidates(self, ledger, owner, classes):
        """Return the account customers that a customer may be, likeliest first.

        Not those of classes that the till does not show.

        :param recordset classes: those that it shows.
        :rtype: list[dict]
        """
        found = self.env["synkd.match"].sudo()._find_candidates(ledger, owner)
        rows = found.get(owner.id, [])
        linked = owner.sudo().account_customer_id
        if linked.active and linked.id not in [row[0] for row in rows]:
            rows.insert(0, (linked.id, 100, self.env._("linked already")))
        accounts_sudo = self.env["synkd.account.customer"].sudo()
        shown = []
        for account_id, score, reasons in rows:
            account = accounts_sudo.browse(account_id)
            if account.class_id.show_pos or not account.class_id:
                shown.append(
                    {
                        "id": account.id,
                        "name": account.display_name,
                        "score": score,
                        "reasons": reasons,
                        "posts": account.class_id in classes
                        and account.posting == "account",
                    }
                )
        return shown
