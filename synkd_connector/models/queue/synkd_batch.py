# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import SIGNS, UNDER_WAY_STATES, UNSURE
from ...door import check_one
from ...lib.obstacles import MOST_NAMED

# Members that are mapped at once: what they are made of is forgotten in between.
CHUNK = 500


class SynkdBatch(models.Model):
    """One bill for many documents of an account customer: one document in the books.

    Its members are rows of the queue that wait no longer by themselves: what happens
    to them happens to the bill. It is sent, compared, voided and credited like any
    other document, by a row of its own; when that ends, its members wait again.
    """

    _name = "synkd.batch"
    _description = "Combined Bill"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _mail_post_access = "read"

    name = fields.Char(string="Number", required=True, readonly=True, index="trigram")
    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", string="Site", required=True, readonly=True, index=True
    )
    account_customer_id = fields.Many2one(
        "synkd.account.customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    class_id = fields.Many2one(
        "synkd.customer.class", readonly=True, index="btree_not_null"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date = fields.Date(
        string="Billed Up To",
        required=True,
        readonly=True,
        index=True,
        help="Day of the bill; what its members are dated is not later.",
    )
    date_due = fields.Date(string="Due", compute="_compute_date_due")
    transaction_id = fields.Many2one(
        "synkd.transaction",
        string="In the Queue",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    member_ids = fields.One2many("synkd.transaction", "batch_id", readonly=True)
    member_count = fields.Integer(
        string="Documents", compute="_compute_totals", compute_sudo=True
    )
    total = fields.Monetary(compute="_compute_totals", compute_sudo=True)
    sync_state = fields.Selection(string="Books", related="transaction_id.sync_state")
    books_number = fields.Char(related="transaction_id.books_number")
    reason_text = fields.Text(related="transaction_id.reason_text")

    @api.depends("member_ids.amount", "member_ids.kind", "transaction_id.amount")
    def _compute_totals(self):
        groups = self.env["synkd.transaction"]._read_group(
            [("batch_id", "in", self.ids)],
            ["batch_id", "kind"],
            ["__count", "amount:sum"],
        )
        self.total = self.member_count = 0
        for bill, kind, count, amount in groups:
            bill.member_count += count
            bill.total += SIGNS[kind] * amount

    @api.depends("date", "account_customer_id.payment_term_id", "class_id")
    def _compute_date_due(self):
        for bill in self:
            term = bill._get_term()
            due = [line._get_due_date(bill.date) for line in term.line_ids]
            bill.date_due = max(due, default=bill.date)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "%s is part of what was sent, or is to be sent, to the books, and"
                " cannot be deleted. Press Undo on it instead.",
                self[:1].name,
            )
        )

    # === WHAT IS IN IT === #

    def _get_term(self):
        """Return the terms of a bill: the account customer's, else the class's.

        :rtype: recordset of `account.payment.term`
        """
        account_sudo = self.account_customer_id.sudo()
        return account_sudo.payment_term_id or self.class_id.sudo().payment_term_id

    def _iter_members(self):
        """Yield the members some at a time, in the order of their dates.

        Of a large bill what was read of the earlier ones is forgotten in between.

        :rtype: generator
        """
        rows = self.env["synkd.transaction"].sudo()
        ids = rows.search([("batch_id", "in", self.ids)], order="date, id").ids
        for start in range(0, len(ids), CHUNK):
            yield rows.browse(ids[start : start + CHUNK])
            if len(ids) > CHUNK:
                self.env.flush_all()
                self.env.invalidate_all(flush=False)

    def _get_amounts(self):
        """Return what the members of bills come to, signed: one query.

        :return: by the bill's id, in its currency and in the company's.
        :rtype: dict[int, tuple[float, float]]
        """
        totals = {bill.id: (0.0, 0.0) for bill in self}
        for bill, kind, amount, own in self.env["synkd.transaction"]._read_group(
            [("batch_id", "in", self.ids)],
            ["batch_id", "kind"],
            ["amount:sum", "amount_company:sum"],
        ):
            total, known = totals[bill.id]
            total = bill.currency_id.round(total + SIGNS[kind] * amount)
            totals[bill.id] = total, known + own
        return totals

    def _get_gone(self):
        """Return the members that are not posted in Odoo as they were billed.

        :rtype: recordset of `synkd.transaction`
        """
        gone = self.env["synkd.transaction"]
        for members in self._iter_members():
            gone |= members - members._filter_posted()
        return gone

    def _is_sent(self):
        """Whether the books have it, or may have it.

        :rtype: bool
        """
        row = self.sudo().transaction_id
        under_way = row.sync_state in UNDER_WAY_STATES or row.reason == UNSURE
        return bool(row.live and (row.external_id or under_way))

    def _release(self, members=None):
        """Let members wait for their next bill; without a word, all of them.

        :param recordset members: `synkd.transaction`.
        """
        rows = self.env["synkd.transaction"].sudo()
        found = rows.search([("batch_id", "in", self.ids)])
        leaving = found & members if members is not None else found
        if not leaving:
            return
        numbers = leaving.mapped("number")
        shown = ", ".join([*numbers[:MOST_NAMED], *["…"][: len(numbers) > MOST_NAMED]])
        for bill in leaving.batch_id:
            bill._message_log(body=self.env._("No longer in it: %s.", shown))
        leaving._set_unbilled()

    # === ACTIONS === #

    def action_undo(self):
        """Take bills back: at once, or in the books where these have them already.

        :rtype: bool
        :raise UserError: when one is under way.
        :raise AccessError: when the books have one, and the user is no manager.
        """
        for bill in self:
            bill._undo()
        return True

    def _undo(self):
        """Take one bill back; its members wait for the next one."""
        row = self.transaction_id
        row._check_may("write_books" if row.sudo().external_id else "read")
        row_sudo = row.sudo()
        if not row_sudo.live:
            raise UserError(self.env._("%s was taken back already.", self.name))
        if self._is_sent() and not row_sudo.external_id:
            raise UserError(
                self.env._(
                    "%s is on its way to the books. Wait for their answer, then press"
                    " Undo again.",
                    self.name,
                )
            )
        self.sudo()._message_log(
            body=self.env._("Taken back by %s.", self.env.user.name)
        )
        if not row_sudo.external_id:
            row_sudo._set_withdrawn()
            self.sudo()._release()
            return
        row_sudo._set_changed(self.env._("%s is taken back.", self.name))
        can_void = row_sudo.ledger_id._get_capabilities().void
        (row.action_void if can_void else row.action_credit)()

    def action_view_members(self):
        """Open the documents that are in it.

        :rtype: dict
        """
        rows = self.env["synkd.transaction"]
        return rows._view_rows([("batch_id", "in", self.ids)])

    def action_view_row(self):
        """Open its row in the transaction queue.

        :rtype: dict
        """
        check_one(self)
        return self.transaction_id._get_records_action()

    def action_send(self):
        """Open the dialog that sends these bills by e-mail, as PDF.

        :rtype: dict
        """
        template = self.env.ref(
            "synkd_connector.synkd_batch_mail_template", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send by Email"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "comment"
                if len(self) == 1
                else "mass_mail",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
            },
        }

    # === PRINT === #

    def _get_billed_to(self):
        """Return the customer whom the bill is sent to: who is billed by its members.

        :rtype: recordset of `res.partner`
        """
        links_sudo = self.account_customer_id.sudo().link_ids.filtered("active")
        main = self.account_customer_id.sudo().mirror_partner_id
        partners = main or links_sudo.partner_id or self.member_ids.partner_id
        return partners.commercial_partner_id[:1]

    def _get_mail_to(self):
        """Return the addresses that the bill is mailed to, as one text.

        Those that the customer named for invoices, else the account customer's own.

        :rtype: str
        """
        account_sudo = self.account_customer_id.sudo()
        contacts = self._get_billed_to().sudo()._get_mail_contacts("mail_invoices")
        found = contacts.filtered("email").mapped("email_formatted")
        return ", ".join(found) or account_sudo.email or ""

    def _get_breakdown(self):
        """Return what the print says: each customer, or property, with its documents.

        :return: name, subtotal, and rows of number, date, reference and signed amount.
        :rtype: list[dict]
        """
        groups = {}
        for row in self.sudo().member_ids.sorted(lambda row: (row.date, row.id)):
            groups.setdefault(row.partner_id, []).append(
                {
                    "number": row.document_number or row.number,
                    "date": row.date,
                    "reference": row.reference or "",
                    "amount": SIGNS[row.kind] * row.amount,
                }
            )
        return sorted(
            (
                {
                    "name": partner.display_name or self.env._("Sales"),
                    "rows": rows,
                    "total": sum(row["amount"] for row in rows),
                }
                for partner, rows in groups.items()
            ),
            key=lambda group: group["name"],
        )

    def _get_tax(self):
        """Return the tax that is in it, as it was booked.

        :rtype: float
        """
        members_sudo = self.sudo().member_ids
        taxes = [
            SIGNS[row.kind] * (row.move_id.amount_tax if row.move_id else 0)
            + row.summary_id.tax
            for row in members_sudo
        ]
        return self.currency_id.round(sum(taxes))
