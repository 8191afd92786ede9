# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents that processes send to simulated books; what proves that all is well."""

from collections import Counter
from decimal import Decimal

from odoo.addons.synkd_connector_demo.tests.process_documents import RESET, UNSENT

# What is open in Odoo on each document, and what payments are of; by our keys.
DOCUMENTS = """
SELECT t.own_key, m.amount_total, m.amount_tax, m.amount_residual
  FROM synkd_transaction t JOIN account_move m ON m.id = t.move_id
 WHERE t.channel = 'documents'
"""
PAYMENTS = """
SELECT t.own_key, p.amount FROM synkd_transaction t
  JOIN account_payment p ON p.id = t.payment_id
"""
OPEN_REQUESTS = (
    "SELECT id, state FROM synkd_request WHERE state NOT IN ('done', 'void')"
)
# What goes wrong beside the kills; each for one call of a process, or for none.
DISTURBANCES = (
    *("lost_before", "lost_after", "500", "500_after", "503", "truncated"),
    *("wrong_json", "429_minute", "429_concurrent", "429_day"),
    *(None, None, None, None, None),
)


class ProcessBooks:
    """Simulated books and the processes that send to them: emptied, and proved."""

    # Which calls are disturbed: those that write, and below which path.
    methods, path = "POST", "/"

    def __init__(self, books, workers):
        """Prepare.

        :param Simulator books: serves already.
        :param Workers workers: on a database of their own.
        """
        self.books, self.workers = books, workers

    # === HOOKS === #

    def empty(self):
        """Let the books have no documents; their lock is held."""
        raise NotImplementedError

    def documents(self):
        """Return key, and total, tax and what is open, of each document.

        :rtype: list[tuple]
        """
        raise NotImplementedError

    def money(self):
        """Return what was received, by key.

        :rtype: dict[str, Decimal]
        """
        raise NotImplementedError

    # === FOR THE TESTS === #

    def reset(self):
        """Let all documents wait again, and the books have none of them."""
        self.workers.sql(RESET)
        self.books.control.clear_faults()
        with self.books.world.lock:
            self.empty()
            self.books.world.log.clear()

    def disturb(self, dice):
        """Let something go wrong in one of the next calls, most of the time."""
        self.books.control.clear_faults()
        kind = dice.choice(DISTURBANCES)
        if kind:
            every, methods = dice.randint(1, 4), dice.choice((self.methods, ""))
            where = {"method": methods, "path": self.path, "every": every}
            self.books.control.add_fault(kind, **where)

    def find_faults(self):
        """Return what is wrong in the books or here; empty when all is well.

        :rtype: dict
        """
        found = {
            "stuck rows": self.workers.sql(UNSENT + " HAVING count(*) > 0"),
            "requests without an end": self.workers.sql(OPEN_REQUESTS),
            "documents": self._compare_documents(),
            "payments": self._compare_payments(),
        }
        return {name: rows for name, rows in found.items() if rows}

    def _compare_documents(self):
        """Return the documents that are missing, twice, or other than in Odoo."""
        ours = {
            key: tuple(map(Decimal, amounts))
            for key, *amounts in self.workers.sql(DOCUMENTS)
        }
        return self._differences(ours, self.documents())

    def _compare_payments(self):
        """Return the payments that are missing, more or less than in Odoo."""
        ours = {key: (Decimal(amount),) for key, amount in self.workers.sql(PAYMENTS)}
        return self._differences(ours, [(k, (v,)) for k, v in self.money().items()])

    def _differences(self, ours, theirs):
        """Return what is not the same on both sides, and what is there twice."""
        counts = Counter(key for key, _amounts in theirs)
        found = [("twice", key) for key, count in counts.items() if count > 1]
        there = dict(theirs)
        for key in ours | there:
            if ours.get(key) != there.get(key):
                found.append((key, ours.get(key), there.get(key)))
        return found
