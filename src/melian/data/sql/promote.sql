-- After a file was removed: bring back, for each id that no stored row has any more, the duplicate of the
-- file with the smallest hash.
CREATE OR REPLACE TEMP TABLE promoted AS
WITH keyed AS (
    SELECT row_id, file_id, file_row, event_id, CASE WHEN source_kind LIKE 'gdelt_' THEN 'gdelt' ELSE source_kind END AS provider
    FROM duplicates
), stored AS (
    SELECT event_id, CASE WHEN source_kind LIKE 'gdelt_' THEN 'gdelt' ELSE source_kind END AS provider FROM reports
)
SELECT k.row_id, k.file_id
FROM keyed k ANTI JOIN stored USING (provider, event_id) JOIN files f ON f.file_id = k.file_id
QUALIFY row_number() OVER (PARTITION BY k.provider, k.event_id ORDER BY f.hash, k.file_row) = 1;

INSERT INTO reports SELECT * FROM duplicates WHERE row_id IN (SELECT row_id FROM promoted);
DELETE FROM duplicates WHERE row_id IN (SELECT row_id FROM promoted);
