-- Events among the chosen actors by day and weight of their code; the weight is that of the report whose content comes
-- first, and NULL where its code has none.
SELECT (d.day - $since)::INTEGER AS day, d.joint, a.at AS source, b.at AS target, w.weight, sum(d.n)::INTEGER AS count
FROM funnel_days d
JOIN load_chosen a ON a.id = d.s
JOIN load_chosen b ON b.id = d.t
JOIN reports r ON r.row_id = (d.content % 18446744073709551616)::BIGINT
LEFT JOIN load_weights w ON w.scheme = r.scheme AND w.code = r.code AND w.mode = coalesce(r.mode, '')
WHERE d.day BETWEEN $since AND $until
GROUP BY ALL
ORDER BY ALL
