# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A file is a request: written down first, kept, the same again, and in one only."""

import hashlib
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK

from .test_pastel_money import PastelMoneyCase

LOGGERS = (
    "odoo.addons.base.models.ir_cron",
    "odoo.addons.synkd_connector.models.engine.synkd_engine",
)


@tagged("post_install", "-at_install")
class TestPastelFiles(PastelMoneyCase):
    def files(self):
        """Return names and bytes of the files that wait."""
        return [(f.name, f.raw) for f in self.handed().sudo().file_ids.sorted("id")]

    def test_a_file_that_was_lost_before_it_was_kept_is_made_again_as_it_was(self):
        self.create_invoice()
        engine = type(self.env["synkd.engine"])
        made = []

        def lose(_model, _run, _request, answer):
            made.extend((file.name, file.content) for file in answer.files)
            raise MemoryError("killed")

        with patch.object(engine, "_keep", lose), mute_logger(*LOGGERS):
            self.run_ledger()
        self.assertEqual(len(made), 1)
        self.assertFalse(self.handed())
        self.run_ledger()
        self.assertEqual(self.files(), made)
        self.run_ledger()
        self.assertEqual(self.files(), made)

    def test_invoices_and_credit_notes_of_one_batch_are_two_files(self):
        invoice = self.create_invoice()
        note = self.create_invoice(move_type="out_refund")
        self.run_ledger()
        (request,) = self.handed()
        names = [name for name, _content in self.files()]
        ending = f"{request.id:06}-KUDU.csv"
        self.assertEqual(names, [f"creditnotes-{ending}", f"invoices-{ending}"])
        for move, (_name, content) in zip(note | invoice, self.files(), strict=True):
            self.assertIn(move.name.encode(), content)
            self.assertIn(f"Odoo {request.id:06} SK".encode(), content)

    def test_what_was_not_imported_goes_into_another_file_under_its_key(self):
        invoice = self.create_invoice()
        self.run_ledger()
        ((_name, before),) = self.files()
        key = self.own_key(invoice).encode()
        self.handed()._say_all(NOT_FOUND)
        self.run_ledger()
        ((_name, after),) = self.files()
        self.assertNotEqual(before, after)
        self.assertTrue(key in before and key in after)
        self.bring()
        self.assertEqual(len(self.pastel.documents), 1)

    def test_a_file_stays_as_it_was_when_settings_change(self):
        self.create_invoice()
        self.run_ledger()
        before = self.files()
        (file,) = self.handed().sudo().file_ids
        digest = hashlib.sha1(before[0][1], usedforsecurity=False).hexdigest()
        self.assertEqual(file.checksum, digest)
        self.ledger.write({"pastel_company": "OTHER", "pastel_decimal": "comma"})
        self.run_ledger()
        self.assertEqual(self.files(), before)
        self.assertEqual(file.checksum, digest)
        self.handed()._say_all(OK)
        self.assertFalse(self.handed())
