# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    test_statement,
    test_statement_sending,
    test_statement_tours,
    test_statement_uninstall,
)
