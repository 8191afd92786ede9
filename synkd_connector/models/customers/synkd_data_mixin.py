# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

MANAGER = "synkd_connector.group_manager"


class SynkdDataMixin(models.AbstractModel):
    """Records of the Data Manager: a manager selects some, and modifies or merges them.

    The buttons work on the records that they are pressed for, else on the *Selected*
    list of the user, see `synkd.selection`.
    """

    _name = "synkd.data.mixin"
    _description = "Record of the Data Manager"

    # Field of `synkd.selection`, and of what is done with those selected.
    _selected_in = ""
    # External id of the list in the Data Manager.
    _data_action = ""

    is_selected = fields.Boolean(
        string="Selected",
        compute="_compute_is_selected",
        search="_search_is_selected",
        groups=MANAGER,
    )

    @api.depends_context("uid")
    def _compute_is_selected(self):
        selected = set(self._get_selected().ids)
        for record in self:
            record.is_selected = record._origin.id in selected

    @api.model
    def _search_is_selected(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("id", "in", self._get_selected().ids)
        return domain if True in value else ~domain

    @api.model
    def _get_selected(self):
        """Return what the current user has selected, as far as he may read it.

        :rtype: recordset
        """
        selection = self.env["synkd.selection"].sudo()
        mine = selection.search([("user_id", "=", self.env.uid)])
        everything = self.with_context(active_test=False)
        return everything.browse(mine[self._selected_in].ids)._filtered_access("read")

    def _check_data_manager(self):
        """Refuse whoever may not select, modify and merge.

        :raise AccessError: says who may.
        """
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only managers of the books modify and merge many at once, so"
                    " nothing was changed. Ask one of them."
                )
            )

    def _get_meant(self):
        """Return the records that a button is pressed for, else those selected.

        :rtype: recordset
        :raise UserError: when there are none.
        """
        self._check_data_manager()
        meant = self or self._get_selected()
        if not meant:
            raise UserError(
                self.env._(
                    "Nothing is selected. Tick rows of the list, or put them on the"
                    " Selected list with the circle at the left of each, then press"
                    " the button again."
                )
            )
        return meant

    # === ACTIONS === #

    def action_synkd_select(self):
        """Put these on the Selected list of the current user.

        :rtype: bool
        """
        return self._note_selected(Command.link)

    def action_synkd_unselect(self):
        """Take these off the Selected list; all, when none is named.

        :rtype: bool
        """
        return self._note_selected(Command.unlink)

    def _note_selected(self, command):
        """Change the Selected list of the current user by these."""
        self._check_data_manager()
        meant = self or self._get_selected()
        mine = self.env["synkd.selection"]._get_mine()
        mine[self._selected_in] = [command(id_) for id_ in meant.ids]
        self.invalidate_model(["is_selected"])
        return True

    def action_synkd_selected(self):
        """Open the list with what is selected and nothing else.

        :rtype: dict
        """
        self._check_data_manager()
        action = self.env["ir.actions.act_window"]._for_xml_id(self._data_action)
        shown = {"search_default_selected": 1, "active_test": False}
        return action | {"context": shown, "target": "main"}

    def action_synkd_modify(self):
        """Open the dialog that modifies these, or those selected.

        :rtype: dict
        """
        return self.env["synkd.modify.wizard"]._open(self._get_meant())

    def action_synkd_merge(self):
        """Open the dialog that merges these, or those selected.

        :rtype: dict
        """
        return self.env["synkd.merge.wizard"]._open(self._get_meant())
