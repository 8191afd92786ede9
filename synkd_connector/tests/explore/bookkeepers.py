# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What those do who look after the queue, and after the books themselves."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from .base import PICKS, step
from .users import Users

WAITING = ("sync_state", "in", ("attention", "pending", "held"))


class Bookkeepers(Users):
    """Rows held back, excluded, posted alone; accounts changed; the books closed."""

    def press(self, button, n, *domain, dialog=False):
        """Press a button on a row of the queue; return the row's record, or None.

        :param bool dialog: press it in the dialog that Resolve opens.
        """
        row = self.stage.book_row(n, *domain)
        action = getattr(row, button[0])
        if dialog:
            action = partial(self.stage.press_in_dialog, row, button[0])
        if not row or not self.do(action, *button[1:]):
            return None
        return self.model.records.get(self.stage.key_of(row))

    # === THE QUEUE === #

    @precondition(lambda self: self.seen["pending"])
    @step(n=PICKS)
    def hold(self, n):
        """Hold a row back."""
        self.press(("action_hold", "Wait"), n, ("sync_state", "=", "pending"))

    @precondition(lambda self: self.seen["held"])
    @step(n=PICKS)
    def release(self, n):
        """Let a row go that was held back."""
        self.press(("action_release",), n, ("sync_state", "=", "held"))

    @precondition(lambda self: self.seen["unsent"])
    @step(n=PICKS)
    def exclude(self, n):
        """Take a row out of the queue that was not sent yet."""
        where = (WAITING, ("external_id", "=", False))
        if record := self.press(("action_exclude", "By hand"), n, *where):
            record.excluded = record.said()

    @precondition(lambda self: self.seen["excluded"])
    @step(n=PICKS)
    def include(self, n):
        """Bring an excluded row back."""
        if record := self.press(
            ("action_include",), n, ("sync_state", "=", "excluded")
        ):
            record.excluded = ()

    @precondition(lambda self: self.seen["pending"])
    @step(n=PICKS)
    def post_one(self, n):
        """Press Post on one row, and let the run come that it asks for."""
        self.press(("action_post",), n, ("sync_state", "=", "pending"))
        self.stage.run_once()

    @precondition(lambda self: self.seen["pending"])
    @step()
    def post_all(self):
        """Press Post All; the run comes later."""
        self.do(self.stage.rows.action_post_all)

    @precondition(lambda self: self.seen["changed"])
    @step(n=PICKS, dialog=st.booleans())
    def void(self, n, dialog):
        """Let the next run void what was changed after it was posted."""
        where = (("sync_state", "=", "attention"), ("external_id", "!=", False))
        if record := self.press(("action_void",), n, *where, dialog=dialog):
            self.model.void({record.key})

    @precondition(lambda self: self.seen["changed"])
    @step(n=PICKS, dialog=st.booleans())
    def credit_there(self, n, dialog):
        """Credit in the books what was changed after it was posted.

        Not what came to another total there: real books would come to it again.
        """
        where = (("sync_state", "=", "attention"), ("external_id", "!=", False))
        where += (("reason", "!=", "difference"),)
        self.press(("action_credit",), n, *where, dialog=dialog)

    @precondition(lambda self: self.seen["changed"])
    @step(n=PICKS, dialog=st.booleans())
    def leave(self, n, dialog):
        """Leave in the books what was changed here after it was posted."""
        where = (("sync_state", "=", "attention"), ("external_id", "!=", False))
        row = self.stage.book_row(n, *where)
        record = row and self.model.records.get(self.stage.key_of(row))
        there = record and self.stage.read_books().get(record.key)
        button = ("action_leave", "As it is")
        if there and self.press(button, n, *where, dialog=dialog):
            self.model.leave(record, there.total)

    @precondition(lambda self: self.seen["refused"])
    @step(n=PICKS)
    def retry(self, n):
        """Let the next run try again what the books refused."""
        self.press(("action_retry",), n, ("reason", "=", "refused"))

    # === CUSTOMERS === #

    @step(
        customer=st.sampled_from(("Walk", "Walk", "Hope", "Joy")),
        account=st.sampled_from(("Hope", "Joy")),
    )
    def link(self, customer, account):
        """Let a customer use an account customer."""
        if self.do(self.stage.link, customer, account):
            self.model.link(customer, account)

    @precondition(lambda self: self.model.links["Walk"])
    @step()
    def unlink_who_has_nothing(self):
        """Take the account customer from one of whom the books have nothing."""
        if any(r.customer == "Walk" for r in self.model.records.values()):
            return
        if self.do(self.stage.link, "Walk", None):
            self.model.link("Walk", None)

    # === IN THE BOOKS === #

    @precondition(lambda self: not self.stage.closed)
    @step(days=st.sampled_from((-30, 0, 30)))
    def close_period(self, days):
        """Close the books, up to a day around today."""
        self.stage.close_until(days)

    @precondition(lambda self: self.stage.closed)
    @step()
    def open_period(self):
        """Open the books again."""
        self.stage.open_books()

    @step(account=st.sampled_from(("Hope", "Joy")), archived=st.booleans())
    def archive_there(self, account, archived):
        """Archive a customer in the books, or restore him."""
        self.stage.archive_there(account, archived)

    @precondition(lambda self: self.model.records)
    @step(n=PICKS)
    def refuse_one(self, n):
        """Let the books refuse one record from now on."""
        self.stage.refuse_there(self.pick(self.model.records.values(), n).key)
