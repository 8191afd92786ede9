# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo books as the machine sees them: read with SQL, changed by their people."""

from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.synkd_connector.tests.explore.model import INVOICE, Entry, cents
from odoo.addons.synkd_connector.tests.explore.stage import OdooSide

from ..faults_common import FaultsCommon

# What a credit has taken back in the books, and that credit: the two are nothing.
CREDITED = """EXISTS (
    SELECT 1 FROM synkd_transaction t
     WHERE t.ledger_id = d.ledger_id AND t.external_id = d.external_id
       AND t.channel = 'documents'
       AND (t.sync_state = 'credited' OR t.res_model = 'synkd.transaction'))"""

# A payment that the bookkeeper entered over there.
OWN_MONEY = "p.number LIKE 'OWN%%'"


class DemoBooks(FaultsCommon):
    """A company with demo books, and all that the machine wants of books."""

    @classmethod
    def know_euro(cls):
        """Let the books know the euro, and read their lists."""
        items = cls.env["synkd.demo.item"]
        known = {"ledger_id": cls.ledger.id, "kind": "currency", "code": "EUR"}
        if not items.search([(name, "=", value) for name, value in known.items()]):
            items.create(known | {"name": "Euro"})
        cls.close_books("")

    @classmethod
    def map_losses(cls):
        """Map the account that differences are written off to."""
        mappings = cls.env["synkd.mapping"]
        mappings._ensure(cls.ledger, {("account", str(cls.losses.id))})
        mappings._accept_suggestions(cls.ledger)

    # === WHAT PEOPLE DO THERE === #

    def break_books(self, fault, every):
        """Let write calls meet a fault.

        :param str fault: one of ``fate.FAULTS``.
        :param int every: so many calls, one of them; 1: all.
        """
        self.set_books(demo_fault=fault, demo_fault_every=every)

    def refuse_there(self, key):
        """Let the books refuse a record from now on."""
        self.set_books(demo_refuse=key)

    def mend_books(self):
        """Let the books take everything again, but for closed periods."""
        self.set_books(demo_fault=None, demo_fault_every=1, demo_refuse=None)
        self.stored().filtered("archived").archived = False

    def set_books(self, **values):
        """Let the demo books be otherwise.

        Past our ledger, which would forget what it keeps in mind: it does not notice
        what happens over there.

        :param values: of its fields that begin with ``demo_``.
        """
        self.env.flush_all()
        sets = [SQL("%s = %s", SQL.identifier(n), v) for n, v in values.items()]
        self.env.cr.execute(
            SQL(
                "UPDATE synkd_ledger SET %s WHERE id = %s",
                SQL(", ").join(sets),
                self.ledger.id,
            )
        )
        self.ledger.invalidate_recordset(list(values))

    def close_until(self, days):
        """Close the books up to a day.

        :param int days: from today on.
        """
        self.closed = True
        self.set_books(demo_lock_date=self._today() + timedelta(days=days))

    def open_books(self):
        """Open the books again."""
        self.closed = False
        self.set_books(demo_lock_date=None)

    def archive_there(self, account, archived):
        """Archive a customer in the books, or restore him."""
        number = self.accounts[account].external_id
        stored = self.stored().filtered(lambda c: c.number == number)
        stored.archived = archived

    def posting_there(self, key):
        """Return what the books have of a record: not void, nor credited."""
        credited = self._ask(
            f"""SELECT d.id FROM synkd_demo_document d
                WHERE d.ledger_id = %(ledger)s AND {CREDITED}"""
        )
        mine = [("ledger_id", "=", self.ledger.id), ("status", "!=", "void")]
        mine.append(("reference", "=like", f"{key}%"))
        gone = ("id", "not in", [id_ for (id_,) in credited])
        for model, *others in (("synkd.demo.document", gone), ("synkd.demo.payment",)):
            found = self.env[model].search([*mine, *others])
            if found:
                return found[:1]
        return self.env["synkd.demo.payment"]

    def void_there(self, key):
        """Void in the books what nothing settles, or a payment with what it settles.

        :return: whether the books let one.
        :rtype: bool
        """
        posting = self.posting_there(key)
        if posting._name == "synkd.demo.document":
            if posting._is_settled():
                return False
            posting.write({"status": "void"})
            posting._update_open()
            return True
        settled = posting.allocation_ids.document_id
        posting.allocation_ids.unlink()
        posting.write({"status": "void", "unallocated": 0})
        settled._update_open(posting.customer_id)
        return bool(posting)

    def edit_there(self, key, amount):
        """Change in the books the total of a document that nothing settles.

        :param int amount: cents more.
        :return: whether the books let one.
        :rtype: bool
        """
        posting = self.posting_there(key)
        if posting._name != "synkd.demo.document" or posting._is_settled():
            return False
        posting.total += amount / 100
        posting._update_open()
        return True

    def put_back(self, row):
        """Put back in the books what was credited there, as it was credited."""
        posting = self.env["synkd.demo.document"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("external_id", "=", row.external_id),
            ]
        )
        posting.write({"status": "open", "total": row._get_posted_total()})
        posting._update_open()

    def pay_there(self, key):
        """Enter in the books a payment of a document that we know nothing of.

        :return: whether there is anything to pay.
        :rtype: bool
        """
        posting = self.posting_there(key)
        is_invoice = posting._name == "synkd.demo.document" and posting.kind == INVOICE
        if not is_invoice or posting.outstanding <= 0:
            return False
        number = f"OWN{posting.id}-{posting.outstanding}"
        money = self.payments.create(
            {
                "ledger_id": self.ledger.id,
                "kind": "payment",
                "customer_id": posting.customer_id.id,
                "external_id": number,
                "number": number,
                "sent_number": number,
                "date": self._today(),
                "currency_id": posting.currency_id.id,
                "amount": posting.outstanding,
            }
        )
        self.env["synkd.demo.allocation"].create(
            {
                "document_id": posting.id,
                "payment_id": money.id,
                "amount": posting.outstanding,
                "source_amount": posting.outstanding,
                "currency_id": posting.currency_id.id,
                "source_currency_id": posting.currency_id.id,
            }
        )
        posting._update_open()
        return True

    def unpay_there(self, key):
        """Undo in the books what a payment settles, of which nothing is written off.

        :return: the keys of what it settled.
        :rtype: set[str]
        """
        posting = self.posting_there(key)
        if posting._name != "synkd.demo.payment" or posting.difference_ids:
            return set()
        settled = posting.allocation_ids.document_id
        posting.unallocated = posting.amount
        posting.allocation_ids.unlink()
        settled._update_open()
        return {reference.split(" ")[0] for reference in settled.mapped("reference")}

    def take_own_back(self):
        """Take back the payments that the bookkeeper entered."""
        for money in self.payments.search(
            [("ledger_id", "=", self.ledger.id), ("number", "=like", "OWN%")]
        ):
            settled = money.allocation_ids.document_id
            money.allocation_ids.unlink()
            money.unlink()
            settled._update_open()

    # === WHAT IS THERE === #

    def find_twice(self):
        """Return what the books have of one record more than once, or of nobody.

        :rtype: list[tuple]
        """
        return self._ask(
            f"""SELECT split_part(reference, ' ', 1), count(*) FROM (
                  SELECT reference FROM synkd_demo_document d
                   WHERE ledger_id = %(ledger)s AND status <> 'void'
                     AND NOT {CREDITED}
                   UNION ALL
                  SELECT reference FROM synkd_demo_payment p
                   WHERE ledger_id = %(ledger)s AND status <> 'void'
                     AND NOT {OWN_MONEY}) b
                GROUP BY 1 HAVING count(*) > 1"""
        )

    def find_not_there(self):
        """Return rows that say they are posted, and are not in the books.

        :rtype: list[tuple]
        """
        return self._ask(
            """SELECT 'posted, but not in the books', t.id, COALESCE(p.memo, m.ref)
                 FROM synkd_transaction t
            LEFT JOIN account_payment p ON p.id = t.payment_id
            LEFT JOIN account_move m ON m.id = t.move_id
                WHERE t.ledger_id = %(ledger)s AND t.sync_state = 'synced' AND t.live
                  AND t.channel <> 'allocations'
                  AND NOT EXISTS (SELECT 1 FROM synkd_demo_document d
                                   WHERE d.ledger_id = t.ledger_id
                                     AND d.status <> 'void'
                                     AND d.external_id = t.external_id)
                  AND NOT EXISTS (SELECT 1 FROM synkd_demo_payment d
                                   WHERE d.ledger_id = t.ledger_id
                                     AND d.status <> 'void'
                                     AND d.external_id = t.external_id)"""
        )

    def read_books(self):
        """Return what the books have that is not void, by the key of the record.

        :rtype: dict[str, Entry]
        """
        rows = self._ask(
            f"""SELECT split_part(d.reference, ' ', 1), d.kind, c.name, d.total,
                      d.tax, d.outstanding
                 FROM synkd_demo_document d
                 JOIN synkd_demo_customer c ON c.id = d.customer_id
                WHERE d.ledger_id = %(ledger)s AND d.status <> 'void'
                  AND NOT {CREDITED}
                UNION ALL
               SELECT split_part(p.reference, ' ', 1), p.kind, c.name, p.amount,
                      0, p.unallocated
                 FROM synkd_demo_payment p
                 JOIN synkd_demo_customer c ON c.id = p.customer_id
                WHERE p.ledger_id = %(ledger)s AND p.status <> 'void'
                  AND NOT {OWN_MONEY}"""
        )
        names = {account.name: name for name, account in self.accounts.items()}
        books = {
            key: Entry(kind, names[account], cents(total), cents(tax), cents(left))
            for key, kind, account, total, tax, left in rows
        }
        for payer, document, amount in self._ask(
            f"""SELECT split_part(COALESCE(p.reference, n.reference), ' ', 1),
                      split_part(d.reference, ' ', 1), sum(a.amount)
                 FROM synkd_demo_allocation a
                 JOIN synkd_demo_document d ON d.id = a.document_id
            LEFT JOIN synkd_demo_payment p ON p.id = a.payment_id
            LEFT JOIN synkd_demo_document n ON n.id = a.credit_id
                WHERE d.ledger_id = %(ledger)s AND NOT {CREDITED}
                  AND (p.id IS NULL OR NOT {OWN_MONEY}) GROUP BY 1, 2"""
        ):
            books[payer].settled[document] = cents(amount)
        return books

    def find_half_credited(self):
        """Return documents that a credit took back, but not whole, and such credits.

        :return: with the key of the record, or None of one that is deleted.
        :rtype: list[tuple]
        """
        return self._ask(
            f"""SELECT (SELECT m.ref FROM synkd_transaction t
                   LEFT JOIN synkd_transaction o ON o.id = t.res_id
                         AND t.res_model = 'synkd.transaction'
                        JOIN account_move m ON m.id = COALESCE(o.move_id, t.move_id)
                       WHERE t.ledger_id = d.ledger_id AND t.channel = 'documents'
                         AND t.external_id = d.external_id LIMIT 1),
                      d.total, d.outstanding
                 FROM synkd_demo_document d
                WHERE d.ledger_id = %(ledger)s AND d.status = 'open' AND {CREDITED}"""
        )

    def read_balances(self):
        """Return what each account owes in the books, in cents.

        :rtype: dict[str, int]
        """
        rows = self._ask(
            "SELECT name, outstanding FROM synkd_demo_customer"
            " WHERE ledger_id = %(ledger)s"
        )
        here = {account.name: name for name, account in self.accounts.items()}
        return {here[name]: cents(n) for name, n in rows if name in here}


class Stage(OdooSide, DemoBooks):
    """A company with three customers, two accounts and demo books, all in place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_stage()
