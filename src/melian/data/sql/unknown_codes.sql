-- Event codes without an instrument, by number of rows.
SELECT scheme, code, count(*) AS rows FROM reports JOIN resolved USING (row_id)
WHERE instrument IS NULL GROUP BY ALL ORDER BY rows DESC, scheme, code;
