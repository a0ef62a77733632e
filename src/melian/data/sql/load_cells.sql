-- The cells of the history among the chosen actors, and a representative report of each: of the reports that fell
-- into it, the one whose content comes first; for directed cells one without a mirror where there is one.
WITH events AS (
    SELECT d.*, a.at AS source, b.at AS target
    FROM funnel_days d JOIN load_chosen a ON a.id = d.s JOIN load_chosen b ON b.id = d.t
    WHERE d.day <= $until
),
rows AS (
    SELECT date, until, s, t, k, twin IS NOT NULL OR two_sided AS paired, min(content) AS content
    FROM funnel_rows JOIN load_chosen a ON a.id = s JOIN load_chosen b ON b.id = t
    WHERE kept
    GROUP BY ALL
),
found AS (
    SELECT e.*, CASE WHEN e.joint THEN least(forth.content, back.content)
                     ELSE coalesce(plain.content, forth.content) END AS content
    FROM events e
    LEFT JOIN rows plain ON NOT plain.paired AND plain.date = e.date AND plain.until = e.until
        AND plain.s = e.s AND plain.t = e.t AND plain.k = e.k
    LEFT JOIN rows forth ON forth.paired AND forth.date = e.date AND forth.until = e.until
        AND forth.s = e.s AND forth.t = e.t AND forth.k = e.k
    LEFT JOIN rows back ON e.joint AND back.paired AND back.date = e.date AND back.until = e.until
        AND back.s = e.t AND back.t = e.s AND back.k = e.k
)
SELECT (day - $origin)::INTEGER AS step, joint, source::INTEGER AS source, target::INTEGER AS target,
       k::INTEGER AS instrument, sum(n)::INTEGER AS count, bool_and(reactive) AS reactive,
       coalesce((min(content) % 18446744073709551616)::BIGINT, -1) AS row
FROM found
GROUP BY day, joint, source, target, k
ORDER BY step, joint, source, target, instrument
