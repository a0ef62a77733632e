-- Re-reports of later days: the rows of one raw pair and one code, each at most so many days after the one before as
-- $reach has for its kind of source, are a run, and a run is one act, of its first day and its greatest weight. Rows that
-- span days are left as they are.
CREATE OR REPLACE TEMP TABLE funnel_acts AS
WITH marked AS (
    SELECT *, date - lag(date) OVER story <= CASE WHEN until > date THEN 0 ELSE list_extract($reach, kind) END
               AS follows
    FROM funnel_acts
    WINDOW story AS (PARTITION BY names, s, t, c, k, greatest(until - date, 0) ORDER BY date)
), numbered AS (
    SELECT *, count(*) FILTER (NOT coalesce(follows, false)) OVER story AS run
    FROM marked
    WINDOW story AS (PARTITION BY names, s, t, c, k, greatest(until - date, 0) ORDER BY date)
)
SELECT min(date) AS date, arg_min(until, date) AS until, s, t, c, k, names, max(w) AS w,
       min(kind) AS kind, arg_min(content, date) AS content
FROM numbered
GROUP BY s, t, c, k, names, greatest(until - date, 0), run
