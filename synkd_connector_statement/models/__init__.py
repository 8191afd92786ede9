# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import res_partner, synkd_account_customer, synkd_statement
