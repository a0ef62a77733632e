-- Reports of the whole store by day and by which of the chosen actors they name (-1: another or none).
SELECT (r.date - $origin)::INTEGER AS step,
       coalesce(least(a.at, b.at), -1)::INTEGER AS low, coalesce(greatest(a.at, b.at), -1)::INTEGER AS high,
       (a.at IS NOT NULL AND b.at IS NOT NULL AND a.at <> b.at) AS pair, sum(r.w)::DOUBLE AS rows
FROM funnel_rows r
LEFT JOIN load_chosen a ON a.id = r.s
LEFT JOIN load_chosen b ON b.id = r.t
WHERE r.until <= r.date AND r.date BETWEEN $origin AND $until
GROUP BY ALL
ORDER BY step, low, high, pair
