# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import UNSURE
from ...door import check_one
from ...lib.errors import ConnectorError
from .synkd_agreement import ARCHIVED, NOT_GONE, UNKNOWN, UNQUEUED

# So many are offered at most, the likeliest first.
MOST_OFFERED, MOST_LOOKED_AT = 20, 100
# In which states a row was never sent, and nobody waits for a word about it.
LINKABLE = ("attention", "pending", "held", "excluded")


class SynkdAgreementLine(models.Model):
    """What people do about what only the books have, and about customers gone there.

    Nothing of the books becomes a document here. Where Odoo has that document too, and
    did not send it, a person says so: it counts as posted then, known by the identity
    that the books gave it.
    """

    _inherit = "synkd.agreement.line"

    # === LINKING === #

    def action_link(self):
        """Open the dialog that asks which document of Odoo this posting is.

        :rtype: dict
        :raise UserError: when it is not only in the books, or Odoo has none like it.
        """
        check_one(self)
        self._check_linkable()
        return self.env["synkd.agreement.link.wizard"]._open(self)

    def _check_linkable(self):
        """Check that this is only in the books still, and that the user may link it.

        :return: the same line as superuser.
        :raise UserError: when it is not.
        """
        line = self._check_may()
        posting = line.posting_id
        if line.verdict != UNKNOWN or line.state == "mended" or not posting:
            raise UserError(self._cannot_message())
        return line

    def _find_candidates(self):
        """Return what this posting may be of what Odoo has and did not send.

        It is of the same kind and currency, and has its total or its number; those of
        the same customer come first.

        :return: rows of the queue, then lines of what never entered it; the likeliest
            first.
        :rtype: list[recordset]
        """
        rows = self.env["synkd.transaction"].search(
            Domain(
                [
                    *(("ledger_id", "=", self.ledger_id.id), ("live", "=", True)),
                    *(("kind", "=", self.kind), ("external_id", "=", False)),
                    ("sync_state", "in", LINKABLE),
                    ("currency_id", "=", self.currency_id.id),
                ]
            )
            & self._alike_domain("amount", ("number", "document_number")),
            order="id desc",
            limit=MOST_LOOKED_AT,
        )
        rows = rows.filtered(lambda row: row.reason != UNSURE)
        lines = self.search(
            Domain(
                [
                    ("agreement_id", "=", self.agreement_id.id),
                    *(("verdict", "=", UNQUEUED), ("state", "=", "open")),
                    ("kind", "=", self.kind),
                    ("currency_id", "=", self.currency_id.id),
                ]
            )
            & self._alike_domain("total", ("number",)),
            limit=MOST_LOOKED_AT,
        )
        found = [*rows, *lines]
        found.sort(key=lambda each: (-len(self._find_alike(each)), each.id))
        return found[:MOST_OFFERED]

    def _alike_domain(self, amount, numbers):
        """Return the domain of what has the total or the number of this posting.

        :param str amount: name of the field with the total.
        :param tuple numbers: names of the fields with numbers.
        :rtype: Domain
        """
        total = Domain(amount, "=", self.currency_id.round(self.books_total))
        names = self._get_names()
        return Domain.OR([total, *(Domain(name, "in", names) for name in numbers)])

    def _get_names(self):
        """Return what this posting is called in the books.

        :rtype: list[str]
        """
        posting = self.posting_id
        return list(filter(None, (posting.number, posting.reference)))

    def _find_alike(self, other):
        """Return in what something of Odoo is like this posting, as people call it.

        :param recordset other: a row of the queue, or a line of what never entered it.
        :rtype: list[str]
        """
        queued = other._name != self._name
        total = other.amount if queued else other.total
        numbers = {other.number, queued and other.document_number} - {False}
        account = other.account_customer_id or self._find_account(other.partner_id)
        facts = {
            self.env._("total"): not self.currency_id.compare_amounts(
                total, self.books_total
            ),
            self.env._("number"): bool(numbers & set(self._get_names())),
            self.env._("customer"): account and account == self.account_customer_id,
            self.env._("date"): other.date == self.books_date,
        }
        return [name for name, same in facts.items() if same]

    def _find_account(self, partner):
        """Return whose account customer a customer uses in this ledger."""
        links = self.env["synkd.customer.link"].sudo()
        link = links._get_nearest(partner, self.ledger_id).get(partner.id)
        return links.browse(link).account_customer_id

    def _link(self, other):
        """Note that this posting is a document of Odoo that was not sent.

        :param recordset other: one of ``_find_candidates``.
        :raise UserError: when it moved on meanwhile, or is not offered.
        """
        line = self._check_linkable()
        other = other.sudo()
        if other not in line._find_candidates():
            raise UserError(
                self.env._(
                    "%(document)s was sent, linked or changed meanwhile, so it cannot"
                    " be %(number)s of the books. Compare again.",
                    document=other.display_name,
                    number=self.books_number or self.posting_id.external_id,
                )
            )
        row = other if other._name != self._name else other._queue_one()
        try:
            row._set_taken_over(line.posting_id)
        except ConnectorError as error:
            raise UserError(
                self.env._(
                    "%(document)s cannot be linked yet: %(why)s Hold it back, correct"
                    " that, then link it.",
                    document=row.display_name,
                    why=error.message,
                )
            ) from error
        note = self.env._(
            "%(user)s linked it with %(number)s of the books.",
            user=self.env.user.name,
            number=line.posting_id.display_name,
        )
        row._log_all(note)
        row._after_answers()
        line._set_mended(note)

    def _find_queued(self):
        """Return the row of what had none when it was compared."""
        mine = [("ledger_id", "=", self.ledger_id.id), ("live", "=", True)]
        mine += [("res_model", "=", self.res_model), ("res_id", "=", self.res_id)]
        return self.env["synkd.transaction"].search([*mine, ("kind", "=", self.kind)])

    def _hold_alike(self):
        """Hold back what is queued now, if the books may have it by another's hand."""
        alike = self.search(
            [
                ("agreement_id", "=", self.agreement_id.id),
                *(("verdict", "=", UNKNOWN), ("state", "!=", "mended")),
                *(("kind", "=", self.kind), ("currency_id", "=", self.currency_id.id)),
                ("books_total", "=", self.total),
            ]
        )
        if alike:
            self._find_queued()._set_held(
                self.env._(
                    "Only the books have %s, of the same total. If it is this, link"
                    " it under Agreement; if not, release this.",
                    ", ".join(alike.posting_id.mapped("display_name")),
                )
            )

    def _queue_one(self):
        """Return the row of what never entered the queue, entered now.

        :raise UserError: when the rules of the queue leave it out.
        """
        self.action_queue()
        row = self._find_queued()
        if row.sync_state in LINKABLE:
            return row
        raise UserError(
            self.env._(
                "%s does not enter the transaction queue by itself: it is not posted"
                " any more, or billed together with others. Leave the difference as it"
                " is.",
                self.display_name,
            )
        )

    # === CUSTOMERS === #

    def action_restore(self):
        """Take customers out of the archive, so that the next run restores them there.

        :rtype: bool
        :raise UserError: when these books archive nobody, or none of these is such one.
        """
        accounts = self._get_archived().account_customer_id
        for ledger in accounts.ledger_id:
            if not ledger._get_capabilities().archive:
                raise UserError(
                    self.env._(
                        "The books of %s restore nobody from here. Restore the customer"
                        " there, or merge it here into the one that stands for it.",
                        ledger.name,
                    )
                )
        accounts.with_env(self.env).active = True
        mended = self.sudo().filtered(lambda line: line.verdict == ARCHIVED)
        mended._set_mended(self.env._("Restored: the next run tells the books."))
        return True

    def action_merge(self):
        """Open the dialog that asks who stands for this customer now.

        :rtype: dict
        :raise UserError: when it is about no customer that is gone there.
        """
        check_one(self)
        self._get_archived()
        return self.env["synkd.agreement.merge.wizard"]._open(self)

    def _get_archived(self):
        """Return those of these lines that are about customers gone in the books.

        :raise UserError: when there is none.
        """
        lines = self._check_may().filtered(
            lambda line: line.verdict == ARCHIVED and line.state == "open"
        )
        if not lines:
            raise UserError(self._cannot_message())
        return lines

    # === AFTER A COMPARISON === #

    @api.model
    def _hold_back(self, agreement):
        """Hold back what would be in the books twice: what it replaces is there again.

        :param recordset agreement: one `synkd.agreement`, new; one query.
        """
        query = SQL(
            """SELECT n.id, l.id FROM synkd_agreement_line l
                 JOIN synkd_transaction o ON o.id = l.transaction_id
                 JOIN synkd_transaction n ON n.ledger_id = o.ledger_id AND n.live
                  AND n.res_model = o.res_model AND n.res_id = o.res_id
                  AND n.kind = o.kind AND n.external_id IS NULL
                WHERE l.agreement_id = %s AND l.verdict = %s
                  AND n.sync_state = 'pending'""",
            agreement.id,
            NOT_GONE,
        )
        for row_id, line_id in self.env.execute_query(query):
            self.env["synkd.transaction"].browse(row_id)._set_held(
                self.env._(
                    "%s of the books is the same, and counts there again. Void it there"
                    " and release this, or exclude this.",
                    self.browse(line_id).books_number,
                )
            )
