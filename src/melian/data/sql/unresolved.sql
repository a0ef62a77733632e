-- Names without an actor, by number of reports; the empty columns are for the user to fill in.
WITH ends AS (
    SELECT r.source_name AS name, r.source_kind, r.source_code AS code, r.source_country AS country,
           r.source_sectors AS sectors, r.date, r.weight
    FROM reports r JOIN resolved v USING (row_id) WHERE v.source_actor IS NULL
    UNION ALL
    SELECT r.target_name, r.source_kind, r.target_code, r.target_country, r.target_sectors, r.date, r.weight
    FROM reports r JOIN resolved v USING (row_id) WHERE v.target_actor IS NULL
)
SELECT name, '' AS iso3, '' AS sector, '' AS "from", '' AS "to", sum(weight)::BIGINT AS rows,
       min(source_kind) AS source_kind, min(code) AS code, min(country) AS country, min(sectors) AS sectors,
       min(date) AS since, max(date) AS until
FROM ends GROUP BY name ORDER BY rows DESC, name
