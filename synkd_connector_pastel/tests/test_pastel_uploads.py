# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files that are too large, as a browser sends them: refused before they are kept."""

import base64
import json
import resource
import time

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.synkd_connector.door import MOST_UPLOAD

from ..lib import exports
from .common import PastelCommon
from .test_pastel_bad_uploads import KINDS

HUGE = 50 * 1024 * 1024
# A call is 134 MB, read and as JSON; were those of all kept, it would be 1,000.
MOST_GROWTH = 100
LONGEST = 60
REFUSAL = "more than 20 MB"


def kilobytes():
    """Return the most memory that this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@tagged("post_install", "-at_install")
class TestPastelUploads(PastelCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.manager.password = "boss-of-the-books"
        self.authenticate("boss", "boss-of-the-books")

    def save(self, model, ids, values):
        """Save a dialog as a browser does; return what it is told."""
        call = {
            "model": model,
            "method": "web_save",
            "args": [ids, values],
            "kwargs": {"specification": {"id": {}}},
        }
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/web_save",
            data=json.dumps({"jsonrpc": "2.0", "params": call}),
            headers={"Content-Type": "application/json"},
            timeout=LONGEST,
        ).json()
        return answer.get("error", {}).get("data", {}).get("message", "")

    def doors(self, coded):
        """Yield what each dialog that takes a file is sent."""
        for kind in KINDS:
            values = {"ledger_id": self.ledger.id, "kind": kind, "file": coded}
            yield "synkd.pastel.export", [], values
        ledger = self.ledger.with_user(self.manager)
        wizard = self.env["synkd.report.wizard"].with_user(self.manager)
        dialog = wizard._open(ledger)["res_id"]
        yield "synkd.report.wizard", [dialog], {"report": coded}
        yield "synkd.members.wizard", [], {"report": coded}

    def test_50_mb_are_refused_by_each_dialog_and_nothing_of_them_stays(self):
        coded = base64.b64encode(b"Code,Name\r\n".ljust(HUGE, b"x")).decode()
        export = ("res_model", "=", "synkd.pastel.export")
        kept = self.env["ir.attachment"].sudo().search_count([export])
        peaks = []
        for model, ids, values in self.doors(coded):
            with self.subTest(model=model, kind=values.get("kind")):
                begun = time.monotonic()
                self.assertIn(REFUSAL, self.save(model, ids, values))
                self.assertLess(time.monotonic() - begun, LONGEST)
            peaks.append(kilobytes())
        # The one before is let go of while the next is refused.
        self.assertLess((peaks[-1] - peaks[1]) / 1024, MOST_GROWTH)
        attachments = self.env["ir.attachment"].sudo()
        self.assertEqual(attachments.search_count([export]), kept)
        small = base64.b64encode(b"Code,Name\r\nA1,Ann\r\n").decode()
        for model, ids, values in self.doors(small):
            if model != "synkd.members.wizard":
                self.assertEqual(self.save(model, ids, values), "", "it goes on")

    def test_20_mb_are_taken_and_a_byte_more_is_refused(self):
        most = b"x" * MOST_UPLOAD
        export = self.upload("customers", most)
        with self.assertRaisesRegex(UserError, "no table"):
            export.action_test()
        for more in (b"x", b"xx", b"xxx"):
            with self.assertRaisesRegex(UserError, REFUSAL), self.cr.savepoint():
                self.upload("customers", most + more).action_test()

    def test_more_rows_than_fit_into_memory_are_refused(self):
        self.patch(exports, "MOST_ROWS", 100)
        for kind in KINDS:
            export = self.upload(kind, b"Code,Name\r\n" + b"1,Ann\r\n" * 100)
            with self.assertRaisesRegex(UserError, "more than 100 rows"):
                export.action_test()
