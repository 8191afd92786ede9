# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""State moves only through ``_set_*`` methods that name their source states."""

import ast
import re

STATES = ("sync_state", "state")
# What a method says of itself or asks, so that its source states can be read in it.
NAMES_SOURCES = re.compile(
    r"\.(sync_)?state\b|from_states|super\(\)|\bfrom (\*|every state)", re.IGNORECASE
)
IN_SQL = re.compile(
    r"\bUPDATE\b(\s+synkd_\w+(\s+\w+)?)?\s+SET\b"
    r"((?!\bWHERE\b|\bFROM\b).)*?\b(sync_)?state\s*=",
    re.DOTALL,
)


def check(where, text):
    """Yield the direct writes of a state, and setters that name no source state.

    Rows may be born in any state, and computed states are no states.

    :param Path where: a file of an addon's models, wizards or controllers.
    :param str text: what it says.
    """
    for function in _functions(ast.parse(text)):
        lines = sorted(_writes(function))
        place = f"{where}:{{}}: {function.name}"
        if not lines or function.name.startswith(("_compute_", "_onchange_")):
            continue
        if not function.name.startswith("_set_"):
            for line in lines:
                yield f"{place.format(line)} writes a state; a _set_* method may"
        elif not NAMES_SOURCES.search(ast.unparse(function)):
            yield f"{place.format(lines[0])} names no state that it moves from"


def _functions(tree):
    """Yield the outermost functions: what a lambda or inner one does is theirs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        else:
            yield from _functions(node)


def _writes(function):
    """Yield the lines in which a function writes a state of records."""
    for node in ast.walk(function):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            yield from (t.lineno for t in targets if _is_state(t))
        elif _is_call_of(node, "write"):
            keys = (k for a in node.args for d in ast.walk(a) for k in _keys(d))
            yield from (key.lineno for key in keys if key.value in STATES)
        elif IN_SQL.search(str(getattr(node, "value", ""))):
            yield node.lineno


def _is_state(target):
    return isinstance(target, ast.Attribute) and target.attr in STATES


def _is_call_of(node, name):
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name


def _keys(node):
    keys = node.keys if isinstance(node, ast.Dict) else ()
    return [key for key in keys if isinstance(key, ast.Constant)]
