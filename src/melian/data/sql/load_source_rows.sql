-- The provider's rows behind row ids, in the order asked for.
SELECT r.row_id, f.name AS file, r.file_row, r.date, r.source_name, r.target_name, r.code, c.label, r.text, r.place
FROM load_rows w
JOIN reports r USING (row_id)
LEFT JOIN files f USING (file_id)
LEFT JOIN book_codes c ON c.scheme = r.scheme AND c.code = r.code AND c.mode = coalesce(r.mode, '')
ORDER BY w.position
