# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Functions of ours that nobody calls: no code, no view, not the web client."""

import ast
import re
from collections import Counter

WORD = re.compile(r"\w+")
CODE = (".py", ".xml", ".js", ".csv")
# Tests are no callers, nor is equipment of the tests.
APART = {"tests", "simulator", "kit"}
# Upgrades call what they need, and nobody calls them but Odoo.
CALLERS = {"migrations"}
# What is made for addons of others: docs and tests of it are all that it needs.
OFFERED = {"synkd_connector_http"}
# Odoo calls these by their names, without a word of ours.
BY_ODOO = re.compile(
    r"__\w+__|init|_compute_display_name|_get_payment_method_codes_to_exclude"
)
REGISTERED = ("constrains", "onchange", "ondelete", "autovacuum", "route", "deprecated")


def check(sources):
    """Yield each function that is defined, and named nowhere.

    An override is called by whoever calls what it overrides, so one that asks its
    super is none of these.

    :param dict sources: text by path relative to the root: code and views.
    """
    named, places = Counter(), {}
    for where, text in sources.items():
        if where.suffix not in CODE or APART & set(where.parts):
            continue
        if where.suffix != ".py":
            named.update(WORD.findall(text))
            continue
        tree = ast.parse(text)
        named.update(_named(tree))
        if not CALLERS & set(where.parts) and where.parts[0] not in OFFERED:
            for function in _functions(tree):
                places.setdefault(function.name, []).append((where, function))
    for name, found in sorted(places.items()):
        where, function = found[0]
        free = all(_is_free(each) for _where, each in found)
        if not named[name] and not free and not BY_ODOO.fullmatch(name):
            yield f"{where}:{function.lineno}: nobody calls {name}"


def _named(tree):
    """Yield the names in code and in its texts, but those of supers and docstrings."""
    said = {id(doc) for node in ast.walk(tree) for doc in _docstring(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not _is_super(node.value):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant) and id(node) not in said:
            yield from WORD.findall(node.value if isinstance(node.value, str) else "")


def _functions(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _docstring(node):
    body = getattr(node, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
        yield body[0].value


def _is_super(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super"


def _is_free(function):
    """Whether Odoo calls it for its decorator, or because of what it overrides."""
    decorators = " ".join(ast.unparse(each) for each in function.decorator_list)
    asks = any(
        isinstance(node, ast.Attribute)
        and node.attr == function.name
        and _is_super(node.value)
        for node in ast.walk(function)
    )
    return asks or any(word in decorators for word in REGISTERED)
