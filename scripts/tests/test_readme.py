# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from scripts.dev import readme

MANIFEST = '{"name": "Some Addon", "summary": "Does it", "license": "LGPL-3"}'


def test_a_readme_has_manifest_and_fragments_in_their_order(tmp_path):
    (tmp_path / "readme").mkdir()
    (tmp_path / "__manifest__.py").write_text(MANIFEST)
    for name in ("USAGE", "DESCRIPTION", "CONFIGURE"):
        (tmp_path / "readme" / f"{name}.md").write_text(f" {name.lower()} ")
    text = readme.compose(tmp_path, str.upper)
    order = (
        "Some Addon\n==========",
        "Does it.",
        "DESCRIPTION",
        "Configuration\n-------------",
        "CONFIGURE",
        "Usage\n-----",
        "USAGE",
        "License\n-------",
    )
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Known issues" not in text, "there is no such fragment"
