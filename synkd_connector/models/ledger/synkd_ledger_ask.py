# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

MANAGER = "synkd_connector.group_manager"
TYPE = "mail.mail_activity_data_todo"


class SynkdLedger(models.Model):
    """Whom people ask when they may not go on themselves."""

    _inherit = "synkd.ledger"

    def _ask(self, records, note, group=MANAGER):
        """Give somebody who may go on an activity with each record.

        Asked once: as long as the activity is open, another press makes no second one.

        :param recordset records: with activities, as the one who asks sees them.
        :param str note: what has to be done, and why.
        :param str group: external id of the group whose members may go on.
        :return: the notification that says who was asked.
        :rtype: dict
        :raise UserError: when nobody may go on.
        """
        self.ensure_one()
        records.check_access("read")
        person = self._find_person(records, group)
        theirs = self.with_context(lang=person.sudo().lang)
        summary = theirs.env._("%s asks for your decision", self.env.user.name)
        asked = Domain("res_model", "=", records._name) & Domain(
            "user_id", "=", person.id
        )
        mine = asked & Domain("summary", "=", summary)
        known = (
            self.env["mail.activity"]
            .sudo()
            .search(mine & Domain("res_id", "in", records.ids))
        )
        fresh = records.filtered(lambda record: record.id not in known.mapped("res_id"))
        fresh.sudo().activity_schedule(
            TYPE,
            summary=summary,
            # The note may repeat what the books say, whatever that looks like.
            note=plaintext2html(note),
            user_id=person.id,
        )
        return self._tell_asked(person, fresh)

    def _tell_asked(self, person, fresh):
        """Return the notification that says who was asked, and close the dialog.

        :rtype: dict
        """
        told = (
            self.env._("%s was asked: it is among the activities there.", person.name)
            if fresh
            else self.env._("%s was asked already, and has not answered.", person.name)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": told,
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _find_person(self, records, group):
        """Return who is asked: the responsible if he may, else the first who may.

        :param recordset records: whoever is asked may read them.
        :rtype: recordset of `res.users`
        :raise UserError: when there is nobody.
        """
        role = self.env.ref(group)
        company = self.sudo().company_id
        users = self.env["res.users"].sudo()
        able = users.search(
            [
                ("all_group_ids", "in", role.ids),
                ("company_ids", "in", company.ids),
                ("share", "=", False),
                ("id", "!=", self.env.uid),
            ]
        ).filtered(lambda user: records.with_user(user).has_access("read"))
        if not able:
            raise UserError(
                self.env._(
                    "There is nobody to ask: nobody else of %(company)s has the right"
                    " %(role)s. Have an administrator give it to somebody, under"
                    " Settings > Users.",
                    company=company.name,
                    role=role.sudo().full_name,
                )
            )
        return (able & self.sudo().user_id or able.sorted("id"))[:1]
