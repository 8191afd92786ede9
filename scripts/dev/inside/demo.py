# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on the demo database: our own demo files, admin's password."""

import os

from odoo.modules.module import Manifest
from odoo.tools.convert import convert_file

# pylint: disable=invalid-commit  # a script, not a request
mode = os.environ["SYNKD_DEMO_MODE"]
wanted = os.environ["SYNKD_ADDONS"].split(",")
modules = env["ir.module.module"].search([("state", "=", "installed")])  # noqa: F821
ordered = [name for name in modules.sorted("id").mapped("name") if name in wanted]
by_depth = sorted(ordered, key=lambda name: (name.count("_"), name))
for name in by_depth:
    for filename in Manifest.for_addon(name).get("demo", []):
        convert_file(env, name, filename, {}, mode=mode, noupdate=True)  # noqa: F821

if mode == "init":
    env.ref("base.user_admin").password = "admin"  # noqa: F821
env.cr.commit()  # noqa: F821
