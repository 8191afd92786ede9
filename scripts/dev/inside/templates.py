# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes the import templates anew: `make shell < scripts/dev/inside/templates.py`.

Each has its columns on the first sheet, which is what gets imported, and an example on
the second one.
"""

from pathlib import Path

import xlsxwriter

from odoo.addons.synkd_connector.models import res_partner_import as table

FOLDER = Path(table.__file__).parents[1] / "static" / "xls"


def write(name, columns):
    """Write one template."""
    book = xlsxwriter.Workbook(FOLDER / name)
    bold = book.add_format({"bold": True, "bg_color": "#E7E9ED"})
    sheet, example = book.add_worksheet("Customers"), book.add_worksheet("Example")
    for index, column in enumerate(columns):
        for each in (sheet, example):
            each.write(0, index, column, bold)
            each.set_column(index, index, max(len(column), 14) + 2)
        example.write(1, index, table.COLUMNS[column][1])
    sheet.freeze_panes(1, 0)
    book.close()


for file_name, file_columns in table.TEMPLATES.items():
    write(file_name, file_columns)
