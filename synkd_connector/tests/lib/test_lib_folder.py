# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tempfile
from pathlib import Path

from odoo.tests import BaseCase

from ...lib.folder import FolderError, check_folder, find_folder, put


class TestFolder(BaseCase):
    """Files come below one root, whatever is typed and whatever is there."""

    def setUp(self):
        super().setUp()
        self.root = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.outside = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def assert_refused(self, reason, function, *args):
        """Fail unless a function refuses for a reason."""
        with self.assertRaises(FolderError) as caught:
            function(*args)
        self.assertEqual(caught.exception.reason, reason)

    def test_names_that_lead_out_are_refused(self):
        for name in (
            *("..", "../x", "a/../../x", "/etc", "~root", "a\\..\\b", "C:/x"),
            *(".ssh", "a/.git", "a\nb", "a\0b", "x" * 201),
        ):
            with self.subTest(name=name):
                self.assert_refused("name", check_folder, name)
                self.assert_refused("name", put, self.root, name, b"")
        self.assertEqual(check_folder("pastel/kudu"), ("pastel", "kudu"))
        self.assertEqual(check_folder(""), ())

    def test_a_link_that_leads_out_is_refused(self):
        (self.root / "link").symlink_to(self.outside)
        self.assert_refused("outside", find_folder, str(self.root), "link")
        self.assert_refused("outside", find_folder, str(self.root), "link/deeper")
        self.assertFalse(list(self.outside.iterdir()))

    def test_there_has_to_be_a_root(self):
        for root in ("", "relative", str(self.root / "missing")):
            self.assert_refused("root", find_folder, root, "pastel")

    def test_a_file_is_whole_and_the_same_again(self):
        folder = find_folder(str(self.root), "pastel/kudu")
        for _again in range(2):
            put(folder, "invoices-1.csv", b"whole")
        self.assertEqual([p.name for p in folder.iterdir()], ["invoices-1.csv"])
        self.assertEqual((folder / "invoices-1.csv").read_bytes(), b"whole")
        self.assert_refused("taken", put, folder, "invoices-1.csv", b"other")
        (folder / "link.csv").symlink_to(self.outside / "x.csv")
        self.assert_refused("taken", put, folder, "link.csv", b"other")
        self.assert_refused("name", put, folder, "a/b.csv", b"")

    def test_what_the_system_refuses_is_said(self):
        (self.root / "file").write_bytes(b"")
        self.assert_refused("system", find_folder, str(self.root), "file/below")
        gone = self.root / "gone"
        self.assert_refused("system", put, gone, "a.csv", b"")
