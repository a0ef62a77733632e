-- How many reports come so many days after the one before, by kind and by others of their raw pair and code 4 to 28
-- days off; with the mean and variance of those others over all reports of the kind.
SELECT n.kind, n.gap, n.others, count(*)::DOUBLE AS reports, r.mean, r.variance
FROM funnel_near n
JOIN (SELECT kind, avg(others) AS mean, var_pop(others) AS variance FROM funnel_near GROUP BY kind) r USING (kind)
WHERE n.gap <= list_extract($reach, n.kind)
GROUP BY n.kind, n.gap, n.others, r.mean, r.variance
ORDER BY n.kind, n.gap, n.others
