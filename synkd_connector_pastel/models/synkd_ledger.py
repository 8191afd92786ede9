# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.synkd_connector.door import check_one

from ..lib.shape import SALES, Misfit, Settings, ledger_account

PERIODS = (1, 2, 3, 4, 6, 12, 13)


class SynkdLedger(models.Model):
    """How one company of Pastel wants its files."""

    _inherit = "synkd.ledger"

    pastel_company = fields.Char(
        tracking=True,
        help="Name of the folder of the company where Pastel keeps its data. It is in"
        " the names of files, so that nobody imports one into another company.",
    )
    pastel_year_start = fields.Date(
        string="First Day of the Financial Year",
        tracking=True,
        help="Of the year that is open in Pastel: the first day of a month. Periods are"
        " counted from it; documents of another year are refused.",
    )
    pastel_periods = fields.Integer(
        string="Periods of the Year",
        default=12,
        help="12, or 13 if Pastel has one for corrections, which no document is put"
        " into.",
    )
    pastel_currency_id = fields.Many2one(
        "res.currency",
        string="Currency of Files",
        help="Empty: that of the company. Documents in other currencies are refused.",
    )
    pastel_order_width = fields.Selection(
        [("15", "15 Characters"), ("25", "25 Characters")],
        string="Order Numbers",
        default="15",
        help="Odoo's number is the order number in Pastel, whose older versions keep 15"
        " characters of it.",
    )
    pastel_decimal = fields.Selection(
        [("point", "Point: 1234.50"), ("comma", "Comma: 1234,50")],
        string="Decimals",
        default="point",
        help="As the Windows on which Pastel runs has it.",
    )
    pastel_customer_layout = fields.Selection(
        [
            ("headed", "With Headings, to Be Mapped Once"),
            ("sdk", "Texts of the SDK (42 Fields)"),
        ],
        string="Files of Customers",
        default="headed",
    )
    pastel_sales_code = fields.Char(
        string="Sales Code", help="Of customers and documents; up to 5 characters."
    )
    pastel_contra_id = fields.Many2one(
        "synkd.books.item",
        string="Account for Allocations",
        domain="[('ledger_id', '=', id), ('kind', '=', 'account')]",
        help="What a credit note settles is a journal in Pastel: it goes through this"
        " ledger account and comes to nothing.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("pastel_year_start")
    def _check_pastel_year_start(self):
        for ledger in self:
            if ledger.pastel_year_start and ledger.pastel_year_start.day != 1:
                raise ValidationError(
                    self.env._(
                        "The financial year of ledger %(ledger)s begins with a month:"
                        " choose the first day of one instead of %(day)s.",
                        ledger=ledger.name,
                        day=ledger.pastel_year_start,
                    )
                )

    @api.constrains("pastel_periods")
    def _check_pastel_periods(self):
        for ledger in self:
            if ledger.pastel_periods not in PERIODS:
                raise ValidationError(
                    self.env._(
                        "A year of ledger %(ledger)s has 12 or 13 periods, or a number"
                        " that twelve months fall into: 1, 2, 3, 4 or 6. Type one of"
                        " these instead of %(count)s.",
                        ledger=ledger.name,
                        count=ledger.pastel_periods,
                    )
                )

    @api.constrains("pastel_company", "pastel_sales_code")
    def _check_pastel_texts(self):
        for ledger in self:
            name, code = ledger.pastel_company or "", ledger.pastel_sales_code or ""
            if len(name) > 40 or not all(c.isalnum() or c in " _-" for c in name):
                raise ValidationError(
                    self.env._(
                        "%(name)s is no name of a folder of Pastel. Type its name"
                        " alone, without the path: letters, digits, blanks, - and _.",
                        name=name,
                    )
                )
            if len(code) > SALES or not (code.isascii() and code.isprintable()):
                raise ValidationError(
                    self.env._(
                        "The sales code %(code)s does not fit: Pastel takes up to"
                        " %(length)s characters.",
                        code=code,
                        length=SALES,
                    )
                )

    # === SETTINGS === #

    def _get_pastel_settings(self):
        """Return how the company wants its files.

        :rtype: Settings
        """
        home = self.currency_id.name
        return Settings(
            year_start=fields.Date.to_string(self.pastel_year_start) or "",
            periods=self.pastel_periods,
            order_width=int(self.pastel_order_width or 15),
            currency=self.pastel_currency_id.name or home,
            home=home,
            comma=self.pastel_decimal == "comma",
            sales_code=self.pastel_sales_code or "",
            contra=self.pastel_contra_id.code or "",
        )

    def _find_pastel_problems(self):
        """Return what has to be set up before there can be files.

        :rtype: list[str]
        """
        problems = []
        if not self.pastel_company:
            problems.append(
                self.env._(
                    "Type the Pastel Company of ledger %s: the name of its folder.",
                    self.name,
                )
            )
        if not self.pastel_year_start:
            problems.append(
                self.env._(
                    "Choose the First Day of the Financial Year of ledger %s: periods"
                    " are counted from it.",
                    self.name,
                )
            )
        if self.pastel_contra_id:
            try:
                ledger_account(self.pastel_contra_id.code)
            except Misfit as misfit:
                problems.append(self.env["synkd.connector.pastel"]._explain(misfit))
        return problems

    # === ACTIONS === #

    def action_upload_export(self):
        """Open the dialog that takes a list which Pastel exported.

        :rtype: dict
        """
        check_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Upload an Export of Pastel"),
            "res_model": "synkd.pastel.export",
            "views": [(False, "form")],
            "view_mode": "form",
            "target": "new",
            "context": {"default_ledger_id": self.id},
        }

    def action_view_exports(self):
        """Open the lists of Pastel that were uploaded.

        :rtype: dict
        """
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector_pastel.synkd_pastel_export_action"
        )
        action["domain"] = [("ledger_id", "=", self.id)]
        action["context"] = {"default_ledger_id": self.id}
        return action
