# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import product

from odoo.tests import TransactionCase, tagged

from ...const import DECISION_SENTENCES
from ...lib import decision
from ...lib.decision import Document, Target, decide

POSTINGS = ("", "decide", "generic", "account")
BOOLS = (True, False)


def expected_reasons(account, generic, document):
    """Say the rules of the design again, one line for each, in their order."""
    reasons = []
    if reason := expected_customer_reason(account, generic, document):
        reasons.append(reason)
    if document and document.mixed:
        reasons.append(decision.MIXED)
    if document and document.invalid_lines:
        reasons.append(decision.INVALID_LINES)
    if document and document.unmapped:
        reasons.append(decision.UNMAPPED)
    if document and document.rateless:
        reasons.append(decision.NO_RATE)
    if document and document.closed:
        reasons.append(decision.CLOSED)
    if document and document.before:
        reasons.append(decision.BEFORE)
    return reasons or [decision.READY]


def expected_customer_reason(account, generic, document):
    """Say the rules about the customer, of which the first one counts."""
    if account is None and document and document.place:
        return decision.NO_WALK_IN
    if account is None:
        return decision.NOT_LINKED
    if account.posting == "":
        return decision.NO_CLASS
    if account.posting == "decide":
        return decision.DECIDE
    if account.posting == "generic" and generic is None:
        return decision.NO_GENERIC
    if account.posting == "generic" and document and not document.paid:
        return decision.PAYMENT_REQUIRED
    target = generic if account.posting == "generic" else account
    if not target.active:
        return decision.ARCHIVED
    if target.held:
        return decision.HELD
    if target.refused:
        return decision.REFUSED_CUSTOMER
    return None


@tagged("post_install", "-at_install")
class TestDecision(TransactionCase):
    def test_every_combination_follows_the_rules_in_their_order(self):
        accounts = [
            None,
            *(Target(1, *rest) for rest in product(POSTINGS, BOOLS, BOOLS, BOOLS)),
        ]
        generics = [
            None,
            *(Target(2, "", *rest) for rest in product(BOOLS, BOOLS, BOOLS)),
        ]
        facts = product(
            *(BOOLS, ((), ("Glue",)), ((), ("VAT 15%",))),
            *(("", "USD"), ("", "2026-01-31"), BOOLS),
        )
        others = tuple(product(((), ("INV/1",)), ("", "Corner Shop")))
        documents = [Document(*fact, *other) for fact in facts for other in others]
        documents.append(None)
        reasons = set()
        for account, generic, document in product(accounts, generics, documents):
            answer = decide(account, generic, document)
            expected = expected_reasons(account, generic, document)
            if list(answer.reasons) != expected:
                self.assertEqual(
                    list(answer.reasons), expected, (account, generic, document)
                )
            self.assertEqual(answer.reason, expected[0])
            self.assertEqual(answer.ready, expected == [decision.READY])
            reasons.update(answer.reasons)
        self.assertEqual(reasons, set(DECISION_SENTENCES), "each rule was met")

    def test_a_ready_document_names_its_target(self):
        account, generic = Target(1, "account"), Target(2)
        self.assertEqual(decide(account, generic).target_id, 1)
        self.assertEqual(decide(Target(1, "generic"), generic).target_id, 2)

    def test_a_generic_class_ignores_that_the_linked_account_is_held(self):
        answer = decide(Target(1, "generic", held=True), Target(2))
        self.assertTrue(answer.ready, "the documents go to the shared customer")

    def test_lines_that_cannot_be_posted_are_named(self):
        answer = decide(Target(1, "account"), None, Document(True, ("Glue", "Nails")))
        self.assertEqual(answer.lines, ("Glue", "Nails"))

    def test_every_reason_has_a_sentence_with_what_to_do(self):
        names = {"customer": "Hope", "account": "[HOP001] Hope", "lines": "Glue"}
        names |= {"unmapped": "VAT 15", "closed": "31 Jan 2026", "complaint": "Odd."}
        names |= {"before": "INV/1", "place": "Corner Shop"}
        names |= {"currency": "USD", "own": "ZAR", "date": "30 Jan 2026"}
        names["own_rates"] = ""
        for reason, sentence in DECISION_SENTENCES.items():
            with self.subTest(reason=reason):
                text = str(sentence) % names
                self.assertRegex(text, r"^[A-Z].*\.$")
                self.assertNotIn("%", text)
                if reason != decision.READY:
                    self.assertRegex(
                        text,
                        r"[Cc]hoose|Add|Set|Restore|Release|Give|link|Retry|Record"
                        r"|Decide",
                    )
