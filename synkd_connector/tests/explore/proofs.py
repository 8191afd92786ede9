# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What has to hold: after each step, and when all has come to rest."""

from hypothesis.stateful import invariant, precondition

from .base import step, told
from .fate import Fate
from .model import OWN, POSTED, SIGNS

LIVE_STATES = (
    *("attention", "pending", "sending", "synced", "held", "excluded", "in_file"),
)


class Proofs(Fate):
    """Compares the model with Odoo's queue and with the books."""

    @invariant()
    def holds(self):
        """Nothing is twice in the books, nothing lost; the states tell the truth."""
        with told("what has to hold"):
            self._check()

    def _check(self):
        """Check what has to hold after each step."""
        twice = self.stage.find_twice()
        assert not twice, f"Twice in the books: {twice}"
        states, self.seen = self.stage.find_states()
        for record in self.model.choose(SIGNS):
            state = states.get((record.key, record.kind))
            assert state in LIVE_STATES, f"{record} has no row, or a wrong one: {state}"
        illegal = self.stage.find_illegal()
        gone = self.stage.find_not_there()
        illegal += [each for each in gone if each[-1] not in self.model.meddled]
        assert not illegal, f"Illegal: {illegal}"

    @precondition(lambda self: self.since_rest >= 20)
    @step()
    def all_comes_to_rest(self):
        """Let everything settle, and compare both sides."""
        self.come_to_rest()

    def come_to_rest(self):
        """Let everything settle, and compare both sides."""
        self.since_rest = 0
        self.stage.settle(patience=3 if self.model.meddled else 8)
        self.model.void(self.stage.voided)
        self._put_right()
        self.model.void(self.stage.voided)
        self.stage.voided = set()
        books, model = self.stage.read_books(), self.model
        shown = self.stage.find_shown()
        tied = self._find_tied(books, shown)
        free = {key: there for key, there in books.items() if key not in tied}
        due = [r for r in model.records.values() if model.is_due(r)]
        due = [record for record in due if record.key not in tied]
        self._compare_sets(due, free, shown)
        for record in due:
            if there := books.get(record.key):
                self._compare(record, there, shown)
                record.places = {there.account}
        for record in model.records.values():
            if record.state != POSTED:
                record.places = set()
        half = [
            each for each in self.stage.find_half_credited() if self._is_half(*each)
        ]
        assert not half, f"Credited, but open: {half}; {self.stage.tell_rows()}"
        self._compare_sums(books, tied)
        # After the last look no step comes that would see what is there twice.
        self._check()

    def _is_half(self, key, *_amounts):
        """Whether nobody is asked about what a credit took back not whole.

        One is about a customer who has changed his account in between: what settled it
        there may not let go of it.
        """
        record = self.model.records.get(key)
        is_crossed = record and record.customer in self.model.crossed
        return not (is_crossed and key in self.stage.find_credits_shown())

    def _find_tied(self, books, shown):
        """Return the keys of what stays there as it was, and a person is told.

        What was left there settles it, and books void nothing that is settled.

        :rtype: set[str]
        """
        records = self.model.records
        left = {key for key, record in records.items() if record.left is not None}
        settled = {key for payer in left & books.keys() for key in books[payer].settled}
        return settled & shown

    def _put_right(self):
        """See that the agreement names what others changed there, and put it right."""
        model = self.model
        for _n in range(3):
            if not model.meddled:
                return
            lines, shown = self.stage.compare(), self.stage.find_shown()
            named = {self.stage.key_of(line.transaction_id) for line in lines}
            books = self.stage.read_books()
            silent = [
                record
                for record in map(model.records.get, model.meddled)
                if record
                and self._differs(record, books.get(record.key))
                and not self._is_told(record, books.get(record.key), named | shown)
            ]
            has = [(record, books.get(record.key)) for record in silent]
            half = self.stage.find_half_credited()
            known = named | shown | self.stage.find_credits_shown()
            has += [each for each in half if (each[0] or False) not in known]
            assert not has, f"Changed there, not named: {has}; {self.stage.tell_rows()}"
            self.stage.take_own_back()
            self.stage.put_right()
            # Money that is posted anew to another account takes what it settles along.
            model.post_anew(model.meddled | named)
            self.stage.settle()
            model.void(self.stage.voided)
            books = self.stage.read_books()
            self._take_up_left(books)
            model.meddled = {
                key
                for key in model.meddled & set(model.records)
                if self._differs(model.records[key], books.get(key))
            }
        assert not model.meddled, f"It cannot be put right: {model.meddled}"

    def _is_told(self, record, there, known):
        """Whether somebody is told of a difference, or of the money that makes it.

        :param set known: keys of what he is told about.
        """
        payers = {p for p, document in self.model.settled if document == record.key}
        is_same = there and (record.total, record.tax) == (there.total, there.tax)
        return record.key in known or bool(is_same and payers & known)

    def _take_up_left(self, books):
        """Note what was left as it was, changed there since, and put right by that."""
        for record in map(self.model.records.get, self.model.meddled):
            there = record and books.get(record.key)
            if there and record.left not in (None, there.total):
                record.left, record.left_as = None, ()

    def _differs(self, record, there):
        """Whether the books have something else of a record than they should."""
        if not there or not self.model.is_due(record):
            return bool(there) != self.model.is_due(record)
        if (record.worth(), record.tax) != (there.total + record.off, there.tax):
            return record.left is None or record.left != there.total
        is_crossed = record.customer in self.model.crossed or record.left is not None
        ours = self._settled_there(record)
        return not is_crossed and ours != (there.settled, there.left)

    def _compare_sets(self, due, books, shown):
        """Fail unless the books have all that is due, and nothing else.

        What a person is asked about may be missing.
        """
        ours, told = {record.key for record in due}, self.stage.tell_rows
        missing = [
            record
            for record in due
            if record.key not in books
            and not (record.key in shown and self._may_be_missing(record))
        ]
        assert not missing, f"Not in the books: {missing}; {told()}"
        extra = [(key, entry) for key, entry in books.items() if key not in ours]
        assert not extra, f"Only in the books: {extra}; {told()}"

    def _may_be_missing(self, record):
        """Whether the books need not have a record that a person is asked about.

        Its customer has changed his account in between; or it writes off what it does
        not settle, which some books take only together.
        """
        if record.customer in self.model.crossed:
            return True
        is_refused = record.off and "write_off_untied" in self.stage.cannot
        return bool(is_refused and not self._settled_there(record)[0])

    def _compare(self, record, there, shown):
        """Compare one record with what the books have of it."""
        if record.left is not None:
            assert there.total == record.left, f"{record} was left, but is {there}"
            return
        ours = record.kind, record.total, record.tax
        theirs = there.kind, there.total, there.tax
        assert ours == theirs, f"{record}: {ours} here, {theirs} in the books"
        places = self.model.places_of(record)
        assert there.account in places, f"{record} is posted to {there.account}"
        if record.customer in self.model.crossed:
            return
        is_shown, is_alone = record.key in shown, self._is_alone(record)
        assert is_shown == is_alone, f"{record}: {self.stage.tell_rows()}"
        settles, left = self._settled_there(record)
        assert settles == there.settled, (
            f"{record} settles {settles}, but {there.settled} in the books;"
            f" {self.stage.tell_rows()}"
        )
        assert there.left == left, f"{record}: {left} open, {there.left} there"

    def _settled_there(self, record):
        """Return what a record settles in the books, and what is open of it there.

        :rtype: tuple[dict, int]
        """
        model = self.model
        pairs = {
            pair: cents
            for pair, cents in model.settled.items()
            if record.key in pair
            and cents
            and all(model.is_due(model.records[key]) for key in pair)
        }
        settles = {pair[1]: n for pair, n in pairs.items() if pair[0] == record.key}
        used = sum(pairs.values())
        return settles, record.total + self._off_there(record, used) - used

    def _is_alone(self, record):
        """Whether a person is asked about a write-off that settles nothing any more."""
        used = sum(self._settled_there(record)[0].values())
        return self._off_there(record, used) != record.off

    def _off_there(self, record, used):
        """Return how much of a record's write-off the books can hold.

        :param int used: cents that the record settles.
        """
        if "write_off_alone" in self.stage.cannot:
            return min(record.off, max(used - record.total, 0))
        return record.off

    def _held_of(self, record):
        """Return how much of the debt the books can hold of a record, in cents."""
        used = sum(self._settled_there(record)[0].values())
        return record.worth() - record.off + self._off_there(record, used)

    def _compare_sums(self, books, tied):
        """Compare what each account owes, by all of its records."""
        sums, records = dict.fromkeys(self.stage.accounts, 0), self.model.records
        if any(record.currency != OWN for record in records.values()):
            return  # the books add up what they convert, record by record
        for key, entry in books.items():
            held = entry.total if key in tied else self._held_of(records[key])
            sums[entry.account] += SIGNS[entry.kind] * held
        there = self.stage.read_balances()
        assert sums == there, f"The accounts owe {sums}, but in the books {there}"
