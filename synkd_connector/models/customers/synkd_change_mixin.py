# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...lib.alone import each_alone

BATCH = 200
NOTES_KEPT = 20


class SynkdChangeMixin(models.AbstractModel):
    """A change that a cron makes to many records, in the background.

    It goes by the records' ids and keeps the last one, so that a killed worker takes
    none twice and leaves none out. Heirs say which records, and what is done to some.
    """

    _name = "synkd.change.mixin"
    _description = "Change of Many Records in the Background"
    _order = "id desc"

    # The external id of the cron that makes it.
    _cron = ""

    company_id = fields.Many2one("res.company", required=True)
    user_id = fields.Many2one("res.users", string="Asked for by")
    state = fields.Selection(
        [("waiting", "Under Way"), ("done", "Done")],
        default="waiting",
        required=True,
        index=True,
    )
    position = fields.Integer(help="The last record that was looked at.")
    changed_count = fields.Integer(string="Changed")
    left_count = fields.Integer(string="Could Not Be Changed")
    notes = fields.Text(help="Which could not be changed, and why.")

    def _set_done(self):
        """End what is under way."""
        self.filtered(lambda c: c.state == "waiting").write({"state": "done"})

    @api.model
    def _start(self, vals):
        """Write down what is to be done, and wake the cron.

        :param dict vals: of this model.
        :return: the change.
        """
        change = self.create(vals | {"user_id": self.env.uid})
        cron = self.env.ref(self._cron).sudo()
        cron._switch_on()
        cron._trigger()
        return change

    @api.model
    def _cron_apply(self):
        """Make the changes that wait, oldest first; a batch is committed at once."""
        cron = self.env["ir.cron"]
        waiting = self.search([("state", "=", "waiting")], order="id")
        cron._commit_progress(remaining=sum(c._count_left() for c in waiting))
        for waits in waiting:
            change = waits.with_context(lang=waits.user_id.lang)
            while records := change._get_next():
                change._apply(records)
                if not cron._commit_progress(len(records)):
                    return
            change._set_done()
            cron._commit_progress()

    def _get_records(self):
        """Return the model of the records, as whoever changes them sees it."""
        raise NotImplementedError

    def _get_domain(self):
        """Return the records that are still to be changed.

        :rtype: Domain
        """
        raise NotImplementedError

    def _apply_to(self, records):
        """Do it to some records that are next, by ``_each_alone``."""
        raise NotImplementedError

    def _count_left(self):
        """Return how many records are still to be changed.

        :rtype: int
        """
        return self._get_records().search_count(self._get_domain())

    def _get_next(self):
        """Return the next records, in the order of their ids."""
        return self._get_records().search(self._get_domain(), order="id", limit=BATCH)

    def _apply(self, records):
        """Do it to the next records, and remember how far it came."""
        self.position = records[-1].id
        self._apply_to(records)

    def _each_alone(self, records, function):
        """Do something to records; one that cannot take it is left out and named.

        :param callable function: gets records, changes them, returns those changed.
        """

        def change_some(some):
            changed = function(some)
            # At once, so that an error meets those who caused it.
            self.env.flush_all()
            self.changed_count += len(changed)

        each_alone(self.env.cr.savepoint, records, change_some, self._leave_out)

    def _leave_out(self, record, error):
        """Note a record that could not be changed."""
        self.left_count += 1
        notes = (self.notes or "").splitlines()[-NOTES_KEPT + 1 :]
        self.notes = "\n".join([*notes, f"{record.display_name}: {error}"])
