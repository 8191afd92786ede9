# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...const import BATCH, BILLED, WAITING_STATES
from ...lib.documents import own_facts
from ...lib.fingerprint import fingerprint


class SynkdTransaction(models.Model):
    """Rows that are billed together, and the rows of those bills.

    A document of a class with batch billing is decided like any other; ready, it waits
    in *batch*. A bill takes it to *billed*: from then on the row of the bill stands for
    it in the books, and ends or lasts with it.
    """

    _inherit = "synkd.transaction"

    batch_id = fields.Many2one(
        "synkd.batch",
        string="Combined Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    batch_alone = fields.Boolean(
        string="Posted Alone",
        readonly=True,
        tracking=True,
        help="Taken out of batch billing by a person: it is posted by itself.",
    )

    # === WHO IS WHO === #

    def _is_bill(self):
        """Whether the row is about a bill of several documents.

        :rtype: bool
        """
        return self.res_model == "synkd.batch"

    def _get_bill(self):
        """Return the bill that a row is about, or none.

        :rtype: recordset of `synkd.batch`
        """
        ids = [row.res_id for row in self if row._is_bill()]
        return self.env["synkd.batch"].sudo().browse(ids)

    def _get_members(self):
        """Return the rows of what these bills are made of.

        :rtype: recordset
        """
        bills = self._get_bill()
        if not bills:
            return self.browse()
        return self.sudo().search([("batch_id", "in", bills.ids)])

    def _get_poster(self):
        """Return the row that stands for this one in the books: its bill's, or itself.

        :rtype: recordset
        """
        return self.sudo().batch_id.transaction_id or self

    # === STATE === #

    def _set_billed(self, pairs):
        """Put rows into bills: from *batch*, once, in one statement.

        :param list pairs: id of a row, id of its bill.
        :raise UserError: when somebody else moved one of them meanwhile.
        """
        ids, bills = zip(*pairs, strict=True)
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE synkd_transaction t
                      SET sync_state = %s, batch_id = v.bill, stale = FALSE
                     FROM unnest(%s::int[], %s::int[]) AS v(id, bill)
                    WHERE t.id = v.id AND t.sync_state = %s AND t.batch_id IS NULL""",
                BILLED,
                list(ids),
                list(bills),
                BATCH,
            )
        )
        if self.env.cr.rowcount != len(ids):
            raise UserError(
                self.env._(
                    "Some of these documents were billed or changed meanwhile. Open"
                    " Batch Billing again, and look at what is left."
                )
            )
        self.invalidate_model(["sync_state", "batch_id", "stale"])
        self._forget_badges()

    def _set_unbilled(self):
        """Take rows out of their bills, and decide them: from *billed* to *batch*."""
        moved = self.filtered(lambda row: row.sync_state == BILLED)
        moved.write({"sync_state": BATCH, "batch_id": False})
        moved.queued_at = fields.Datetime.now()
        moved._note_change()
        moved._unblock_members()

    def _unblock_members(self):
        """Let money that waited for the bill of these wait for themselves."""
        settlement = self.env["synkd.settlement"]
        settlement._refresh(settlement._find_settling(self))

    # === WHAT BECOMES OF THEM === #

    def _explain(self):
        """Override: what waits for its bill says so, what is in one says in which."""
        if self.sync_state == BATCH:
            return [self._explain_batch()]
        if self.sync_state == BILLED:
            return [self.env._("Billed together with others: %s.", self._name_bill())]
        return super()._explain()

    def _explain_batch(self):
        """Return the sentence about what waits to be billed."""
        day = self.class_id.sudo().batch_next_date
        if not day:
            return self.env._(
                "It waits under Batch Billing until somebody bills %s.",
                self.account_customer_id.sudo().display_name,
            )
        return self.env._(
            "It waits under Batch Billing: %(account)s is billed on %(day)s.",
            account=self.account_customer_id.sudo().display_name,
            day=fields.Date.to_string(day),
        )

    def _name_bill(self):
        """Return number and state of the bill that a row is in."""
        bill = self.sudo().batch_id
        label = bill.transaction_id._get_state_label()
        return f"{bill.name} ({label})"

    def _note_change(self):
        """Override: what happens to a member happens to its bill.

        A bill that was not sent yet lets go of what changed; one that the books have
        is compared with what was sent, like any other document.
        """
        billed = self.filtered(lambda row: row.sync_state == BILLED)
        result = super(SynkdTransaction, self - billed)._note_change()
        for bill, members in billed.grouped("batch_id").items():
            members._note_change_of_billed(bill.sudo())
        return result

    def _note_change_of_billed(self, bill):
        """Look at members of one bill whose documents changed."""
        if not bill._is_sent():
            gone = self - self._filter_posted()
            other = self.filtered(lambda row: row._get_changed_values())
            bill._release(gone | other)
        bill.transaction_id._note_change()

    def _examine_posted(self):
        """Override: before a bill is sent it lets go of what is not posted any more."""
        for row in self.filtered(lambda row: row._is_bill() and not row.external_id):
            bill = row._get_bill()
            bill._release(bill._get_gone())
        return super()._examine_posted()

    def _is_posted(self):
        """Override: a bill holds while something is in it, all of it posted."""
        if not self._is_bill():
            return super()._is_posted()
        bill = self._get_bill()
        return bool(bill.member_count) and not (bill._is_sent() and bill._get_gone())

    def _is_paid(self):
        """Override: a bill goes to the customer's own account, paid or not."""
        return self._is_bill() or super()._is_paid()

    def _get_number(self, prefix=""):
        """Override: a bill keeps the number that it was given."""
        if not self._is_bill():
            return super()._get_number(prefix)
        return self._join_number(prefix, self.document_number, self.copy_number)

    def _get_fingerprint(self, data, payload):
        """Override: a bill is what its members say, whatever mappings make of them."""
        if not self._is_bill():
            return super()._get_fingerprint(data, payload)
        facts = own_facts(data.as_dict()) | {"lines": self._get_members_facts()}
        return fingerprint(facts)

    def _get_members_facts(self):
        """Return what the members of a bill say, a fingerprint for some at a time.

        :rtype: list[str]
        """
        return [
            fingerprint(
                [
                    [row.number, row.date, row.amount, row._get_own_accounts()]
                    for row in members
                ]
            )
            for members in self._get_bill()._iter_members()
        ]

    def _enqueue_anew(self):
        """Override: members of a bill that was taken back wait for the next one."""
        result = super()._enqueue_anew()
        self._get_bill()._release()
        return result

    def _taken_back_message(self):
        """Override: names what is missing in a bill."""
        if not self._is_bill():
            return super()._taken_back_message()
        gone = self._get_bill()._get_gone()
        return self.env._(
            "%(members)s was taken back in Odoo after it was billed as part of"
            " %(bill)s, which the books have as %(number)s. Post it again in Odoo as"
            " it was, void the bill in the books, or leave it there.",
            members=", ".join(gone.mapped("number")),
            bill=self.display_name,
            number=self.books_number or self.external_id,
        )

    def _filter_holdable(self):
        """Override: what waits for its bill can be kept out of it."""
        return super()._filter_holdable() | self.filtered(
            lambda row: row.sync_state == BATCH
        )

    # === ACTIONS === #

    def action_exclude(self, note=None):
        """Override: a bill is undone, so that its members are not forgotten.

        :rtype: bool | dict
        :raise UserError: for a bill.
        """
        if bills := self.sudo().filtered(lambda row: row._is_bill()):
            raise UserError(
                self.env._(
                    "%s stands for several documents. Press Undo on the bill: then they"
                    " wait by themselves, and each can be excluded.",
                    bills[0].display_name,
                )
            )
        return super().action_exclude(note)

    def action_post_alone(self):
        """Take documents out of batch billing, so that each is posted by itself.

        :rtype: bool
        :raise UserError: when none of them waits for its bill.
        """
        rows = self._check_may("read")
        waiting = rows.filtered(lambda row: row.sync_state == BATCH)
        if not waiting:
            raise UserError(self._cannot_message(self.env._("posted alone")))
        waiting.batch_alone = True
        self.env["synkd.decider"]._decide(waiting)
        return True

    def action_join_batch(self):
        """Let documents wait for their bill again that were taken out of it.

        :rtype: bool
        :raise UserError: when none of them was, or they are sent already.
        """
        rows = self._check_may("read")
        waiting = rows.filtered(
            lambda row: row.batch_alone and row.sync_state in WAITING_STATES
        )
        if not waiting:
            raise UserError(self._cannot_message(self.env._("billed together")))
        waiting.batch_alone = False
        self.env["synkd.decider"]._decide(waiting)
        return True

    def action_bill(self):
        """Open the dialog that bills what waits under Batch Billing.

        :rtype: dict
        """
        self._check_user("read")
        return self.env["synkd.batch.wizard"]._open()

    def action_view_batch(self):
        """Open the bill that a document is in.

        :rtype: dict
        """
        self.check_access("read")
        bills = self.batch_id | self._get_bill().with_env(self.env)
        return bills._get_records_action()
