# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine that looks for a lost cent: see docs/development.md.

``model`` says what the books must hold; ``stage`` does in Odoo what the rules want.
The rules are cut by who does it: ``users``, ``bookkeepers``, ``fate``. ``proofs`` says
what has to hold.
"""

import os

import hypothesis
import psycopg2
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .proofs import Proofs

PHASES = (Phase.generate, Phase.shrink)


def phases():
    """Return what hypothesis does: SHRINK=0 leaves out the shortest sequence.

    :rtype: tuple[Phase]
    """
    return PHASES[:1] if os.environ.get("SHRINK") == "0" else PHASES


class Machine(Proofs):
    """All of it."""


def explore(stage, examples, steps, machine=Machine, seed=None, **options):
    """Let a machine try examples on a stage; it fails with the shortest sequence.

    :param Stage stage: the running test.
    :param int examples: at most.
    :param int steps: of one example, at most.
    :param int seed: of other examples; None: the same each time.
    :param options: further settings of hypothesis.
    """
    on_stage = type("Machine", (machine,), {"stage": stage})
    if seed is not None:
        on_stage = hypothesis.seed(seed)(on_stage)
    known = {"derandomize": seed is None, "database": None, "phases": phases()}
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **known | options,
    )
    run_state_machine_as_test(on_stage, settings=chosen)


def find_harm(stage, harm, examples, steps):
    """Plant a harm in the product and let the machine look for it.

    :param callable harm: takes an environment, returns a context; one of ``harms``.
    :return: what the machine complained about; "" when it found nothing.
    :rtype: str
    """
    try:
        with harm(stage.env):
            explore(stage, examples, steps, phases=(Phase.generate,))
    except (AssertionError, psycopg2.Error) as error:
        return str(error).splitlines()[0][:200] or type(error).__name__
    return ""
