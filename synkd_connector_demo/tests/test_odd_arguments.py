# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect
import json
import traceback

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector_demo.tests.doors_common import (
    ROLES,
    get_doors,
    get_models,
)
from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

NOWHERE = 2_000_000_000
ODD = (
    *(None, False, True, 0, -1, 5, 1.5, 10**30, float("nan"), ""),
    *("x", " ", "0001-01-01", "9999-12-31", "2026-02-30", "-1-1-1"),
    *("a\x00b", "\ud800", "é" * 100_000, "%s %(x)s {0}", "<script>alert(1)</script>"),
    *([], [[]], [None], [NOWHERE], {}, {"a": {"b": []}}, [["id", "=", 1]]),
)
# Roles that get furthest try every value on every door; between them the others try
# each value too, a share each, so that the test takes seconds and not minutes.
THOROUGH = ("accountant", "admin")
SHARES = 5
# Models of Odoo that our addons give buttons to.
EXTENDED = ("res.partner", "account.move", "account.payment", "product.template")


@tagged("post_install", "-at_install")
class TestOddArguments(QueueCommon):
    """Whatever a client calls with what it likes, it gets an answer or a sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {
            role: cls.create_user(f"odd_{role}", groups)
            for role, groups in ROLES.items()
        }
        cls.invoices = cls.post_invoice() + cls.post_invoice(
            cls.create_partner("Big Bargains")
        )
        cls.rows = cls.env["synkd.transaction"].search(
            [("move_id", "in", cls.invoices.ids)]
        )

    def get_samples(self, model):
        """Return up to two records of the test company, made where there are none."""
        owned = {
            "res.partner": self.invoices.partner_id,
            "account.move": self.invoices,
        }
        if model._name in owned:
            return owned[model._name]
        return model.sudo().with_context(active_test=False).search([], limit=2)

    def get_calls(self, model, method):
        """Yield positional arguments, as a client gives them."""
        parameters = list(inspect.signature(method).parameters.values())[1:]
        count = len([p for p in parameters if p.kind is not p.VAR_KEYWORD])
        rows = [(odd,) * count for odd in ODD] if count else [()]
        if count > 1:
            rows += [("x",) * (n) + (odd,) for n in range(1, count) for odd in ODD]
        if getattr(method, "_api_model", False):
            yield from rows
            return
        samples = self.get_samples(model).ids
        for ids in ([], samples[:1], samples, [NOWHERE], [*samples[:1], NOWHERE]):
            for row in rows if ids == samples[:1] else rows[:1]:
                yield (ids, *row)

    def get_share(self, role, calls):
        """Return the calls that a role tries: always the same, and all by somebody."""
        calls = list(calls)
        if role in THOROUGH or len(calls) <= SHARES:
            return calls
        first = [name for name in ROLES if name not in THOROUGH].index(role)
        return calls[first::SHARES]

    def press(self, model, name, args):
        """Call a method as RPC does, and return what went wrong, or None."""
        try:
            with self.cr.savepoint() as savepoint:
                try:
                    answer = call_kw(model, name, list(args), {})
                    self.env.flush_all()
                finally:
                    savepoint.rollback()
                    self.env.invalidate_all()
            json.dumps(answer)
            if answer is None:
                return "no answer, which XML-RPC cannot send"
        except UserError:
            return None
        except Exception:  # noqa: BLE001 (told by the caller)
            return traceback.format_exc(limit=-2)
        return None

    @mute_logger(
        "odoo.models", "odoo.addons.base.models.ir_rule", "odoo.sql_db", "odoo.tests"
    )
    def test_no_door_answers_with_a_traceback(self):
        models = get_models(self.env) + [self.env[name] for name in EXTENDED]
        problems, calls = {}, 0
        for role, user in self.roles.items():
            for model in models:
                seen = model.with_user(user).with_context(
                    allowed_company_ids=self.company.ids
                )
                for name, method in get_doors(model).items():
                    asked = self.get_calls(model, method)
                    for args in self.get_share(role, asked):
                        calls += 1
                        if problem := self.press(seen, name, args):
                            key = f"{model._name}.{name}"
                            problems.setdefault(key, (role, repr(args)[:80], problem))
        told = "\n\n".join(
            f"{key} as {role} with {args}:\n{problem}"
            for key, (role, args, problem) in problems.items()
        )
        self.assertFalse(problems, told)
        self.assertEqual(len(ROLES) - len(THOROUGH), SHARES)
        self.assertGreater(calls, 1000)
