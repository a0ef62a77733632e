-- Reports with what tells whether they are told again: days since the one before of the same raw pair and code, others
-- of that pair and code 4 to 28 days off, and a lot that both sides of a story share. Rows that span days have no gap.
CREATE OR REPLACE TEMP TABLE funnel_near AS
SELECT a.*,
       CASE WHEN a.until <= a.date THEN a.date - lag(a.date) OVER story END AS gap,
       count(*) OVER (story RANGE BETWEEN 28 PRECEDING AND 4 PRECEDING)
           + count(*) OVER (story RANGE BETWEEN 4 FOLLOWING AND 28 FOLLOWING) AS others,
       hash(least(a.s, a.t), greatest(a.s, a.t), coalesce(least(a.c, f.twin), a.c), a.date) % 1000000 AS lot
FROM funnel_acts a JOIN funnel_codes f ON f.id = a.c
WINDOW story AS (PARTITION BY a.names, a.s, a.t, a.c, a.k, greatest(a.until - a.date, 0)
                 ORDER BY a.date - DATE '1900-01-01')
