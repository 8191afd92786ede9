# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What has to hold: after each step, and when all has come to rest."""

from hypothesis.stateful import invariant

from .base import step
from .fate import Fate
from .model import DRAFT, POSTED, SIGNS
from .users import DOCUMENTS

LIVE_STATES = (
    *("attention", "pending", "sending", "synced", "held", "excluded", "in_file"),
)


class Proofs(Fate):
    """Compares the model with Odoo's queue and with the books."""

    @invariant()
    def holds(self):
        """Nothing is twice in the books, nothing lost, and the states tell the truth."""
        twice = self.stage.find_twice()
        assert not twice, f"Twice in the books: {twice}"
        states = self.stage.find_states()
        for record in self.model.choose(SIGNS):
            state = states.get((record.key, record.kind))
            assert state in LIVE_STATES, f"{record} has no row, or a wrong one: {state}"
        illegal = self.stage.find_illegal()
        assert not illegal, f"Illegal: {illegal}"

    @step()
    def all_comes_to_rest(self):
        """Let everything settle, and compare both sides."""
        self.come_to_rest()

    def come_to_rest(self):
        """Let everything settle, and compare both sides."""
        stage, model = self.stage, self.model
        stage.settle()
        books = stage.read_books()
        due = [r for r in model.records.values() if model.is_due(r)]
        assert set(books) == {r.key for r in due}, (
            f"Only here: {[r for r in due if r.key not in books]},"
            f" only there: {[b for k, b in books.items() if k not in model.records]},"
            f" not meant to be: {[k for k in books if k not in {r.key for r in due}]};"
            f" {stage.tell_rows()}"
        )
        for record in due:
            self._compare(record, books[record.key])
            record.places = {books[record.key].account}
        for record in model.records.values():
            if record.state == DRAFT:
                record.places = set()
        self._compare_sums(due, books)

    def _compare(self, record, there):
        """Compare one record with what the books have of it."""
        model = self.model
        settled = {
            pair[1]: cents
            for pair, cents in model.settled.items()
            if pair[0] == record.key
            and cents
            and model.is_due(model.records[pair[1]])
        }
        ours = record.kind, record.total, record.tax, settled
        theirs = there.kind, there.total, there.tax, there.settled
        assert ours == theirs, f"{record}: {ours} here, {theirs} in the books"
        assert there.account in record.places, f"{record} is posted to {there.account}"
        if record.kind in DOCUMENTS:
            left = record.total - sum(
                cents
                for pair, cents in model.settled.items()
                if record.key in pair
                and all(model.is_due(model.records[key]) for key in pair)
            )
            assert there.left == left, f"{record}: {left} open, {there.left} there"

    def _compare_sums(self, due, books):
        """Compare what each account owes, by all of its records."""
        sums = dict.fromkeys(self.stage.accounts, 0)
        for record in due:
            if record.state == POSTED:
                account = books[record.key].account
                sums[account] += SIGNS[record.kind] * record.total
        there = self.stage.read_balances()
        assert sums == there, f"The accounts owe {sums}, but in the books {there}"
