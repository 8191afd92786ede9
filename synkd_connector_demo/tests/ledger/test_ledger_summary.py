# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..queue_common import QueueCommon


@tagged("post_install", "-at_install")
class TestLedgerSummary(QueueCommon):
    """The daily mail about what waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["synkd.ledger"].search([("id", "!=", cls.ledger.id)]).write(
            {"send_summary": False}
        )
        cls.responsible = cls.create_user("books_boss", "account.group_account_invoice")
        cls.responsible.email = "boss@example.com"
        cls.ledger.user_id = cls.responsible
        cls.stranger = cls.create_partner("Stranger")
        cls.total = cls.create_invoice().amount_total

    def send(self):
        """Let the schedule pass once, and return the mails it wrote."""
        before = self.env["mail.mail"].search([])
        with self.enter_registry_test_mode():
            cron = self.env.ref("synkd_connector.ir_cron_send_summaries")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mail.mail"].search([]) - before

    def test_nothing_is_sent_when_nothing_waits(self):
        self.assertFalse(self.send())

    def test_the_responsible_learns_what_waits(self):
        self.post_invoice(self.stranger)
        self.post_invoice(self.stranger)
        self.post_invoice()
        mail = self.send()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.responsible.partner_id)
        self.assertEqual(mail.subject, "Test books: 3 documents wait for the books")
        text = html2plaintext(mail.body_html)
        self.assertIn("Requires attention: Not linked", " ".join(text.split()))
        self.assertIn("Ready to Post", text)
        self.assertIn("/odoo/requires-attention", mail.body_html)
        self.assertIn("/odoo/ready-to-post", mail.body_html)
        self.assertIn(f"{2 * self.total:.2f}", text)
        self.assertEqual(mail.state, "outgoing")

    def test_lines_are_decisions_first_with_their_amounts(self):
        self.post_invoice()
        held = self.row_of(self.post_invoice())
        held._set_held("Wait for the cheque")
        refused = self.row_of(self.post_invoice())
        refused._set_sending()
        refused._set_attention("Amount is wrong")
        invoice = self.post_invoice(self.stranger)
        lines = self.ledger._get_summary()
        self.assertEqual(
            [line["label"] for line in lines],
            ["Not linked", "Refused by the books", "Ready to Post", "Held Back"],
        )
        for line in lines:
            self.assertEqual(line["count"], 1)
            self.assertAlmostEqual(line["amount"], self.total)
            self.assertEqual(line["oldest"], invoice.create_date.date())

    def test_what_is_posted_or_excluded_is_not_mailed(self):
        posted = self.row_of(self.post_invoice())
        posted.sudo().write({"sync_state": "synced", "external_id": "x"})
        self.row_of(self.post_invoice())._set_excluded("Not ours")
        self.assertFalse(self.send())

    def test_it_is_switched_off_by_ledger(self):
        self.post_invoice()
        self.ledger.send_summary = False
        self.assertFalse(self.send())

    def test_an_archived_ledger_is_silent(self):
        self.post_invoice()
        self.ledger.active = False
        self.assertFalse(self.send())

    def test_nobody_to_mail_stops_nobody_else(self):
        self.post_invoice()
        self.ledger.user_id = False
        self.assertFalse(self.send())

    def test_it_speaks_the_language_of_the_responsible(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("synkd_connector.synkd_ledger_mail_template_summary")
        template.with_context(lang="fr_FR").subject = "Des documents attendent"
        self.responsible.lang = "fr_FR"
        self.post_invoice()
        self.assertEqual(self.send().subject, "Des documents attendent")

    def test_other_companies_are_not_counted(self):
        self.post_invoice()
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(name="Other books", company_id=other.id)
        ledger.user_id = self.responsible
        self.assertFalse(ledger._get_summary())
        self.assertEqual(len(self.send()), 1)
