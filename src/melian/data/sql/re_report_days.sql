-- Reports by source kind and day, which say how many pairs of reports the days some time apart could hold.
SELECT kind, date - DATE '1900-01-01' AS day, count(*)::BIGINT AS n
FROM funnel_acts WHERE until <= date
GROUP BY kind, day
ORDER BY kind, day
