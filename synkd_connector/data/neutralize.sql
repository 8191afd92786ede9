-- A copy of a database must never write to real books.
UPDATE synkd_ledger
   SET post_accounts = false
 WHERE connector IS DISTINCT FROM 'demo';
