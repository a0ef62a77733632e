-- Re-reports: same raw pair, same code, same day are one row. A weight is a multiplicity the user vouches for: of
-- re-reported rows the greatest counts. Rows of UCDP and ACLED are events already and differ by their id.
CREATE OR REPLACE TEMP TABLE funnel_acts AS
SELECT date, until, s, t, c, k, names, max(w)::BIGINT AS w, min(kind) AS kind,
       min(content) AS content
FROM funnel_rows WHERE kept
GROUP BY date, until, s, t, c, k, names, CASE WHEN $keep_re_reports THEN row_id END
