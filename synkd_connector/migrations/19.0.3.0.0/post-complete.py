# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Companies that were here before link their customers as they did."""


def migrate(cr, version):
    """Switch *Only Complete Customers Are Linked* off, as nobody asked for it.

    :param Cursor cr: of the upgrade.
    :param str version: that was installed.
    """
    cr.execute("UPDATE res_company SET synkd_only_complete = false")
