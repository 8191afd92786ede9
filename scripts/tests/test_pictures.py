# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each picture of the documentation is taken by a script, and none is left over."""

import ast
import inspect
import re

import pytest

from scripts.dev import paths, pictures, pictures_agreement, pictures_books, walk

NAMED = re.compile(r"!\[[^\]]*\]\((?:docs/)?images/([^)]+)\.png\)")


def taken():
    """Return the names of the pictures that are taken, from the source."""
    names = set()
    for module in (pictures, pictures_agreement, pictures_books):
        for each in ast.parse(inspect.getsource(module)).body:
            if isinstance(each, ast.ClassDef):
                prefix = getattr(module, each.name).prefix
                names |= {prefix + name for name in shots(each)}
    return names


def shots(node):
    """Return what a class calls ``shot`` with."""
    return {
        call.args[0].value
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "shot"
        and isinstance(call.args[0], ast.Constant)
    }


def documents():
    """Return the pages of the documentation."""
    return [*(paths.ROOT / "docs").glob("*.md"), paths.ROOT / "README.md"]


def shown():
    """Return the names of the pictures that are shown."""
    return {name for page in documents() for name in NAMED.findall(page.read_text())}


def test_each_picture_that_is_shown_is_taken():
    assert shown() == taken()


def test_no_picture_is_missing_or_left_over():
    assert shown() == {path.stem for path in walk.FOLDER.glob("*.png")}


@pytest.mark.parametrize(
    "text",
    ["![One](images/a-b.png)", "![](docs/images/a-b.png)", "x ![A](images/a-b.png) y"],
)
def test_pictures_are_found_in_a_text(text):
    assert NAMED.findall(text) == ["a-b"]
