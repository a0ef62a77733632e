-- Protest and repression inside the chosen countries by day: re-reports (same raw pair, code, day) and co-reports (same
-- ends after resolution, code, day) are one event, as in the funnel; all actors of a country stand for one `at`.
WITH acts AS (
    SELECT r.date, a.at, r.s, r.t, r.c, r.k, r.names, max(r.w)::BIGINT AS w
    FROM funnel_rows r
    JOIN load_chosen a ON a.id = r.s
    JOIN load_chosen b ON b.id = r.t AND b.at = a.at
    WHERE r.domestic AND r.until <= r.date AND r.date BETWEEN $origin AND $until
    GROUP BY ALL
), events AS (
    SELECT x.date, x.at, x.k, CASE WHEN bool_or(f.curated) THEN sum(x.w) ELSE max(x.w) END AS n
    FROM acts x JOIN funnel_codes f ON f.id = x.c
    GROUP BY x.date, x.at, x.k, x.c, x.s, x.t
)
SELECT (e.date - $origin)::INTEGER AS step, e.at AS country, i.name AS instrument, sum(e.n)::INTEGER AS count
FROM events e JOIN funnel_instruments i ON i.id = e.k
WHERE i.name IN ('protest', 'repression')
GROUP BY ALL
ORDER BY ALL
