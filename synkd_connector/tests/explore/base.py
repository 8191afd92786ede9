# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the parts of the machine share: its stage, its model, and how a step is made."""

import json
import os
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager
from functools import wraps
from traceback import format_exception_only

import psycopg2
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from odoo.exceptions import UserError, ValidationError
from odoo.sql_db import connection_info_for

from .model import Model

# Which one of some is meant: the machine takes it modulo how many there are.
PICKS = st.integers(0, 11)
CENTS = st.sampled_from((1, 33, 100, 999, 1000, 12345)) | st.integers(1, 99999)


def say(text):
    """Tell those who watch."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def clear_up_tables(database):
    """Let a database forget the rows of examples that were undone.

    Nothing else does within a transaction that lasts for hours.

    :param str database: its name.
    """
    _name, info = connection_info_for(database)
    with closing(psycopg2.connect(**info)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (SKIP_LOCKED, TRUNCATE FALSE)")


class Tally:
    """What was tried in all: steps by rule, refusals, examples, time."""

    def __init__(self):
        self.steps, self.refused, self.spent = Counter(), Counter(), Counter()
        self.examples, self.faults, self.begun = 0, 0, time.monotonic()

    def describe(self):
        """Return what was tried, for people.

        :rtype: str
        """
        total = sum(self.steps.values())
        minutes = max((time.monotonic() - self.begun) / 60, 1e-6)
        pace = f"{total / minutes:.0f} steps per minute"
        lines = [f"{self.examples} examples, {total} steps, {pace}"]
        for name, count in self.steps.most_common():
            cost = 1000 * self.spent[name] / count
            refused = self.refused[name]
            lines.append(f"{name:24} {count:7} {cost:7.0f} ms {refused:6} refused")
        return "\n".join(lines)

    @contextmanager
    def batch(self, books, seed):
        """Write down what a batch of examples tried, and which fault it found.

        :param str books: whose these are.
        :param int seed: that the batch can be had again with.
        """
        examples, steps, begun = self.examples, self.steps.total(), time.monotonic()
        told = {"commit": os.environ.get("SYNKD_EXPLORE_COMMIT", ""), "books": books}
        fault = ""
        try:
            yield
        except Exception as error:
            self.faults += 1
            fault = (str(error) or type(error).__name__)[:300]
            say("".join(format_exception_only(error)))  # with the shortest sequence
            raise
        finally:
            told |= {
                "seed": seed,
                "examples": self.examples - examples,
                "steps": self.steps.total() - steps,
                "seconds": round(time.monotonic() - begun, 1),
                "fault": fault,
            }
            if path := os.environ.get("SYNKD_EXPLORE_RESULTS"):
                with open(path, "a") as results:
                    results.write(json.dumps(told) + "\n")


tally = Tally()


@contextmanager
def told(name):
    """Tell at once when a step fails: the shortest sequence takes its time."""
    try:
        yield
    except Exception as error:
        text = str(error) or type(error).__name__
        say(f"-> {name} failed: {text[:1500]}")
        raise


def step(**strategies):
    """Make a method a rule of the machine, and count it; some books cannot do it.

    :param strategies: as for ``hypothesis.stateful.rule``.
    """

    def decorate(method):
        @wraps(method)
        def counted(self, *args, **kwargs):
            begin = time.monotonic()
            self.sound = False
            with told(method.__name__):
                result = method(self, *args, **kwargs)
            self.sound = True
            self.since_rest += 1
            tally.steps[method.__name__] += 1
            tally.spent[method.__name__] += time.monotonic() - begin
            return result

        possible = precondition(lambda self: method.__name__ not in self.stage.cannot)
        return possible(rule(**strategies)(counted))

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
        self.sound, self.since_rest = True, 0
        # How many rows the queue shows in each state, and for some reasons.
        self.seen = Counter()
        tally.examples += 1

    def teardown(self):
        """Let everything settle, look once more, and undo the example."""
        try:
            if self.sound and self.since_rest:
                with told("the last look"):
                    self.come_to_rest()
        finally:
            self.example.__exit__(None, None, None)

    def do(self, action, *args):
        """Do something in Odoo, whole or not at all.

        Who settles whom is Odoo's affair, which settles some things by itself, and
        forgets write-offs of what is posted again: the model takes it from there.

        :return: whether Odoo let us.
        :rtype: bool
        """
        try:
            with self.stage.env.cr.savepoint():
                action(*args)
        except (UserError, ValidationError):
            tally.refused[getattr(action, "__name__", "?")] += 1
            self.stage.env.invalidate_all(flush=False)
            return False
        self.model.note_settled(self.stage.read_settled())
        if any(record.off for record in self.model.records.values()):
            self.model.note_written_off(self.stage.read_written_off())
        return True

    def pick(self, some, number):
        """Return one of some, or None when there are none."""
        some = list(some)
        return some[number % len(some)] if some else None

    def come_to_rest(self):
        """Let everything settle and compare both sides: given by the proofs."""
        raise NotImplementedError
