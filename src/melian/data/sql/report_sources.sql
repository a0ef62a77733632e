-- Reports among the chosen actors in the window, by who told them.
SELECT report_source(r.url, r.source_kind) AS name, sum(f.w)::BIGINT AS reports
FROM funnel_rows f
JOIN reports r ON r.row_id = (f.content % 18446744073709551616)::BIGINT
JOIN load_chosen a ON a.id = f.s
JOIN load_chosen b ON b.id = f.t
WHERE f.kept AND f.date BETWEEN $since AND $until
GROUP BY ALL
ORDER BY name
