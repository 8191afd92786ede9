# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, groupby

from ...lib import codes

# Digits of the largest number that is thought of when codes in use are looked up.
LONGEST_NUMBER = 6


class SynkdCodeCounter(models.Model):
    """The last number that was given out for each stem of codes in a ledger.

    Two users who need a number of the same stem meet on the counter's row: the
    second one waits, and Odoo runs his request again with the number after it.
    """

    _name = "synkd.code.counter"
    _description = "Account Customer Code Counter"

    ledger_id = fields.Many2one("synkd.ledger", required=True, ondelete="cascade")
    stem = fields.Char(required=True)
    last_number = fields.Integer(required=True)

    _stem_uniq = models.Constraint(
        "unique(ledger_id, stem)", "A stem has one counter for each ledger."
    )

    @api.model
    def _fill(self, ledger, vals_list):
        """Put a code into the values of new account customers, all of one ledger.

        :param recordset ledger: one `synkd.ledger`.
        :param list vals_list: with ``name`` and ``class_id``; gets ``code``.
        """
        length = ledger._get_capabilities().code_length
        classes = self.env["synkd.customer.class"]
        default = ledger.sudo().company_id.synkd_code_prefix
        stems = [
            codes.stem(
                vals.get("name"),
                classes.browse(vals.get("class_id")).code_prefix or default,
                length,
            )
            for vals in vals_list
        ]
        fresh = self.sudo()._next_codes(ledger, stems)
        for vals, code in zip(vals_list, fresh, strict=True):
            vals["code"] = code

    def _next_codes(self, ledger, stems):
        """Give out one free code for each stem.

        :param recordset ledger: the `synkd.ledger`.
        :param list stems: stems as lib.codes.stem made them; may repeat.
        :return: the codes, in the order of the stems.
        :rtype: list[str]
        :raise UserError: when the ledger's code length leaves no free code.
        """
        if not stems:
            return []
        length = ledger._get_capabilities().code_length
        taken = self._taken_codes(ledger, set(stems), length)
        last = self._lock(ledger, Counter(stems))
        return [self._draw(stem, taken, last, length) for stem in stems]

    def _draw(self, stem, taken, last, length):
        """Take the next free code of one stem; remembers it in taken and last."""
        while True:
            last[stem] += 1
            try:
                code = codes.build(stem, last[stem], length)
            except ValueError as error:
                raise self._no_code_left(stem, length) from error
            if code not in taken:
                taken.add(code)
                return code

    def _no_code_left(self, stem, length):
        """Return the error for a stem whose numbers are used up."""
        return UserError(
            self.env._(
                "All customer codes of %(length)s characters that begin with %(stem)s"
                " are in use. Type a code by hand.",
                length=length,
                stem=stem,
            )
        )

    def _taken_codes(self, ledger, stems, length):
        """Return the codes in use that could collide with the stems.

        :rtype: set[str]
        """
        heads = {stem[: max(length - LONGEST_NUMBER, 1)] for stem in stems}
        self.env["synkd.account.customer"].flush_model(["code", "ledger_id"])
        # One hashed comparison for each length of head, however many stems there are.
        by_length = [
            SQL("left(upper(code), %s) = ANY (%s)", size, sorted(group))
            for size, group in groupby(heads, key=len)
        ]
        if length <= LONGEST_NUMBER:
            # Short codes lose all letters in the end, and then are bare numbers.
            by_length.append(SQL("code ~ %s", f"^[0-9]{{{length}}}$"))
        rows = self.env.execute_query(
            SQL(
                "SELECT upper(code) FROM synkd_account_customer"
                " WHERE ledger_id = %s AND (%s)",
                ledger.id,
                SQL(" OR ").join(by_length),
            )
        )
        return {code for (code,) in rows}

    def _lock(self, ledger, wanted):
        """Reserve numbers and return the last one used before them, by stem.

        :param Counter wanted: how many numbers each stem needs.
        :rtype: dict[str, int]
        """
        ordered = sorted(wanted)
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO synkd_code_counter (ledger_id, stem, last_number)
                SELECT %s, w.stem, w.number
                  FROM unnest(%s, %s) AS w(stem, number)
                    ON CONFLICT (ledger_id, stem) DO UPDATE
                   SET last_number = synkd_code_counter.last_number
                     + excluded.last_number
             RETURNING stem, last_number""",
                ledger.id,
                ordered,
                [wanted[stem] for stem in ordered],
            )
        )
        return {stem: number - wanted[stem] for stem, number in rows}
