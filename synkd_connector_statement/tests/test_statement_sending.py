# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import Mock, patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector_statement.models import synkd_statement

from .common import StatementCommon


@tagged("post_install", "-at_install")
class TestStatementSending(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statements = cls.env["synkd.statement"]
        cls.cron = cls.env.ref("synkd_connector_statement.ir_cron_send_statements")

    def send(self, partners, **values):
        """Send statements as the clerk does, and return what he is told."""
        return self.dialog(partners, **values).action_send()["params"]

    def mails(self):
        """Return the outgoing mails about statements."""
        return self.env["mail.mail"].search([("subject", "like", "statement of acc")])

    def test_it_goes_to_the_outgoing_mails_and_into_the_chatter(self):
        told = self.send(self.partner)
        self.assertEqual(told["message"], "In the outgoing mails: 1 statements.")
        mail = self.mails()
        self.assertEqual((len(mail), mail.state), (1, "outgoing"), "queued, not sent")
        self.assertEqual(
            mail.subject, "Test Company: statement of account as of 03/31/2026"
        )
        self.assertEqual(mail.recipient_ids, self.partner)
        message = self.partner.message_ids[0]
        self.assertIn("as of 03/31/2026", message.body.striptags().replace("\n", " "))
        self.assertEqual(message.author_id, self.clerk.partner_id)
        file = message.attachment_ids
        self.assertEqual(file.name, "Statement Hope Works 2026-03-31.pdf")
        self.assertIn(b"250.50", file.raw, "it is the statement, with the books")
        statement = self.statements.search([])
        self.assertEqual(
            (statement.state, statement.sent_to), ("sent", "accounts@hope.example")
        )
        self.assertTrue(statement.sent_at)

    def test_who_has_no_address_is_named_and_the_others_are_sent(self):
        dialog = self.dialog(self.family)
        self.assertEqual(dialog.without_ids, self.north | self.south)
        self.assertEqual(dialog.statement_count, 3)
        told = dialog.action_send()["params"]
        self.assertIn("No e-mail address: ", told["message"])
        for name in ("Hope North", "Hope South"):
            self.assertIn(name, told["message"])
        self.assertTrue(told["sticky"])
        self.assertEqual(self.statements.search([]).partner_id, self.partner)
        with self.assertRaisesRegex(UserError, "Nobody of these has an e-mail address"):
            self.send(self.north | self.south)

    def test_of_many_without_address_the_first_are_named(self):
        many = self.partner
        for number in range(12):
            many |= self.create_partner(f"Zero {number}")
        told = self.send(many, only_owing=False)
        self.assertIn("and 2 more", told["message"])

    def test_many_are_left_to_the_cron(self):
        self.patch(synkd_statement, "AT_ONCE", 1)
        (self.north | self.south).email = "branch@hope.example"
        triggers = self.env["ir.cron.trigger"]
        mine = [("cron_id", "=", self.cron.id)]
        before = triggers.search_count(mine)
        told = self.send(self.family)
        self.assertIn("in the background: 3 statements", told["message"])
        self.assertFalse(self.mails())
        self.assertEqual(triggers.search_count(mine), before + 1)
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.statements.search([]).mapped("state"), ["sent"] * 3)
        self.assertEqual(len(self.mails()), 3)
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertEqual(len(self.mails()), 3, "each is sent once")

    def test_one_that_cannot_be_sent_hinders_no_other_one(self):
        self.patch(synkd_statement, "AT_ONCE", 1)
        self.north.email = "north@hope.example"
        self.send(self.partner | self.north)
        self.partner.email = False
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
        by_partner = self.statements.search([]).grouped("partner_id")
        failed = by_partner[self.partner]
        self.assertEqual(by_partner[self.north].state, "sent")
        self.assertEqual(failed.state, "failed")
        self.assertIn("Hope Works has no e-mail address", failed.message)
        self.partner.email = "new@hope.example"
        self.assertTrue(failed.with_user(self.clerk).action_retry())
        self.assertEqual((failed.state, failed.message), ("sent", False))

    def test_what_was_sent_is_not_sent_again(self):
        self.send(self.partner)
        statement = self.statements.search([])
        statement.with_user(self.clerk).action_retry()
        self.assertEqual(len(self.mails()), 1)

    def test_a_printer_that_fails_is_told(self):
        reports = self.env.registry["ir.actions.report"]
        error = UserError("Unable to find Wkhtmltopdf")
        with patch.object(reports, "_render_qweb_pdf", Mock(side_effect=error)):
            told = self.send(self.partner)
        self.assertIn("Not sent: 1 statements", told["message"])
        statement = self.statements.search([])
        self.assertEqual(statement.message, "Unable to find Wkhtmltopdf")
        self.assertFalse(self.mails())

    def test_consolidated_as_chosen(self):
        self.send(self.partner, sub_customers="together")
        self.assertTrue(self.statements.search([]).consolidated)
        content = self.partner.message_ids[0].attachment_ids.raw
        self.assertIn(b"Hope North: ", content)
        self.send(self.partner, sub_customers="without")
        content = self.partner.message_ids[0].attachment_ids.raw
        self.assertNotIn(b"Hope North: ", content)

    def test_words_are_of_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner.lang = "fr_FR"
        template = self.env.ref(synkd_statement.TEMPLATE)
        template.with_context(lang="fr_FR").subject = "Releve de compte"
        self.send(self.partner)
        self.assertEqual(self.partner.message_ids[0].subject, "Releve de compte")

    def test_nobody_writes_them_by_hand(self):
        self.send(self.partner)
        statement = self.statements.search([]).with_user(self.clerk)
        self.assertEqual(statement.state, "sent")
        with self.assertRaises(AccessError):
            statement.write({"state": "waiting"})
        with self.assertRaises(AccessError):
            statement.create({"partner_id": self.partner.id})
        seller = self.create_user("statement_seller", "base.group_user")
        with self.assertRaises(AccessError):
            statement.with_user(seller).action_retry()

    def test_statements_of_other_companies_are_not_seen(self):
        self.send(self.partner)
        other = self.env["res.company"].create({"name": "Other"})
        clerk = self.create_user(
            "other_clerk", "base.group_user,account.group_account_invoice", other
        )
        theirs = self.statements.with_user(clerk)
        theirs = theirs.with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]))

    def test_the_cron_stops_when_its_time_is_up_and_goes_on_later(self):
        self.patch(synkd_statement, "AT_ONCE", 0)
        (self.north | self.south).email = "branch@hope.example"
        self.send(self.family)
        crons = self.env.registry["ir.cron"]
        with patch.object(crons, "_commit_progress", Mock(return_value=0)) as progress:
            self.statements._cron_send()
        self.assertEqual(len(self.mails()), 1, "the first, then no time is left")
        self.assertEqual(progress.call_args_list[0].kwargs, {"remaining": 3})
        with patch.object(crons, "_commit_progress", Mock(return_value=60)) as progress:
            self.statements._cron_send()
        self.assertEqual(len(self.mails()), 3)
        self.assertEqual(progress.call_count, 3, "each of the two is committed alone")

    def test_each_goes_with_the_rights_of_who_asked(self):
        """Who lost his rights meanwhile sends nothing; the sentence says so."""
        self.patch(synkd_statement, "AT_ONCE", 0)
        self.send(self.partner)
        self.clerk.group_ids = self.env.ref("base.group_portal")
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
        statement = self.statements.search([])
        self.assertEqual(statement.state, "failed")
        self.assertTrue(statement.message)
        self.assertFalse(self.mails())

    def test_an_archived_customer_can_still_be_told_what_is_open(self):
        dialog = self.dialog(self.partner)
        self.partner.action_archive()
        dialog.action_send()
        self.assertEqual(self.statements.search([]).state, "sent")

    def test_a_customer_with_an_odd_name_has_a_file(self):
        self.partner.name = "Hope/Works \N{SNOWMAN}"
        self.send(self.partner)
        file = self.partner.message_ids[0].attachment_ids
        self.assertEqual(file.name, "Statement Hope-Works \N{SNOWMAN} 2026-03-31.pdf")

    def test_retry_of_many_is_left_to_the_cron(self):
        error = UserError("Unable to find Wkhtmltopdf")
        reports = self.env.registry["ir.actions.report"]
        (self.north | self.south).email = "branch@hope.example"
        with patch.object(reports, "_render_qweb_pdf", Mock(side_effect=error)):
            self.send(self.family)
        failed = self.statements.search([("state", "=", "failed")])
        self.assertEqual(len(failed), 3)
        self.patch(synkd_statement, "AT_ONCE", 2)
        failed.with_user(self.clerk).action_retry()
        self.assertEqual(failed.mapped("state"), ["waiting"] * 3)
        self.assertEqual(failed.mapped("message"), [False] * 3)
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(failed.mapped("state"), ["sent"] * 3)

    def test_a_customer_that_is_gone_takes_its_statements_along(self):
        self.send(self.idle, only_owing=False)
        self.assertTrue(self.statements.search([]))
        self.idle.unlink()
        self.assertFalse(self.statements.search([]))

    def test_a_template_without_sense_is_told(self):
        template = self.env.ref(synkd_statement.TEMPLATE)
        template.body_html = "<p><t t-out='object.no_such_field'/></p>"
        told = self.send(self.partner)
        self.assertIn("Not sent: 1 statements", told["message"])
        self.assertIn("template", self.statements.search([]).message)

    def test_it_goes_to_the_contacts_who_get_statements(self):
        names = ("Ann", "Ben", "Cora")
        vals = {"parent_id": self.partner.id, "is_company": False}
        ann, ben, _cora = (
            self.create_partner(n, email=f"{n}@hope.example", **vals) for n in names
        )
        (ann | ben).mail_statements = True
        self.assertFalse(self.dialog(self.north).without_ids, "they read for north too")
        self.send(self.partner)
        statement = self.statements.search([])
        self.assertEqual(statement.sent_to, "Ann@hope.example, Ben@hope.example")
        message = self.partner.message_ids[0]
        self.assertEqual(message.notified_partner_ids, ann | ben)
        ben.email = False
        self.send(self.partner)
        self.assertEqual(self.statements.search([])[0].sent_to, "Ann@hope.example")

    def test_who_gets_them_is_read_at_once(self):
        def queries(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners._get_statement_recipients()
            return self.env.cr.sql_log_count - before

        vals = [{"name": f"Many {n}", "email": f"{n}@many.example"} for n in range(30)]
        people = [{"name": "Pat", "mail_statements": True, "email": "pat@x.example"}]
        many = self.env["res.partner"].create(
            [line | {"child_ids": [(0, 0, p) for p in people]} for line in vals]
        )
        self.assertEqual(queries(many), queries(many[:2]))
