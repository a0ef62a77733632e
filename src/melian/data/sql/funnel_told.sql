-- Leave out what others than the sources in `funnel_told` told; the days of the store stay those of all reports.
UPDATE temp.funnel_rows f SET kept = false
FROM reports r
WHERE f.kept AND r.row_id = (f.content % 18446744073709551616)::BIGINT
  AND report_source(r.url, r.source_kind) NOT IN (SELECT name FROM funnel_told)
