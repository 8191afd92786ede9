# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on a database without our addons: the books of the demo.

Its company keeps the demo's money and sells the demo's goods. SYNKD_BOOKS_KEY names the
file that gets the key of its user for the connector.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, "synkd_connector_odoo/tests")

from second_odoo import make_key, set_up

GOODS = {"COF-1": "Coffee beans, 1 kg", "SER-1": "Service"}


def make(env):
    """Set the books up as their bookkeeper would."""
    user = set_up(env)
    rand, company = env.ref("base.ZAR"), env.ref("base.main_company")
    rand.active = True
    company.write({"name": "Protea Trading (Books)", "currency_id": rand.id})
    env["product.product"].create(
        [{"default_code": code, "name": name} for code, name in GOODS.items()]
    )
    path = Path(os.environ["SYNKD_BOOKS_KEY"])
    path.touch(mode=0o600)
    path.write_text(make_key(env, user))
    env.cr.commit()


make(env)  # noqa: F821
