-- A copy of a database must never write to real books.
UPDATE synkd_ledger
   SET post_accounts = false
 WHERE is_outside IS NOT FALSE;
-- What was under way is the original's: it asks the books what became of it, and a copy
-- would send it again, or take over what it finds.
UPDATE synkd_account_customer a
   SET sync_state = 'pending'
  FROM synkd_ledger l
 WHERE l.id = a.ledger_id AND l.is_outside IS NOT FALSE
   AND a.sync_state IN ('sending', 'in_file');
UPDATE synkd_transaction t
   SET sync_state = 'pending'
  FROM synkd_ledger l
 WHERE l.id = t.ledger_id AND l.is_outside IS NOT FALSE
   AND t.sync_state IN ('sending', 'in_file');
-- What was sent and answered is personal data of customers.
UPDATE synkd_request_line i
   SET payload = '{}',
       candidates = NULL,
       state = CASE WHEN i.state IN ('open', 'asked', 'handed') THEN 'void'
                    ELSE i.state END
  FROM synkd_request r
  JOIN synkd_ledger l ON l.id = r.ledger_id
 WHERE r.id = i.request_id AND l.is_outside IS NOT FALSE;
UPDATE synkd_request r
   SET answer = NULL,
       state = CASE WHEN r.state IN ('open', 'answered', 'asked', 'handed') THEN 'void'
                    ELSE r.state END
  FROM synkd_ledger l
 WHERE l.id = r.ledger_id AND l.is_outside IS NOT FALSE;
DELETE FROM ir_attachment f
 USING synkd_request r, synkd_ledger l
 WHERE f.res_model = 'synkd.request' AND f.res_id = r.id
   AND l.id = r.ledger_id AND l.is_outside IS NOT FALSE;
