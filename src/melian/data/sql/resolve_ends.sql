-- Every distinct end of the reports of a file (all files where the parameter is NULL).
SELECT DISTINCT source_name AS name, coalesce(source_code, '') AS code, coalesce(source_country, '') AS country,
       coalesce(source_sectors, '') AS sectors, source_kind AS kind, scheme, as_is
FROM reports WHERE $file IS NULL OR file_id = $file
UNION
SELECT DISTINCT target_name, coalesce(target_code, ''), coalesce(target_country, ''),
       coalesce(target_sectors, ''), source_kind, scheme, as_is
FROM reports WHERE $file IS NULL OR file_id = $file
