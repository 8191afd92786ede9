# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on a template that browsers will use: self-contained."""

params = env["ir.config_parameter"]  # noqa: F821
# Style sheets and scripts are made once here. What the template has stored goes into
# the database itself, so that a copy by `createdb -T` is complete without a filestore.
params.set_param("ir_attachment.location", "db")
env["ir.qweb"]._pregenerate_assets_bundles()  # noqa: F821
env["ir.attachment"].force_storage()  # noqa: F821
params.search([("key", "=", "ir_attachment.location")]).unlink()
env.cr.commit()  # noqa: F821
