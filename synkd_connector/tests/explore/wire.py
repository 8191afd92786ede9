# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Books on the other side of a wire: they know of a record the key that we made."""

from odoo import Command

# What a bookkeeper's own payments are for.
OWN = "By hand"
# Faults of the machine, as simulators and the proxy call them.
FAULTS = {
    "lost_before": "lost_before",
    "lost_after": "lost_after",
    "minute": "429_minute",
    "day": "429_day",
    "offline": "503",
}


class WiredBooks:
    """What is the same for all books that are reached over HTTP.

    They have ``read_books``, which returns what is there by the key of the record.
    """

    # Of the account there that differences are written off to.
    losses_code = ""

    @classmethod
    def map_losses(cls):
        """Map the account that differences are written off to."""
        items = cls.env["synkd.books.item"]
        known = [("ledger_id", "=", cls.ledger.id), ("kind", "=", "account")]
        mappings = cls.env["synkd.mapping"]
        mapping = mappings._ensure(cls.ledger, {("account", str(cls.losses.id))})
        mapping.item_id = items.search([*known, ("code", "=", cls.losses_code)])

    @property
    def rows(self):
        """Return the model of the queue."""
        return self.env["synkd.transaction"]

    def create_invoice(self, partner, lines, **values):
        """Override: create a draft, whose date and reference are told."""
        default = {
            "product_id": self.widget.id,
            "quantity": 1,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        made = [Command.create(default | line) for line in lines]
        known = {"partner_id": partner.id, "journal_id": self.journal.id}
        known |= {"company_id": self.company.id, "invoice_line_ids": made}
        return self.env["account.move"].create(known | values)

    def name_of(self, own_key):
        """Return how both sides call the record of a key of ours.

        A key is remembered, since its row gets another one when it is posted anew.

        :rtype: str
        """
        if own_key not in self.keys:
            self.keys |= {
                key: name
                for key, name in self._ask(
                    """SELECT t.own_key, COALESCE(p.memo, m.ref)
                         FROM synkd_transaction t
                    LEFT JOIN account_payment p ON p.id = t.payment_id
                    LEFT JOIN account_move m ON m.id = t.move_id
                        WHERE t.ledger_id = %(ledger)s"""
                )
                if name
            }
        return self.keys.get(own_key, own_key)

    def find_not_there(self):
        """Return rows that say they are posted, and are not in the books.

        What a credit takes back there is nothing, and so is that credit.

        :rtype: list[tuple]
        """
        rows = self._ask(
            """SELECT t.id, COALESCE(p.memo, m.ref)
                 FROM synkd_transaction t
            LEFT JOIN account_payment p ON p.id = t.payment_id
            LEFT JOIN account_move m ON m.id = t.move_id
                WHERE t.ledger_id = %(ledger)s AND t.sync_state = 'synced' AND t.live
                  AND t.channel <> 'allocations'
                  AND t.res_model <> 'synkd.transaction'"""
        )
        there = self.read_books() if rows else ()
        return [
            ("posted, but not in the books", row, key)
            for row, key in rows
            if key not in there
        ]

    # === WHAT WAS TAKEN BACK === #

    def find_credited(self):
        """Return what a credit has taken back there, and such credits.

        :return: the key of the record by their ids there; None of one that is deleted.
        :rtype: dict[str, str]
        """
        return dict(
            self._ask(
                """SELECT t.external_id, m.ref
                     FROM synkd_transaction t
                LEFT JOIN synkd_transaction o ON o.id = t.res_id
                      AND t.res_model = 'synkd.transaction'
                LEFT JOIN account_move m ON m.id = COALESCE(o.move_id, t.move_id)
                    WHERE t.ledger_id = %(ledger)s AND t.channel = 'documents'
                      AND t.external_id IS NOT NULL
                      AND (t.sync_state = 'credited'
                           OR t.res_model = 'synkd.transaction')"""
            )
        )

    def other_half(self, row):
        """Return the credit of what was credited, or what a credit takes back."""
        if row.res_model == self.rows._name:
            return self.rows.browse(row.res_id)
        pair = [("res_model", "=", self.rows._name), ("channel", "=", "documents")]
        return self.rows.search([*pair, ("res_id", "=", row.id)], limit=1)
