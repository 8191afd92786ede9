# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on the demo database: our own demo files, admin's password."""

import os

from odoo.modules.module import Manifest
from odoo.modules.module_graph import ModuleGraph
from odoo.tools.convert import convert_file

mode = os.environ["SYNKD_DEMO_MODE"]
wanted = os.environ["SYNKD_ADDONS"].split(",")
modules = env["ir.module.module"].search([("state", "=", "installed")])  # noqa: F821
graph = ModuleGraph(env.cr, mode="load")  # noqa: F821
graph.extend(modules.mapped("name"))
# In the order in which Odoo loads modules: a module's data may use its dependencies'.
for name in [module.name for module in graph if module.name in wanted]:
    for filename in Manifest.for_addon(name).get("demo", []):
        convert_file(env, name, filename, {}, mode=mode, noupdate=True)  # noqa: F821

if mode == "init":
    env.ref("base.user_admin").password = "admin"  # noqa: F821
env.cr.commit()  # noqa: F821
