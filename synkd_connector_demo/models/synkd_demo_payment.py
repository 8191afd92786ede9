# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.results import OK, REJECTED, Result

from .synkd_demo_allocation import Source
from .synkd_demo_posting import VOIDED, Lookup, exact

PREFIX = {"payment": "BP", "refund": "BR", "id": "PAY"}
SETTLES = {"payment": "invoice", "refund": "credit_note"}


class SynkdDemoPayment(models.Model):
    """Money from a customer, or back to him, in the demo books.

    Only the demo connector writes here, in transactions of its own.
    """

    _name = "synkd.demo.payment"
    _description = "Payment in the Demo Books"
    _inherit = ["synkd.demo.posting"]
    _order = "date desc, id desc"

    kind = fields.Selection(
        [("payment", "Payment"), ("refund", "Refund")], required=True
    )
    amount = fields.Monetary()
    unallocated = fields.Monetary(help="What stays on the customer's account.")
    account = fields.Char(string="Bank Account", help="Where the money is.")
    status = fields.Selection(
        [("posted", "Posted"), (VOIDED, "Void")], default="posted"
    )
    allocation_ids = fields.One2many("synkd.demo.allocation", "payment_id")
    difference_ids = fields.One2many("synkd.demo.difference", "payment_id")

    _identity_uniq = models.UniqueIndex(
        "(ledger_id, external_id)", "The demo books have this payment already."
    )
    _key_uniq = models.UniqueIndex(
        "(ledger_id, sender_key) WHERE status != 'void' AND sender_key IS NOT NULL",
        "The demo books have a payment with this key.",
    )

    # === TAKING A BATCH === #

    @api.model
    def _take(self, ledger, members):
        """Post, allocate otherwise or void each member, or refuse it alone.

        :param tuple members: ``Member``.
        :rtype: tuple[Result]
        """
        lookup = Lookup(self.env, ledger, members)
        sent = self._find_sent(ledger, members)
        refused, plans, voids = [], [], []
        for member in members:
            payload = member.payload
            stored = sent.get(member.external_id)
            stored = stored or self.browse()
            problem = self._find_problem(lookup, sent, member, stored)
            plan = None
            if not problem and payload["operation"] == VOID:
                voids.append((member, stored))
                stored._give_back(lookup)
                sent.pop(("key", member.own_key), None)
            elif not problem:
                problem, *plan = self._plan(lookup, payload, stored)
            if problem:
                refused.append(Result(member.res_id, REJECTED, message=problem))
            elif plan:
                plans.append((member, stored, *plan))
                sent["key", member.own_key] = stored or True
        pairs = self._write_plans(lookup, plans, voids)
        return (*refused, *(p._as_result(m.res_id) for m, p in pairs))

    def _give_back(self, lookup):
        """Let the books' balances forget what a voided payment settled."""
        for document_id, amount in self.allocation_ids._sum_up().items():
            lookup.left[document_id] += amount

    def _plan(self, lookup, payload, stored):
        """Judge what a payment settles.

        :return: problem or None, values of the allocations, what is left.
        """
        differences = [Decimal(d["amount"]) for d in payload["differences"]]
        source = Source(
            label=lookup._label(payload),
            customer=lookup.customers[payload["customer"]],
            currency=lookup.currencies[payload["currency"]],
            rate=float(payload["rate"] or 1) or 1,
            settles=SETTLES[payload["kind"]],
            has=sum(differences, Decimal(payload["amount"])),
            before=stored.allocation_ids._sum_up(),
        )
        allocations = self.env["synkd.demo.allocation"]
        return allocations._plan(lookup, source, payload["allocations"])

    def _write_plans(self, lookup, plans, voids):
        """Write what was judged to be right, all at once.

        :return: members and their payments.
        :rtype: list[tuple]
        """
        before = self.browse([stored.id for _m, stored, *_rest in plans if stored])
        voided = self.browse([stored.id for _member, stored in voids])
        owners = (before | voided).customer_id
        old = (before | voided).allocation_ids
        touched = old.document_id
        (before | voided).difference_ids.unlink()
        old.unlink()
        voided.write({"status": VOIDED, "unallocated": 0})
        self.flush_model(["status"])  # their names are free before others take them
        pairs = self._write_payments(lookup, plans)
        owners |= self.browse([payment.id for _plan, payment in pairs]).customer_id
        created = self._write_parts(pairs)
        (touched | created.document_id)._update_open(owners)
        return voids + [(plan[0], payment) for plan, payment in pairs]

    def _write_payments(self, lookup, plans):
        """Create the new payments, and write over the others.

        :rtype: list[tuple]
        """
        fresh = [plan for plan in plans if not plan[1]]
        known = [plan for plan in plans if plan[1]]
        for member, stored, _wanted, rest in known:
            stored.write(self._to_vals(lookup, member, rest))
        vals_list = [self._to_vals(lookup, plan[0], plan[3]) for plan in fresh]
        self._number(lookup.ledger, vals_list, PREFIX)
        created = self.create(vals_list)
        return [(plan, plan[1]) for plan in known] + list(
            zip(fresh, created, strict=True)
        )

    def _write_parts(self, pairs):
        """Create differences and allocations.

        :return: the allocations.
        """
        self.env["synkd.demo.difference"].create(
            [
                {
                    "payment_id": payment.id,
                    "currency_id": payment.currency_id.id,
                    "account": difference["account"],
                    "amount": float(difference["amount"]),
                }
                for plan, payment in pairs
                for difference in plan[0].payload["differences"]
            ]
        )
        return self.env["synkd.demo.allocation"].create(
            [
                vals | {"payment_id": payment.id}
                for plan, payment in pairs
                for vals in plan[2]
            ]
        )

    def _to_vals(self, lookup, member, rest):
        """Return the values of a payment for a member."""
        payload = member.payload
        return self._as_vals(lookup, member) | {
            "kind": payload["kind"],
            "amount": float(payload["amount"]),
            "account": payload["account"],
            "unallocated": float(rest),
        }

    def _as_result(self, res_id):
        """Return the payment as the answer about a member.

        :rtype: Result
        """
        return Result(
            res_id,
            OK,
            self.external_id,
            number=self.number,
            date=fields.Date.to_string(self.date),
            total=str(exact(self.amount, self.currency_id)),
        )

    def _get_worth(self):
        """Override: the money."""
        return self.amount

    def _is_held(self, payload):
        """Override: the allocations are as they are wanted."""
        wanted = self.allocation_ids._as_wanted(payload["allocations"])
        return super()._is_held(payload) and self.allocation_ids._as_stored() == wanted

    # === RULES === #

    def _find_problem(self, lookup, sent, member, stored):
        """Return why the books refuse a member, but for what it settles."""
        payload = member.payload
        is_void = payload["operation"] == VOID
        if not stored and (member.external_id or is_void):
            return lookup._find_unknown(payload, member.external_id)
        if is_void:
            return stored._find_void_problem(lookup, payload)
        same = stored and stored.content == self._fingerprint(payload)
        return (
            lookup._find_problem(payload, dated=not same)
            or (stored and stored._find_change_problem(lookup, payload))
            or self._find_twin_problem(lookup, sent, member, stored)
            or self._find_amount_problem(lookup, payload)
        )

    def _find_void_problem(self, lookup, payload):
        """Return why a payment cannot be voided, or None; once more is fine."""
        self.ensure_one()
        if self.status == VOIDED:
            return None
        date = fields.Date.to_string(self.date)
        return lookup._find_refusal(payload) or lookup._find_date_problem(
            date, lookup._label(payload)
        )

    def _find_change_problem(self, lookup, payload):
        """Return why a payment of the books cannot be written over, or None."""
        self.ensure_one()
        if self.status != VOIDED:
            return None
        return self.env._(
            "The books have voided %(payment)s (%(number)s). Post it anew.",
            payment=lookup._label(payload),
            number=self.number,
        )

    def _find_twin_problem(self, lookup, sent, member, stored):
        """Return why a payment would be in the books twice, or None."""
        payload = member.payload
        twin = member.own_key and sent.get(("key", member.own_key))
        if not twin or twin == stored or (twin is not True and twin.status == VOIDED):
            return None
        return self.env._(
            "The books have %s already. Void the one in the books before it is posted"
            " again.",
            lookup._label(payload),
        )

    def _find_amount_problem(self, lookup, payload):
        """Return why the amount of a payment cannot be, or None."""
        if Decimal(payload["amount"]) >= 0 and payload["account"]:
            return None
        if not payload["account"]:
            return self.env._(
                "%s names no bank account of the books. Map its journal.",
                lookup._label(payload)[:1].upper() + lookup._label(payload)[1:],
            )
        return self.env._(
            "The amount of %s is below zero. Post it as the opposite.",
            lookup._label(payload),
        )


class SynkdDemoDifference(models.Model):
    """A part of what a payment settles that no money came for."""

    _name = "synkd.demo.difference"
    _description = "Payment Difference in the Demo Books"
    _order = "id"
    _rec_name = "account"

    payment_id = fields.Many2one(
        "synkd.demo.payment", required=True, index=True, ondelete="cascade"
    )
    account = fields.Char()
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency", required=True)
