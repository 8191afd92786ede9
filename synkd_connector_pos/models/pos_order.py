# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from odoo.addons.synkd_connector.door import check_one
from odoo.addons.synkd_connector.lib.credit_control import CASH, ON_ACCOUNT, Case

CREDIT = "synkd_connector.group_credit"
SOLD = ("paid", "done")
# Only the server knows these. Tills send back each field that they know of, and a
# cashier may write an order: nobody else leaves a sale out of the books, or says what
# a till was told.
SERVERS_OWN = frozenset(("synkd_said", "synkd_summary_id", "synkd_out_id"))


class PosOrder(models.Model):
    """A sale at the till is kept only if its customer may have it.

    The till asks before it takes the payment. What it sold while it could not ask is
    kept all the same, since the goods are gone, and requires attention. That it could
    not ask is the till's own word: nobody can prove it, and a refusal would bring no
    goods back. So the word buys no silence: each such sale is marked, told to a person
    with what speaks against the word, and only a credit manager takes the mark away.
    """

    _name = "pos.order"
    _inherit = ["pos.order", "synkd.credit.mixin"]

    synkd_offline = fields.Boolean(
        string="Sold Offline",
        copy=False,
        help="The till had no connection, so it could not ask about the customer.",
    )
    synkd_credit_breach = fields.Text(
        string="Sold Offline in Spite Of",
        copy=False,
        readonly=True,
        groups=CREDIT,
        help="What would have been refused if the till had had a connection.",
    )
    synkd_said = fields.Text(
        string="Said at the Till",
        copy=False,
        readonly=True,
        help="What the till was told of the customer as it sold this.",
    )

    synkd_summary_id = fields.Many2one(
        "synkd.summary",
        string="Posted Together",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The document of the books that this sale is part of.",
    )
    synkd_out_id = fields.Many2one(
        "synkd.summary",
        string="Taken Out By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # === THE CUSTOMER'S STANDING === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to ask about the customer of what was paid already: sent by tills.

        :raise UserError: when a customer may not have it: why, what to do.
        """
        # Also by a default that somebody has for himself, or of his context.
        empty = {} if self.env.su else dict.fromkeys(SERVERS_OWN, False)
        orders = super().create([vals | empty for vals in vals_list])
        orders.filtered(lambda order: order.state in SOLD)._check_synkd_sale()
        return orders

    def write(self, vals):
        """Override to ask for the customer's standing, however an order is paid.

        And to let what gets an invoice of its own leave its summary.

        :raise UserError: when a customer may not have it: why, what to do.
        """
        if not self.env.su:
            vals = {n: value for n, value in vals.items() if n not in SERVERS_OWN}
        if vals.get("state") in SOLD:
            self.filtered(lambda order: order.state not in SOLD)._check_synkd_sale()
        leaving = self.browse()
        if vals.get("account_move"):
            leaving = self.filtered(
                lambda o: o.synkd_summary_id and not (o.account_move or o.synkd_out_id)
            )
        result = super().write(vals)
        self.env["synkd.till.closing"]._take_out(leaving)
        return result

    @api.model
    def _process_order(self, order, existing_order):
        """Override: also what a till in the web sends, which Odoo takes as superuser.

        :param dict order: as a till sends it.
        """
        for name in SERVERS_OWN:
            order.pop(name, None)
        return super()._process_order(order, existing_order)

    def _check_synkd_sale(self):
        """Refuse what may not be sold now; keep and mark what was sold offline.

        What comes back from customers is nobody's question.

        :raise UserError: names the customers, why, and what to do.
        """
        asked = self.filtered(lambda o: o.partner_id and o.amount_total > 0)
        later = asked.filtered(lambda order: order._get_synkd_on_account() > 0)
        for action, orders in ((ON_ACCOUNT, later), (CASH, asked - later)):
            offline = orders.filtered("synkd_offline")
            for advices in (orders - offline)._group_synkd_credit("_require", action):
                for order_id, advice in advices.items():
                    if advice.text:
                        self.browse(order_id).sudo().synkd_said = advice.text
            for advices in offline._group_synkd_credit("_ask", action):
                for order_id, advice in advices.items():
                    if advice.answer.refused:
                        self.browse(order_id)._mark_synkd_breach(advice)

    def _mark_synkd_breach(self, advice):
        """Let credit managers know of a sale that would have been refused.

        :param Advice advice: why.
        """
        order, partner = self.sudo(), self.partner_id.sudo()
        order.synkd_credit_breach = advice.found
        told = self.env._(
            "%(order)s was sold to %(customer)s while the till had no connection. It"
            " would have been refused: %(why)s",
            order=self.pos_reference or self.name,
            customer=partner.display_name,
            why=order.synkd_credit_breach,
        )
        if doubt := order._get_synkd_doubt():
            told = f"{told} {doubt}"
            order.synkd_credit_breach = f"{order.synkd_credit_breach}\n{doubt}"
        order.message_post(body=told)
        partner.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=partner.hold_user_id.id or self._get_synkd_watcher().id,
            summary=self.env._("Sold offline in spite of the customer's standing"),
            note=told,
        )

    def _get_synkd_doubt(self):
        """Return what speaks against a till's word that it had no connection.

        A till that is connected again sends all that it has. One that sent a later sale
        and not this one was connected when it took the payment.

        :return: a sentence, or "".
        :rtype: str
        """
        later = self.search(
            [
                ("session_id", "=", self.session_id.id),
                ("id", "!=", self.id),
                ("create_date", ">", self.date_order),
                # What is sent together is written down at one moment.
                ("create_date", "<", self.env.cr.now()),
            ],
            order="id",
            limit=1,
        )
        if not later:
            return ""
        return self.env._(
            "Ask the cashier (%(cashier)s): %(order)s of the same session reached the"
            " server on %(moment)s, after this sale was made and before it was sent.",
            cashier=self.user_id.name,
            order=later.pos_reference or later.name,
            moment=format_datetime(self.env, later.create_date),
        )

    def _get_synkd_watcher(self):
        """Return who is told of what the till should not have sold.

        :rtype: recordset of `res.users`
        """
        ledger_sudo = self.company_id.sudo()._get_synkd_ledger()
        return ledger_sudo.user_id or self.env.user

    def action_synkd_seen(self):
        """Take an order that was sold offline off the list of those to look at.

        :rtype: bool
        :raise AccessError: when the user is no credit manager.
        """
        check_one(self)
        self.check_access("read")
        if not self.env.user.has_group(CREDIT):
            raise AccessError(
                self.env._(
                    "Only a credit manager can take %s off the list of what requires"
                    " attention. Ask one of them.",
                    self.display_name,
                )
            )
        order = self.sudo()
        seen = self.env._("Seen, sold in spite of: %s", order.synkd_credit_breach)
        order.synkd_credit_breach = False
        order.message_post(body=seen, author_id=self.env.user.partner_id.id)
        return True

    @api.model
    def get_synkd_advice(self, config_id, partner_id, on_account, uuid):
        """Say whether a till may sell to a customer now, before it takes the payment.

        :param int config_id: of the `pos.config`.
        :param int partner_id: the customer.
        :param float on_account: what of the sale is paid later, in the till's currency.
        :param str uuid: of the order, which may not be saved yet.
        :return: ``refused``, and ``text``: what to tell the cashier, or "".
        :rtype: dict
        :raise UserError: when one of the numbers is none.
        """
        for number in (config_id, partner_id, on_account):
            if not isinstance(number, int | float):
                raise UserError(
                    self.env._(
                        "%s is no number. Give the ids of till and customer, and the"
                        " amount that is paid later.",
                        repr(number)[:60].strip("'"),
                    )
                )
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        # A till that has not named it yet names none.
        saved = self.search([("uuid", "=", str(uuid or "?"))], limit=1)
        later = Decimal(str(on_account))
        case = Case(saved.id, partner_id, later, config.currency_id.id)
        action = ON_ACCOUNT if on_account > 0 else CASH
        control = self.env["synkd.credit.control"]
        answers = control._ask(config.company_id, action, [case], saved)
        advice = answers[saved.id]
        return {"refused": advice.answer.refused, "text": advice.text}

    def _get_synkd_on_account(self):
        """Return what of these orders is paid later; all while nothing is paid yet.

        :rtype: float
        """
        self.ensure_one()
        if not self.payment_ids and self.state == "draft":
            return self.amount_total
        later = self.payment_ids.filtered(
            lambda payment: payment.payment_method_id.type == "pay_later"
        )
        return sum(later.mapped("amount"))

    def _get_synkd_credit_facts(self):
        """Override: what is paid later."""
        return self.partner_id, self._get_synkd_on_account(), self.currency_id

    def _get_synkd_credit_action(self):
        """Override: an order that is not paid yet is to be sold."""
        if self.state != "draft" or not self.partner_id or self.amount_total <= 0:
            return ""
        return ON_ACCOUNT if self._get_synkd_on_account() > 0 else CASH

    def _filter_synkd_counted(self):
        """Override: what is sold is owed."""
        return self.filtered(lambda order: order.state in SOLD)

    def _generate_pos_order_invoice(self):
        """Override to sell on a server that cannot print.

        Odoo would refuse the whole order because of its invoice's PDF, while the
        customer has paid: the invoice is posted without one, and says so.
        """
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        prints = self.env.context.get("generate_pdf", True)
        if not prints or state not in ("install", "broken"):
            return super()._generate_pos_order_invoice()
        silent = self.with_context(generate_pdf=False)
        invoice = super(PosOrder, silent)._generate_pos_order_invoice()
        told = self.env._(
            "Invoice %s was posted without a PDF: wkhtmltopdf is missing or broken on"
            " this server. Have it installed, then use Print here.",
            invoice.name,
        )
        invoice.sudo().message_post(body=told)
        return invoice
