UPDATE files SET stored = s.stored, duplicate = files.read - files.rejected - s.stored
FROM (SELECT f.file_id, count(r.file_id) AS stored FROM files f LEFT JOIN reports r ON r.file_id = f.file_id GROUP BY ALL) s
WHERE files.file_id = s.file_id;
