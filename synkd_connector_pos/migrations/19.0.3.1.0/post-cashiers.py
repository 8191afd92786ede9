# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who decides how customers are posted stays as it was: nobody at the till."""


def migrate(cr, version):
    """Let the cashiers of existing shops decide nothing until somebody lets them."""
    if version:
        cr.execute("UPDATE pos_config SET synkd_cashiers_answer = false")
