# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io
from datetime import date

import openpyxl

from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from ...models.res_partner_import import COLUMNS, TEMPLATES
from ..common import SynkdCommon

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": ""}


@tagged("post_install", "-at_install")
class TestCustomerImport(SynkdCommon):
    """Odoo's own importer, with the templates and the names of columns of ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                res_partner_search_mode="customer",
                default_is_company=True,
            )
        )
        cls.env.ref("base.EUR").active = True
        cls.category = cls.env["synkd.customer.category"].create({"name": "Trade"})
        cls.terms = cls.env.ref("account.account_payment_term_30days")
        cls.rep = cls.create_user("rep", "base.group_user")
        cls.values = {
            "Currency": "EUR",
            "Category": "Trade",
            "Terms": cls.terms.name,
            "Sales Rep": cls.rep.name,
            "Credit Limit": "75,000,000.00",
        }

    def as_csv(self, *rows, encoding="utf-8"):
        """Return rows, given as dicts of one set of columns, as a file."""
        text = io.StringIO()
        writer = csv.DictWriter(text, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode(encoding), "text/csv", "customers.csv"

    def as_xlsx(self, *rows):
        """Return rows as a spreadsheet."""
        book, file = openpyxl.Workbook(), io.BytesIO()
        for row in [list(rows[0]), *(list(row.values()) for row in rows)]:
            book.active.append(row)
        book.save(file)
        return file.getvalue(), XLSX, "customers.xlsx"

    def load(self, file, test=False):
        """Import a file with the fields that are suggested; return what came of it.

        :return: the made customers, and the messages by number of the row.
        """
        content, mimetype, name = file
        importer = self.env["base_import.import"].create(
            {
                "res_model": "res.partner",
                "file": content,
                "file_type": mimetype,
                "file_name": name,
            }
        )
        options = dict(OPTIONS)
        preview = importer.parse_preview(options)
        self.assertNotIn("error", preview)
        self.matches = {
            preview["headers"][index]: "/".join(path)
            for index, path in preview["matches"].items()
        }
        fields = [self.matches.get(header, False) for header in preview["headers"]]
        options |= preview["options"]
        result = importer.execute_import(fields, preview["headers"], options, test)
        messages = {m.get("record"): m["message"] for m in result["messages"]}
        return self.env["res.partner"].browse(result.get("ids") or []), messages

    # === TEMPLATES === #

    def test_each_template_is_offered_and_its_columns_are_known(self):
        offered = self.env["res.partner"].get_import_templates()
        paths = [each["template"] for each in offered]
        for name, columns in TEMPLATES.items():
            self.assertIn(f"/synkd_connector/static/xls/{name}", paths)
            with file_open(f"synkd_connector/static/xls/{name}", "rb") as file:
                content = file.read()
            book = openpyxl.load_workbook(io.BytesIO(content))
            sheet, example = book.worksheets
            self.assertEqual([c.value for c in sheet[1]], list(columns))
            self.assertEqual([c.value for c in example[1]], list(columns))
            self.assertEqual(
                [c.value for c in example[2]], [COLUMNS[n][1] for n in columns]
            )
            self.load(self.as_csv({n: COLUMNS[n][1] for n in columns}), test=True)
            self.assertEqual(self.matches, {n: COLUMNS[n][0] for n in columns})

    def test_a_whole_customer_is_loaded(self):
        row = {name: COLUMNS[name][1] for name in TEMPLATES["customers_basic.xlsx"]}
        row |= {name: v for name, v in self.values.items() if name in row}
        made, messages = self.load(self.as_xlsx(row))
        self.assertFalse(messages)
        self.assertEqual(made.contact_name, "Thandi Mokoena")
        self.assertEqual(made.customer_category_id, self.category)
        self.assertEqual(made.property_payment_term_id, self.terms)
        self.assertEqual(made.user_id, self.rep)
        self.assertEqual(made.customer_currency_id.name, "EUR")
        self.assertEqual((made.customer_rank, made.is_company), (1, True))
        self.assertFalse(made.incomplete)

    # === SUB-CUSTOMERS === #

    def test_sub_customers_find_the_main_one_by_its_reference(self):
        head = self.create_partner("Hope", ref="HOP001", street="1 Main Road")
        row = {"Main Customer": "HOP001", "Customer": "Hope North", "Is a Company": 1}
        made, messages = self.load(
            self.as_csv(row | {"Sub Acc #": "01", "Street": "9 Dock Road"})
        )
        self.assertFalse(messages)
        self.assertEqual((made.parent_id, made.sub_account_code), (head, "01"))
        self.assertEqual((made.street, head.street), ("9 Dock Road", "1 Main Road"))

    def test_main_and_sub_customers_come_in_one_file(self):
        made, messages = self.load(
            self.as_csv(
                {"Customer": "Hope", "Reference": "H1", "Main Customer": ""},
                {"Customer": "Hope North", "Reference": "H2", "Main Customer": "H1"},
                {"Customer": "Hope Shop", "Reference": "H3", "Main Customer": "H2"},
            )
        )
        self.assertFalse(messages)
        self.assertEqual(made.mapped("parent_id"), made[:2])

    def test_a_main_customer_that_is_not_there_is_named(self):
        _made, messages = self.load(
            self.as_csv({"Customer": "Hope North", "Main Customer": "NO1"}), test=True
        )
        self.assertIn("NO1", messages[0])

    # === ADDRESSES === #

    def test_delivery_billing_and_postal_address_of_a_customer(self):
        head = self.create_partner("Hope", ref="HOP001", street="1 Main Road")
        rows = [
            {
                "Main Customer": "HOP001",
                "Customer": name,
                "Is a Company": "0",
                "Address Type": kind,
                "Street": street,
                "State": "KwaZulu-Natal",
                "Country": "South Africa",
            }
            for kind, name, street in (
                ("Delivery", "Gate 4", "9 Dock Road"),
                ("Invoice", "", "Box 12"),
                ("Postal", "", "Private Bag X3"),
            )
        ]
        made, messages = self.load(self.as_csv(*rows))
        self.assertFalse(messages)
        self.assertEqual(made.parent_id, head)
        self.assertEqual(made.mapped("type"), ["delivery", "invoice", "postal"])
        self.assertEqual(set(made.mapped("state_id.code")), {"KZN"})
        self.assertEqual(head.street, "1 Main Road")
        found = head.address_get(["delivery", "invoice"])
        self.assertEqual([found["delivery"], found["invoice"]], made.ids[:2])
        rows[0]["Address Type"] = "Billing"
        _made, messages = self.load(self.as_csv(*rows), test=True)
        self.assertIn("Billing", messages[0])

    # === WHAT IS ODD === #

    @mute_logger("odoo.sql_db")
    def test_two_rows_of_one_tracking_number(self):
        before = self.env["res.partner"].search_count([])
        made, messages = self.load(
            self.as_csv(
                {"Customer": "One", "Tracking #": "K1"},
                {"Customer": "Two", "Tracking #": "k1 "},
                {"Customer": "Three", "Tracking #": "K3"},
            )
        )
        self.assertFalse(made)
        self.assertRegex(messages[1], "Another customer has this Tracking # already")
        self.assertEqual(list(messages), [1], "the others are fine")
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_an_unknown_category_is_named_with_its_row(self):
        _made, messages = self.load(
            self.as_csv(
                {"Customer": "One", "Category": "Trade"},
                {"Customer": "Two", "Category": "Trad"},
            )
        )
        self.assertEqual(list(messages), [1])
        self.assertRegex(messages[1], "Trad.*Category")

    def test_a_file_of_windows_keeps_its_letters(self):
        names = ["Café Zoë – Müller & Söhne", "Château d’Été", "Élan Décor"]
        rows = [{"Customer": name, "City": "Pretoria"} for name in names]
        made, messages = self.load(self.as_csv(*rows, encoding="cp1252"))
        self.assertFalse(messages)
        self.assertEqual(made.mapped("name"), names)

    def test_amounts_of_either_habit(self):
        texts = (
            "75,000,000.00",
            "75 000 000,00",
            "75\\u00a0000\\u00a0000,00",
            "75000000",
        )
        texts = [text.encode().decode("unicode_escape") for text in texts]
        rows = [{"Customer": f"C{n}", "Credit Limit": t} for n, t in enumerate(texts)]
        made, messages = self.load(self.as_csv(*rows))
        self.assertFalse(messages)
        self.assertEqual(made.mapped("credit_limit"), [75000000.0] * 4)
        _made, messages = self.load(
            self.as_csv({"Customer": "C", "Credit Limit": "lots"}), test=True
        )
        self.assertIn("lots", str(messages))

    def test_dates_of_a_spreadsheet(self):
        day = date(2026, 3, 10)
        rows = [{"Customer": "One", "Overdue Since": day}]
        made, messages = self.load(self.as_xlsx(*rows))
        self.assertFalse(messages)
        self.assertEqual(made.overdue_since, day)

    def test_export_and_import_again_changes_nothing(self):
        row = {"Customer": "Hope", "Reference": "H1"} | self.values
        made, _messages = self.load(self.as_csv(row))
        names = [COLUMNS[name][0] for name in row]
        before = made.export_data(["id", *names])["datas"]
        result = self.env["res.partner"].load(["id", *names], before)
        self.assertFalse(result["messages"])
        self.assertEqual(result["ids"], made.ids)
        self.assertEqual(made.export_data(["id", *names])["datas"], before)
