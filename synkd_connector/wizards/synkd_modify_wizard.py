# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import float_repr

from ..door import check_one
from ..models.customers.synkd_bulk_change import (
    ACCOUNT_CHANGES,
    ACCOUNT_FIELDS,
    CUSTOMER_CHANGES,
    CUSTOMER_FIELDS,
)

NAMES_SHOWN = 5
# The field of the dialog that has the value of each change.
VALUES = {
    "class": "class_id",
    "link": "account_customer_id",
    "category": "category_id",
    "terms": "payment_term_id",
    "limit": "credit_limit",
    "site": "site_id",
}
# Stored under another name, so that the database can group by it.
GROUPED = {"own_credit_limit": "credit_limit"}


class SynkdModifyWizard(models.TransientModel):
    """Changes one thing of many customers, or account customers, of the Data Manager.

    It says before who gets what in place of what, and what waits because of it.
    """

    _name = "synkd.modify.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Modify Selected"

    partner_ids = fields.Many2many(
        "res.partner", readonly=True, context={"active_test": False}
    )
    account_ids = fields.Many2many(
        "synkd.account.customer", readonly=True, context={"active_test": False}
    )
    company_id = fields.Many2one("res.company", readonly=True, required=True)
    ledger_id = fields.Many2one("synkd.ledger", readonly=True)
    is_financial = fields.Boolean(compute="_compute_is_financial")
    other_count = fields.Integer(readonly=True)
    what = fields.Selection(CUSTOMER_CHANGES, string="Change")
    account_what = fields.Selection(ACCOUNT_CHANGES, string="Change of Each")
    class_id = fields.Many2one(
        "synkd.customer.class",
        domain="[('company_id', 'parent_of', company_id)]",
    )
    account_customer_id = fields.Many2one(
        "synkd.account.customer",
        string="Link To",
        domain="[('ledger_id', '=', ledger_id)]",
    )
    category_id = fields.Many2one("synkd.customer.category")
    payment_term_id = fields.Many2one("account.payment.term", string="Terms")
    credit_limit = fields.Float()
    site_id = fields.Many2one("res.company")
    archives_left = fields.Boolean(
        string="Archive Their Account Customers Too",
        help="Those that bill nobody else then: here, and in the books.",
    )
    preview = fields.Text(compute="_compute_preview")

    @api.depends("account_ids")
    def _compute_is_financial(self):
        for wizard in self:
            wizard.is_financial = bool(wizard._origin.account_ids)

    @api.model
    def _open(self, records):
        """Open the dialog for customers or account customers.

        Those of other companies than the current one are left out, and counted.

        :param recordset records: as the user selected them.
        :rtype: dict
        :raise UserError: when all are of other companies.
        """
        company = self.env.company
        mine = records.with_context(active_test=False).filtered_domain(
            records._check_company_domain(company)
        )
        if not mine:
            raise UserError(
                self.env._(
                    "All that were selected belong to other companies than %s. Switch"
                    " to theirs, at the top right.",
                    company.name,
                )
            )
        name = records._selected_in
        wizard = self._create_dialog(
            {
                name: [Command.set(mine.ids)],
                "company_id": company.id,
                "ledger_id": company._get_synkd_ledger().id,
                "other_count": len(records - mine),
            }
        )
        return wizard._get_dialog_action()

    # === WHAT IS MEANT === #

    def _get_records(self):
        """Return what was selected, in the company of the dialog."""
        records = self._origin.partner_ids or self._origin.account_ids
        return records.with_company(self.company_id)

    def _get_what(self):
        """Return what is changed; False while nothing is chosen.

        :rtype: str
        """
        return self.account_what if self.is_financial else self.what

    def _get_field(self):
        """Return the name of the field that changes.

        :rtype: str
        """
        names = ACCOUNT_FIELDS if self.is_financial else CUSTOMER_FIELDS
        return names[self._get_what()]

    def _get_value(self):
        """Return what they get: a record, an amount, or whether they are active."""
        what = self._get_what()
        if what in ("archive", "restore"):
            return what == "restore"
        value = self[VALUES[what]]
        return value if what == "limit" else value._origin

    def _show(self, value):
        """Return a value of the changed field as a text.

        :rtype: str
        """
        if isinstance(value, bool):
            return self.env._("Active") if value else self.env._("Archived")
        if isinstance(value, (int, float)):
            return float_repr(value, 2)
        return value.sudo().display_name or self.env._("none")

    # === PREVIEW === #

    @api.depends("what", "account_what", "archives_left", *VALUES.values())
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = "\n".join(wizard._explain())

    def _explain(self):
        """Return what is selected, who gets what, and what waits because of it.

        :rtype: list[str]
        """
        records = self._get_records()
        said = [self.env._("Selected: %s", len(records))]
        if self.other_count:
            said.append(
                self.env._(
                    "Of other companies, and therefore left out: %s", self.other_count
                )
            )
        if not self._get_what():
            return said
        said += self._explain_values(records)
        if self._get_what() == "class" and not self.is_financial:
            said += self._explain_class(records)
        count = self._count_waiting(records)
        if count is not None:
            said.append(
                self.env._("Waiting documents that are decided again: %s", count)
            )
        return said

    def _explain_values(self, records):
        """Return a sentence for each value that some have now.

        :rtype: list[str]
        """
        name, new = self._get_field(), self._get_value()
        everybody = records.with_context(active_test=False)
        # Limits are shown to the accounts only; managers of the books set them here.
        groups = everybody.sudo()._read_group(
            [("id", "in", records.ids)],
            [GROUPED.get(name, name)],
            ["id:recordset"],
        )
        said = []
        for old, some in groups:
            same = (old or False) == (new or False)
            count = len(some)
            names = ", ".join(some[:NAMES_SHOWN].mapped("display_name"))
            if count > NAMES_SHOWN:
                names = self.env._(
                    "%(names)s and %(more)s more", names=names, more=count - NAMES_SHOWN
                )
            old_text = self._show(old)
            said.append(
                self.env._("%(value)s already: %(count)s", value=old_text, count=count)
                if same
                else f"{old_text} → {self._show(new)}: {count} ({names})"
            )
        return said

    def _explain_class(self, partners):
        """Return what else a class of operational customers changes, or does not.

        :rtype: list[str]
        """
        if self.class_id.posting == "generic":
            return [
                self.env._(
                    "They are billed as %s from now on, to which this class posts.",
                    self.class_id.generic_account_customer_id.display_name,
                )
            ]
        accounts = partners.account_customer_id
        shared = accounts.filtered(lambda account: account._is_shared())
        others = partners.search_count(
            [
                ("account_customer_id", "in", (accounts - shared).ids),
                ("id", "not in", partners.ids),
            ]
        )
        everybody = partners.with_context(active_test=False)
        unlinked = everybody.search_count(
            Domain("id", "in", partners.ids)
            & (
                Domain("account_customer_id", "=", False)
                | Domain("account_customer_id", "in", shared.ids)
            )
        )
        return [
            self.env._(
                "Account customers whose class changes: %s", len(accounts - shared)
            ),
            self.env._("Other customers that are billed as these: %s", others),
            self.env._(
                "Left out, without an account customer of their own: %s", unlinked
            ),
        ]

    def _count_waiting(self, records):
        """Return how many documents are decided again; None where none ever is.

        :rtype: int
        """
        rows, what = self.env["synkd.transaction"], self._get_what()
        if self.is_financial:
            deciding = what in ("class", "archive", "restore")
            return rows._count_waiting(records._waiting_domain()) if deciding else None
        if what not in ("class", "link") and not (
            what == "archive" and self.archives_left
        ):
            return None
        links = self.env["synkd.customer.link"].sudo()
        domain = links._documents_of(records, self.ledger_id)
        if what == "class" and self.class_id.posting != "generic":
            # Who else is billed as their account customers is meant as well.
            domain |= records.account_customer_id._waiting_domain()
        return rows._count_waiting(domain)

    # === CONFIRM === #

    def action_confirm(self):
        """Write down what is to change; it is done in the background.

        :return: the action that opens the change, with its progress.
        :rtype: dict
        :raise AccessError: when the user may not change them.
        :raise UserError: when something is missing, or makes no sense.
        """
        check_one(self)
        records = self._get_records()
        records._check_data_manager()
        records.check_access("write")
        self._check_value()
        change = self.env["synkd.bulk.change"].sudo()._start(self._get_vals(records))
        return change.with_env(self.env)._get_records_action()

    def _check_value(self):
        """Refuse a change without what it needs.

        :raise UserError: says what to choose.
        """
        what = self._get_what()
        if not what:
            raise UserError(self.env._("Choose what to change."))
        if what == "class" and not self.class_id:
            raise UserError(self.env._("Choose the class that they get."))
        if what == "limit" and self.credit_limit < 0:
            raise UserError(
                self.env._("The credit limit is negative. Type 0 for none.")
            )
        account = self.account_customer_id
        usable = account.active and account.ledger_id == self.ledger_id
        if what == "link" and account and not usable:
            raise UserError(
                self.env._(
                    "%(account)s is archived, or in other books than those of"
                    " %(company)s. Choose another account customer.",
                    account=account.display_name,
                    company=self.company_id.name,
                )
            )

    def _get_vals(self, records):
        """Return the values of the change that is written down.

        :rtype: dict
        """
        value = self._get_value()
        is_amount = isinstance(value, (bool, int, float))
        return {
            records._selected_in: [Command.set(records.ids)],
            "company_id": self.company_id.id,
            "what": self._get_what(),
            "value_id": False if is_amount else value.id,
            "value_amount": value if is_amount else 0,
            "value_text": self._show(value),
            "archives_left": self.archives_left,
            "total_count": len(records),
        }
