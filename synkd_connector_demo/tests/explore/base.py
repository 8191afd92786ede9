# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the parts of the machine share: its stage, its model, and how a step is made."""

import time
from collections import Counter
from functools import wraps

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from odoo.exceptions import UserError, ValidationError

from .model import Model

# Which one of some is meant: the machine takes it modulo how many there are.
PICKS = st.integers(0, 11)
CENTS = st.sampled_from((1, 33, 100, 999, 1000, 12345)) | st.integers(1, 99999)


class Tally:
    """What was tried in all: steps by rule, refusals, examples, time."""

    def __init__(self):
        self.steps, self.refused, self.spent = Counter(), Counter(), Counter()
        self.examples, self.begun = 0, time.monotonic()

    def describe(self):
        """Return what was tried, for people.

        :rtype: str
        """
        total = sum(self.steps.values())
        minutes = max((time.monotonic() - self.begun) / 60, 1e-6)
        lines = [
            f"{self.examples} examples, {total} steps,"
            f" {total / minutes:.0f} steps per minute"
        ]
        for name, count in self.steps.most_common():
            cost = 1000 * self.spent[name] / count
            refused = self.refused[name]
            lines.append(f"{name:24} {count:7} {cost:7.0f} ms {refused:6} refused")
        return "\n".join(lines)


tally = Tally()


def step(**strategies):
    """Make a method a rule of the machine, and count it.

    :param strategies: as for ``hypothesis.stateful.rule``.
    """

    def decorate(method):
        @wraps(method)
        def counted(self, *args, **kwargs):
            begin = time.monotonic()
            self.sound = False
            result = method(self, *args, **kwargs)
            self.sound = True
            tally.steps[method.__name__] += 1
            tally.spent[method.__name__] += time.monotonic() - begin
            return result

        return rule(**strategies)(counted)

    return decorate


class Base(RuleBasedStateMachine):
    """A machine on a stage; the parts add their rules to it."""

    stage = None

    def __init__(self):
        super().__init__()
        self.example = self.stage.example()
        self.example.__enter__()
        links = {name: name for name in self.stage.accounts}
        self.model = Model(links=dict.fromkeys(self.stage.partners) | links)
        self.sound = True
        tally.examples += 1

    def teardown(self):
        """Let everything settle, look once more, and undo the example."""
        try:
            if self.sound:
                self.come_to_rest()
        finally:
            self.example.__exit__(None, None, None)

    def do(self, action, *args):
        """Do something in Odoo, whole or not at all.

        :return: whether Odoo let us.
        :rtype: bool
        """
        try:
            with self.stage.env.cr.savepoint():
                action(*args)
        except (UserError, ValidationError):
            tally.refused[action.__name__] += 1
            self.stage.env.invalidate_all(flush=False)
            return False
        return True

    def pick(self, some, number):
        """Return one of some, or None when there are none."""
        some = list(some)
        return some[number % len(some)] if some else None

    def come_to_rest(self):
        """Let everything settle and compare both sides: given by the proofs."""
        raise NotImplementedError
