# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine that looks for a lost cent: see docs/development.md.

``model`` says what the books must hold; ``stage`` does in Odoo what the rules want.
The rules are cut by who does it: ``users``, ``bookkeepers``, ``fate``. ``proofs`` says
what has to hold.
"""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .proofs import Proofs

PHASES = (Phase.explicit, Phase.generate, Phase.shrink)


class Machine(Proofs):
    """All of it."""


def explore(stage, examples, steps, machine=Machine, **options):
    """Let a machine try examples on a stage; it fails with the shortest sequence.

    :param Stage stage: the running test.
    :param int examples: at most.
    :param int steps: of one example, at most.
    :param options: further settings of hypothesis.
    """
    on_stage = type("Machine", (machine,), {"stage": stage})
    known = {"derandomize": True, "database": None, "phases": PHASES} | options
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **known,
    )
    run_state_machine_as_test(on_stage, settings=chosen)
