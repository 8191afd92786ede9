# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures of agreements; `make bench AGREEMENT=1 N=100000` runs it.

Each size: so many invoices, and half as many payments, in the queue and in the copy of
what the books have. Both sides are compared as they are, with one in a hundred changed
there, and with all of them changed, which are then left as they are: seconds,
statements and memory of the process. Then a page of a thousand is taken over.
"""

import os
import resource
import time

# The shell's environment.
BENCH = env  # noqa: F821
SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
ROWS = """
INSERT INTO synkd_transaction (own_key, ledger_id, company_id, kind, channel, res_model,
       res_id, sync_state, live, source, operation, currency_id, number, books_number,
       date, books_date, amount, amount_company, books_total, books_tax, external_id,
       account_customer_id, posted_at, queued_at, write_date, sent_data)
SELECT 'SKB' || n, %(ledger)s, %(company)s, 'invoice', 'documents', 'account.move',
       10000000 + n, 'synced', TRUE, 'manual', 'post', %(currency)s, 'INV/' || n,
       'INV/' || n, %(day)s::date - n %% 365, %(day)s::date - n %% 365, 115, 115, 115,
       15, 'D' || n, %(account)s, now() - interval '1 day', now(),
       now() - interval '1 day', '{"tax": "15.00"}'::jsonb
  FROM generate_series(1, %(count)s) n;
INSERT INTO synkd_transaction (own_key, ledger_id, company_id, kind, channel, res_model,
       res_id, sync_state, live, source, operation, currency_id, number, date, amount,
       amount_company, external_id, account_customer_id, posted_at, queued_at,
       write_date, sent_data)
SELECT 'SKP' || n, %(ledger)s, %(company)s, 'payment', 'payments', 'account.payment',
       10000000 + n, 'synced', TRUE, 'manual', 'post', %(currency)s, 'PAY/' || n,
       %(day)s::date - n %% 365, 115, -115, 'P' || n, %(account)s,
       now() - interval '1 day', now(), now() - interval '1 day',
       jsonb_build_object('allocations', jsonb_build_array(jsonb_build_object(
           'document', 'D' || n, 'amount', '115.00', 'paid', '')))
  FROM generate_series(1, %(count)s / 2) n;
INSERT INTO synkd_books_posting (ledger_id, channel, external_id, kind, number, own_key,
       customer, date, currency, total, tax, open, gone, read_number)
SELECT t.ledger_id, t.channel, t.external_id, t.kind, t.number, t.own_key,
       a.external_id, t.date, c.name, t.amount,
       CASE WHEN t.channel = 'documents' THEN 15 END,
       CASE WHEN t.channel = 'documents' THEN
            CASE WHEN substr(t.external_id, 2)::int <= %(count)s / 2
                 THEN 0 ELSE 115 END END, FALSE, 1
  FROM synkd_transaction t
  JOIN res_currency c ON c.id = t.currency_id
  JOIN synkd_account_customer a ON a.id = t.account_customer_id
 WHERE t.ledger_id = %(ledger)s;
ANALYZE synkd_transaction; ANALYZE synkd_books_posting
"""


def memory():
    """Return the most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_ledger():
    """Return a ledger with the demo books, and an account customer that is there."""
    ledger = BENCH["synkd.ledger"].search([("connector", "=", "demo")], limit=1)
    if not ledger:
        ledger = BENCH["synkd.ledger"].create(
            {"name": "Bench", "connector": "demo", "company_id": BENCH.company.id}
        )
    some_class = BENCH["synkd.customer.class"].search(
        [("posting", "=", "account"), ("company_id", "=", ledger.company_id.id)],
        limit=1,
    )
    account = BENCH["synkd.account.customer"].create(
        {"name": "Bench", "ledger_id": ledger.id, "class_id": some_class.id}
    )
    account._set_synced({"external_id": "C1"})
    return ledger, account


def compare(ledger, words):
    """Compare both sides and print what it took."""
    agreement = BENCH["synkd.agreement"]._ask(ledger, "2020-01-01")
    agreement.as_of = "2030-01-01 00:00:00"
    BENCH.flush_all()
    before, queries, start = memory(), BENCH.cr.sql_log_count, time.monotonic()
    BENCH["synkd.comparer"]._compare(agreement)
    BENCH.flush_all()
    took, statements = time.monotonic() - start, BENCH.cr.sql_log_count - queries
    more = memory() - before
    BENCH.cr.commit()
    found = BENCH["synkd.agreement.line"]._read_group(
        [("agreement_id", "=", agreement.id)], ["verdict", "state"], ["__count"]
    )
    counts = ", ".join(f"{each} {verdict} ({state})" for verdict, state, each in found)
    print(
        f"   {words:<28} {took:7.2f} s, {statements} statements,"
        f" {more:+.0f} MB; {counts}"
    )


def take_page(ledger):
    """Take a page of a thousand over, and print what it took."""
    from odoo.addons.synkd_connector.lib.results import BooksPosting, PostingPage

    some = [
        BooksPosting(
            f"N{n}", "invoice", number=f"N{n}", date="2026-01-01", total="1.00"
        )
        for n in range(1000)
    ]
    run = BENCH["synkd.run"].create({"ledger_id": ledger.id})
    start = time.monotonic()
    BENCH["synkd.books.posting"]._take(run, PostingPage(tuple(some)))
    print(f"   {'a page of 1,000 taken over':<28} {time.monotonic() - start:7.2f} s")
    BENCH.cr.rollback()


def main():
    """Print the figures of all sizes."""
    ledger, account = make_ledger()
    BENCH.cr.commit()
    values = {
        "ledger": ledger.id,
        "company": ledger.company_id.id,
        "currency": ledger.currency_id.id,
        "account": account.id,
        "day": "2026-06-30",
    }
    for size in SIZES:
        print(f"{size:,} invoices, {size // 2:,} payments")
        BENCH.cr.execute(
            "DELETE FROM synkd_agreement_line; DELETE FROM synkd_books_posting;"
            " DELETE FROM synkd_transaction"
        )
        BENCH.cr.execute(ROWS, values | {"count": size})
        BENCH.cr.commit()
        BENCH.invalidate_all()
        compare(ledger, "all alike")
        BENCH.cr.execute(
            "UPDATE synkd_books_posting SET total = total + 1, open = open + 1"
            " WHERE id %% 100 = 0 AND channel = 'documents'".replace("%%", "%")
        )
        BENCH.cr.commit()
        compare(ledger, "one in a hundred differs")
        BENCH.cr.execute(
            "UPDATE synkd_books_posting SET total = total + 2, open = open + 2"
            " WHERE channel = 'documents'"
        )
        BENCH.cr.commit()
        compare(ledger, "all documents differ")
        compare(ledger, "they differ still")
        BENCH.cr.execute(
            "UPDATE synkd_agreement_line SET state = 'left' WHERE state = 'open'"
        )
        BENCH.cr.commit()
        compare(ledger, "they were left as they are")
        take_page(ledger)


main()
