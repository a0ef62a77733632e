-- Mirrors: where the twin is present the two rows are one joint event of the undirected dyad; the surplus stays
-- directed. Rows without an initiator are joint whatever their order.
CREATE OR REPLACE TEMP TABLE funnel_events AS
WITH split AS (
    SELECT *,
           CASE WHEN two_sided THEN forth + back WHEN mirrored AND NOT $keep_mirrors THEN least(forth, back)
                ELSE 0 END AS mutual,
           CASE WHEN two_sided THEN 0 WHEN mirrored AND NOT $keep_mirrors THEN greatest(forth - back, 0)
                ELSE forth END AS onward,
           CASE WHEN two_sided THEN 0 WHEN mirrored AND NOT $keep_mirrors THEN greatest(back - forth, 0)
                ELSE back END AS homeward
    FROM funnel_pairs
)
SELECT date, until, low AS s, high AS t, coalesce(k_forth, k_back) AS k, true AS joint, mutual AS n, pair_code AS c,
       coalesce(reactive_forth, true) AND coalesce(reactive_back, true) AS reactive,
       CASE WHEN forth = 0 THEN content_back WHEN back = 0 THEN content_forth
            ELSE least(content_forth, content_back) END AS content
FROM split WHERE mutual > 0
UNION ALL
SELECT date, until, low, high, k_forth, false, onward, pair_code, reactive_forth, content_forth
FROM split WHERE onward > 0
UNION ALL
SELECT date, until, high, low, k_back, false, homeward, pair_code, reactive_back, content_back
FROM split WHERE homeward > 0
