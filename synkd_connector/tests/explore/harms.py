# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Harms planted in the product, each of which the machine has to find."""

from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch


@contextmanager
def changed(env, model, method, make):
    """Let a method of a model be another one.

    :param callable make: takes the real method, returns the other one.
    """
    target = env.registry[model]
    with patch.object(target, method, make(getattr(target, method))):
        yield


def no_key(env):
    """Send no key of ours along, so that the books cannot tell who is who."""
    return changed(
        env,
        "synkd.request.line",
        "_as_member",
        lambda real: lambda self: replace(real(self), own_key=""),
    )


def sent_again(env):
    """After a lost answer, take it that nothing was written, and send it anew."""
    return changed(
        env,
        "synkd.engine",
        "_ask",
        lambda _real: lambda self, _run, request: self._release(request, "") and False,
    )


def answer_doubled(env):
    """Put the first answer on all members."""

    def make(real):
        def keep(self, run, request, answer):
            first = answer.results[:1]
            results = [
                replace(each, number=first[0].number, external_id=first[0].external_id)
                for each in answer.results
            ]
            return real(self, run, request, replace(answer, results=tuple(results)))

        return keep

    return changed(env, "synkd.engine", "_keep", make)


def not_written_down(env):
    """Call the books before the request is committed."""
    return changed(env, "synkd.engine", "_commit", lambda _real: lambda *_args: None)


def undone_unnoticed(env):
    """Overlook that a reconciliation was undone."""
    return changed(
        env, "synkd.enqueuer", "_note_changes", lambda _real: lambda *_args: None
    )


def cent_unnoticed(env):
    """Believe the books whatever total they answer."""
    return changed(
        env, "synkd.transaction", "_check_answer", lambda _real: lambda *_args: None
    )


def payment_forgotten(env):
    """Queue no money."""
    return changed(
        env, "synkd.enqueuer", "_enqueue_payments", lambda _real: lambda *_args: None
    )


def agreement_blind(env):
    """Compare nothing of what the books have with what is here."""
    return changed(
        env, "synkd.comparer", "_insert_rows", lambda _real: lambda *_args: None
    )


def edit_while_sent(env):
    """Forget what was changed while the answer was awaited."""
    return changed(
        env,
        "synkd.transaction",
        "_note_change",
        lambda real: (
            lambda self: real(self.filtered(lambda row: row.sync_state != "sending"))
        ),
    )


HARMS = (
    not_written_down,
    undone_unnoticed,
    cent_unnoticed,
    payment_forgotten,
    edit_while_sent,
    agreement_blind,
    no_key,
    sent_again,
    answer_doubled,
)
