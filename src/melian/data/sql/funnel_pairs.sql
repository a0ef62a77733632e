-- Co-reports: the same after resolution are one event, of the greatest weight. Both directions of a pair stand side
-- by side: with a twin, the lesser of the two codes names the pair of codes, and `turned` tells which end carries it,
-- so that each direction of a row holds one code.
CREATE OR REPLACE TEMP TABLE funnel_pairs AS
WITH coded AS (
    SELECT a.date, a.until, a.s, a.t, a.c, a.k, a.w, a.content, a.s < a.t AS onward, f.twin, f.reactive,
           f.two_sided, $keep_co_reports OR f.curated AS summed
    FROM funnel_acts a JOIN funnel_codes f ON f.id = a.c
)
SELECT date, until, least(s, t) AS low, greatest(s, t) AS high,
       CASE WHEN twin IS NULL THEN c ELSE least(c, twin) END AS pair_code,
       CASE WHEN twin IS NULL OR twin = c THEN false ELSE onward <> (c < twin) END AS turned,
       bool_or(two_sided) AS two_sided,
       bool_or(twin IS NOT NULL) AS mirrored,
       coalesce(CASE WHEN bool_or(summed) THEN sum(w) FILTER (onward) ELSE max(w) FILTER (onward) END, 0)::BIGINT
           AS forth,
       coalesce(CASE WHEN bool_or(summed) THEN sum(w) FILTER (NOT onward) ELSE max(w) FILTER (NOT onward) END,
                0)::BIGINT AS back,
       min(k) FILTER (onward) AS k_forth, min(k) FILTER (NOT onward) AS k_back,
       bool_and(reactive) FILTER (onward) AS reactive_forth, bool_and(reactive) FILTER (NOT onward) AS reactive_back,
       min(content) FILTER (onward) AS content_forth, min(content) FILTER (NOT onward) AS content_back
FROM coded
GROUP BY date, until, low, high, pair_code, turned
