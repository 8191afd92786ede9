# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What managers of the books do with customers, and others behind our back there."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from .base import CENTS, PICKS, step
from .bookkeepers import Bookkeepers
from .users import CUSTOMERS

MOST_ACCOUNTS = 4
ACCOUNTS = st.sampled_from(("Hope", "Joy"))


class Meddlers(Bookkeepers):
    """Customers set aside and merged; what we posted voided, edited and paid there."""

    # === CUSTOMERS === #

    @step(account=ACCOUNTS, how=st.sampled_from(("class", "held", "archived")))
    def set_aside(self, account, how):
        """Let the documents of an account wait, until somebody looks after them."""
        self.do(self.stage.set_aside, account, how)

    @step()
    def take_up_again(self):
        """Let the documents of all accounts go on."""
        self.do(self.stage.take_up_again)

    @precondition(lambda self: len(self.stage.accounts) < MOST_ACCOUNTS)
    @step(customer=st.sampled_from(("Walk", "Walk", "Joy")))
    def open_account(self, customer):
        """Make an account customer for a customer."""
        name = f"Account {len(self.stage.accounts)}"
        if self.do(self.stage.open_account, name, customer):
            self.model.link(customer, name)

    @step(kept=CUSTOMERS, other=CUSTOMERS)
    def merge(self, kept, other):
        """Merge a customer into another, unless that leaves him without an account.

        What is in the books already stays there, and nobody is left to be asked for it.
        """
        usable = {n for n, account in self.stage.accounts.items() if account.active}
        links = self.model.links
        is_lost = links[other] and not links[kept] and links[other] not in usable
        if kept == other or is_lost:
            return
        if self.do(self.stage.merge, kept, other):
            self.model.merge(kept, other, usable)

    @step(kept=ACCOUNTS, other=ACCOUNTS, undo=st.booleans())
    def merge_accounts(self, kept, other, undo):
        """Merge an account customer into another, and perhaps take that back."""
        merge = self.stage.merge_accounts
        if kept == other or not self.do(merge, kept, other, undo) or undo:
            return
        for customer, account in self.model.links.items():
            if account == other:
                self.model.link(customer, kept)

    # === IN THE BOOKS === #

    def meddle(self, n, action, *args):
        """Let somebody change in the books something that is there.

        The action returns whether the books let one, or the keys of what it changed.

        What was left there as it is, is the books' own affair.
        """
        records = self.model.records
        ours = {key for key, record in records.items() if record.left is None}
        key = self.pick(sorted(ours & set(self.stage.read_books())), n)
        if key and (others := action(key, *args)):
            self.model.meddled |= {key} if others is True else others

    @precondition(lambda self: self.seen["synced"])
    @step(n=PICKS)
    def void_there(self, n):
        """Void something in the books."""
        self.meddle(n, self.stage.void_there)

    @precondition(lambda self: self.seen["synced"])
    @step(n=PICKS, cents=CENTS)
    def edit_there(self, n, cents):
        """Change a total in the books."""
        self.meddle(n, self.stage.edit_there, cents)

    @precondition(lambda self: self.seen["synced"])
    @step(n=PICKS)
    def pay_there(self, n):
        """Enter a payment in the books that is not in Odoo."""
        self.meddle(n, self.stage.pay_there)

    @precondition(lambda self: self.seen["synced"])
    @step(n=PICKS)
    def unpay_there(self, n):
        """Undo in the books what a payment settles, and let its money stay."""
        self.meddle(n, self.stage.unpay_there)
