# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What passes between the enqueuer and the decider: small frozen records."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settled:
    """What a payment or allocation settles.

    :param tuple accounts: account customers of the documents that it settles.
    :param tuple before: names of settled documents that the books did not get from
        here.
    :param bool only_before: it settles no others.
    """

    accounts: tuple = ()
    before: tuple = ()
    only_before: bool = False

    @property
    def account_id(self):
        """Return the one account customer that all of it is of, or 0.

        :rtype: int
        """
        return self.accounts[0] if len(self.accounts) == 1 else 0


NOTHING = Settled()


@dataclass(frozen=True)
class Candidate:
    """A document that asks where it goes.

    :param int key: id of the document, or of its row in the queue.
    :param str kind: kind of the transaction.
    :param int partner_id: the operational customer.
    :param int move_id: its journal entry, 0 for a payment without one.
    :param int payment_id: the payment, 0 for other documents.
    :param str source: source app.
    :param datetime.date date: its date in the books.
    :param int company_id: the site.
    :param bool paid: nothing is left to pay.
    :param Settled settled: what money settles.
    :param int summary_id: the sales posted together that it is about, or 0.
    :param int money_id: of a summary's money, else 0.
    :param str place: the shop of a summary whose class is not chosen, else "".
    :param int batch_id: the bill of several documents that it is, or 0.
    :param int class_id: the class that a summary is of, or 0.
    :param bool gathered: the class of a summary bills together.
    :param bool alone: goes to the books by itself, whatever its class says.
    """

    key: int
    kind: str
    partner_id: int
    move_id: int
    payment_id: int
    source: str
    date: object
    company_id: int
    paid: bool = True
    settled: Settled = NOTHING
    summary_id: int = 0
    money_id: int = 0
    place: str = ""
    batch_id: int = 0
    class_id: int = 0
    gathered: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Verdict:
    """Where a document goes, or why it waits, ready to be written on its row.

    :param str state: pending, batch, attention, or excluded by a rule of the ledger.
    :param str reason: the first reason, or None.
    :param dict data: what the sentences name, or None.
    """

    state: str
    reason: str = None
    data: dict = None
    account_id: int = None
    class_id: int = None
    prefix: str = ""
