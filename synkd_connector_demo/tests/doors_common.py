# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What tests of the doors share: all that a client may call, and every role."""

import inspect

OURS = "odoo.addons.synkd_connector"
ROLES = {
    "employee": "base.group_user",
    "reader": "account.group_account_readonly",
    "user": "synkd_connector.group_user",
    "clerk": "account.group_account_invoice",
    "manager": "synkd_connector.group_manager",
    "accountant": "account.group_account_manager",
    "admin": "base.group_system",
}


def get_models(env):
    """Return the models of our addons that keep records, dialogs included."""
    return [
        model
        for name in sorted(env)
        for model in [env[name]]
        if not model._abstract and model._original_module.startswith("synkd_connector")
    ]


def get_doors(model):
    """Return the public methods that our addons add to a model, by name.

    Those of Odoo that we override are Odoo's doors: their arguments are its business.
    """
    ours, theirs = {}, set()
    for cls in type(model).mro():
        names = {n for n, v in vars(cls).items() if inspect.isfunction(v)}
        if cls.__module__.startswith(OURS):
            ours |= {name: getattr(type(model), name) for name in names}
        else:
            theirs |= names
    return {
        name: method
        for name, method in sorted(ours.items())
        if not name.startswith("_") and name not in theirs
    }
