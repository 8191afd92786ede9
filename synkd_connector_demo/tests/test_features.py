# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from pathlib import Path

from lxml import etree

from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged

ADDONS = Path(__file__).parents[2]
FEATURES = ADDONS / "docs" / "features.md"
MARKED = re.compile(r"\*\*([^*|]+)\*\*|\*([^*|]+)\*")
STEP = " > "
# What people read on a view.
WORDS = ("string", "placeholder", "title", "data-tooltip", "confirm")


def get_marked():
    """Return each path of words on the screen that the map of features names.

    :rtype: set[str]
    """
    found = MARKED.findall(FEATURES.read_text())
    return {bold or slanted for bold, slanted in found}


def texts_of(node):
    """Return what is written in a node, and after it."""
    return {" ".join((text or "").split()) for text in (node.text, node.tail)}


@tagged("post_install", "-at_install")
class TestFeatures(TransactionCase):
    """What the map of features tells people to click is on a screen, word by word."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labels = cls.read_models() | cls.read_views() | cls.read_scripts()

    @classmethod
    def read_models(cls):
        """Return what menus, fields, choices, groups and reasons are called."""
        menus = cls.env["ir.ui.menu"].with_context(**{"ir.ui.menu.full_list": True})
        cls.paths = {
            path.replace("/", STEP) for path in menus.search([]).mapped("complete_name")
        }
        fields = cls.env["ir.model.fields"].search([])
        found = set(fields.mapped("field_description"))
        found |= set(fields.selection_ids.mapped("name"))
        groups = cls.env["res.groups"].search([])
        found |= set(groups.mapped("name")) | set(groups.privilege_id.mapped("name"))
        found |= set(cls.env["ir.actions.act_window"].search([]).mapped("name"))
        return found | {path.rpartition(STEP)[2] for path in cls.paths}

    @classmethod
    def read_views(cls):
        """Return what is written on views."""
        found = set()
        for view in cls.env["ir.ui.view"].search([]):
            for node in etree.fromstring(view.arch_db.encode()).iter(etree.Element):
                found |= {node.get(word) for word in WORDS if node.get(word)}
                found |= texts_of(node)
        return found

    @classmethod
    def read_scripts(cls):
        """Return what the pages of the till and the web client are told to write."""
        found = set()
        for addon in ("synkd_connector_pos", "point_of_sale", "pos_sale", "web"):
            folder = Path(get_module_path(addon), "static/src")
            for path in folder.rglob("*.xml"):
                for node in etree.parse(path).iter(etree.Element):
                    found |= texts_of(node)
            for path in folder.rglob("*.js"):
                texts = re.findall(r"_t\(\s*\"([^\"]+)\"", path.read_text())
                found |= set(texts)
        return found

    def is_there(self, words):
        """Whether a menu, or each word of a path on a screen, is found."""
        return words in self.paths or all(w in self.labels for w in words.split(STEP))

    def test_each_word_is_on_a_screen(self):
        marked = get_marked()
        self.assertGreater(len(marked), 60)
        missing = sorted(words for words in marked if not self.is_there(words))
        self.assertEqual(missing, [], "docs/features.md names what no screen has")

    def test_it_can_fail(self):
        self.assertFalse(self.is_there("Invoicing > Books > Data Manger"))
        self.assertFalse(self.is_there("Bill Togehter"))
