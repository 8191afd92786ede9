# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DemoCommon

ROLES = {
    "none": "base.group_user",
    "user": "synkd_connector.group_user",
    "manager": "synkd_connector.group_manager",
    "accountant": "account.group_account_manager",
    "admin": "base.group_system",
}
# Addons whose models and buttons are in the tables below.
OURS = ("synkd_connector", "synkd_connector_demo")
NOTHING, READ = "", "r"
# Model: what each role may do there, in the order of ROLES (read, write, create,
# unlink). Deleting ends in a sentence where the books keep the record.
ACCESS = {
    "synkd.account.customer": ("", "rwc", "rwcu", "rwcu", "rwc"),
    "synkd.customer.class": ("", "r", "rwcu", "rwcu", "r"),
    "synkd.customer.category": ("r", "r", "rwcu", "rwcu", "r"),
    "synkd.category.change": ("", "r", "r", "r", "r"),
    "synkd.bulk.change": ("", "", "r", "r", ""),
    "synkd.merge": ("", "", "r", "r", ""),
    "synkd.selection": ("", "", "r", "r", ""),
    "synkd.commission": ("", "r", "r", "r", "r"),
    "synkd.customer.rep": ("", "rwcu", "rwcu", "rwcu", "rwcu"),
    "synkd.customer.status": ("r", "r", "r", "r", "r"),
    "synkd.credit.permit": ("", "r", "r", "r", "r"),
    "synkd.credit.turn": ("", "", "", "", "r"),
    "synkd.batch": ("", "r", "r", "r", "r"),
    "synkd.summary": ("", "r", "r", "r", "r"),
    "synkd.summary.line": ("", "r", "r", "r", "r"),
    "synkd.summary.money": ("", "r", "r", "r", "r"),
    "synkd.customer.link": ("", "rc", "rc", "rc", "rc"),
    "synkd.match": ("", "r", "r", "r", "r"),
    "synkd.ledger": ("", "r", "rw", "rw", "rwcu"),
    "synkd.run": ("", "r", "r", "r", "r"),
    "synkd.transaction": ("", "r", "r", "r", "r"),
    "synkd.request": ("", "r", "r", "r", "r"),
    "synkd.request.line": ("", "r", "r", "r", "r"),
    "synkd.books.payment": ("", "r", "r", "r", "r"),
    "synkd.books.posting": ("", "", "r", "r", ""),
    "synkd.agreement": ("", "", "r", "r", ""),
    "synkd.agreement.line": ("", "", "r", "r", ""),
    "synkd.code.counter": ("", "", "", "", "r"),
    "synkd.books.item": ("", "r", "r", "r", "r"),
    "synkd.product.class": ("", "r", "rwcu", "rwcu", "r"),
    "synkd.free.text": ("", "r", "rwcu", "rwcu", "r"),
    "synkd.mapping": ("", "r", "rwcu", "rwcu", "r"),
    "synkd.demo.customer": ("", "r", "rwc", "rwc", "r"),
    "synkd.demo.call": ("", "r", "r", "r", "r"),
    "synkd.demo.document": ("", "r", "r", "r", "r"),
    "synkd.demo.line": ("", "r", "r", "r", "r"),
    "synkd.demo.payment": ("", "r", "r", "r", "r"),
    "synkd.demo.difference": ("", "r", "r", "r", "r"),
    "synkd.demo.allocation": ("", "r", "r", "r", "r"),
    "synkd.demo.item": ("", "r", "rwcu", "rwcu", "r"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
# Public methods that only open or show what the user may read anyway.
OPENERS = (
    ("synkd.account.customer", "action_preview"),
    ("synkd.account.customer", "action_link_customers"),
    ("synkd.account.customer", "action_view_partners"),
    ("synkd.customer.class", "action_view_account_customers"),
    ("synkd.customer.link", "action_unlink_customer"),
    ("synkd.ledger", "action_view_items"),
    ("synkd.ledger", "action_view_mapping"),
    ("synkd.run", "get_progress"),
)
# Buttons that write to the books or to matches: for managers.
MANAGER_BUTTONS = (
    ("synkd.match", "action_accept"),
    ("synkd.match", "action_decline"),
    ("synkd.match", "action_propose"),
    ("synkd.sync.wizard", "action_confirm"),
)
# Dialogs that only managers open.
MANAGER_DIALOGS = (
    "synkd.agreement.wizard",
    "synkd.agreement.leave.wizard",
    "synkd.agreement.link.wizard",
    "synkd.agreement.candidate",
    "synkd.agreement.merge.wizard",
    "synkd.category.wizard",
    "synkd.category.line",
    "synkd.candidate.wizard",
    "synkd.candidate.line",
    "synkd.members.wizard",
    "synkd.merge.wizard",
    "synkd.modify.wizard",
    "synkd.permit.wizard",
    "synkd.report.wizard",
    "synkd.members.line",
    "synkd.demo.import",
    "synkd.request.wizard",
    "synkd.go.live.wizard",
    "synkd.go.live.line",
)
# Dialogs that every employee opens; what they do is asked about again.
OPEN_DIALOGS = ("synkd.status.wizard",)
# Methods of customers that are everybody's: they only show, or ask who presses.
OPEN_BUTTONS = {
    "action_view_family": "only shows",
    "action_synkd_open_status": "opens a dialog",
    "get_import_templates": "a list of files",
}


@tagged("post_install", "-at_install")
class TestSecurity(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {
            role: cls.create_user(f"role_{role}", groups)
            for role, groups in ROLES.items()
        }
        cls.hope = cls.create_account("Hope Works")
        cls.partner = cls.create_partner("Hope Works (Pty) Ltd")
        cls.match = cls._propose(cls.ledger)
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.their_ledger = cls.create_ledger(company_id=cls.other.id)
        cls.theirs = cls.create_account(
            "Hope Works", ledger_id=cls.their_ledger.id, class_id=False
        )
        cls.their_match = cls._propose(cls.their_ledger)

    @classmethod
    def _propose(cls, ledger):
        """Propose matches in a ledger and return them."""
        cls.env["synkd.match"]._propose(ledger)
        return cls.env["synkd.match"].search([("ledger_id", "=", ledger.id)])

    def samples(self, theirs=False):
        """Return one record of each model, of our or of the other company."""
        ledger = self.their_ledger if theirs else self.ledger
        account = self.theirs if theirs else self.hope
        partner = self.create_partner("Linked")
        product_class = self.env["synkd.product.class"].search(
            [("company_id", "=", ledger.company_id.id)], limit=1
        )
        classes = self.env["synkd.customer.class"]
        return {
            "synkd.account.customer": account,
            "synkd.customer.class": classes.search(
                [("company_id", "=", ledger.company_id.id)], limit=1
            ),
            "synkd.customer.link": self.env["synkd.customer.link"]._link(
                [(partner, account)]
            ),
            "synkd.match": self.their_match if theirs else self.match,
            "synkd.ledger": ledger,
            "synkd.run": self.env["synkd.run"].create({"ledger_id": ledger.id}),
            "synkd.request": self.env["synkd.request"].create(
                {"ledger_id": ledger.id, "channel": "customers"}
            ),
            "synkd.books.item": self.env["synkd.books.item"].create(
                {
                    "ledger_id": ledger.id,
                    "kind": "currency",
                    "external_id": "sample",
                    "code": "EUR",
                }
            ),
            "synkd.product.class": product_class,
            "synkd.free.text": self.env["synkd.free.text"].create(
                {
                    "text": "Call-out",
                    "company_id": ledger.company_id.id,
                    "product_class_id": product_class.id,
                }
            ),
            "synkd.mapping": self.env["synkd.mapping"].create(
                {
                    "ledger_id": ledger.id,
                    "kind": "currency",
                    "currency_id": self.env.ref("base.EUR").id,
                }
            ),
            "synkd.demo.customer": self.books.create(
                {"ledger_id": ledger.id, "code": "S1", "name": "Sample"}
            ),
            "synkd.demo.call": self.calls.create({"ledger_id": ledger.id}),
            "synkd.demo.item": self.env["synkd.demo.item"].create(
                {"ledger_id": ledger.id, "kind": "tax", "code": "T1", "name": "Tax"}
            ),
            **self.demo_samples(ledger),
        }

    def demo_samples(self, ledger):
        """Return one record of each kind of posting in the demo books."""
        currency = ledger.company_id.currency_id
        posting = {
            "ledger_id": ledger.id,
            "external_id": "X1",
            "number": "B1",
            "sent_number": "1",
            "date": "2026-01-01",
            "currency_id": currency.id,
            "customer_id": self.books.create(
                {"ledger_id": ledger.id, "code": "S2", "name": "Sample"}
            ).id,
        }
        document = self.env["synkd.demo.document"].create(posting | {"kind": "invoice"})
        payment = self.env["synkd.demo.payment"].create(posting | {"kind": "payment"})
        part = {"payment_id": payment.id, "currency_id": currency.id}
        return {
            record._name: record
            for record in (
                document,
                payment,
                self.env["synkd.demo.line"].create(
                    {"document_id": document.id, "currency_id": currency.id}
                ),
                self.env["synkd.demo.difference"].create(part),
                self.env["synkd.demo.allocation"].create(
                    part
                    | {"document_id": document.id, "source_currency_id": currency.id}
                ),
            )
        }

    # === group x model ===

    def test_each_group_may_do_what_the_table_says_and_no_more(self):
        for model, row in ACCESS.items():
            for (role, user), allowed in zip(self.roles.items(), row, strict=True):
                records = self.env[model].with_user(user)
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(
                            records.has_access(operation), letter in allowed
                        )

    def test_the_table_names_every_model_of_the_addon(self):
        ours = {
            name
            for name in self.env
            if name.startswith("synkd.")
            and not self.env[name]._abstract
            and not self.env[name]._transient
            and self.env[name]._original_module in OURS
        }
        self.assertEqual(ours, set(ACCESS))

    def test_dialogs_are_closed_to_those_without_books(self):
        for name in self.env:
            records = self.env[name]
            ours = records._original_module in OURS
            if name.startswith("synkd.") and records._transient and ours:
                with self.subTest(model=name):
                    roles = set(ROLES) - (
                        {"none"} if name not in OPEN_DIALOGS else set()
                    )
                    if name in MANAGER_DIALOGS:
                        roles = {"manager", "accountant"}
                    may = {
                        role
                        for role, user in self.roles.items()
                        if records.with_user(user).has_access("create")
                    }
                    self.assertEqual(may, roles)

    # === company ===

    def test_records_of_a_foreign_company_are_invisible(self):
        ours, theirs = self.samples(), self.samples(theirs=True)
        for role in ("user", "manager", "accountant", "admin"):
            user = self.roles[role]
            for model, record in theirs.items():
                with self.subTest(role=role, model=model):
                    records = self.env[model].with_user(user)
                    self.assertTrue(ours[model].with_user(user).has_access("read"))
                    self.assertFalse(record.with_user(user).has_access("read"))
                    found = records.with_context(active_test=False).search([])
                    self.assertFalse(found & record)
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])

    def test_buttons_refuse_records_of_a_foreign_company(self):
        theirs = self.samples(theirs=True)
        for role in ("user", "manager", "accountant", "admin"):
            for model, record in theirs.items():
                for name in self.buttons(model):
                    if (model, name) in (("synkd.match", "action_propose"),):
                        continue
                    with self.subTest(role=role, model=model, button=name):
                        act = getattr(record.with_user(self.roles[role]), name)
                        try:
                            answer = act()
                        except UserError:
                            continue
                        self.assert_harmless(answer, record, role)

    def assert_harmless(self, answer, record, role):
        """A button that only opens a list opens what the user may see."""
        self.assertIsInstance(answer, dict)
        self.assertEqual(answer.get("type"), "ir.actions.act_window")
        if answer.get("target") == "new":
            wizard = self.env[answer["res_model"]].browse(answer["res_id"])
            with self.assertRaises(UserError):
                wizard.with_user(self.roles[role]).read()
        else:
            found = self.env[answer["res_model"]].with_user(self.roles[role])
            self.assertFalse(
                found.search(answer.get("domain") or [])
                & (record if record._name == found._name else found)
            )

    def test_a_sister_site_sees_the_books_of_their_common_parent_only(self):
        company = self.env["res.company"]
        sites = company.create(
            [{"name": n, "parent_id": self.company.id} for n in ("North", "South")]
        )
        user = self.create_user("north", ROLES["user"], company=sites[0])
        accounts = self.env["synkd.account.customer"].with_user(user)
        found = accounts.with_context(allowed_company_ids=sites[0].ids).search([])
        self.assertIn(self.hope, found)
        self.assertNotIn(self.theirs, found)

    # === buttons ===

    def buttons(self, model):
        """Return the public methods that the core and the demo books define."""
        names = set()
        for cls in type(self.env[model]).mro():
            module = f"{cls.__module__}...".split(".")[2]
            if module in OURS:
                names |= {n for n, v in vars(cls).items() if inspect.isfunction(v)}
        skip = ("create", "write", "copy_data", "default_get", "init", "unlink")
        skip += ("fields_get", "get_empty_list_help")
        return sorted(n for n in names if not n.startswith("_") and n not in skip)

    def test_nobody_without_books_gets_past_a_button(self):
        user = self.roles["none"]
        for model, record in self.samples().items():
            for name in self.buttons(model):
                with self.subTest(model=model, button=name):
                    act = getattr(record.with_user(user), name)
                    try:
                        answer = act()
                    except UserError:
                        continue
                    # What is left opens a list that shows nothing to this user.
                    found = self.env[answer["res_model"]].with_user(user)
                    with self.assertRaises(AccessError):
                        found.search(answer["domain"]).read()

    def test_customer_buttons_are_closed_to_those_without_books(self):
        partner = self.partner.with_user(self.roles["none"])
        reasons = {"action_synkd_hold", "action_synkd_send_back"}
        for name in sorted(set(self.buttons("res.partner")) - set(OPEN_BUTTONS)):
            args = ("Because",) if name in reasons else ()
            with self.subTest(button=name), self.assertRaises(AccessError):
                getattr(partner, name)(*args)

    def test_open_buttons_move_no_status(self):
        partner = self.partner.with_user(self.roles["none"])
        partner = partner.with_context(synkd_status_mode="hold")
        action = partner.action_synkd_open_status()
        dialog = partner.env[action["res_model"]].browse(action["res_id"])
        dialog.reason = "Because"
        with self.assertRaises(AccessError):
            dialog.action_confirm()
        self.assertEqual(self.partner.customer_status, "active")

    def test_managers_press_what_users_may_not(self):
        wizard = self.env["synkd.sync.wizard"]
        for model, name in MANAGER_BUTTONS:
            for role, user in self.roles.items():
                record = self.hope if model == "synkd.account.customer" else self.match
                if model == wizard._name and role != "none":
                    record = wizard.with_user(user)._create_dialog(
                        {"ledger_id": self.ledger.id}
                    )
                elif model == wizard._name:
                    continue
                with self.subTest(role=role, model=model, button=name):
                    with self.cr.savepoint() as savepoint:
                        act = getattr(record.with_user(user), name)
                        if role in ("manager", "accountant"):
                            self.assertTrue(act())
                        else:
                            with self.assertRaises(UserError):
                                act()
                        savepoint.rollback()
                    self.env.invalidate_all()

    def test_users_open_what_they_may_read(self):
        samples = self.samples()
        for model, name in OPENERS:
            with self.subTest(model=model, button=name):
                act = getattr(samples[model].with_user(self.roles["user"]), name)
                self.assertTrue(act())

    def test_the_books_page_of_a_customer_opens_for_each_group(self):
        self.partner.account_customer_id = self.hope
        names = ["account_customer_id", "account_link_partner_id", "customer_class_id"]
        names += ["account_sync_state", "account_code"]
        for role in ("user", "manager", "accountant", "admin"):
            with self.subTest(role=role):
                partner = self.partner.with_user(self.roles[role])
                values = partner.web_read({name: {} for name in names})[0]
                self.assertEqual(values["account_customer_id"], self.hope.id)
                self.assertTrue(partner.action_synkd_why()["params"]["message"])

    def test_whoever_may_see_the_books_finds_them_in_a_menu(self):
        app = self.env.ref("account.menu_finance")
        books = self.env.ref("synkd_connector.synkd_books_menu")
        for role, user in self.roles.items():
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            with self.subTest(role=role):
                found = books.id in menus and app.id in menus["root"]["children"]
                self.assertEqual(found, role != "none")
