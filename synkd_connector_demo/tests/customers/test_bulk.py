# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import DemoCommon

COLUMNS = (
    *("name", "is_company", "street", "city", "email", "tracking_number"),
    *("sub_account_code", "customer_category_id", "own_credit_limit"),
    "property_payment_term_id",
)
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
}


@tagged("post_install", "-at_install")
class TestBulk(DemoCommon):
    """Many customers at once: by a file, and as they were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["synkd.customer.category"].create({"name": "Bulk"})
        cls.term = cls.env["account.payment.term"].create({"name": "Bulk 30"})

    def rows(self, count, name="Bulk"):
        """Return as many lines of a file."""
        return [
            [f"{name} {n}", "True", f"{n} Main Road", "Durban", f"b{n}@bulk.example"]
            + [f"{name}-{n:04d}", f"S{n}", "Bulk", f"{n % 5 * 100}.00", "Bulk 30"]
            for n in range(count)
        ]

    def load(self, rows, names=COLUMNS):
        """Send lines through Odoo's importer; return the customers and the queries."""
        text = io.StringIO()
        csv.writer(text).writerows([names, *rows])
        importer = self.env["base_import.import"].create(
            {
                "res_model": "res.partner",
                "file": text.getvalue().encode(),
                "file_type": "text/csv",
            }
        )
        before = self.env.cr.sql_log_count
        told = importer.execute_import(list(names), list(names), dict(OPTIONS))
        self.env.flush_all()
        self.assertFalse(told["messages"])
        customers = self.env["res.partner"].browse(told["ids"])
        return customers, self.env.cr.sql_log_count - before

    def known(self, customers):
        """Return what is known of customers."""
        self.env.invalidate_all()
        return customers.read(
            [*COLUMNS, "customer_status", "customer_rank", "parent_id"]
        )

    def exported(self, customers):
        """Return names of columns and lines, as an export gives them."""
        names = [f"{n}/id" if n.endswith("_id") else n for n in ("id", *COLUMNS)]
        lines = customers.export_data(names)["datas"]
        return names, [["" if v is False else str(v) for v in line] for line in lines]

    def test_what_was_exported_changes_nothing_when_it_is_imported(self):
        customers, _queries = self.load(self.rows(12))
        self.create_partner("Bulk Parent").child_ids = customers[:2]
        before, messages = self.known(customers), customers.message_ids
        names, lines = self.exported(customers)
        same, _queries = self.load(lines, names)
        self.assertEqual(same, customers)
        self.assertEqual(self.known(customers), before)
        self.assertEqual(customers.message_ids, messages, "nor is anything logged")

    def test_what_is_imported_unchanged_asks_nothing_of_ours(self):
        """An import writes each customer alone: what is asked then is asked often."""
        customers, _queries = self.load(self.rows(4))
        names, lines = self.exported(customers)
        asked = []
        execute = type(self.env.cr).execute

        def listen(cursor, query, *args, **values):
            asked.append(query.code if isinstance(query, SQL) else str(query))
            return execute(cursor, query, *args, **values)

        self.patch(type(self.env.cr), "execute", listen)
        self.load(lines, names)
        ours = [q for q in asked if 'FROM "synkd_account_customer"' in q or "twin" in q]
        self.assertFalse(ours)
        customers[0].tracking_number = "BULK-9999"
        self.assertTrue([q for q in asked if "twin" in q], "the ear hears")

    def test_new_customers_add_what_odoo_asks_for_each(self):
        """Our own queries do not grow: names in cells and followers are Odoo's."""
        self.load(self.rows(4))
        _few, few = self.load(self.rows(10, "Few"))
        _many, many = self.load(self.rows(40, "Many"))
        each = (many - few) / 30
        # Category, terms and followers: one question of Odoo's for each cell or record.
        self.assertLessEqual(each, 4)

    def test_a_limit_that_changes_still_goes_to_the_books(self):
        account = self.create_account("Hope Works")
        partner = self.create_partner("Hope Works")
        partner.account_customer_id = account
        account.mirror_partner_id = partner
        customers = partner | self.create_partner("Pink Shoes")
        customers.own_credit_limit = 700
        self.assertEqual(account.credit_limit, 700)
        partner.write({"own_credit_limit": 0, "name": "Hope Works Ltd"})
        self.assertEqual((account.credit_limit, account.name), (0, "Hope Works Ltd"))
