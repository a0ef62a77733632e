-- Rows left after each step that looks at one row alone; the second figure counts rows with an unresolved end.
SELECT coalesce(sum(w), 0)::BIGINT,
       coalesce(sum(w) FILTER (NOT resolved), 0)::BIGINT,
       coalesce(sum(w) FILTER (s IS NOT NULL AND t IS NOT NULL AND k IS NOT NULL), 0)::BIGINT,
       coalesce(sum(w) FILTER (s IS NOT NULL AND t IS NOT NULL AND k IS NOT NULL
           AND ($keep_domestic OR NOT domestic)), 0)::BIGINT,
       coalesce(sum(w) FILTER (s IS NOT NULL AND t IS NOT NULL AND k IS NOT NULL
           AND ($keep_domestic OR NOT domestic) AND s <> t), 0)::BIGINT,
       coalesce(sum(w) FILTER (kept), 0)::BIGINT
FROM funnel_rows
