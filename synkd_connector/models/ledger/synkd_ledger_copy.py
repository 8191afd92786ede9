# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...lib.errors import MisconfiguredError

# A server may forbid the last one to its users; then the others have to do.
PLACE = """
    SELECT current_database(), d.oid::text,
           CASE WHEN has_function_privilege('pg_control_system()', 'execute')
                THEN (SELECT system_identifier::text FROM pg_control_system())
                ELSE '' END
      FROM pg_database d
     WHERE d.datname = current_database()
"""
PARAMETERS = ("database.uuid", "database.is_neutralized")


class SynkdLedger(models.Model):
    """Which database a ledger works in: a copy of it talks to no books.

    The first run notes the database: its identity, name and number, the identity of
    the server's storage, and whether it was neutralized. When one of these differs,
    this is a copy, or the database was restored or moved, which looks the same. Then
    nothing is sent, read or renewed until an administrator says that this is the live
    one. Not noticed are copies that differ in nothing of it: replicas that were
    promoted, and snapshots of the server's volume that run elsewhere.
    """

    _inherit = "synkd.ledger"

    database_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What tells the database in which this ledger works from its copies.",
    )
    is_outside = fields.Boolean(
        string="Books Outside This Database",
        compute="_compute_is_outside",
        store=True,
        compute_sudo=True,
        help="As the connector tells; by it a neutralized copy knows what is real.",
    )
    is_copy = fields.Boolean(
        string="In a Copy of Its Database",
        compute="_compute_is_copy",
        compute_sudo=True,
    )

    @api.depends("connector")
    def _compute_is_outside(self):
        for ledger in self:
            ledger.is_outside = ledger._get_capabilities().outside

    @api.depends("connector", "database_key")
    def _compute_is_copy(self):
        known = self.filtered("database_key")
        here = known and self._get_database_key()
        for ledger in self:
            ledger.is_copy = bool(
                ledger in known
                and ledger.database_key != here
                and ledger._get_capabilities().outside
            )

    # === ACTIONS === #

    def action_live_database(self):
        """Let all ledgers of this database work in it from now on.

        :raise AccessError: for others than administrators.
        :rtype: bool
        """
        self.check_access("write")
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "Only an administrator may say that this is the live database of"
                    " ledger %s. Ask one of them.",
                    self[:1].name,
                )
            )
        noted = self.sudo().with_context(active_test=False)
        noted = noted.search([("database_key", "!=", False)])
        for ledger in noted.filtered("is_copy"):
            ledger._set_live_database()
        return True

    def _set_live_database(self):
        """Note this database in place of another, and go on with what waited."""
        self.database_key = self._get_database_key()
        self.message_post(
            body=self.env._(
                "%(user)s said that this is the live database: %(database)s.",
                user=self.env.user.name,
                database=self.env.cr.dbname,
            )
        )
        self._set_resumed()
        self._wake()

    # === BUSINESS METHODS === #

    def _take_database(self):
        """Note the database of a ledger whose books are elsewhere, once."""
        if not self.database_key and self._get_capabilities().outside:
            self.database_key = self._get_database_key()

    def _check_database(self):
        """Refuse to talk to the books of another database's ledger.

        :raise MisconfiguredError: pauses the ledger until an administrator decides.
        """
        if self.sudo().is_copy:
            raise MisconfiguredError(
                self.env._(
                    "Ledger %(ledger)s was set up in another database than"
                    " %(database)s: this one is a copy, or was restored or moved. So"
                    " nothing is sent to the books or read from them, and no login is"
                    " renewed. If the other one is used no more, an administrator"
                    " presses This Is the Live Database on the ledger; if this is a"
                    " copy, leave it, or archive the ledger.",
                    ledger=self.name,
                    database=self.env.cr.dbname,
                )
            )

    @api.model
    def _get_database_key(self):
        """Return what tells this database from its copies.

        :rtype: str
        """
        self.env.cr.execute(PLACE)
        place = self.env.cr.fetchone()
        parameters = self.env["ir.config_parameter"].sudo()
        values = [str(parameters.get_param(name) or "") for name in PARAMETERS]
        return hashlib.sha256("|".join([*place, *values]).encode()).hexdigest()
