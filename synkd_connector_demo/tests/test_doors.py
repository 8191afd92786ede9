# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect
import json

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector_demo.tests.doors_common import (
    ROLES,
    get_doors,
    get_models,
)
from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

# Part of everything that is written on a document, and of nothing else.
MARK = "Zqx"
# Names of before 19.0.2.0.0, kept for one version.
OLD_NAMES = ("credit", "exclude", "hold", "leave", "set_post_date", "void")
QUIET = ("odoo.models", "odoo.addons.base.models.ir_rule", "odoo.sql_db")


@tagged("post_install", "-at_install")
class TestDoors(QueueCommon):
    """Who may not read an invoice reads it nowhere else, whatever his role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env["res.company"]
        cls.branch = companies.create({"name": "North", "parent_id": cls.company.id})
        cls.other = companies.create({"name": "Other"})
        cls.env.user.company_ids |= cls.branch | cls.other
        cls.create_ledger(company_id=cls.other.id)
        cls.bookkeepers = {
            role: cls.create_user(f"both_{role}", groups)
            for role, groups in ROLES.items()
        }
        for user in cls.bookkeepers.values():
            user.company_ids |= cls.branch

    def post_marked(self, company):
        """Post two marked invoices of a company: one goes out, one waits."""
        lines = [{"name": f"{MARK} line"}]
        made = self.env["account.move"]
        for partner in self.partner, self.create_partner(f"Walk-in {company.id}"):
            invoice = self.create_invoice(
                partner, lines, company_id=company.id, ref=f"{MARK} reference"
            )
            invoice.name = f"{MARK}/{company.id:06}/{partner.id:06}"
            invoice.action_post()
            made += invoice
        return made

    def look(self, user, company, records):
        """Return where the mark shows: model and door, and how much was tried.

        Everything is read that the user finds; all doors are tried on what he finds,
        and on these records.
        """
        shown, tried = [], 0
        for model in get_models(self.env):
            mine = model.with_user(user).with_context(
                allowed_company_ids=company.ids, active_test=False
            )
            theirs = records.get(model._name, model).ids
            looks = {
                "read": lambda m=mine: m.search([]).read(),
                "read by id": lambda m=mine, ids=theirs: m.browse(ids).read(),
                "name": lambda m=mine: m.name_search(limit=None),
                "export": lambda m=mine, ids=theirs: m.browse(ids).export_data(
                    ["display_name"]
                ),
            }
            for name, method in get_doors(model).items():
                if len(inspect.signature(method).parameters) == 1:
                    args = [] if getattr(method, "_api_model", False) else [theirs]
                    looks[name] = lambda m=mine, n=name, a=args: self.press(m, n, a)
                    if args and len(theirs) > 1:
                        looks[f"{name} of one"] = lambda m=mine, n=name, a=theirs: (
                            self.press(m, n, [a[:1]])
                        )
            for name, look in looks.items():
                tried += 1
                if MARK in self.get_answer(look):
                    shown.append((model._name, name))
        return shown, tried

    def press(self, model, name, args):
        """Return what a door answers, and what the dialog shows that it opens."""
        answer = call_kw(model, name, args, {})
        dialog = isinstance(answer, dict) and answer.get("res_id")
        if dialog and answer.get("type") == "ir.actions.act_window":
            seen = model.env[answer["res_model"]].browse(dialog)
            return [answer, seen.read()]
        return answer

    def get_answer(self, look):
        """Return all that a user gets to see, be it an answer or a refusal."""
        self.env.invalidate_all()
        with self.cr.savepoint() as savepoint:
            try:
                answer = json.dumps(look(), default=str)
            except UserError as error:
                answer = str(error)
            savepoint.rollback()
        return answer

    def get_records(self, invoices):
        """Return what our models keep about some invoices, by model."""
        rows = self.env["synkd.transaction"].search([("move_id", "in", invoices.ids)])
        members = self.env["synkd.request.line"].search(
            [("transaction_id", "in", rows.ids)]
        )
        payments = self.env["synkd.books.payment"].create(
            {
                "transaction_id": rows[:1].id,
                "ledger_id": self.ledger.id,
                "external_id": f"books-{rows[:1].id}",
                "amount": 1,
                "reference": f"{MARK} receipt",
            }
        )
        found = (rows, members, members.request_id, payments)
        return {records._name: records for records in found}

    def send_marked(self, company):
        """Post marked invoices of a company, run its ledger, and return the records."""
        invoices = self.post_marked(company)
        self.run_ledger()
        records = self.get_records(invoices)
        self.assertTrue(all(records.values()))
        return records

    @mute_logger(*QUIET)
    def test_branches_and_strangers_see_nothing_of_the_main_companys_documents(self):
        records = self.send_marked(self.company)
        for company in self.branch, self.other:
            for role, groups in ROLES.items():
                user = self.create_user(f"{role}_{company.id}", groups, company)
                with self.subTest(role=role, company=company.name):
                    shown, tried = self.look(user, company, records)
                    self.assertFalse(shown)
                    self.assertGreater(tried, 100)

    def set_up_branch(self):
        """Let the branch invoice: its accounts are those of the main company."""
        country = self.company.account_fiscal_country_id
        self.branch.account_fiscal_country_id = country
        name = "property_account_receivable_id"
        account = self.partner.with_company(self.company)[name]
        self.env["ir.default"].set(
            "res.partner", name, account.id, company_id=self.branch.id
        )

    @mute_logger(*QUIET)
    def test_the_main_company_alone_sees_nothing_of_a_branchs_documents(self):
        self.set_up_branch()
        records = self.send_marked(self.branch)
        self.assertEqual(records["synkd.transaction"].company_id, self.branch)
        for role, groups in ROLES.items():
            user = self.create_user(f"main_{role}", groups)
            with self.subTest(role=role):
                shown, _tried = self.look(user, self.company, records)
                self.assertFalse(shown)

    @mute_logger(*QUIET)
    def test_who_may_read_the_invoice_reads_what_became_of_it(self):
        records = self.send_marked(self.company)
        both = self.company | self.branch
        for role in "clerk", "accountant":
            user = self.bookkeepers[role]
            with self.subTest(role=role):
                shown, _tried = self.look(user, both, records)
                seen = {model for model, name in shown if name == "read"}
                self.assertTrue(
                    {"synkd.transaction", "synkd.request.line", "synkd.books.payment"}
                    <= seen,
                    seen,
                )
                self.assertIn(("synkd.transaction", "action_preview of one"), shown)

    def test_no_door_is_left_open_by_its_name(self):
        """What acts or opens is an action; what only tells begins with get."""
        for name in sorted(self.env):
            for door in get_doors(self.env[name]):
                with self.subTest(model=name, door=door):
                    known = name == "synkd.transaction" and door in OLD_NAMES
                    self.assertTrue(known or door.startswith(("action_", "get_")))

    def test_old_names_work_and_say_what_to_use(self):
        row = self.row_of(self.post_invoice())
        old = {
            "set_post_date": ("2026-07-01",),
            "hold": ("Ask the boss",),
            "exclude": ("Typed by hand",),
        }
        for name, args in old.items():
            with (
                self.subTest(name),
                self.assertWarnsRegex(DeprecationWarning, f"use action_{name}"),
            ):
                getattr(row, name)(*args)
        for name, args in {"void": (), "credit": (), "leave": ("It is right",)}.items():
            with (
                self.subTest(name),
                self.assertWarnsRegex(DeprecationWarning, f"use action_{name}"),
                self.assertRaisesRegex(UserError, "cannot be"),
            ):
                getattr(row, name)(*args)

    def test_connection_facts_are_the_engines(self):
        managers = self.ledger.with_user(self.bookkeepers["admin"])
        for name in self.ledger._engine_fields & self.ledger._fields.keys():
            with self.subTest(name), self.assertRaises(AccessError):
                managers.write({name: self.ledger[name]})
