-- How many stored rows have what an analysis asks for.
SELECT count(*) AS rows,
       count(*) FILTER (source_actor IS NOT NULL AND target_actor IS NOT NULL) AS both_ends,
       count(source_actor) + count(target_actor) AS ends,
       count(instrument) AS instrument,
       count(*) FILTER (lat IS NOT NULL AND lon IS NOT NULL) AS coordinates,
       count(*) FILTER (precision IN ('day', 'publication')) AS day_known
FROM reports LEFT JOIN resolved USING (row_id);
