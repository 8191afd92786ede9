# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.constants import GC_UNLINK_LIMIT

from ...door import check_one


class SynkdLedger(models.Model):
    """The runs of a ledger: wished for by buttons, made by its cron, kept a while.

    Buttons write the wish down and never talk to the books.
    """

    _inherit = "synkd.ledger"

    run_ids = fields.One2many("synkd.run", "ledger_id")
    last_run_id = fields.Many2one("synkd.run", compute="_compute_last_run_id")

    @api.depends("run_ids")
    def _compute_last_run_id(self):
        groups = self.env["synkd.run"]._read_group(
            [("ledger_id", "in", self.ids), ("state", "!=", "waiting")],
            ["ledger_id"],
            ["id:max"],
        )
        last = {ledger.id: run_id for ledger, run_id in groups}
        for ledger in self:
            ledger.last_run_id = last.get(ledger.id)

    def action_run_now(self):
        """Ask for a run right after this transaction.

        :return: the client action that shows its progress.
        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        self.env["synkd.sync.wizard"]._check_may_sync()
        return self.sudo()._request_run()._get_watch_action()

    def action_test_connection(self):
        """Ask the next run to test configuration and connection.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        run = self.sudo()._request_run({"origin": "check"})
        return run._get_watch_action()

    def action_resume(self):
        """End a pause, for example after the connection was mended.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        ledger_sudo = self.sudo()
        ledger_sudo._set_resumed()
        domain = [("ledger_id", "=", self.id), ("state", "=", "paused")]
        paused = self.env["synkd.run"].sudo().search(domain, order="id", limit=1)
        if not paused:
            return self.action_run_now()
        ledger_sudo._wake()
        return paused._get_watch_action()

    def action_view_runs(self):
        """Open the runs of this ledger.

        :rtype: dict
        """
        return self._view("synkd_run_action")

    def _request_run(self, vals=None):
        """Write down that a user wants a run, unless the same waits, and wake the cron.

        :param dict vals: values of the `synkd.run`.
        :return: the waiting run.
        :raise UserError: when the ledger is archived or has no connector.
        """
        self.ensure_one()
        self._check_can_run()
        wish = {"ledger_id": self.id, "requested_by_id": self.env.uid, "origin": "user"}
        run = self.env["synkd.run"].sudo()._ask(wish | (vals or {}))
        self._wake()
        return run

    def _check_can_run(self):
        """Refuse a run that could not do anything.

        :raise UserError: when the ledger is archived or has no connector.
        """
        if not self.active:
            raise UserError(
                self.env._(
                    "Ledger %s is archived, so nothing can be synchronised. Restore it"
                    " under Invoicing > Books > Ledgers.",
                    self.name,
                )
            )
        if not self._has_connector():
            raise UserError(self._no_connector_message())

    def _cron_run(self):
        """Make one pass: called by the ledger's cron.

        What it says is kept, so it is said in the language of who answers for it.
        """
        ledger = self.with_context(lang=self._get_language())
        ledger.env["synkd.engine"]._run(ledger)

    def _get_kept(self):
        """Return every ledger, and the time before which its runs are removed.

        :rtype: list[tuple]
        """
        ledgers = self.with_context(active_test=False).search([("id", "!=", False)])
        now = fields.Datetime.now()
        return [(ledger, now - timedelta(days=ledger.keep_days)) for ledger in ledgers]

    @api.model
    def _vacuum(self, model_name, domain=()):
        """Remove records that are older than their ledger keeps them.

        :param str model_name: a model with a `ledger_id`.
        :param list domain: which of them may go.
        :return: how many went, and whether there may be more, for the autovacuum.
        :rtype: tuple[int, bool]
        """
        done = 0
        for ledger, before in self._get_kept():
            mine = [("ledger_id", "=", ledger.id), ("create_date", "<", before)]
            old = self.env[model_name].search([*mine, *domain], limit=GC_UNLINK_LIMIT)
            done += len(old)
            old.unlink()
        return done, done >= GC_UNLINK_LIMIT
