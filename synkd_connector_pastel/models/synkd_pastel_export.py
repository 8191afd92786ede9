# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from odoo.addons.synkd_connector.door import check_one, check_upload, read_upload

from ..const import UNREADABLE
from ..lib import exports, reading

# So many rows that make no sense are named.
MOST_NAMED = 20
# What only the buttons write: runs rely on it.
FRESH = {"state": "draft", "message": False, "row_count": 0}
OWN_FIELDS = {*FRESH}
# So many known codes with other names, and half of all, are another company's.
LEAST_RENAMED = 3
# Among so many codes, one in ten would be known if they were this company's.
LEAST_UNKNOWN, MOST_SHARED = 5, 10


class SynkdPastelExport(models.Model):
    """A list that Pastel exported, and somebody uploaded for the next run to read.

    It is tested first: which column is what is found out or said once and remembered,
    and rows that make no sense are named. Nothing of Odoo changes by that.
    """

    _name = "synkd.pastel.export"
    _description = "Export of Pastel"
    _order = "id desc"

    ledger_id = fields.Many2one(
        "synkd.ledger",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("connector", "=", "pastel")],
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("customers", "Customers"),
            ("balances", "Balances and Ageing"),
            ("taxes", "Tax Types"),
            ("accounts", "Ledger Accounts"),
            ("items", "Inventory Items"),
        ],
        string="List",
        required=True,
        default="customers",
    )
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    state = fields.Selection(
        [("draft", "To Test"), ("tested", "Tested"), ("ready", "Given to the Run")],
        default="draft",
        readonly=True,
    )
    message = fields.Text(string="What It Tells", readonly=True)
    row_count = fields.Integer(string="Rows", readonly=True)
    column_ids = fields.One2many("synkd.pastel.column", "export_id", string="Columns")

    @api.depends("kind", "file_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for export in self:
            parts = (kinds.get(export.kind), export.file_name)
            export.display_name = ": ".join(filter(None, parts))

    @api.model_create_multi
    def create(self, vals_list):
        """Override: each begins untested."""
        for vals in vals_list:
            self._check_own_fields(vals)
        # Also by a default that somebody has for himself, or of his context.
        fresh = {} if self.env.su else FRESH
        return super().create([vals | fresh for vals in vals_list])

    def write(self, vals):
        """Override: another file or list is tested anew; what runs read stays."""
        self._check_own_fields(vals)
        changed = {"file", "kind", "ledger_id"} & {*vals}
        if (changed or "column_ids" in vals) and "ready" in self.mapped("state"):
            raise UserError(
                self.env._(
                    "%s was given to a run already. Upload another file instead.",
                    self[:1].display_name,
                )
            )
        if changed:
            self.column_ids.sudo().unlink()
            vals = vals | {"state": "draft", "message": False}
        return super().write(vals)

    def _check_own_fields(self, vals):
        """Refuse what only the buttons write, and files that are too large to keep.

        :raise UserError: says which buttons, or how large.
        """
        check_upload(self.env, vals.get("file"))
        if not self.env.su and OWN_FIELDS & {*vals}:
            raise UserError(
                self.env._(
                    "Whether a list makes sense is found out, not written. Press Test,"
                    " then Import."
                )
            )

    # === BUTTONS === #

    def action_test(self):
        """Read the file, and say what it tells; nothing is taken over.

        :rtype: dict
        :raise UserError: when it cannot be read; says why.
        """
        check_one(self)
        self.check_access("write")
        table = self._read_table()
        if not self.column_ids:
            self.sudo().column_ids = self._find_columns(table)
        found = self._read(table)
        self.sudo()._set_tested(found, self._describe(table, found))
        return self._get_form_action()

    def action_import(self):
        """Give the file to the next run.

        :return: what shows the progress of the run.
        :rtype: dict
        :raise UserError: when it was not tested, or nothing in it can be read.
        """
        check_one(self)
        self.check_access("write")
        # Somebody may have said something else of a column since it was tested.
        is_tested = self.state == "tested" and self.row_count
        if not is_tested or not self._read(self._read_table()).records:
            raise UserError(
                self.env._(
                    "Press Test first: only a file in which rows can be read is taken"
                    " over. This one: %s",
                    self.message or self.display_name,
                )
            )
        self._check_newest()
        ledger_sudo = self.ledger_id.sudo()
        self.sudo()._set_ready()
        wish = {}
        if self.kind in reading.LISTS:
            ledger_sudo.lists_pulled_at = False
            wish = {"content": "lists"}
        return ledger_sudo._request_run(wish)._get_watch_action()

    def _check_newest(self):
        """Refuse a list that is older than one that a run got: none would read it.

        :raise UserError: names the newer one.
        """
        newer = self.search(
            [
                ("ledger_id", "=", self.ledger_id.id),
                ("kind", "=", self.kind),
                ("state", "=", "ready"),
                ("id", ">", self.id),
            ],
            limit=1,
        )
        if newer:
            raise UserError(
                self.env._(
                    "%(newer)s was uploaded after this one and given to a run, so this"
                    " one would never be read. If Pastel exported it later, upload it"
                    " again.",
                    newer=newer.display_name,
                )
            )

    def _get_form_action(self):
        """Return the action that shows this export in its dialog."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Upload an Export of Pastel"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    # === STATE === #

    def _set_tested(self, found, message):
        """Let an export be *tested*, from *draft* and *tested*."""
        self.filtered(lambda each: each.state != "ready").write(
            {
                "state": "tested",
                "message": message,
                "row_count": len(found.records),
            }
        )

    def _set_ready(self):
        """Let an export be *ready* for runs, from *tested*."""
        self.filtered(lambda each: each.state == "tested").write({"state": "ready"})

    # === READING === #

    def _get_content(self):
        """Return the bytes of the file.

        :raise UserError: when there are none, or too many.
        """
        content = read_upload(self.env, self.file)
        if not content:
            raise UserError(
                self.env._("Choose the file that Pastel exported; this one is empty.")
            )
        return content

    def _read_table(self):
        """Return the rows of the file.

        :rtype: Table
        :raise UserError: when it is no table; says why.
        """
        try:
            return exports.read_table(self.kind, self._get_content())
        except exports.Unreadable as error:
            in_words = self.env["synkd.connector"]._in_words
            raise UserError(in_words(UNREADABLE[error.reason]) % error.facts) from error

    def _find_columns(self, table):
        """Return the columns of a file, as far as it is known which is what.

        What was said of the same headings before counts, then what headings tell.

        :rtype: list[Command]
        """
        known = {place: name for name, place in self._recall(table).items()}
        first = table.rows[0][1] if table.rows else []
        headings = table.headings or [""] * table.width
        return [
            Command.create(
                {
                    "position": place + 1,
                    "heading": heading,
                    "sample": first[place] if place < len(first) else "",
                    "meaning": known.get(place, False),
                }
            )
            for place, heading in enumerate(headings)
        ]

    def _recall(self, table):
        """Return what was said of a file with the same headings, else what they tell.

        :rtype: dict[str, int]
        """
        earlier = self.search(
            [
                ("ledger_id", "=", self.ledger_id.id),
                ("kind", "=", self.kind),
                ("state", "=", "ready"),
            ],
            limit=20,
        )
        for export in earlier:
            columns = export.column_ids.sorted("position")
            if len(columns) == table.width and (
                [column.heading or "" for column in columns]
                == (table.headings or [""] * table.width)
            ):
                return export._get_columns()
        return exports.find_columns(self.kind, table.headings)

    def _get_columns(self):
        """Return which column is what, by their places from 0.

        :rtype: dict[str, int]
        """
        said = self.column_ids.filtered("meaning")
        return {column.meaning: column.position - 1 for column in said}

    def _read(self, table):
        """Return what the file tells, and which rows make no sense.

        :rtype: Found
        :raise UserError: when a column is missing.
        """
        columns = self._get_columns()
        labels = dict(self.env["synkd.pastel.column"]._get_meanings())
        missing = [n for n in exports.NEEDED[self.kind] if n not in columns]
        if missing or not all(0 <= n < table.width for n in columns.values()):
            raise UserError(
                self.env._(
                    "Say first which column has: %s. Choose it in the list of columns.",
                    ", ".join(labels[name] for name in missing) or "?",
                )
            )
        return reading.read(self.kind, table, columns)

    def _describe(self, table, found):
        """Return what the file tells, in sentences.

        :rtype: str
        """
        said = [
            self.env._(
                "%(rows)s rows can be read, %(odd)s cannot. The file is written in"
                " %(encoding)s.",
                rows=len(found.records),
                odd=len(found.odd),
                encoding={"utf-8-sig": "UTF-8"}.get(table.encoding, table.encoding),
            )
        ]
        if not table.ended:
            said.append(
                self.env._(
                    "It ends within a line: look whether its last row is the last one"
                    " in Pastel, and whole."
                )
            )
        said += self._describe_strangers(found)
        said += [
            self.env._("Line %(line)s: %(why)s", line=line, why=self._explain(why))
            for line, why in found.odd[:MOST_NAMED]
        ]
        if len(found.odd) > MOST_NAMED:
            said.append(self.env._("And %s more.", len(found.odd) - MOST_NAMED))
        return "\n".join(said)

    def _explain(self, why):
        """Return why a row makes no sense, in words."""
        return {
            "short": self.env._("it is cut off."),
            "code": self.env._("it has no code that Pastel could have."),
            "name": self.env._("it has no name."),
            "amount": self.env._("its amount is no number."),
            "rate": self.env._("its rate is no percentage."),
            "double": self.env._("its code is there already."),
        }[why]

    def _describe_strangers(self, found):
        """Warn of a list that another company may have exported.

        Its codes have other names than they have here, or hardly any is known here.
        """
        known = self._get_known_names()
        shared, renamed = reading.find_strangers(found, known)
        if len(renamed) >= LEAST_RENAMED and 2 * len(renamed) >= len(shared):
            return [
                self.env._(
                    "Is this the list of another company? %(others)s of %(known)s codes"
                    " that are known here have another name there, such as %(first)s:"
                    " %(name)s here.",
                    others=len(renamed),
                    known=len(shared),
                    first=renamed[0],
                    name=known[renamed[0]],
                )
            ]
        least = min(len(known), len(found.records))
        if least >= LEAST_UNKNOWN and MOST_SHARED * len(shared) <= least:
            return [
                self.env._(
                    "Is this the list of another company? Only %(shared)s of"
                    " %(count)s codes in it are known here.",
                    shared=len(shared),
                    count=len(found.records),
                )
            ]
        return []

    def _get_known_names(self):
        """Return what the last lists of this kind told: names by code.

        :rtype: dict[str, str]
        """
        mine = [("ledger_id", "=", self.ledger_id.id)]
        if kind := reading.LISTS.get(self.kind):
            items = self.env["synkd.books.item"].sudo()
            found = items.search_fetch([*mine, ("kind", "=", kind)], ["code", "name"])
            return {item.code: item.name or "" for item in found}
        accounts = self.env["synkd.account.customer"].sudo()
        found = accounts.with_context(active_test=False).search_fetch(
            [*mine, ("external_id", "!=", False)], ["external_id", "name"]
        )
        return {account.external_id: account.name for account in found}


class SynkdPastelColumn(models.Model):
    """A column of an export, and what it has."""

    _name = "synkd.pastel.column"
    _description = "Column of an Export of Pastel"
    _order = "export_id, position"

    export_id = fields.Many2one(
        "synkd.pastel.export", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(related="export_id.kind")
    position = fields.Integer(string="Column", readonly=True)
    heading = fields.Char(readonly=True)
    sample = fields.Char(string="First Row", readonly=True)
    meaning = fields.Selection("_get_meanings", string="Is")

    _meaning_uniq = models.UniqueIndex(
        "(export_id, meaning) WHERE meaning IS NOT NULL",
        "Two columns of this file are said to be the same. Leave one empty.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        self._check_export()

    @api.constrains("meaning", "position", "export_id")
    def _check_export(self):
        for export in self.export_id.filtered(lambda each: each.state == "ready"):
            raise ValidationError(
                self.env._(
                    "%s was given to a run already. Upload another file instead.",
                    export.display_name,
                )
            )

    @api.model
    def _get_meanings(self):
        """Return what columns may have.

        :rtype: list[tuple[str, str]]
        """
        named = {
            "code": self.env._("Code or Number"),
            "name": self.env._("Name"),
            "rate": self.env._("Rate in Percent"),
            "total": self.env._("What Is Owed in All"),
            "current": self.env._("Of That Not Overdue"),
            "street": self.env._("Postal Address 1"),
            "street2": self.env._("Postal Address 2"),
            "city": self.env._("Postal Address 3: City"),
            "zip": self.env._("Postal Address 5: Code"),
            "phone": self.env._("Telephone"),
            "contact_name": self.env._("Contact"),
            "email": self.env._("E-mail"),
            "delivery_street": self.env._("Delivery Address 1"),
            "delivery_street2": self.env._("Delivery Address 2"),
            "delivery_city": self.env._("Delivery Address 3: City"),
            "delivery_zip": self.env._("Delivery Address 5: Code"),
            "vat": self.env._("Tax Reference"),
            "credit_limit": self.env._("Credit Limit"),
            "held": self.env._("Blocked"),
            "key": self.env._("Our Key"),
        }
        return list(named.items())
