# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import SynkdCommon

GROUPS = "base.group_user,base.group_partner_manager"


@tagged("-at_install", "post_install")
class TestCustomerStatus(SynkdCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user("clerk-status", GROUPS)
        cls.chief = cls.create_user(
            "chief-status", f"{GROUPS},synkd_connector.group_credit"
        )
        cls.other_chief = cls.create_user(
            "other-chief", f"{GROUPS},synkd_connector.group_credit"
        )
        cls.partner = cls.create_partner("Blue Crane Timber")

    def as_user(self, user, partner=None):
        """Return a customer as a user has it."""
        return (self.partner if partner is None else partner).with_user(user)

    def last(self, partner=None):
        """Return from, to, user and comment of the newest change."""
        self.env.invalidate_all()
        change = (partner or self.partner).customer_status_ids[:1]
        return change.from_status, change.to_status, change.user_id, change.comment

    # === HOLD === #

    def test_hold_and_release_keep_the_history(self):
        with freeze_time("2026-11-02 10:00:00"):
            self.as_user(self.chief).action_synkd_hold("Two cheques were returned")
            self.assertEqual(self.partner.customer_status, "hold")
            self.assertEqual(
                self.partner.hold_until - self.partner.hold_since, timedelta(hours=48)
            )
            self.assertEqual(self.partner.hold_user_id, self.chief)
        self.assertEqual(
            self.last(), ("active", "hold", self.chief, "Two cheques were returned")
        )
        self.as_user(self.other_chief).action_synkd_release("Paid in cash")
        self.assertEqual(self.partner.customer_status, "active")
        self.assertFalse(self.partner.hold_reason or self.partner.hold_until)
        self.assertEqual(
            self.last(), ("hold", "active", self.other_chief, "Paid in cash")
        )
        self.assertIn("Paid in cash", self.partner.message_ids[:1].body)

    def test_a_hold_can_be_said_anew(self):
        self.as_user(self.chief).action_synkd_hold("First")
        since = self.partner.hold_since
        later = fields.Datetime.now() + timedelta(days=9)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.as_user(self.chief).action_synkd_hold(
                "Second", later, self.other_chief.id
            )
        self.assertEqual(self.partner.hold_since, since)
        self.assertEqual(self.partner.hold_reason, "Second")
        self.assertEqual(self.partner.hold_until, later.replace(microsecond=0))
        self.assertEqual(self.partner.hold_user_id, self.other_chief)

    def test_hold_wants_a_reason_and_a_time_to_come(self):
        chief = self.as_user(self.chief)
        for reason in ("", "  ", None, False):
            with self.assertRaisesRegex(UserError, "Type the reason"):
                chief.action_synkd_hold(reason)
        with self.assertRaisesRegex(UserError, "is past"):
            chief.action_synkd_hold("Late", fields.Datetime.now() - timedelta(hours=1))
        for odd in ("soon", 17, "9999-01-01 00:00:00", ["x"]):
            with self.assertRaises(UserError):
                chief.action_synkd_hold("Late", odd)
        self.assertEqual(self.partner.customer_status, "active")

    def test_a_long_reason_is_kept_whole(self):
        reason = "x" * 400
        self.as_user(self.chief).action_synkd_hold(reason)
        self.assertEqual(self.partner.hold_reason, reason)
        with self.assertRaisesRegex(UserError, "Shorten"):
            self.as_user(self.chief).action_synkd_hold("x" * 4000)

    def test_release_of_who_is_not_held(self):
        with self.assertRaisesRegex(UserError, "Blue Crane Timber is not on hold"):
            self.as_user(self.chief).action_synkd_release()

    def test_clerks_neither_hold_nor_release_nor_approve(self):
        clerk = self.as_user(self.clerk)
        for call in (
            lambda: clerk.action_synkd_hold("No"),
            clerk.action_synkd_release,
            clerk.action_synkd_approve,
            lambda: clerk.action_synkd_send_back("No"),
        ):
            with self.assertRaisesRegex(AccessError, "Only a credit manager"):
                call()

    def test_the_status_is_moved_by_its_buttons_alone(self):
        for user in (self.clerk, self.chief, self.env.ref("base.user_admin")):
            for values in (
                {"customer_status": "hold"},
                {"hold_reason": "x"},
                {"hold_until": fields.Datetime.now()},
            ):
                partner = self.as_user(user)
                with self.assertRaisesRegex(AccessError, "is changed with the buttons"):
                    partner.write(values)
                with self.assertRaisesRegex(AccessError, "is changed with the buttons"):
                    partner.create({"name": "Sly"} | values)
        sly = self.env["res.partner"].with_user(self.clerk)
        sly = sly.with_context(default_customer_status="hold").create({"name": "Sly"})
        self.assertEqual(sly.customer_status, "active")

    def test_who_put_on_hold_is_reminded_once(self):
        with freeze_time("2026-11-02 10:00:00"):
            self.as_user(self.chief).action_synkd_hold("Wait")
        for moment, reminded in (("09:59", 0), ("10:01", 1), ("11:01", 1)):
            with freeze_time(f"2026-11-04 {moment}:00"):
                with self.enter_registry_test_mode():
                    cron = self.env.ref("synkd_connector.ir_cron_remind_holds")
                    cron.method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(len(self.partner.activity_ids), reminded)
        activity = self.partner.activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.chief))
        self.assertIn("Blue Crane Timber", activity.note)

    def test_reminders_run_from_the_first_hold_on_unless_they_are_switched_off(self):
        cron = self.env.ref("synkd_connector.ir_cron_remind_holds")
        for lastcall, runs in ((False, True), (fields.Datetime.now(), False)):
            cron.write({"active": False, "lastcall": lastcall})
            self.as_user(self.chief).action_synkd_hold("Wait")
            self.assertEqual(cron.active, runs)

    def test_the_books_hold_and_release_with_us(self):
        account = self.create_account("Crane", mirror_partner_id=self.partner.id)
        account._set_synced({"external_id": "crane"})
        self.as_user(self.chief).action_synkd_hold("Wait")
        self.assertTrue(account.held)
        self.assertEqual(account.sync_state, "pending")
        self.as_user(self.chief).action_synkd_release()
        self.assertFalse(account.held)

    def test_what_only_the_books_hold_is_released_as_well(self):
        account = self.create_account("Crane", mirror_partner_id=self.partner.id)
        account.held = True
        self.assertEqual(self.partner.customer_status, "active")
        self.as_user(self.chief).action_synkd_release()
        self.assertFalse(account.held)

    def test_an_approval_leaves_a_hold_of_the_books_alone(self):
        self.company.synkd_customer_approval = True
        partner = self.create_partner("Fresh", company_id=self.company.id)
        account = self.create_account("Fresh", mirror_partner_id=partner.id, held=True)
        self.as_user(self.chief, partner).action_synkd_approve()
        self.assertTrue(account.held)

    def test_the_limit_goes_to_the_books(self):
        account = self.create_account("Crane", mirror_partner_id=self.partner.id)
        chief = self.as_user(self.chief)
        chief.own_credit_limit = 75000
        self.assertEqual(account.credit_limit, 75000)
        self.assertEqual(self.partner.credit_limit, 75000)

    # === APPROVAL === #

    def test_without_approval_new_customers_are_active(self):
        self.assertEqual(self.create_partner("Fresh").customer_status, "active")

    def test_the_way_to_active(self):
        self.company.synkd_customer_approval = True
        partner = self.create_partner("Fresh", company_id=self.company.id)
        person = self.create_partner("Ann", parent_id=partner.id, is_company=False)
        self.assertEqual(partner.customer_status, "new")
        self.assertEqual(person.customer_status, "active")
        self.as_user(self.clerk, partner).action_synkd_ask_approval("Seen the shop")
        self.assertEqual(partner.customer_status, "to_approve")
        self.as_user(self.chief, partner).action_synkd_send_back("No tax number")
        self.assertEqual(partner.customer_status, "new")
        self.as_user(self.chief, partner).action_synkd_ask_approval()
        with self.assertRaisesRegex(UserError, "yourself"):
            self.as_user(self.chief, partner).action_synkd_approve()
        self.as_user(self.other_chief, partner).action_synkd_approve("Good")
        self.assertEqual(partner.customer_status, "active")
        self.assertEqual(
            self.last(partner), ("to_approve", "active", self.other_chief, "Good")
        )
        with self.assertRaisesRegex(UserError, "is Active, so it cannot become Active"):
            self.as_user(self.other_chief, partner).action_synkd_approve()

    def test_the_archive_is_no_way_to_active(self):
        self.company.synkd_customer_approval = True
        values = {"company_id": self.company.id, "active": False}
        partner = self.create_partner("Hidden", **values)
        self.assertEqual(partner.customer_status, "inactive")
        self.assertEqual(self.last(partner)[:2], ("new", "inactive"))
        self.as_user(self.clerk, partner).action_unarchive()
        self.assertEqual(partner.customer_status, "new")
        self.company.synkd_customer_approval = False
        free = self.create_partner("Free", **values)
        self.assertFalse(free.customer_status_ids)
        free.action_unarchive()
        self.assertEqual(free.customer_status, "active")

    def test_nor_is_a_company_that_one_is_a_contact_of(self):
        self.company.synkd_customer_approval = True
        below = {"parent_id": self.partner.id, "is_company": False}
        below["company_id"] = self.company.id
        for leaving in (
            {"parent_id": False},
            {"is_company": True},
            {"parent_id": False, "is_company": True},
        ):
            person = self.create_partner("Ann", **below)
            with self.subTest(leaving=leaving):
                self.assertEqual(person.customer_status, "active")
                person.action_archive()
                person.action_unarchive()
                self.as_user(self.clerk, person).write(leaving)
                self.assertEqual(person.customer_status, "new")
                self.assertEqual(self.last(person)[:2], ("active", "new"))
                self.as_user(self.chief, person).action_synkd_approve()
                # Whoever was approved once stays so, wherever he works.
                person.write({"parent_id": self.partner.id, "is_company": False})
                person.write(leaving)
                self.assertEqual(person.customer_status, "active")
        other = self.create_partner("Bob", **below)
        other.parent_id = self.create_partner("Blue Crane Paper")
        self.assertEqual(other.customer_status, "active", "of another company now")
        self.company.synkd_customer_approval = False
        other.parent_id = False
        self.assertEqual(other.customer_status, "active", "nobody asks")

    def test_wrong_moves_say_what_is(self):
        with self.assertRaisesRegex(UserError, "is Active, so it cannot become To App"):
            self.as_user(self.clerk).action_synkd_ask_approval()
        with self.assertRaisesRegex(UserError, "is Active, so it cannot become New"):
            self.as_user(self.chief).action_synkd_send_back("x")

    # === ARCHIVE === #

    def test_the_status_goes_with_the_archive(self):
        self.as_user(self.chief).action_synkd_hold("Wait")
        self.partner.action_archive()
        self.assertEqual(self.partner.customer_status, "inactive")
        self.partner.action_unarchive()
        self.assertEqual(self.partner.customer_status, "hold")
        self.assertEqual(self.partner.hold_reason, "Wait")

    def test_who_is_made_archived_is_inactive(self):
        partner = self.create_partner("Gone", active=False)
        self.assertEqual(partner.customer_status, "inactive")
        partner.active = True
        self.assertEqual(partner.customer_status, "active")

    def test_customers_with_a_history_stay(self):
        self.as_user(self.chief).action_synkd_hold("Wait")
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.partner.unlink()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.partner.customer_status_ids.unlink()

    def test_an_installation_finds_the_archived_inactive(self):
        gone = self.create_partner("Gone", active=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET customer_status = NULL WHERE id = ANY(%s)",
            [(gone | self.partner).ids],
        )
        self.env["res.partner"]._init_column("customer_status")
        self.env.invalidate_all()
        self.assertEqual(gone.customer_status, "inactive")
        self.assertEqual(self.partner.customer_status, "active")

    # === MERGING === #

    def merge(self, source, target):
        """Merge one customer into another."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target)

    def test_the_stricter_status_survives_a_merge(self):
        held = self.create_partner("Held One")
        self.as_user(self.chief, held).action_synkd_hold("Wait")
        self.merge(held, self.partner)
        self.assertFalse(held.exists())
        self.assertEqual(self.partner.customer_status, "hold")
        self.assertEqual(self.partner.hold_reason, "Wait")
        self.assertIn("Taken over from Held One", self.last()[3])
        self.assertEqual(len(self.partner.customer_status_ids), 2)

    def test_a_merge_into_who_is_held_changes_nothing(self):
        self.as_user(self.chief).action_synkd_hold("Wait")
        self.merge(self.create_partner("Good One"), self.partner)
        self.assertEqual(self.partner.customer_status, "hold")
        self.assertEqual(self.partner.hold_reason, "Wait")

    # === LIMITS AND DATES === #

    def test_limits_and_dates_that_make_no_sense(self):
        chief = self.as_user(self.chief)
        for name in ("own_credit_limit", "own_sales_limit"):
            with self.assertRaisesRegex(ValidationError, "Type 0 for none"):
                chief[name] = -1
        with self.assertRaisesRegex(ValidationError, "still to come"):
            chief.overdue_since = fields.Date.add(fields.Date.today(), days=3)

    # === THE DIALOG === #

    def open(self, mode, user=None, partners=None):
        """Open the dialog from a button."""
        partners = self.as_user(user or self.chief, partners)
        partners = partners.with_context(synkd_status_mode=mode)
        action = partners.action_synkd_open_status()
        return partners.env[action["res_model"]].browse(action["res_id"])

    def test_the_dialog_holds_and_releases_many(self):
        second = self.create_partner("Second")
        both = self.partner | second
        dialog = self.open("hold", partners=both)
        self.assertIn("2 customers", dialog.message)
        self.assertEqual(dialog.user_id, self.chief)
        dialog.reason = "Stock-taking"
        dialog.action_confirm()
        self.assertEqual(set(both.mapped("customer_status")), {"hold"})
        self.open("release", partners=both).action_confirm()
        self.assertEqual(set(both.mapped("customer_status")), {"active"})

    def test_the_dialog_says_when_nothing_can_be_done(self):
        with self.assertRaisesRegex(UserError, 'allows "Send Back"'):
            self.open("send_back")
        with self.assertRaisesRegex(UserError, "Choose what to do"):
            self.open("nonsense")
        with self.assertRaisesRegex(UserError, "Select customers"):
            self.open("hold", partners=self.env["res.partner"])
