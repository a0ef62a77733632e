-- Co-reports: the same after resolution; then both directions of a pair side by side.
-- With a twin, the lesser of the two codes names the pair of codes, and `turned` tells which end carries it.
CREATE OR REPLACE TEMP TABLE funnel_pairs AS
WITH acts AS (
    SELECT date, until, s, t, c, k, any_value(twin) AS twin, any_value(reactive) AS reactive,
           any_value(two_sided) AS two_sided,
           CASE WHEN $keep_co_reports OR any_value(curated) THEN sum(w) ELSE max(w) END::BIGINT AS w
    FROM funnel_acts
    GROUP BY date, until, s, t, c, k
)
SELECT date, until, least(s, t) AS low, greatest(s, t) AS high,
       CASE WHEN twin IS NULL THEN c ELSE least(c, twin) END AS pair_code,
       CASE WHEN twin IS NULL OR twin = c THEN false ELSE (s < t) <> (c < twin) END AS turned,
       coalesce(any_value(two_sided), false) AS two_sided,
       bool_or(twin IS NOT NULL) AS mirrored,
       coalesce(sum(w) FILTER (s < t), 0)::BIGINT AS forth,
       coalesce(sum(w) FILTER (s > t), 0)::BIGINT AS back,
       min(k) FILTER (s < t) AS k_forth, min(k) FILTER (s > t) AS k_back,
       bool_and(reactive) FILTER (s < t) AS reactive_forth, bool_and(reactive) FILTER (s > t) AS reactive_back
FROM acts
GROUP BY date, until, low, high, pair_code, turned
