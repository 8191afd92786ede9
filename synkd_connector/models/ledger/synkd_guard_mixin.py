# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError


class SynkdGuardMixin(models.AbstractModel):
    """A record with fields that only the engine writes, whatever users may do else.

    The inheriting model names them in ``_engine_fields`` and says in
    ``_get_engine_message`` which buttons to use.
    """

    _name = "synkd.guard.mixin"
    _inherit = ["synkd.fields.mixin"]
    _description = "Record With Fields That Only Runs Write"

    _engine_fields = frozenset()

    @api.model
    def default_get(self, fields):
        """Override: nobody's own default fills in what only the engine sets.

        Such a default counts for superusers too, who work for whoever presses a button.
        """
        own = self.env["ir.default"]._get_model_defaults(self._name)
        closed = self._engine_fields & own.keys()
        found = super().default_get([name for name in fields if name not in closed])
        for name in closed.intersection(fields):
            if default := self._fields[name].default:
                found[name] = default(self)
        return found

    @api.model_create_multi
    def create(self, vals_list):
        """Override to keep users from setting what only the engine sets.

        :raise AccessError: when they do, also by a default in the context.
        """
        prefix = "default_"
        keys = {key for key in self.env.context if key.startswith(prefix)}
        defaults = {key.removeprefix(prefix) for key in keys}
        self._check_engine_fields(defaults.union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        """Override to keep users from setting what only the engine sets.

        :raise AccessError: when they do.
        """
        self._check_engine_fields(vals)
        return super().write(vals)

    def _check_engine_fields(self, names):
        """Keep users, also over RPC, from writing what the engine writes.

        :raise AccessError: when one of the names is the engine's.
        """
        if not self.env.su and self._engine_fields & set(names):
            raise AccessError(self._get_engine_message())

    def _get_engine_message(self):
        """Return the sentence that names the buttons to use instead.

        :rtype: str
        """
        return self.env._("Only runs write this. Use the buttons.")
