# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of files share: demo books that give no answer, and people's words."""

import base64


class FilesMixin:
    """Demo books that take files; mix it in before DemoCommon or its heirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger.demo_answers = "file"
        cls.clerk = cls.create_user("files-clerk", "synkd_connector.group_user")
        cls.manager = cls.create_user("files-boss", "synkd_connector.group_manager")

    def handed(self, channel=None):
        """Return the files that wait for the word, oldest first, as a manager."""
        domain = [("ledger_id", "=", self.ledger.id), ("state", "=", "handed")]
        domain += [("channel", "=", channel)] * bool(channel)
        requests = self.env["synkd.request"].with_user(self.manager)
        return requests.search(domain, order="id")

    def files_of(self, requests):
        """Return name and bytes of the files of requests, oldest first."""
        requests = requests.sudo()
        return [(file.name, file.raw) for file in requests.file_ids.sorted("id")]

    def import_into_books(self, request):
        """Import a file into the demo books, as their bookkeeper does.

        :return: the report of the books.
        :rtype: bytes
        """
        [(name, content)] = self.files_of(request)
        wizard = self.env["synkd.demo.import"].with_user(self.manager)
        wizard = wizard.create(
            {
                "ledger_id": self.ledger.id,
                "file": base64.b64encode(content),
                "file_name": name,
            }
        )
        action = wizard.action_import()
        self.assertEqual(action["res_id"], wizard.id)
        name = f"{request.channel}-{request.id:06}-report.csv"
        self.assertEqual(wizard.report_name, name)
        return base64.b64decode(wizard.report)

    def open_members(self, request):
        """Open Member by Member as a manager; return the dialog."""
        action = request.with_user(self.manager).action_tell_members()
        self.assertEqual(action["res_model"], "synkd.members.wizard")
        wizards = self.env["synkd.members.wizard"].with_user(self.manager)
        return wizards.browse(action["res_id"])

    def upload(self, request, report, name="report.csv"):
        """Upload a file of the books about a request, and let it be read.

        :return: the dialog, which shows what the file says.
        """
        wizard = self.open_members(request)
        wizard.write({"report": base64.b64encode(report), "report_name": name})
        wizard.action_read()
        return wizard

    def confirm_import(self, request):
        """Import a file, upload the report of the books, and confirm what it says."""
        wizard = self.upload(request, self.import_into_books(request))
        wizard.action_confirm()
        self.env.invalidate_all()
        return wizard

    def confirm_imports(self, channel=None):
        """Do that with all files that wait."""
        for request in self.handed(channel):
            self.confirm_import(request)

    def line_of(self, wizard, record):
        """Return the line of a dialog that is about a record."""
        return wizard.line_ids.filtered(lambda l: l.member_id.res_id == record.id)
