-- One row per report: both ends by name, hints and date, the event code by scheme.
INSERT INTO resolved (row_id, source_actor, source_sector, target_actor, target_sector,
                      instrument, instrument_domestic, deed, reactive, mirror_code)
SELECT r.row_id, s.actor, s.sector, t.actor, t.sector, c.instrument,
       CASE WHEN s.base = t.base THEN CASE WHEN s.state AND t.sector <> 'REB' THEN c.domestic ELSE c.home END END,
       nullif(c.deed, ''), c.reactive, nullif(c.mirror, '')
FROM reports r
LEFT JOIN ends s ON s.name = r.source_name AND s.code = coalesce(r.source_code, '')
    AND s.country = coalesce(r.source_country, '') AND s.sectors = coalesce(r.source_sectors, '')
    AND s.kind = r.source_kind AND s.scheme = r.scheme AND s.as_is = r.as_is
    AND r.date BETWEEN s.since AND s.until
LEFT JOIN ends t ON t.name = r.target_name AND t.code = coalesce(r.target_code, '')
    AND t.country = coalesce(r.target_country, '') AND t.sectors = coalesce(r.target_sectors, '')
    AND t.kind = r.source_kind AND t.scheme = r.scheme AND t.as_is = r.as_is
    AND r.date BETWEEN t.since AND t.until
LEFT JOIN book_codes c ON c.scheme = r.scheme AND c.code = r.code AND c.mode = coalesce(r.mode, '')
WHERE $file IS NULL OR r.file_id = $file
