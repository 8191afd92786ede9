-- A copy of a database must never talk to real books, nor use up the tokens of the original.
DELETE FROM synkd_xero_token;
DELETE FROM synkd_xero_login;
UPDATE synkd_ledger
   SET xero_secret_sealed = NULL,
       xero_webhook_sealed = NULL,
       xero_connection_key = NULL
 WHERE connector = 'xero';
