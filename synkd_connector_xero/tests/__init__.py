# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_simulator_contact_rules
from . import test_simulator_contacts
