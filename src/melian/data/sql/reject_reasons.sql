-- Rejected rows by kind of reason, with the first example of each.
SELECT regexp_replace(reason, '''.*''', '...') AS reason, count(*) AS rows,
       arg_min(file, (file_id, row)) AS file, arg_min(row, (file_id, row)) AS row, arg_min(raw, (file_id, row)) AS raw
FROM rejects GROUP BY 1 ORDER BY rows DESC, reason;
