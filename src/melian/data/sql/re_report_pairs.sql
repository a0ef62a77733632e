-- Pairs of reports of one raw pair, the later 1, 2, 3, 4, 5-8 and 14-28 days after the earlier: with the same code
-- (`same`), and with any. Parts of the raw pairs' four-week stretches, for the jackknife.
WITH told AS (
    SELECT kind, names, c, date - DATE '1900-01-01' AS day FROM funnel_acts WHERE until <= date
), days AS (
    SELECT kind, names, day, count(*) AS n FROM told GROUP BY kind, names, day
), pairs AS (
    SELECT true AS same, kind, names, day,
           count(*) OVER (story RANGE BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS one,
           count(*) OVER (story RANGE BETWEEN 2 FOLLOWING AND 2 FOLLOWING) AS two,
           count(*) OVER (story RANGE BETWEEN 3 FOLLOWING AND 3 FOLLOWING) AS three,
           count(*) OVER (story RANGE BETWEEN 4 FOLLOWING AND 4 FOLLOWING) AS four,
           count(*) OVER (story RANGE BETWEEN 5 FOLLOWING AND 8 FOLLOWING) AS later,
           count(*) OVER (story RANGE BETWEEN 14 FOLLOWING AND 28 FOLLOWING) AS far
    FROM told WINDOW story AS (PARTITION BY kind, names, c ORDER BY day)
    UNION ALL
    SELECT false, kind, names, day,
           n * sum(n) OVER (pair RANGE BETWEEN 1 FOLLOWING AND 1 FOLLOWING),
           n * sum(n) OVER (pair RANGE BETWEEN 2 FOLLOWING AND 2 FOLLOWING),
           n * sum(n) OVER (pair RANGE BETWEEN 3 FOLLOWING AND 3 FOLLOWING),
           n * sum(n) OVER (pair RANGE BETWEEN 4 FOLLOWING AND 4 FOLLOWING),
           n * sum(n) OVER (pair RANGE BETWEEN 5 FOLLOWING AND 8 FOLLOWING),
           n * sum(n) OVER (pair RANGE BETWEEN 14 FOLLOWING AND 28 FOLLOWING)
    FROM days WINDOW pair AS (PARTITION BY kind, names ORDER BY day)
)
SELECT kind, same, (hash(names, day // 28) % $parts)::INTEGER AS part,
       coalesce(sum(one), 0)::DOUBLE AS one, coalesce(sum(two), 0)::DOUBLE AS two,
       coalesce(sum(three), 0)::DOUBLE AS three, coalesce(sum(four), 0)::DOUBLE AS four,
       coalesce(sum(later), 0)::DOUBLE AS later, coalesce(sum(far), 0)::DOUBLE AS far
FROM pairs
GROUP BY kind, same, part
ORDER BY kind, same, part
