# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...door import check_one
from ...lib.documents import Lists


class SynkdLedger(models.Model):
    """What hangs on the choice of the books: numbers, and the way back."""

    _inherit = "synkd.ledger"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only administrators say that companies share an organisation."""
        if any(vals.get("number_prefix") for vals in vals_list):
            self._check_may_share()
        return super().create(vals_list)

    def write(self, vals):
        """Override to keep the numbers of what is in the books.

        :raise AccessError: for a prefix typed by others than administrators.
        :raise UserError: when documents have their numbers in the books already.
        """
        if "number_prefix" not in vals:
            return super().write(vals)
        changed = self.filtered(
            lambda l: (l.number_prefix or "") != (vals["number_prefix"] or "")
        )
        if changed:
            self._check_may_share()
            changed._check_no_numbers()
        result = super().write(vals)
        self.env.registry.clear_cache()
        for ledger in changed:
            mine = [("ledger_id", "=", ledger.id)]
            self.env["synkd.transaction"]._redecide(mine)
        return result

    def _check_may_share(self):
        """Let only administrators say that companies share an organisation.

        :raise AccessError: says whom to ask.
        """
        if not self.env.is_system():
            raise AccessError(
                self.env._(
                    "Only administrators give a ledger a Prefix of Numbers, which says"
                    " that two companies share one organisation. Ask one of them."
                )
            )

    def _check_no_numbers(self):
        """Refuse another prefix for documents whose numbers the books have.

        :raise UserError: says what to do instead.
        """
        posted = [("ledger_id", "in", self.ids), ("external_id", "!=", False)]
        rows = self.env["synkd.transaction"].sudo()
        if rows.search_count([*posted, ("live", "=", True)], limit=1):
            raise UserError(
                self.env._(
                    "Documents of ledger %s are in its books with their numbers"
                    " already, so its Prefix of Numbers stays as it is. Give the other"
                    " company's ledger a prefix instead.",
                    self[:1].name,
                )
            )

    # === TAKING BACK A WRONG CHOICE === #

    def action_change_books(self):
        """Forget which books these are, so that others can be chosen.

        Possible while nothing is there but what was made from here and can be made
        anew: customers. What is in the way is said.

        :rtype: bool
        :raise AccessError: for others than administrators.
        :raise UserError: says what is in the way, and what to do about it.
        """
        check_one(self)
        self.check_access("write")
        if not self.env.is_system():
            raise AccessError(
                self.env._(
                    "Only administrators change the organisation of ledger %s. Ask one"
                    " of them.",
                    self.name,
                )
            )
        ledger = self.sudo()
        if obstacles := ledger._find_change_obstacles():
            raise UserError("\n".join(obstacles))
        ledger._forget_books()
        return True

    def _find_change_obstacles(self):
        """Return what keeps these books from being changed, a sentence for each.

        :rtype: list[str]
        """
        if not self.cron_id.try_lock_for_update(allow_referencing=True):
            return [
                self.env._(
                    "A run of ledger %s works at the moment. Try again later.",
                    self.name,
                )
            ]
        mine = [("ledger_id", "=", self.id)]
        known = [*mine, ("external_id", "!=", False)]
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        linked = [*known, ("origin", "=", "books"), ("link_ids.active", "=", True)]
        counts = {
            "request": self.env["synkd.request"].search_count(
                [*mine, ("state", "in", ("open", "answered", "handed"))]
            ),
            "document": self.env["synkd.transaction"].search_count(
                [*known, ("live", "=", True)]
            ),
            "customer": accounts.search_count(linked),
        }
        return [
            sentence
            for name, sentence in self._change_sentences(counts).items()
            if counts[name]
        ]

    def _change_sentences(self, counts):
        """Return the sentences about what is in the way, by its kind.

        :rtype: dict[str, str]
        """
        books = self.books_name or self.name
        return {
            "request": self.env._(
                "Of %(count)s calls to %(books)s the answer is not known yet. Run once"
                " more, or answer them under Invoicing > Books > Requests.",
                count=counts["request"],
                books=books,
            ),
            "document": self.env._(
                "%(count)s documents and payments of this ledger are in the books of"
                " %(books)s. Void them there with Resolve first; else archive this"
                " ledger and create another one.",
                count=counts["document"],
                books=books,
            ),
            "customer": self.env._(
                "%(count)s customers that were imported from %(books)s are linked to"
                " customers here. Unlink them first.",
                count=counts["customer"],
                books=books,
            ),
        }

    def _forget_books(self):
        """Forget all that was read from these books; what was made waits anew."""
        name = self.books_name
        self.env["synkd.account.customer"]._forget_books(self)
        self.env["synkd.books.item"]._take(self, Lists())
        self.write(
            {
                "books_key": False,
                "books_name": False,
                "books_currency": False,
                "books_read_at": False,
                "pull_cursor": False,
                "balance_cursor": False,
                "balances_read_at": False,
                "lists_pulled_at": False,
                "check_message": False,
            }
        )
        self._set_resumed()
        self.message_post(
            body=self.env._(
                "The organisation was taken back (%s). What was made there from here"
                " stays there: archive it there. It is made anew in the organisation"
                " that is chosen now.",
                name or self.env._("none was known"),
            )
        )
