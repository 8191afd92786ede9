# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What nobody wants: lost answers, dead workers, limits, others in between, clocks."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from .base import PICKS, step
from .meddlers import Meddlers
from .users import ALL

ACTS = ("edit", "reset", "pay", "undo", "press")
COMMITS = st.integers(1, 30)


class Fate(Meddlers):
    """Runs, and what comes in their way."""

    @step()
    def run(self):
        """Let the schedule make a run."""
        self.stage.run_once()

    @precondition(lambda self: self.seen["pending"])
    @step(fault=PICKS, every=st.sampled_from((1, 1, 2, 3)))
    def run_with_a_fault(self, fault, every):
        """Make a run while the books do something wrong, then let them be."""
        self.stage.break_books(self.pick(self.stage.faults, fault), every)
        self.stage.run_once()
        self.stage.break_books(None, 1)

    @step(commit=COMMITS)
    def run_whose_worker_dies(self, commit):
        """Let a worker die before one of its commits."""
        self.stage.run_once(die_at=commit)

    @precondition(lambda self: self.model.choose(ALL))
    @step(commit=COMMITS, n=PICKS, what=st.sampled_from(ACTS))
    def run_while_somebody_acts(self, commit, n, what):
        """Let somebody change a record, or ask for another run, during a run."""
        record = self.pick(self.model.choose(ALL), n)
        acts = {
            "edit": lambda: self.edit_record(record, record.total + 7),
            "reset": lambda: self.reset_record(record),
            "pay": lambda: self.pay_record(record, 100),
            "undo": lambda: self.unreconcile_record(record),
            "press": lambda: self.do(self.stage.press_run),
        }
        self.stage.run_once(others={commit: acts[what]})

    @step(hours=st.sampled_from((1, 15, 30, -2)))
    def clock(self, hours):
        """Let the clock jump: to another day, or back."""
        self.stage.pass_time(hours=hours)

    @step(millionths=st.integers(500000, 1500000))
    def rate(self, millionths):
        """Let the euro get another rate today."""
        self.stage.set_rate(millionths)

    @step()
    def resume(self):
        """Let somebody press Resume."""
        self.do(self.stage.press_run)
        self.stage.ledger.sudo()._set_resumed()
