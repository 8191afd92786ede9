-- A copy of a database must never talk to real books.
UPDATE synkd_ledger SET sage_user = NULL, sage_password_sealed = NULL;
