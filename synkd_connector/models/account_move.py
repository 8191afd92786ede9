# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ..lib.credit_control import INVOICE, REASON
from .queue.synkd_enqueuer import MOVE_KINDS, PAID_STATES

USER = "synkd_connector.group_user"
# Fields of a posted invoice that the books keep too.
WATCHED_FIELDS = frozenset(
    (
        "ref",
        "invoice_date_due",
        "invoice_payment_term_id",
        "partner_id",
        "name",
        "matched_payment_ids",
    )
)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "synkd.document.mixin", "synkd.credit.mixin"]

    synkd_transaction_ids = fields.One2many(
        "synkd.transaction", "move_id", string="In the Queue to the Books"
    )

    synkd_commission_ids = fields.One2many("synkd.commission", "move_id", groups=USER)

    @api.depends("partner_id")
    def _compute_currency_id(self):
        """Override of `account`: customers buy in their own currency.

        Where the journal has one, that one holds; what somebody typed, or the order
        says, is given and not computed.
        """
        result = super()._compute_currency_id()
        for move in self.filtered(lambda m: m.state == "draft" and m.partner_id):
            if move.is_sale_document(include_receipts=True):
                wanted = move._get_customer_currency()
                if wanted.active and not move.journal_id.currency_id:
                    move.currency_id = wanted
        return result

    @api.depends("partner_id")
    def _compute_invoice_payment_term_id(self):
        """Override of `account`: a sub-customer without terms has the main one's."""
        result = super()._compute_invoice_payment_term_id()
        name = "property_payment_term_id"
        for move in self.filtered(lambda m: not m.invoice_payment_term_id):
            if move.is_sale_document(include_receipts=True):
                partner = move.partner_id.with_company(move.company_id)
                move.invoice_payment_term_id = partner._get_inherited(name)
        return result

    def _get_customer_currency(self):
        """Return the currency that the customer buys in, if it has one.

        :rtype: recordset of `res.currency`
        """
        self.ensure_one()
        return self.partner_id.sudo()._get_inherited("customer_currency_id")

    def _get_factor_notice(self):
        """Return what the customer's factor wants printed on the document.

        :rtype: str
        """
        self.ensure_one()
        if not self.is_sale_document(include_receipts=True):
            return ""
        factor_sudo = self.partner_id.sudo()._get_inherited("factor_id")
        language = self.partner_id.lang or self.env.lang
        return factor_sudo.with_context(lang=language).factor_notice or ""

    def _post(self, soft=True):
        """Override of `account` to ask for the customer's standing, and to queue.

        And to write down what the documents' sales reps get.

        :raise UserError: when a customer may not be invoiced now: why, what to do.
        """
        self._filter_synkd_due(soft)._check_synkd_credit()
        fresh = self.filtered(lambda move: not move.posted_before)
        posted = super()._post(soft)
        self.env["synkd.commission"].sudo()._note(posted, fresh)
        self.env["synkd.enqueuer"]._enqueue_moves(posted, fresh)
        return posted

    def write(self, vals):
        """Override of `account` to notice documents that are taken back or edited."""
        result = super().write(vals)
        if vals.get("state") in ("draft", "cancel"):
            self.env["synkd.enqueuer"]._note_changes(self)
        elif WATCHED_FIELDS & vals.keys():
            edited = self.filtered(
                lambda m: m.state == "posted" and m.move_type in MOVE_KINDS
            )
            paying = "matched_payment_ids" in vals and edited.matched_payment_ids
            self.env["synkd.enqueuer"]._note_changes(edited, paying)
        return result

    def _get_alerts(self):
        """Override of `account` to say why the document waits on its way to the books.

        :rtype: dict
        """
        alerts = super()._get_alerts() | self._get_synkd_alerts()
        alerts |= self._get_synkd_credit_alert()
        alerts |= self._get_synkd_currency_alert()
        return alerts | self._get_synkd_too_early_alert()

    def _get_synkd_credit_alert(self):
        """Return the banner of a draft whose customer is not in good standing.

        :rtype: dict
        """
        if not self.synkd_credit_notice:
            return {}
        level = "danger" if self.synkd_credit_weight >= REASON else "warning"
        alert = {"level": level, "message": self.synkd_credit_notice}
        return {"synkd_credit": alert}

    def _get_synkd_currency_alert(self):
        """Return the banner of a draft that is not in its customer's currency.

        :return: as ``_get_synkd_alerts``.
        :rtype: dict
        """
        if self.state != "draft" or not self.is_sale_document(include_receipts=True):
            return {}
        wanted = self._get_customer_currency()
        if not wanted or wanted == self.currency_id:
            return {}
        names = {"customer": self.partner_id.display_name, "currency": wanted.name}
        if not wanted.active:
            message = self.env._(
                "%(customer)s buys in %(currency)s, which is archived. Have it"
                " activated under Invoicing > Configuration > Currencies, or give the"
                " customer another currency.",
                **names,
            )
        elif self.journal_id.currency_id:
            message = self.env._(
                "%(customer)s buys in %(currency)s, but journal %(journal)s takes"
                " %(taken)s only. Choose another journal, or invoice in %(taken)s.",
                journal=self.journal_id.name,
                taken=self.journal_id.currency_id.name,
                **names,
            )
        else:
            message = self.env._(
                "%(customer)s buys in %(currency)s, and this is in %(taken)s. Choose"
                " %(currency)s if that is not meant.",
                taken=self.currency_id.name,
                **names,
            )
        return {"synkd_currency": {"level": "warning", "message": message}}

    def _get_synkd_too_early_alert(self):
        """Return the banner of a new document that is dated before the books begin.

        :return: as ``_get_synkd_alerts``; empty for documents that are just old.
        :rtype: dict
        """
        ledger = self.company_id._get_synkd_live_ledger()
        start = ledger and ledger._get_start_date()
        typed = self.create_date and self.create_date.date()
        due = self.state == "posted" and self.move_type in MOVE_KINDS
        if not (start and due and typed and typed >= start) or self.synkd_state:
            return {}
        date = self.invoice_date or self.date
        if date >= start or not self.env.user.has_group("synkd_connector.group_user"):
            return {}
        message = self.env._(
            "Books: this is dated %(date)s, but only documents from %(start)s on go to"
            " %(ledger)s. To send it all the same, have a manager of the books change"
            " Documents From on the ledger, then reset this to draft and confirm it"
            " again.",
            date=format_date(self.env, date),
            start=format_date(self.env, start),
            ledger=ledger.name,
        )
        return {"synkd_too_early": {"level": "info", "message": message}}

    # === THE CUSTOMER'S STANDING === #

    def _filter_synkd_due(self, soft):
        """Return those of these documents that are posted now.

        :param bool soft: those of later days wait for their day, and are asked then.
        """
        if not soft:
            return self
        today = fields.Date.context_today(self)
        return self.filtered(lambda move: not move.date or move.date <= today)

    def _get_synkd_credit_facts(self):
        """Override: the total of the invoice."""
        return self.partner_id, self.amount_total, self.currency_id

    def _get_synkd_credit_action(self):
        """Override: a draft is to be posted.

        What the till took was asked about there.
        """
        due = self.move_type == "out_invoice" and self.state == "draft"
        return INVOICE if due else ""

    def _filter_synkd_counted(self):
        """Override: drafts are counted as sold."""
        return self

    def _get_synkd_sources(self):
        """Return the source app of documents, by id; the others are typed in.

        This method serves as a hook for the addons whose documents end as invoices.

        :rtype: dict[int, str]
        """
        return {}

    def _is_synkd_paid(self):
        """Whether nothing is left to pay, as generic posting requires.

        :rtype: bool
        """
        self.ensure_one()
        left = self.amount_residual
        if self.payment_state == "in_payment" and not self.currency_id.is_zero(left):
            return self._is_synkd_covered(left)
        return self.payment_state in PAID_STATES or self.currency_id.is_zero(
            self.amount_total
        )

    def _is_synkd_covered(self, left):
        """Whether payments without an entry bring what is left to pay.

        :param float left: in the currency of the document.
        :rtype: bool
        """
        loose = self.matched_payment_ids.filtered(
            lambda p: not p.move_id and p.state in ("in_process", "paid")
        )
        amount = sum(
            payment.currency_id._convert(
                payment.amount, self.currency_id, payment.company_id, payment.date
            )
            for payment in loose
        )
        return self.currency_id.compare_amounts(amount, left) >= 0
