# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import clean_context

from ..door import check_upload

DEFAULT = "default_"


class SynkdDialogMixin(models.AbstractModel):
    """A dialog, or a line of one: of the user who opened it, filled in by us.

    Nobody else finds, reads or changes it; `ir.rule` asks ``_get_own_domain``, so that
    no rule has to be written for a new dialog. A client, also by RPC, sets only what is
    stored and not readonly, never to which dialog a line belongs, and names only
    records that its user may read. What we fill in goes through ``_create_dialog``.
    """

    _name = "synkd.dialog.mixin"
    _description = "Dialog of One User"

    # === WHOSE IT IS === #

    @api.model
    def _get_own_domain(self):
        """Return the records that the current user opened.

        :rtype: Domain
        """
        names = ["create_uid"]
        names += [f"{name}.create_uid" for name in self._get_dialog_fields()]
        return Domain.AND(Domain(name, "=", self.env.uid) for name in names)

    @api.model
    def _get_dialog_fields(self):
        """Return the names of the fields that say to which dialog a line belongs.

        :rtype: list[str]
        """
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.type == "many2one"
            and self.env[field.comodel_name].is_transient()
        ]

    # === FILLED IN BY US === #

    @api.model
    def _create_dialog(self, vals):
        """Create a dialog with what its user must not set himself.

        :param dict vals: also of its lines, as commands.
        :return: the dialog, with the rights of the current user.
        """
        # Defaults of the window that it is opened from are not meant for it.
        clean = self.with_env(
            self.env(su=True, context=clean_context(self.env.context))
        )
        return clean.create(vals).with_env(self.env)

    def _get_dialog_action(self, name=None):
        """Return the action that opens this dialog, or shows it anew.

        :param str name: its title; what the dialog is, unless said.
        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": name or self._description,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            # Named, since this is also what follows a notification.
            "views": [(False, "form")],
            "target": "new",
        }

    # === FILLED IN BY A CLIENT === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to take from clients what they may set, and nothing else.

        :raise AccessError: for other fields, and for records that they may not read.
        """
        for vals in [self._get_context_defaults(), *vals_list]:
            self._check_client_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override to take from clients what they may set, and nothing else.

        :raise AccessError: for other fields, and for records that they may not read.
        """
        self._check_client_values(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Override to tell nothing about records that the user may not read.

        :raise AccessError: when the values name one.
        """
        self._check_readable(self._get_context_defaults() | values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _get_context_defaults(self):
        """Return the defaults that the client gave.

        :rtype: dict
        """
        return {
            key.removeprefix(DEFAULT): value
            for key, value in self.env.context.items()
            if key.startswith(DEFAULT)
        }

    @api.model
    def _check_client_values(self, vals):
        """Refuse what a client may not set.

        :param dict vals: by names of fields; other names are the ORM's business.
        :raise AccessError: names the field.
        :raise UserError: for a file that is too large to keep.
        """
        if self.env.su:
            return
        closed = set(self._get_dialog_fields())
        for name in vals.keys() & self._fields.keys():
            if self._fields[name].readonly or name in closed:
                raise AccessError(
                    self.env._(
                        '"%(field)s" of the dialog "%(dialog)s" is filled in by Odoo'
                        " and cannot be set. Close it, and open it with its button.",
                        field=self._fields[name]._description_string(self.env),
                        dialog=self.env["ir.model"]._get(self._name).name,
                    )
                )
            if self._fields[name].type == "binary":
                check_upload(self.env, vals[name])
        self._check_readable(vals)

    @api.model
    def _check_readable(self, vals):
        """Refuse values that name records which the user may not read.

        :param dict vals: by names of fields, with commands for those of many records.
        :raise AccessError: when he may not read one.
        """
        if self.env.su:
            return
        for name in vals.keys() & self._fields.keys():
            field = self._fields[name]
            if field.relational:
                ids, inner = split_value(vals[name])
                comodel = self.env[field.comodel_name]
                comodel.browse(ids).check_access("read")
                for line in inner if hasattr(comodel, "_check_readable") else ():
                    comodel._check_readable(line)


def split_value(value):
    """Return what the value of a relational field names.

    :param value: an id, or a list of ids and commands.
    :return: ids, and the values for records of its lines.
    :rtype: tuple[list[int], list[dict]]
    """
    items = value if isinstance(value, (list, tuple)) else [value]
    ids, inner = [], []
    for item in items:
        parts = item if isinstance(item, (list, tuple)) else [item]
        # (6, 0, ids) has a list at its end; (1, id, values) a dict.
        numbers = parts[1:2] if len(parts) > 1 else parts
        for part in parts[2:]:
            inner += [part] if isinstance(part, dict) else []
            numbers = [*numbers, *part] if isinstance(part, (list, tuple)) else numbers
        ids += [n for n in numbers if isinstance(n, int) and n]
    return ids, inner
