# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector has to pass about identity, from documents here to the books.

Odoo gives numbers twice, and documents may be equal in all that people see; answers get
lost, and meanwhile people edit, renumber and cancel. Whatever they do, the books end
with each document once, to the cent, under an identity of its own. Where the books
keep no key of ours (``Capabilities``), nobody can tell by himself what became of a lost
call, so a person is asked, and the tests tell it as he would.

A connector's test class inherits ``IdentityContract`` before a common class as
contract_flow.py wants it, and says how its simulated books are read and broken: the
methods under *hooks*.
"""

from .contract import LOST_AFTER, LOST_BEFORE
from .contract_flow import KINDS, FlowHarness


class IdentityContract(FlowHarness):
    """The contract about identity, as tests: each case with each kind and fault."""

    # === HOOKS: to be overridden === #

    def break_next(self, fault):
        """Let the next write call meet a fault, see contract.py; None mends."""
        raise NotImplementedError

    def let_time_pass(self):
        """Let what waits for a time, or for Resume, go in the next run."""
        raise NotImplementedError

    # === WHAT THE TESTS SHARE === #

    # What each case meets; books of which a class is a variant may leave some out.
    faults = (None, LOST_BEFORE, LOST_AFTER)

    def setUp(self):
        super().setUp()
        self.armed, self.unmet, self.written = {}, [], 0
        for name in self.channels:
            self.watch(name)

    def watch(self, name):
        """Let calls of a connector's method meet the fault that is armed for it."""
        connector = type(self.ledger._get_connector())
        real = getattr(connector, name)

        def call(model, ledger, batch):
            self.written += 1
            fault = self.armed.pop(name, None)
            if not fault:
                return real(model, ledger, batch)
            self.break_next(fault)
            try:
                answer = real(model, ledger, batch)
            finally:
                self.break_next(None)
            self.unmet.append(name)
            return answer

        self.patch(connector, name, call)

    def run_into(self, fault, pairs, meanwhile=None):
        """Make runs in which the first call of each channel meets a fault.

        :param meanwhile: what people do with a pair while its answer is awaited.
        """
        waits = set(self.channels)
        self.armed = dict.fromkeys(self.channels, fault) if fault else {}
        for _run in range(4):
            self.run_ledger()
            met = waits.difference(self.armed)
            for pair in pairs:
                if meanwhile and KINDS[pair.kind] in met:
                    meanwhile(pair)
            waits -= met
            self.let_time_pass()
            if not waits:
                break
            self.tell()  # money waits for documents that nobody can tell of
        self.assertFalse(self.armed, "a call was to meet the fault")
        self.assertFalse(self.unmet, "it met it")

    def finish(self):
        """Let runs go on until nothing waits; void what was changed meanwhile."""
        for _run in range(4):
            self.let_time_pass()
            self.run_ledger()
            self.tell()
            rows = self.live_rows()
            changed = rows.filtered(
                lambda r: r.sync_state == "attention" and r.reason == "changed"
            )
            if changed:
                changed.void()
            elif not rows.filtered(lambda r: r.sync_state in ("pending", "sending")):
                break

    # === WHAT NOBODY CAN TELL BY HIMSELF === #

    def asked(self):
        """Return the members of lost calls about which a person is asked."""
        found = [("ledger_id", "=", self.ledger.id), ("state", "=", "asked")]
        lines = self.env["synkd.request"].search(found).line_ids
        return lines.filtered(lambda line: line.state == "asked")

    def tell(self):
        """Say which of the books' records are ours, as a person who looks it up does.

        What is another row's already is not it; of what is alike in all that people
        see, each is as good as the other. Where our keys are kept, nobody is asked.
        """
        keyless = self.keyless()
        for line in self.asked():
            self.assertIn(line._get_records().kind, keyless)
            self.assertTrue(line.candidates, "there is something to ask about")
            known = line._get_records()._find_owners(
                {candidate["external_id"] for candidate in line.candidates}
            )
            free = [c for c in line.candidates if c["external_id"] not in known]
            line._tell(free[0] if free else {})

    def keyless(self):
        """Return the kinds of which the books keep no key of ours, nor find it else."""
        capable = self.ledger._get_capabilities()
        channels = {
            name
            for name in self.channels
            if not getattr(capable, f"own_key_{name.removeprefix('_push_')}")
        } - {"_push_allocations"}  # of these the note tells what it settles
        return [kind for kind in self.kinds if KINDS[kind] in channels]

    # === PROOFS === #

    def assert_renumbered(self, kind, *documents):
        """Fail unless each waits with both numbers; let it be posted by its new one.

        Money is known by our key alone: its number is a mere reference, so nothing
        waits, and the row follows.
        """
        for document in documents:
            document = document[:1]
            rows = self.live_rows().filtered(
                lambda r, d=document: (r.res_model, r.res_id) == (d._name, d.id)
            )
            row = rows.filtered(lambda r: r.kind != "allocation")
            told = (row.sync_state, row.reason)
            if row.channel == "payments":
                self.assertEqual(told, ("synced", False), kind)
                self.assertEqual(row.document_number, document.name)
                continue
            self.assertEqual(told, ("attention", "changed"), kind)
            self.assertIn(document.name, row.reason_text)
            self.assertIn(row.number, row.reason_text)
            if kind == "allocation":
                row.leave("As it is")
            else:
                row.void()

    # === CASES === #

    def each(self, meanwhile=None, between=None, **values):
        """Bring one of each kind into the books, then its twin, through each fault.

        :param meanwhile: what people do while the answer about the second is awaited.
        :param between: what they do with the first before there is a second.
        """
        for fault in self.faults:
            with self.subTest(fault=fault):
                pairs = self.pairs(**values)
                for pair in pairs:
                    self.make_of(pair, 0)
                self.run_ledger()
                for pair in pairs:
                    if between:
                        between(pair)
                    self.make_of(pair, 1)
                self.run_into(fault, pairs, meanwhile)
                self.finish()
                self.assert_right()

    def test_twins_of_one_number(self):
        self.each()

    def test_twins_of_one_call(self):
        for fault in self.faults:
            with self.subTest(fault=fault):
                pairs = self.pairs()
                for pair in pairs:
                    self.make_of(pair, 0)
                    self.make_of(pair, 1)
                self.run_into(fault, pairs)
                self.finish()
                self.assert_right()

    def test_walk_ins_of_one_customer_of_the_books(self):
        partners = [self.create_partner(f"Walk-in {number}") for number in range(2)]
        for partner in partners:
            account = self.create_account(partner.name, class_id=self.class_generic.id)
            self.env["synkd.customer.link"]._link([(partner, account)])
        for fault in self.faults:
            with self.subTest(fault=fault):
                pairs = self.pairs(partners)
                for pair in pairs:
                    for which, partner in enumerate(partners):
                        self.make_of(pair, which)
                        self.pay_at_once(pair, partner, which)
                self.run_into(fault, pairs)
                self.finish()
                self.assert_right()

    def pay_at_once(self, pair, partner, which):
        """Settle an invoice or credit note of a walk-in."""
        paid = {"invoice": "payment", "credit_note": "refund"}.get(pair.kind)
        if paid:
            self.make(paid, pair.made[which], partner, which, pair.number)

    def test_branches_of_a_customer(self):
        branch = self.create_partner("Branch", parent_id=self.partner.id)
        branch.account_customer_id = self.create_account("Branch")
        self.each(partners=(None, branch))

    def test_branch_companies_with_numbers_of_their_own(self):
        branch = self.env["res.company"].create(
            {
                "name": "North Branch",
                "parent_id": self.company.id,
                "country_id": self.tax.country_id.id,
                "account_fiscal_country_id": self.tax.country_id.id,
                "currency_id": self.company.currency_id.id,
            }
        )
        self.env.user.company_ids |= branch
        chart = self.env["account.chart.template"]
        chart.try_loading(self.company.chart_template, branch, install_demo=False)
        both = [self.company.id, branch.id]
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=both))
        self.sales = (self.sales[0], self.move_to(branch, self.sales[1]))
        self.banks = (self.banks[0], self.move_to(branch, self.banks[1]))
        self.map_bank(self.banks[1])
        self.each()

    def move_to(self, branch, journal):
        """Return a journal of a branch like one of its company, of the same code."""
        like = next(j for j in (*self.sales, *self.banks) if j.type == journal.type)
        journals = self.env["account.journal"].with_company(branch)
        moved = journals.create(
            {
                "name": f"{journal.name} North",
                "code": journal.code,
                "type": journal.type,
                "company_id": branch.id,
                "default_account_id": like.default_account_id.id,
            }
        )
        methods = moved.inbound_payment_method_line_ids
        methods |= moved.outbound_payment_method_line_ids
        known = self.banks[0].inbound_payment_method_line_ids
        methods.payment_account_id = known.payment_account_id[:1]
        return moved

    def test_a_number_that_is_used_again(self):
        self.each(
            between=lambda pair: self.cancel(pair.kind, pair.made[0]), which=(0, 0)
        )

    def test_numbers_that_are_dealt_anew(self):
        for fault in self.faults:
            with self.subTest(fault=fault):
                pairs = self.pairs()
                for pair in pairs:
                    self.make_of(pair, 0)
                    self.make_of(pair, 1)
                    self.rename_all(pair.kind, pair.made[1], f"U{pair.number}")
                self.run_ledger()
                for pair in pairs:
                    self.swap(pair.kind, *pair.made)
                self.run_ledger()
                for pair in pairs:
                    # The second note was sent by the number that it has again.
                    others = 1 if pair.kind == "allocation" else 2
                    self.assert_renumbered(pair.kind, *pair.made[:others])
                self.armed = {self.channels[0]: fault} if fault else {}
                self.run_ledger()
                self.assertFalse(self.armed or self.unmet)
                self.finish()
                self.assert_right()

    def test_an_edit_while_the_answer_is_lost(self):
        self.each(lambda pair: self.edit(pair.kind, pair.made[1]))

    def test_a_new_number_while_the_answer_is_lost(self):
        self.each(
            lambda pair: self.rename_all(pair.kind, pair.made[1], f"V{pair.number}")
        )

    def test_a_cancelled_one_leaves_its_twin_alone(self):
        self.each(lambda pair: self.cancel(pair.kind, pair.made[1]))

    def test_without_a_key_a_person_is_asked_and_nothing_is_matched_or_sent(self):
        keyless = self.keyless()
        if not keyless:
            return self.assertFalse(keyless)
        pairs = [pair for pair in self.pairs() if pair.kind in keyless]
        for pair in pairs:
            self.make_of(pair, 0)
            self.make_of(pair, 1)
        lost = {KINDS[kind] for kind in keyless}
        self.armed = dict.fromkeys(lost, LOST_AFTER)
        for _run in lost:
            self.run_ledger()
            self.let_time_pass()
        self.assertFalse(self.armed or self.unmet)
        self.run_ledger()
        made = {(m._name, m.id) for pair in pairs for m in pair.made}
        rows = self.live_rows().filtered(lambda r: (r.res_model, r.res_id) in made)
        self.assertEqual(len(rows), 2 * len(pairs))
        told = {(row.sync_state, row.reason) for row in rows}
        self.assertEqual(told, {("attention", "unsure")})
        before = self.written
        for _run in range(2):
            self.let_time_pass()
            self.run_ledger()
        self.assertEqual(self.written, before, "nothing is sent on a guess")
        lines = self.asked()
        self.assertEqual(set(lines.mapped("res_id")), set(rows.ids))
        for line in lines:
            offered = [c["external_id"] for c in line.candidates]
            self.assertFalse(line._get_records()._find_owners({*offered}))
        self.finish()
        self.assert_right()
        return None
