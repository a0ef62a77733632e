-- Counts and span of every file by what the tables hold.
UPDATE files SET stored = s.stored, duplicate = files.read - files.rejected - s.stored, since = s.since, until = s.until
FROM (
    SELECT f.file_id, count(r.file_id) AS stored, min(r.date) AS since, max(coalesce(r.date_end, r.date)) AS until
    FROM files f LEFT JOIN reports r ON r.file_id = f.file_id GROUP BY ALL
) s
WHERE files.file_id = s.file_id;
