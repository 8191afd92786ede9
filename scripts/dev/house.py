# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules of the house that no other linter knows."""

import ast
import re
import statistics
from pathlib import Path

from . import paths, rooms, states, unused
from .proc import output

MAX_FUNCTION = 60
MAX_MEDIAN = 10
MAX_FILE = 800
# The header of each file, by the license of its addon; what is in none is LGPL.
HEADERS = {
    "LGPL-3": "# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).",
    "AGPL-3": "# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).",
}
CODE = (".py", ".js")
COUNTED = (*CODE, ".xml", ".scss")
# Folders of an addon in which rows are written.
WRITING = {"models", "wizards", "controllers"}
# Equipment of the tests that also runs alone: neither the product nor its tests.
APART = {"simulator"}
# Addons most of whose tests need books, and are therefore in an addon that has some.
TESTED_IN = {
    "synkd_connector": "synkd_connector_demo",
    "synkd_connector_http": "synkd_connector_xero",
}
# Overrides that every reader of Odoo knows: what they do is in their super.
KNOWN = {
    *("create", "write", "unlink", "copy", "copy_data", "default_get", "init"),
    *("fields_get", "name_search", "read", "search", "setUp", "setUpClass"),
}
# Where things come from is the machine's business, never this repo's.
HOSTS = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmjs\.org|[a-z]+\.debian\.org"
)
MACHINE = re.compile(r"(^|[\s\"'`=(:])/(work|farm|tmp|root|home/\w+)(/|\b)")
CONFLICT = re.compile(r"^(<{7}|>{7}) ")


def check():
    """Return the broken rules as lines of text."""
    scripts = _median(paths.ROOT / "scripts", "scripts")
    arrows = rooms.broken(rooms.read(files(".py")))
    return [*_each_file(), *_each_addon(), *scripts, *arrows, *_dead()]


def report():
    """Return what the rooms of the core are like, as lines of text."""
    return list(rooms.report(rooms.read(files(".py"))))


def files(*suffixes):
    """Return the files of the repo, committed or new, with one of the endings."""
    listed = output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=paths.ROOT,
    )
    found = (paths.ROOT / name for name in sorted(set(listed.split("\0"))) if name)
    return [f for f in found if f.is_file() and (not suffixes or f.suffix in suffixes)]


def _each_file():
    addons = set(paths.addons())
    for path in files():
        text = _text(path)
        where = path.relative_to(paths.ROOT)
        yield from _words(where, text)
        if path.suffix in COUNTED and text.count("\n") > MAX_FILE:
            yield f"{where}: {text.count(chr(10))} lines, at most {MAX_FILE}"
        if path.suffix == ".py":
            yield from python(where, text)
            if _is_production(where) and imports_simulator(text):
                yield f"{where}: imports a simulator, which is no part of production"
            if where.parts[0] in addons and where.parts[1] in WRITING:
                yield from states.check(where, text)


def _dead():
    addons = set(paths.addons())
    found = {path.relative_to(paths.ROOT): path for path in files(*unused.CODE)}
    ours = {w: _text(path) for w, path in found.items() if w.parts[0] in addons}
    return unused.check(ours)


def _text(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


def _words(where, text):
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, meaning in (
            (HOSTS, "names the host of a package registry"),
            (MACHINE, "names a path of one machine"),
            (CONFLICT, "is the marker of a merge conflict"),
        ):
            if pattern.search(line):
                yield f"{where}:{number}: {meaning}"


def python(where, text):
    """Return what is wrong with one Python file: header, length, docstrings."""
    header = HEADERS[_license(where)]
    if text.strip() and header not in text.splitlines()[:3]:
        yield f"{where}:1: lacks the line: {header}"
    in_tests = "tests" in Path(where).parts or Path(where).name == "conftest.py"
    for function, depth in functions(ast.parse(text)):
        length = function.end_lineno - function.lineno + 1
        place = f"{where}:{function.lineno}: {function.name}"
        if length > MAX_FUNCTION:
            yield f"{place} has {length} lines, at most {MAX_FUNCTION}"
        if not in_tests and not depth and _lacks_docstring(function):
            yield f"{place} is public and has no docstring"


def _license(where):
    """Return the license of the addon that a file is in."""
    manifest = paths.ROOT / Path(where).parts[0] / "__manifest__.py"
    if not manifest.is_file():
        return "LGPL-3"
    return ast.literal_eval(_text(manifest)).get("license", "LGPL-3")


def functions(tree, depth=0):
    """Yield each function of a syntax tree and in how many functions it lies."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, depth
            yield from functions(node, depth + 1)
        else:
            yield from functions(node, depth)


def _is_production(where):
    """Whether a file is a part of what runs in production."""
    is_apart = {*APART, "tests"} & set(where.parts)
    return where.parts[0] in paths.addons() and not is_apart


def imports_simulator(text):
    """Whether a file imports a simulator, which is no part of production.

    :rtype: bool
    """
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in getattr(node, "names", ())]
        module = getattr(node, "module", None) or ""
        is_import = isinstance(node, (ast.Import, ast.ImportFrom))
        parts = {part for name in (module, *names) for part in name.split(".")}
        if is_import and "simulator" in parts:
            return True
    return False


def _lacks_docstring(function):
    public = not function.name.startswith("_") and function.name not in KNOWN
    return public and not ast.get_docstring(function)


def _each_addon():
    for name in paths.addons():
        home = paths.ROOT / name
        if "whool" not in _text_of(home / "pyproject.toml"):
            yield f"{name}: lacks a pyproject.toml that builds with whool"
        if not (home / "readme" / "DESCRIPTION.md").is_file():
            yield f"{name}: lacks readme/DESCRIPTION.md"
        yield from _median(home, name)
        yield from _tests(home, name)


def _text_of(path):
    return _text(path) if path.is_file() else ""


def _split(home):
    """Return the code files and the test files of an addon."""
    below = [f for f in files(*CODE) if home in f.parents]
    tests = [f for f in below if "tests" in f.relative_to(home).parts]
    aside = [f for f in below if APART & set(f.relative_to(home).parts)]
    return [f for f in below if f not in tests and f not in aside], tests


def _median(home, name):
    code, _tests_of_it = _split(home)
    trees = [ast.parse(_text(path)) for path in code if path.suffix == ".py"]
    found = [f.end_lineno - f.lineno + 1 for tree in trees for f, _d in functions(tree)]
    if found and statistics.median(found) > MAX_MEDIAN:
        yield f"{name}: the median function has {statistics.median(found):g} lines"


def _tests(home, name):
    if name in TESTED_IN:
        return
    homes = [home, *(paths.ROOT / core for core, on in TESTED_IN.items() if on == name)]
    parts = [tuple(map(lines_of, _split(each))) for each in homes]
    code, tests = map(sum, zip(*parts, strict=True))
    if tests < code:
        yield f"{name}: {tests} lines of tests for {code} lines of code"


def lines_of(found):
    """Return the number of lines that are not blank."""
    lines = (line for path in found for line in _text(path).splitlines())
    return sum(1 for line in lines if line.strip())
