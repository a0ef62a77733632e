-- Rows of the store that share a provider's id with another row, where one of them is of the new files.
-- ?: list of file ids. `place` 1 stays; `arrival` tells in which order the rows came, `differs`
-- whether a row says something else than the first with its id.
CREATE OR REPLACE TEMP TABLE shared_ids AS
WITH keyed AS (
    SELECT row_id, file_id, file_row, event_id, hash(date, source_name, target_name, code) AS content,
           CASE WHEN source_kind LIKE 'gdelt_' THEN 'gdelt' ELSE source_kind END AS provider
    FROM reports WHERE event_id IS NOT NULL
), new_ids AS (
    SELECT DISTINCT provider, event_id FROM keyed WHERE list_contains(?, file_id)
), several AS (
    SELECT provider, event_id FROM keyed SEMI JOIN new_ids USING (provider, event_id)
    GROUP BY ALL HAVING count(*) > 1
)
SELECT k.row_id, k.file_id, k.event_id,
       row_number() OVER (PARTITION BY k.provider, k.event_id ORDER BY f.hash, k.file_row) AS place,
       row_number() OVER arrivals AS arrival,
       k.content <> first_value(k.content) OVER arrivals AS differs
FROM keyed k SEMI JOIN several USING (provider, event_id) JOIN files f ON f.file_id = k.file_id
WINDOW arrivals AS (PARTITION BY k.provider, k.event_id ORDER BY k.row_id);
