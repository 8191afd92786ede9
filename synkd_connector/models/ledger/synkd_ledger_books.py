# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...lib.errors import MisconfiguredError

PREFIX_LENGTH = 10


class SynkdLedger(models.Model):
    """Which books these are: known before anything is sent to them, and kept so.

    What the books tell of themselves (``_read_books`` of the connector) is compared
    at choosing, at connecting and at the start of each run with what is known, and
    with the company. While the two disagree nothing is read or written.
    """

    _inherit = "synkd.ledger"

    books_key = fields.Char(
        string="Organisation ID",
        readonly=True,
        copy=False,
        help="Identity of the books, as they tell it themselves.",
    )
    books_name = fields.Char(string="Organisation", readonly=True, copy=False)
    books_currency = fields.Char(
        string="Kept In",
        readonly=True,
        copy=False,
        help="Base currency of the books. It has to be the company's.",
    )
    books_read_at = fields.Datetime(
        string="Organisation Checked", readonly=True, copy=False
    )
    number_prefix = fields.Char(
        string="Prefix of Numbers",
        copy=False,
        tracking=True,
        help="Typed by an administrator when two companies share one organisation: the"
        " numbers of this ledger's documents are sent with it, so that both can be told"
        " apart there. Customers of the organisation are seen by both.",
    )

    _books_uniq = models.UniqueIndex(
        "(connector, books_key, upper(COALESCE(number_prefix, '')))"
        " WHERE active AND books_key IS NOT NULL",
        "Another live ledger keeps its documents in the same organisation. If two"
        " companies share it, an administrator types another Prefix of Numbers on one"
        " of the ledgers; else choose another organisation.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("number_prefix", "books_key", "active")
    def _check_number_prefix(self):
        for ledger in self.filtered("number_prefix"):
            prefix = ledger.number_prefix
            if prefix != prefix.strip() or len(prefix) > PREFIX_LENGTH:
                raise ValidationError(
                    self.env._(
                        'Prefix of Numbers "%(prefix)s" of ledger %(ledger)s begins or'
                        " ends with a blank, or has more than %(length)s characters."
                        " Type a shorter one without blanks at its ends.",
                        prefix=prefix,
                        ledger=ledger.name,
                        length=PREFIX_LENGTH,
                    )
                )
            ledger._check_prefix_apart()

    def _check_prefix_apart(self):
        """Refuse a prefix that another ledger's begins with, or the other way.

        :raise ValidationError: says to type another one.
        """
        others = self._get_sharing().mapped("number_prefix")
        mine = self.number_prefix.upper()
        for theirs in filter(None, others):
            if mine.startswith(theirs.upper()) or theirs.upper().startswith(mine):
                raise ValidationError(
                    self.env._(
                        "Prefix of Numbers %(mine)s of ledger %(ledger)s cannot be told"
                        " from %(theirs)s, which another ledger of the same"
                        " organisation has. Type one that begins otherwise.",
                        mine=self.number_prefix,
                        ledger=self.name,
                        theirs=theirs,
                    )
                )

    @ormcache("self.id")
    def _get_number_prefix(self):
        """Return what the numbers of this ledger's documents begin with, from the
        cache."""
        return self.sudo().number_prefix or ""

    # === WHAT THE BOOKS TELL === #

    def _are_books_due(self):
        """Whether a run has to ask the books which ones they are.

        :rtype: bool
        """
        age = timedelta(hours=self._get_capabilities().books_hours)
        asked = self.books_read_at
        return not (self.books_key and asked) or asked <= fields.Datetime.now() - age

    def _take_books(self, books):
        """Remember what the books told of themselves; another identity never is.

        :param Books books: as the connector read them; None when they cannot tell.
        :raise MisconfiguredError: when they are not the books of this ledger.
        """
        if not books:
            return
        problem = self._find_identity_problem(books)
        if problem:
            raise MisconfiguredError(problem)
        facts = {
            "books_name": books.name or books.key,
            "books_currency": books.currency,
            "books_read_at": fields.Datetime.now(),
        }
        # Books of another currency are shown, but not taken as these.
        if not self._find_currency_problem(books.name, books.currency):
            facts["books_key"] = books.key
        self.write(facts)

    def _find_known_problem(self):
        """Return why the books are not the company's, as far as it is known, or "".

        :rtype: str
        """
        return self._find_currency_problem(self.books_name, self.books_currency)

    def _find_books_problem(self, books):
        """Return why these cannot be the books of this ledger, "" when they can.

        :param Books books: as the connector read them; None when they cannot tell.
        :rtype: str
        """
        if not books:
            return ""
        return self._find_identity_problem(books) or self._find_currency_problem(
            books.name, books.currency
        )

    def _find_identity_problem(self, books):
        """Return what is wrong with the identity of the books, or "".

        :rtype: str
        """
        if self.books_key and self.books_key != books.key:
            return self.env._(
                "Ledger %(ledger)s keeps the books of %(known)s, but its connection"
                " reaches those of %(found)s, so nothing was read or written. Connect"
                " to %(known)s again, or press Change Organisation on the ledger.",
                ledger=self.name,
                known=self.books_name,
                found=books.name or books.key,
            )
        is_shared = not self.books_key and self._get_sharing(books.key)
        if is_shared and not self.number_prefix:
            return self.env._(
                "%(books)s is the organisation of another ledger already, and each"
                " would change what is the other's. Choose another organisation for"
                " ledger %(ledger)s; if two companies share this one, an administrator"
                " types a Prefix of Numbers on the ledger first.",
                books=books.name or books.key,
                ledger=self.name,
            )
        return ""

    def _find_currency_problem(self, name, currency):
        """Return the sentence about books in another currency than the company's.

        :param str currency: base currency of the books; "" when they do not tell.
        :rtype: str
        """
        ours = self.currency_id.name
        if not currency or currency == ours:
            return ""
        return self.env._(
            "The books of %(books)s are kept in %(theirs)s, but company %(company)s"
            " works in %(ours)s, so nothing was read or written. Choose an organisation"
            " that is kept in %(ours)s (Change Organisation on ledger %(ledger)s), or"
            " make a ledger for a company that works in %(theirs)s.",
            books=name,
            theirs=currency,
            company=self.company_id.name,
            ours=ours,
            ledger=self.name,
        )

    def _get_sharing(self, key=None):
        """Return the other live ledgers whose books are these.

        :param str key: identity of the books; default: those of this ledger.
        :rtype: recordset of `synkd.ledger`
        """
        key = key or self.books_key
        same = [("connector", "=", self.connector), ("books_key", "=", key)]
        others = self.sudo().search([*same, ("id", "!=", self.id)])
        return others if key else others.browse()
