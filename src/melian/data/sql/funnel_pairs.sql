-- Co-reports: the same after resolution; then both directions of a pair side by side.
-- With a twin, the lesser of the two codes names the pair of codes, and `turned` tells which end carries it.
CREATE OR REPLACE TEMP TABLE funnel_pairs AS
WITH acts AS (
    SELECT date, until, s, t, c, k, sum(w)::BIGINT AS total, max(w) AS greatest, min(content) AS content
    FROM funnel_acts
    GROUP BY date, until, s, t, c, k
),
coded AS (
    SELECT a.date, a.until, a.s, a.t, a.c, a.k, a.content, f.twin, f.reactive, f.two_sided,
           CASE WHEN $keep_co_reports OR f.curated THEN a.total ELSE a.greatest END AS w
    FROM acts a JOIN funnel_codes f ON f.id = a.c
)
SELECT date, until, least(s, t) AS low, greatest(s, t) AS high,
       CASE WHEN twin IS NULL THEN c ELSE least(c, twin) END AS pair_code,
       CASE WHEN twin IS NULL OR twin = c THEN false ELSE (s < t) <> (c < twin) END AS turned,
       bool_or(two_sided) AS two_sided,
       bool_or(twin IS NOT NULL) AS mirrored,
       coalesce(sum(w) FILTER (s < t), 0)::BIGINT AS forth,
       coalesce(sum(w) FILTER (s > t), 0)::BIGINT AS back,
       min(k) FILTER (s < t) AS k_forth, min(k) FILTER (s > t) AS k_back,
       bool_and(reactive) FILTER (s < t) AS reactive_forth, bool_and(reactive) FILTER (s > t) AS reactive_back,
       min(content) FILTER (s < t) AS content_forth, min(content) FILTER (s > t) AS content_back
FROM coded
GROUP BY date, until, low, high, pair_code, turned
