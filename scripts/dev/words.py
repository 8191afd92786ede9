# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The languages of the addons: `i18n/<language>.po` beside `i18n/<addon>.pot`.

Needs polib, which the environments of Odoo and of the lint tools have:
`python -m scripts.dev.words merge|check ADDON…`
"""

import re
import sys
from collections import Counter
from pathlib import Path

import polib

# What a translation has to keep: %s, %(name)s, {name}, {{ code }}, and tags.
PLACES = re.compile(r"%(?:\(\w+\))?[sdifr]|\{\{.*?\}\}|\{[#\w]*\}")
TAGS = re.compile(r"</?[a-zA-Z][^>]*>")
# Texts in a tag, which are translated with it.
SAID = re.compile(r'\b(title|alt|placeholder|string|aria-label)="[^"]*"')
# A line end that is meant: those of views are followed by an indentation.
LINES = re.compile(r"\n(?![ \t])")
# They change whenever somebody exports, and tell nothing that git does not.
DATES = re.compile(r'^"PO(T-Creation|-Revision)-Date:.*\n', re.MULTILINE)


def merge(pot, po):
    """Give a translation the texts of today: those it has are kept, others are empty.

    :param Path pot: the exported texts.
    :param Path po: the translation, named after its language; it may be an empty file.
    :rtype: None
    """
    pot.write_text(DATES.sub("", pot.read_text()))
    known = {e.msgid: e.msgstr for e in polib.pofile(str(po)) if not e.fuzzy}
    made = polib.pofile(str(pot))
    made.header = f"Translation of {po.parents[1].name}"
    made.metadata = {
        "Project-Id-Version": made.metadata["Project-Id-Version"],
        "Language": po.stem,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for entry in made:
        entry.msgstr = known.get(entry.msgid, "")
    made.save(str(po))


def broken(pot, po):
    """Return what is wrong with a translation, as lines of text.

    :param Path pot: the exported texts.
    :param Path po: the translation.
    :rtype: list[str]
    """
    texts = {entry.msgid for entry in polib.pofile(str(pot))}
    found = []
    for entry in polib.pofile(str(po)):
        wrong = _wrong(entry, texts)
        if wrong:
            found.append(f"{po}:{entry.linenum}: {wrong}: {entry.msgid[:60]!r}")
    return found


def _wrong(entry, texts):
    if entry.obsolete or entry.msgid not in texts:
        return "is no text of the addon any more, run make pot"
    if entry.fuzzy:
        return "is marked as fuzzy, say that it is right or empty it"
    if not entry.msgstr:
        return ""
    kept = zip(KEPT, _kept(entry.msgid), _kept(entry.msgstr), strict=True)
    return next((f"has other {what}" for what, a, b in kept if a != b), "")


KEPT = ("placeholders", "tags", "blanks or line ends")


def _kept(text):
    tags = [SAID.sub(r"\1", tag) for tag in TAGS.findall(text)]
    places = PLACES.findall(text)
    ends = len(text) - len(text.lstrip()), text[len(text.rstrip()) :]
    return Counter(places), Counter(tags), (ends, len(LINES.findall(text)))


def done(po):
    """Return how many texts of a translation are translated, and how many there are.

    :rtype: tuple[int, int]
    """
    entries = [entry for entry in polib.pofile(str(po)) if not entry.obsolete]
    return sum(bool(entry.msgstr) for entry in entries), len(entries)


def _files(addons):
    """Yield the texts of each addon, and a file for each language that any has."""
    homes = [Path(addon) / "i18n" for addon in addons]
    languages = sorted({po.name for home in homes for po in home.glob("*.po")})
    for home in homes:
        for name in languages:
            pot = home / f"{home.parent.name}.pot"
            if pot.exists():
                yield pot, home / name


def main(command, *addons):
    """Merge or check the translations of some addons; return the exit code."""
    wrong, counts = [], {}
    for pot, po in _files(addons):
        if command == "merge":
            po.touch()
            merge(pot, po)
        elif not po.exists():
            wrong.append(f"{po}: is missing, run make pot")
            continue
        wrong += broken(pot, po)
        counts.setdefault(po.stem, []).append(done(po))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    for language, found in counts.items():
        translated, texts = map(sum, zip(*found, strict=True))
        print(f"   {language}: {translated} of {texts} texts are translated")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
