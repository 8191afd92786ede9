# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import polib
import pytest

from scripts.dev import words

FIELD = [("model:ir.model.fields,field_description:x.field_y__z", "0")]


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "some_addon" / "i18n"
    folder.mkdir(parents=True)
    return folder / "some_addon.pot", folder / "de.po"


def _write(path, *texts, guessed=()):
    file = polib.POFile()
    file.metadata = {
        "Project-Id-Version": "Odoo Server 19.0",
        "POT-Creation-Date": "2026-01-01 10:00+0000",
        "PO-Revision-Date": "2026-01-01 10:00+0000",
    }
    for text, translation in texts:
        flags = ["fuzzy"] * (text in guessed)
        entry = polib.POEntry(msgid=text, msgstr=translation, flags=flags)
        entry.occurrences = FIELD
        file.append(entry)
    file.save(str(path))


def test_a_merge_keeps_what_is_translated_and_drops_what_is_no_text_any_more(files):
    pot, po = files
    _write(pot, ("Kept", ""), ("New", ""), ("Unsure", ""))
    _write(
        po,
        ("Kept", "Behalten"),
        ("Gone", "Weg"),
        ("Unsure", "Geraten"),
        guessed=["Unsure"],
    )
    words.merge(pot, po)
    merged = polib.pofile(str(po))
    assert [(e.msgid, e.msgstr) for e in merged] == [
        ("Kept", "Behalten"),
        ("New", ""),
        ("Unsure", ""),
    ]
    assert merged.metadata["Language"] == "de"
    assert [e.occurrences for e in merged] == [FIELD] * 3
    assert words.done(po) == (1, 3)
    assert "Date" not in pot.read_text() + po.read_text()
    before = po.read_text()
    words.merge(pot, po)
    assert po.read_text() == before, "a merge that changes nothing writes nothing else"


def test_a_language_begins_with_an_empty_file(files):
    pot, po = files
    _write(pot, ("Kept", ""))
    po.touch()
    words.merge(pot, po)
    assert words.done(po) == (0, 1)
    assert not words.broken(pot, po)


@pytest.mark.parametrize(
    ("text", "translation", "wrong"),
    [
        ("%(a)s of %(b)s", "%(b)s von %(a)s", ""),
        ("%(a)s of %(b)s", "%(b)s von %(b)s", "placeholders"),
        ("%s of %s", "%s", "placeholders"),
        ("a {#} of {name}", "ein {#} von {nam}", "placeholders"),
        ("{{ object.a() }}", "{{ object.b() }}", "placeholders"),
        ("no < and >", "kein < und >", ""),
        ('<i title="Done"/> so', '<i title="Erledigt"/> so', ""),
        ('<i class="a"/> so', '<i class="b"/> so', "tags"),
        ("<em>A</em> b", "<em>A b", "tags"),
        (" or so", "oder so", "blanks"),
        ("name: ", "Name:", "blanks"),
        ("A\nB", "A B", "blanks or line ends"),
        ("a view\n            goes on", "eine Ansicht geht weiter", ""),
        ("not yet", "", ""),
    ],
)
def test_a_translation_keeps_placeholders_tags_and_blanks(
    files, text, translation, wrong
):
    pot, po = files
    _write(pot, (text, ""))
    _write(po, (text, translation))
    found = words.broken(pot, po)
    assert [wrong in line for line in found] == [True] * bool(wrong), found


def test_a_text_that_is_none_any_more_and_a_guess_are_told(files, capsys):
    pot, po = files
    _write(pot, ("Kept", ""), ("Unsure", ""))
    _write(po, ("Gone", "Weg"), ("Unsure", "Geraten"), guessed=["Unsure"])
    found = words.broken(pot, po)
    assert len(found) == 2
    assert "no text of the addon any more" in found[0]
    assert "fuzzy" in found[1]
    addon = str(po.parents[1])
    assert words.main("check", addon) == 1
    assert "de: 2 of 2 texts are translated" in capsys.readouterr().out
    assert words.main("merge", addon) == 0


def test_an_addon_gets_the_languages_of_the_others(files, capsys):
    pot, po = files
    _write(pot, ("Kept", ""))
    _write(po, ("Kept", "Behalten"))
    other = pot.parents[2] / "other_addon" / "i18n"
    other.mkdir(parents=True)
    _write(other / "other_addon.pot", ("Kept", ""))
    addons = [str(po.parents[1]), str(other.parent)]
    assert words.main("check", *addons) == 1
    assert "other_addon/i18n/de.po: is missing" in capsys.readouterr().out
    assert words.main("merge", *addons) == 0
    assert words.done(other / "de.po") == (0, 1)
