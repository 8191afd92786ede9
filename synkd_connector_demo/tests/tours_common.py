# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What tours share in which runs are watched."""

from unittest.mock import patch

from odoo.tests import HttpCase

from odoo.addons.synkd_connector.models.engine.synkd_run import SynkdRun


class ToursCommon(HttpCase):
    """No cron worker serves a test: the panel's question stands in for it.

    The first time that the panel asks how a run is getting on, its ledger's cron makes
    a pass before the answer is given.
    """

    def start(self, url, tour, login, **values):
        """Run a tour at an address, and forget what was cached meanwhile.

        :param values: more for the browser, such as cookies.
        """
        ask = SynkdRun.get_progress

        def get_progress(runs):
            runs.sudo().ledger_id.cron_id.method_direct_trigger()
            runs.env.invalidate_all()
            return ask(runs)

        with patch.object(SynkdRun, "get_progress", get_progress):
            self.start_tour(url, tour, login=login, **values)
        self.env.invalidate_all()
