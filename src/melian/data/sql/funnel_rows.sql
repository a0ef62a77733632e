-- All reports with both ends at the wanted level and their codes, as numbers. `names` is one number per raw pair (and
-- per event where the provider's rows are events already), `content` one per row's content: it decides between
-- equals, so that neither file nor row order does. `kept` is what the steps leave that look at one row alone.
CREATE OR REPLACE TEMP TABLE funnel_rows AS
WITH rows AS (
    SELECT r.row_id, r.date,
           CASE r.precision
               WHEN 'span' THEN coalesce(r.date_end, r.date)
               WHEN 'month' THEN coalesce(r.date_end, last_day(r.date))
               WHEN 'year' THEN coalesce(r.date_end, make_date(year(r.date), 12, 31))
               ELSE r.date
           END AS until,
           s.id AS s, t.id AS t, c.id AS c, i.id AS k,
           r.weight AS w, list_position($sources, r.source_kind)::UTINYINT AS kind,
           v.source_actor IS NOT NULL AND v.target_actor IS NOT NULL AS resolved,
           v.instrument_domestic IS NOT NULL AS domestic,
           coalesce(c.statement, false) AS statement,
           hash(r.source_name, r.target_name, CASE WHEN c.curated THEN r.event_id END) AS names,
           (hash(r.source_name, r.target_name, r.scheme, r.code, r.mode, r.event_id, r.text, r.place, r.url,
                 r.source_kind, r.goldstein, r.reports, r.lat, r.lon) >> 2)::HUGEINT * 18446744073709551616
               + r.row_id AS content
    FROM reports r
    JOIN resolved v USING (row_id)
    LEFT JOIN funnel_actors s ON s.actor = v.source_actor || CASE
        WHEN $military_apart AND v.source_sector = 'MIL' AND NOT contains(v.source_actor, '.') THEN '.MIL' ELSE '' END
        AND r.date BETWEEN s.since AND s.until
        AND (r.as_is OR NOT s.left_out)
    LEFT JOIN funnel_actors t ON t.actor = v.target_actor || CASE
        WHEN $military_apart AND v.target_sector = 'MIL' AND NOT contains(v.target_actor, '.') THEN '.MIL' ELSE '' END
        AND r.date BETWEEN t.since AND t.until
        AND (r.as_is OR NOT t.left_out)
    LEFT JOIN funnel_codes c ON c.scheme = r.scheme AND c.code = r.code AND c.mode = coalesce(r.mode, '')
    LEFT JOIN funnel_instruments i ON i.name = CASE
        WHEN v.instrument_domestic IS NOT NULL THEN v.instrument_domestic
        WHEN $alternative THEN c.alternative ELSE v.instrument END
)
SELECT *, s IS NOT NULL AND t IS NOT NULL AND k IS NOT NULL AND s <> t
       AND ($keep_domestic OR NOT domestic) AND ($keep_statements OR NOT statement) AS kept
FROM rows
