-- A copy of a database must never talk to real books, nor use up the tokens of the original.
DELETE FROM synkd_http_token;
DELETE FROM synkd_http_login;
UPDATE synkd_ledger
   SET http_secret_sealed = NULL,
       http_webhook_sealed = NULL,
       http_connection_key = NULL;
