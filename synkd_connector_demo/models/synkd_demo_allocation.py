# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, REJECTED, Result

from .synkd_demo_posting import VOIDED, Lookup, exact


@dataclass
class Source:
    """What settles documents: a payment, a refund or a credit note.

    :param str label: how messages call it.
    :param str settles: kind of the documents that it may settle.
    :param Decimal has: what it has to give, in its own currency.
    :param Counter before: what it settles now, by the document's id.
    """

    label: str
    customer: Any
    currency: Any
    rate: float
    settles: str
    has: Decimal
    before: Counter = field(default_factory=Counter)


class SynkdDemoAllocation(models.Model):
    """A part of a payment or credit note that settles a document in the demo books."""

    _name = "synkd.demo.allocation"
    _description = "Allocation in the Demo Books"
    _order = "id"
    _rec_name = "document_id"

    document_id = fields.Many2one(
        "synkd.demo.document", string="Settles", required=True, index=True
    )
    payment_id = fields.Many2one("synkd.demo.payment", index=True)
    credit_id = fields.Many2one(
        "synkd.demo.document", string="Credit Note", index="btree_not_null"
    )
    sender_key = fields.Char(
        string="Sender's Key", copy=False, help="By this the sender knows it."
    )
    amount = fields.Monetary(help="In the currency of the settled document.")
    currency_id = fields.Many2one("res.currency", required=True)
    source_amount = fields.Monetary(
        currency_field="source_currency_id", help="What it takes from its source."
    )
    source_currency_id = fields.Many2one("res.currency", required=True)

    _source_check = models.Constraint(
        "CHECK ((payment_id IS NULL) != (credit_id IS NULL))",
        "An allocation comes from a payment or from a credit note.",
    )

    def _sum_up(self):
        """Return how much these settle of each document.

        :rtype: Counter
        """
        amounts = Counter()
        for allocation in self:
            amount = exact(allocation.amount, allocation.currency_id)
            amounts[allocation.document_id.id] += amount
        return amounts

    def _as_stored(self):
        """Return how much these settle, by the document's identity.

        :rtype: dict[str, Decimal]
        """
        documents = {document.id: document for document in self.document_id}
        return {documents[id_].external_id: n for id_, n in self._sum_up().items()}

    @api.model
    def _as_wanted(self, allocations):
        """Return the same of wanted allocations.

        :param list allocations: ``AllocationData`` as dicts.
        :rtype: dict[str, Decimal]
        """
        amounts = Counter()
        for wanted in allocations:
            amounts[wanted["document"]] += Decimal(wanted["amount"])
        return dict(amounts)

    # === WHAT A SOURCE SETTLES === #

    @api.model
    def _plan(self, lookup, source, allocations):
        """Judge the wanted allocations of a source; its old ones count as taken back.

        :param Lookup lookup: its balances follow, when there is no problem.
        :param Source source: what gives.
        :param list allocations: ``AllocationData`` as dicts.
        :return: the problem or None, the values of the allocations, and what is left
            of the source.
        :rtype: tuple
        """
        left = Counter(lookup.left)
        left.update(source.before)
        rest, vals_list = source.has, []
        for wanted in allocations:
            document = lookup.documents.get(wanted["document"])
            amount = Decimal(wanted["amount"])
            problem = self._find_target_problem(source, wanted, document)
            problem = problem or self._find_open_problem(source, wanted, document, left)
            if problem:
                return problem, [], rest
            left[document.id] -= amount
            used = self._to_source(source, document, amount, rest)
            rest -= used
            vals_list.append(self._to_vals(source, document, amount, used))
        if rest < 0:
            return self._too_little(source, rest), [], rest
        lookup.left.update(left)
        return None, vals_list, rest

    def _to_source(self, source, document, amount, rest):
        """Return what an amount costs its source.

        In another currency at the document's rate, but no more than there is: the rest
        is a gain or loss on exchange.
        """
        if document.currency_id == source.currency:
            return amount
        converted = float(amount) / document.rate * source.rate
        return max(Decimal(), min(exact(converted, source.currency), rest))

    def _to_vals(self, source, document, amount, used):
        """Return the values of an allocation, but for its source."""
        return {
            "document_id": document.id,
            "amount": float(amount),
            "currency_id": document.currency_id.id,
            "source_amount": float(used),
            "source_currency_id": source.currency.id,
        }

    def _find_target_problem(self, source, wanted, document):
        """Return why a source cannot settle a document at all, or None."""
        words = {"document": wanted["number"] or "?", "payer": source.label}
        if not document:
            return self.env._(
                "The books do not know %(document)s, which %(payer)s settles. Post"
                " that document first.",
                **words,
            )
        if document.status == VOIDED:
            return self.env._(
                "%(document)s is void in the books, so %(payer)s cannot settle it."
                " Allocate it otherwise.",
                **words,
            )
        if document.customer_id != source.customer:
            return self.env._(
                "%(document)s belongs to customer %(theirs)s in the books, but"
                " %(payer)s to %(ours)s. Allocate it otherwise.",
                theirs=document.customer_id.name,
                ours=source.customer.name,
                **words,
            )
        if document.kind != source.settles:
            return self.env._(
                "%(payer)s cannot settle %(document)s: payments and credit notes"
                " settle invoices, and refunds settle credit notes. Allocate it"
                " otherwise.",
                payer=source.label[:1].upper() + source.label[1:],
                document=words["document"],
            )
        return None

    def _find_open_problem(self, source, wanted, document, left):
        """Return why a source cannot settle so much, or None."""
        if 0 < Decimal(wanted["amount"]) <= left[document.id]:
            return None
        return self.env._(
            "Only %(open)s %(currency)s of %(document)s is open in the books, but"
            " %(payer)s settles %(amount)s. Correct the allocation.",
            open=exact(left[document.id], document.currency_id),
            currency=document.currency_id.name,
            document=wanted["number"] or document.sent_number,
            payer=source.label,
            amount=wanted["amount"],
        )

    def _too_little(self, source, rest):
        """Return the sentence about a source that settles more than it has."""
        return self.env._(
            "%(payer)s has %(has)s %(currency)s, but settles %(more)s more than that."
            " Correct the allocation.",
            payer=source.label[:1].upper() + source.label[1:],
            has=source.has,
            currency=source.currency.name,
            more=-rest,
        )

    # === CREDIT NOTES: TAKING A BATCH === #

    @api.model
    def _take(self, ledger, members):
        """Let credit notes settle what each member wants, or refuse it alone.

        :param tuple members: ``Member``.
        :rtype: tuple[Result]
        """
        lookup = Lookup(self.env, ledger, members)
        credits = self.env["synkd.demo.document"]
        refused, pairs, vals_list = [], [], []
        for member in members:
            credit = lookup.documents.get(member.payload["document"], credits)
            problem, wanted = self._weigh(lookup, member.payload, credit)
            if problem:
                refused.append(Result(member.res_id, REJECTED, message=problem))
                continue
            pairs.append((member, credit))
            own = {"credit_id": credit.id, "sender_key": member.own_key}
            vals_list += [vals | own for vals in wanted]
        credits = credits.browse([credit.id for _member, credit in pairs])
        before = credits.credited_ids
        touched = credits | before.document_id
        before.unlink()
        created = self.create(vals_list)
        (touched | created.document_id)._update_open()
        return (*refused, *(self._as_result(m.res_id, c) for m, c in pairs))

    def _weigh(self, lookup, payload, credit):
        """Return why a credit note cannot settle what it shall, and the allocations."""
        if not credit or credit.kind != "credit_note" or credit.status == VOIDED:
            return lookup._find_unknown(payload, payload["document"]), []
        problem = lookup._find_refusal(payload)
        if payload["allocations"]:
            problem = lookup._find_problem(payload, dated=False)
        if problem:
            return problem, []
        before = credit.credited_ids
        own = exact(sum(before.mapped("source_amount")), credit.currency_id)
        source = Source(
            label=lookup._label(payload),
            customer=credit.customer_id,
            currency=credit.currency_id,
            rate=credit.rate,
            settles="invoice",
            has=lookup.left[credit.id] + own,
            before=before._sum_up(),
        )
        problem, vals_list, rest = self._plan(lookup, source, payload["allocations"])
        if not problem:
            lookup.left[credit.id] = rest
        return problem, vals_list

    def _as_result(self, res_id, credit):
        """Return what a credit note settles as the answer about a member.

        :rtype: Result
        """
        amounts = credit.credited_ids.mapped("source_amount")
        return Result(
            res_id,
            OK,
            credit._allocation_identity(),
            number=credit.number,
            date=fields.Date.to_string(credit.date),
            total=str(exact(sum(amounts), credit.currency_id)),
        )

    # === CREDIT NOTES: WHAT BECAME OF A BATCH === #

    @api.model
    def _find_out(self, ledger, members):
        """Say of each member whether its credit note settles what it shall.

        :rtype: tuple[Result]
        """
        identities = [member.payload["document"] for member in members]
        domain = [("ledger_id", "=", ledger.id), ("external_id", "in", identities)]
        found = self.env["synkd.demo.document"].search(domain)
        by_identity = {credit.external_id: credit for credit in found}
        return tuple(self._compare(by_identity, member) for member in members)

    def _compare(self, by_identity, member):
        """Say whether a credit note settles what a member wants."""
        credit = by_identity.get(member.payload["document"])
        if not credit:
            return Result(member.res_id, NOT_FOUND)
        wanted = self._as_wanted(member.payload["allocations"])
        if credit.credited_ids._as_stored() == wanted:
            return self._as_result(member.res_id, credit)
        known = credit._allocation_identity() if credit.credited_ids else ""
        return Result(member.res_id, NOT_FOUND, known)
