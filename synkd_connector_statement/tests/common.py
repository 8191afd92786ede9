# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields

from odoo.addons.synkd_connector.tests.common_documents import DocumentsCommon

REPORT = "partner_statement.outstanding_statement"


class StatementCommon(DocumentsCommon):
    """A company with two branches that owe something, and one who owes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user(
            "statement_clerk",
            "base.group_user,base.group_partner_manager,account.group_account_invoice",
        )
        cls.partner.email = "accounts@hope.example"
        cls.north = cls.create_partner("Hope North", parent_id=cls.partner.id)
        cls.south = cls.create_partner("Hope South", parent_id=cls.partner.id)
        cls.idle = cls.create_partner("Idle Ideas", email="idle@ideas.example")
        cls.family = cls.partner | cls.north | cls.south
        cls.invoice = cls.owe(cls.partner, 100)
        cls.owe(cls.north, 40, invoice_date=fields.Date.to_date("2026-02-01"))
        cls.owe(cls.south, 7)
        cls.account.write({"outstanding": 250.5, "overdue": 50.25})
        cls.read_at = fields.Datetime.to_datetime("2026-03-31 08:15:00")
        cls.ledger.balances_read_at = cls.read_at

    @classmethod
    def owe(cls, partner, amount, **values):
        """Post an invoice without tax and return it."""
        line = (0, 0, {"name": "Work", "price_unit": amount, "tax_ids": []})
        invoice = cls.create_invoice(line, partner_id=partner.id, post=False, **values)
        invoice.invoice_date_due = invoice.invoice_date
        invoice.action_post()
        return invoice

    def dialog(self, partners, user=None, **values):
        """Return the dialog of some customers, as a user opened it."""
        partners = partners.with_user(user or self.clerk)
        action = partners.action_synkd_statement()
        dialog = partners.env[action["res_model"]].browse(action["res_id"])
        dialog.write({"date_end": "2026-03-31", **values})
        return dialog

    def printed(self, dialog):
        """Return what OCA's report is made of: its values by id of each customer."""
        action = dialog.action_print()
        self.assertEqual(action["report_name"], REPORT)
        data = action["data"]
        report = dialog.env[f"report.{REPORT}"]
        return report._get_report_values(data["partner_ids"], dict(data))["data"]

    def listed(self, statement):
        """Return the open items of a statement: what they are called, and how much."""
        (currency,) = statement["currencies"].values()
        return [(line["name"], line["open_amount"]) for line in currency["lines"]]
