# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""README.rst of each addon, made of its manifest and its readme fragments.

Run by the Python of the lint tools, which has pandoc: it reads the addons given as
arguments and prints what their files should be, as JSON.
"""

import ast
import json
import sys
from pathlib import Path

# The fragments in their order, and the headings that they get.
FRAGMENTS = {
    "DESCRIPTION": "",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known issues and roadmap",
}
NOTICE = (
    ".. This file is made from the manifest and the folder readme by\n"
    "   make lint ARGS=readme FIX=1; changes by hand are lost."
)


def compose(addon, to_rst):
    """Return the text of an addon's README.rst.

    :param Path addon: its folder.
    :param callable to_rst: Markdown -> reStructuredText.
    :rtype: str
    """
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    parts = [NOTICE, _heading(manifest["name"], "="), manifest["summary"] + "."]
    for name, heading in FRAGMENTS.items():
        fragment = addon / "readme" / f"{name}.md"
        if fragment.exists():
            text = to_rst(fragment.read_text()).strip()
            parts += [_heading(heading, "-"), text] if heading else [text]
    parts += [_heading("License", "-"), f"{manifest['license']} or later."]
    return "\n\n".join(parts) + "\n"


def _heading(text, line):
    return f"{text}\n{line * len(text)}"


def main(addons):
    """Print the texts of some addons as JSON: by addon."""
    import pypandoc

    def to_rst(text):
        options = ["--columns=88", "--shift-heading-level-by=1"]
        return pypandoc.convert_text(text, "rst", "markdown-smart", extra_args=options)

    json.dump({name: compose(Path(name), to_rst) for name in addons}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
