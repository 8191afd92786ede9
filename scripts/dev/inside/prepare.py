# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on a new template: it calls nobody and runs no cron."""

params = env["ir.config_parameter"]  # noqa: F821
# Nothing may call out: this port of this machine never answers.
params.set_param("iap.endpoint", "http://127.0.0.1:1")
params.set_param("web.base.url.freeze", "True")
cron = env.ref("mail.ir_cron_module_update_notification", raise_if_not_found=False)  # noqa: F821
if cron:
    cron.active = False
if "iap_enrich_auto_done" in env["res.company"]._fields:  # noqa: F821
    env["res.company"].search([]).iap_enrich_auto_done = True  # noqa: F821
env.cr.commit()  # noqa: F821
