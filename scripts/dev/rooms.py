# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rooms of the core, and which of them may know which other.

A room knows another when its code imports from it, or names a model that is defined
there. A room that wants to hear of changes below it extends the model down there with
``_inherit`` in a file of its own, so that the one below needs no word of it. Extending
and pointing to (fields) is therefore no arrow.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

from . import paths

CORE = "synkd_connector"
MODELS = Path(CORE) / "models"
# Odoo's own models are flat in ``models``; wizards and controllers are screens.
OURS = "odoo's models"
SCREENS = "screens"
# Who may know whom, from the ground up; a button of anyone may open its dialog.
ALLOWED = {
    "lib": set(),
    "const": {"lib"},
    "ledger": {"const", "lib"},
    "engine": {"const", "lib", "ledger"},
    "mapping": {"const", "lib", "ledger", "engine"},
    "customers": {"const", "lib", "ledger", "engine"},
    "queue": {"const", "lib", "ledger", "engine", "mapping", "customers"},
    OURS: {"const", "lib", "ledger", "mapping", "customers", "queue"},
}
NAMED = re.compile(r"synkd(\.[a-z_]+)+")
ABSTRACT = {"AbstractModel"}


def room_of(path):
    """Return the room of a file of the core, "" when it is in none.

    :param Path path: relative to the root of the repo.
    """
    parts = path.parts[1:]
    apart = path.name == "__init__.py" or "tests" in parts or "migrations" in parts
    if path.parts[:1] != (CORE,) or apart:
        return ""
    if parts[0] == "models":
        return parts[1] if len(parts) > 2 else OURS
    if parts[0] in ("wizards", "controllers"):
        return SCREENS
    return {"lib": "lib", "const.py": "const"}.get(parts[0], "")


def sizes(sources):
    """Return the lines of each room.

    :param dict sources: text by path, see ``read``.
    :rtype: dict[str, int]
    """
    found = defaultdict(int)
    for path, text in sources.items():
        if room_of(path):
            found[room_of(path)] += text.count("\n")
    return dict(found)


def arrows(sources):
    """Return which room knows which, and from where.

    :param dict sources: text by path, see ``read``.
    :rtype: dict[tuple[str, str], list[str]]
    """
    homes = {
        name: room_of(path)
        for path, text in sources.items()
        if room_of(path)
        for name in _named(text)
    }
    found = defaultdict(list)
    for path, text in sources.items():
        here = room_of(path)
        # ``lib`` has no models at hand: a name there is a mere text.
        names = called_in(text) if here != "lib" else ()
        called = {homes[name] for name in names if homes.get(name)}
        for there in sorted((called | _imported(path, text)) - {here, ""}):
            if here:
                found[here, there].append(str(path))
    return dict(found)


def broken(sources):
    """Return the arrows that are not allowed, and abstract models with one heir."""
    for (here, there), places in sorted(arrows(sources).items()):
        free = SCREENS in (here, there) and here in {*ALLOWED, SCREENS}
        if not free and there not in ALLOWED.get(here, set()):
            yield f"{here} may not know {there}: {', '.join(places)}"
    for name in one_heirs(sources):
        yield f"{name}: an abstract model with one heir; a part belongs to its model"


def called_in(text):
    """Return the models that a file names, but to extend one or to point to it.

    :rtype: set[str]
    """
    tree = ast.parse(text)
    apart = {id(part) for node in ast.walk(tree) for part in _extending(node)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in apart
        if isinstance(node.value, str) and NAMED.fullmatch(node.value)
    }


def _extending(node):
    """Yield what stands in a field's definition, and what a class extends or makes."""
    field = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("fields.")
    names = {getattr(each, "id", "") for each in getattr(node, "targets", ())}
    if field or names & {"_name", "_inherit"}:
        yield from ast.walk(node)


def one_heirs(sources):
    """Return the abstract models that one other model inherits, and nobody calls.

    One whose heir is in another addon is no part but a base, for addons to come.
    """
    heirs, homes, called = defaultdict(set), {}, set()
    for path, text in sources.items():
        called.update(called_in(text))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                name, parents = _texts(node, "_name"), _texts(node, "_inherit")
                if name and ABSTRACT & {getattr(b, "attr", "") for b in node.bases}:
                    homes.update(dict.fromkeys(name, path.parts[0]))
                for parent in set(parents) - set(name) if name else ():
                    heirs[parent].update((each, path.parts[0]) for each in name)
    parts = set(homes) - called
    return sorted(n for n in parts if [h for _m, h in heirs[n]] == [homes[n]])


def read(files):
    """Return the text of each Python file of the addons, by its path in the repo."""
    tops = set(paths.addons())
    found = {path.relative_to(paths.ROOT): path for path in files}
    return {
        where: path.read_text()
        for where, path in found.items()
        if where.parts[0] in tops and "tests" not in where.parts
    }


def report(sources):
    """Return the rooms with their sizes and what they know, as lines of text."""
    known = defaultdict(set)
    for here, there in arrows(sources):
        known[here].add(there)
    for room, lines in sorted(sizes(sources).items()):
        others = ", ".join(sorted(known[room] - {"lib", "const"})) or "nobody"
        yield f"{room}: {lines} lines, knows {others}"
    yield f"abstract models with one heir: {len(one_heirs(sources))}"


def _named(text):
    """Return the models that a file makes, not those that it extends."""
    classes = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef))
    return {
        name
        for node in classes
        for name in _texts(node, "_name")
        if name not in _texts(node, "_inherit")
    }


def _texts(node, attribute):
    """Return the texts that a class gives to an attribute, one or a list."""
    for item in node.body:
        if (
            isinstance(item, ast.Assign)
            and getattr(item.targets[0], "id", "") == attribute
        ):
            values = getattr(item.value, "elts", [item.value])
            return [value.value for value in values if isinstance(value, ast.Constant)]
    return []


def _imported(path, text):
    """Return the rooms that a file of the core imports from."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = path.parents[node.level - 1]
            target = base / (node.module or "").replace(".", "/")
            names = [target] if node.module else [base / a.name for a in node.names]
            found.update(_room_of_module(name) for name in names)
    return found


def _room_of_module(target):
    if target == Path(CORE) / "const":
        return "const"
    if target.is_relative_to(MODELS):
        return room_of(target / "x.py") if target.parent == MODELS else room_of(target)
    return room_of(target)
