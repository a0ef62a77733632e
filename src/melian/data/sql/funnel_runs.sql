-- Re-reports of later days: reports of one raw pair and one code, each at most so many days after the one before as
-- $reach has for its kind of source, are a run, and a run is one act, of its first day and its greatest weight. Where
-- `re_report_odds` has odds that such a report is told again, its lot decides.
CREATE OR REPLACE TEMP TABLE funnel_acts AS
WITH marked AS (
    SELECT n.*, coalesce(n.gap <= list_extract($reach, n.kind) AND n.lot < 1000000 * coalesce(o.odds, 1), false) AS follows
    FROM funnel_near n
    LEFT JOIN re_report_odds o ON o.kind = n.kind AND o.gap = n.gap AND o.others = n.others
), numbered AS (
    SELECT *, count(*) FILTER (NOT follows) OVER story AS run
    FROM marked
    WINDOW story AS (PARTITION BY names, s, t, c, k, greatest(until - date, 0) ORDER BY date)
)
SELECT min(date) AS date, arg_min(until, date) AS until, s, t, c, k, names, max(w) AS w, min(kind) AS kind,
       arg_min(content, date) AS content
FROM numbered
GROUP BY s, t, c, k, names, greatest(until - date, 0), run
