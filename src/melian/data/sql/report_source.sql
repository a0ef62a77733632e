-- Who told a report: the host of its address, else the kind of its file. A file is no source: many are a month each.
CREATE OR REPLACE TEMP MACRO report_source(url, kind) AS
    coalesce(nullif(regexp_extract(lower(url), '^(?:[a-z]+://)?(?:www\.)?([^/:?#\s]+)', 1), ''), kind)
