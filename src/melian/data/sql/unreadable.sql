-- Rows of a text file that could not be split into columns, with their number in the file, and by how
-- much they shift the numbers of the rows after them. Variable header_lines: 1 where the file has a header.
-- A quote that is never closed swallows lines; each of them is a row of its own here.
CREATE TEMP TABLE broken AS
WITH per_record AS (
    SELECT line - getvariable('header_lines') AS record,
           arg_min(error_type::TEXT, coalesce(column_idx, 0)) AS kind,
           ltrim(any_value(csv_line), chr(13) || chr(10)) AS raw
    FROM temp.reject_errors GROUP BY line
), split AS (
    SELECT record, kind,
           CASE WHEN kind = 'UNQUOTED VALUE' THEN string_split(rtrim(raw, chr(13) || chr(10)), chr(10)) ELSE [raw] END AS lines
    FROM per_record
)
SELECT record, kind, lines,
       row_number() OVER before_it AS ordinal,
       sum(len(lines)) OVER before_it AS shift,
       record + sum(len(lines) - 1) OVER before_it - (len(lines) - 1) AS first_row
FROM split
WINDOW before_it AS (ORDER BY record ROWS UNBOUNDED PRECEDING);

CREATE TEMP TABLE unreadable AS
SELECT first_row + unnest(generate_series(0, len(lines) - 1)) AS file_row,
       unnest(lines) AS raw,
       CASE kind
           WHEN 'MISSING COLUMNS' THEN 'too few columns'
           WHEN 'TOO MANY COLUMNS' THEN 'too many columns'
           WHEN 'UNQUOTED VALUE' THEN 'a quote does not close where its column ends'
           WHEN 'INVALID ENCODING' THEN 'not UTF-8'
           WHEN 'LINE SIZE OVER MAXIMUM' THEN 'longer than 4 million bytes'
           ELSE lower(kind)
       END AS reason
FROM broken;

CREATE TEMP TABLE row_shifts AS SELECT record - ordinal + 1 AS after, max(shift) AS shift FROM broken GROUP BY ALL;
DROP TABLE broken;
