# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import config, email_split

from ...lib import folder
from ...lib.folder import FolderError
from .synkd_engine import Phase

# Environment variable in capitals, else option of odoo.conf: people of the server set
# it, nobody else says where it writes.
ROOT_OPTION = "synkd_files_root"


class SynkdLedger(models.Model):
    """How files come to who imports them."""

    _inherit = "synkd.ledger"

    file_delivery = fields.Selection(
        [
            ("download", "Download"),
            ("folder", "Folder on the Server"),
            ("email", "E-mail"),
        ],
        string="Files Are Given By",
        default="download",
        required=True,
        help="They can be downloaded in any case.",
    )
    file_folder = fields.Char(
        string="Folder of Files",
        help="Below the folder that the server was configured with"
        " (synkd_files_root), such as pastel/kudu.",
    )
    file_email = fields.Char(string="Files Are Mailed To")

    @api.constrains("file_delivery", "file_folder", "file_email")
    def _check_file_delivery(self):
        for ledger in self:
            try:
                folder.check_folder(ledger.file_folder or "")
            except FolderError as error:
                raise ValidationError(self._explain_folder(error)) from error
            mailed = ledger.file_delivery == "email"
            if mailed and not email_split(ledger.file_email or ""):
                raise ValidationError(
                    self.env._(
                        "Type the e-mail address of who gets the files of ledger %s.",
                        ledger.name,
                    )
                )

    def _gives_files_out(self):
        """Whether runs give files out; else people download them.

        :rtype: bool
        """
        return self.file_delivery != "download"

    def _get_files_root(self):
        """Return the folder that files may be put below; "" when there is none.

        :rtype: str
        """
        return os.environ.get(ROOT_OPTION.upper()) or config.get(ROOT_OPTION) or ""

    def _explain_folder(self, error):
        """Return why files cannot be put into a folder, in a sentence.

        :param FolderError error: what was found.
        :rtype: str
        """
        detail = error.detail
        return {
            "name": self.env._(
                "%s is no folder below the one for files. Type a plain name such as"
                " pastel/kudu.",
                detail,
            ),
            "root": self.env._(
                "The server has no folder for files: whoever keeps it sets %s to an"
                " existing one. Until then download them.",
                ROOT_OPTION,
            ),
            "outside": self.env._(
                "The folder %s leads out of the one for files. Type another name.",
                detail,
            ),
            "unsure": self.env._(
                "The server stopped while it put %s into the folder, where it is not"
                " now: whoever imports it may have taken it, or it never got there. Ask"
                " them before you import it; if nobody has it, download it.",
                detail,
            ),
            "taken": self.env._(
                "Another file is there already under the name %s. Move that one away.",
                detail,
            ),
            "system": self.env._(
                "The server could not write into the folder (%s). Download the file,"
                " and ask whoever keeps the server.",
                detail,
            ),
        }[error.reason]


class SynkdRequest(models.Model):
    """Files on their way to who imports them."""

    _inherit = "synkd.request"

    delivery_began = fields.Datetime(readonly=True, copy=False)
    delivered_at = fields.Datetime(string="Given Out", readonly=True, copy=False)
    delivery_text = fields.Char(string="Not Given Out", readonly=True, copy=False)

    def _begin_delivery(self):
        """Note that the files are given out now; the caller commits.

        :return: whether that was begun before, and nobody knows how it ended.
        :rtype: bool
        """
        before = bool(self.delivery_began)
        self.delivery_began = fields.Datetime.now()
        return before

    def _deliver(self, again):
        """Give the files of a request out, as its ledger says; once.

        :param bool again: it was begun before, and nobody knows how it ended.
        """
        ledger = self.ledger_id
        done = {"delivered_at": fields.Datetime.now(), "delivery_text": False}
        try:
            if ledger.file_delivery == "folder":
                self._put_into_folder(ledger, again)
            else:
                self._mail_files(ledger)
        except FolderError as error:
            done["delivery_text"] = ledger._explain_folder(error)
            if error.reason != "unsure":
                done |= {"delivered_at": False, "delivery_began": False}
        self.write(done)

    def _put_into_folder(self, ledger, again):
        """Put the files into the folder of the ledger.

        What may have been there is not put there again: somebody may have imported it.

        :param bool again: see ``_deliver``.
        :raise FolderError: when that cannot be done.
        """
        place = folder.find_folder(ledger._get_files_root(), ledger.file_folder or "")
        for file in self.file_ids:
            if again and not (place / file.name).exists():
                raise FolderError("unsure", file.name)
            folder.put(place, file.name, file.raw)

    def _mail_files(self, ledger):
        """Let Odoo mail the files, with how they are imported."""
        request = self.with_context(lang=ledger._get_language())
        body = request.env._(
            "Ledger %(ledger)s has a file with %(count)s members for you: import it"
            " once, then say in Odoo what became of it.",
            ledger=ledger.name,
            count=self.member_count,
        )
        self.env["mail.mail"].create(
            {
                "subject": request._get_reminder(),
                "body_html": request.env["ir.qweb"]._render(
                    "synkd_connector.file_mail",
                    {"body": body, "steps": (request.import_steps or "").splitlines()},
                ),
                "email_to": ledger.file_email,
                "attachment_ids": [fields.Command.set(self.file_ids.ids)],
                "auto_delete": False,
            }
        )


class SynkdEngine(models.AbstractModel):
    """What runs do about files that are made: they are given out."""

    _inherit = "synkd.engine"

    @api.model
    def _get_phases(self):
        """Override to give files out once all are made."""
        return [*super()._get_phases(), Phase(105, "deliver", "_deliver", "files")]

    def _deliver(self, run):
        """Give out the files that wait for it, each in a transaction of its own."""
        waiting = self.env["synkd.request"].search(
            [
                ("ledger_id", "=", run.ledger_id.id),
                ("state", "=", "handed"),
                ("delivered_at", "=", False),
            ],
            order="id",
        )
        for request in waiting:
            again = self._step(request._begin_delivery)
            self._commit()
            self._step(request._deliver, again)
            if request.delivery_text:
                self._step(run._note, request.delivery_text)
            self._commit()
        return True
